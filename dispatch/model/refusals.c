#include "dispatch/model/refusal.h"

#include <stddef.h>

const struct refusal_info refusal_infos[REFUSAL_COUNT] = {
#define REFUSAL(NAME, code_, http_, zh_, en_) \
    [REFUSED_##NAME] = { .code = (code_), .http = (http_), .zh = (zh_), .en = (en_) },
#include "dispatch/model/refusals.def"
#undef REFUSAL
};
