/* A refusal: the command changes nothing, and its sender is told why. Not remembered. */
#ifndef DISPATCH_MODEL_REFUSAL_H
#define DISPATCH_MODEL_REFUSAL_H

enum refusal {
    REFUSED_NOT = 0,
#define REFUSAL(NAME, code, http, zh, en) REFUSED_##NAME,
#include "dispatch/model/refusals.def"
#undef REFUSAL
    REFUSAL_COUNT
};

struct refusal_info {
    const char *code;
    int http;
    const char *zh;
    const char *en;
};

extern const struct refusal_info refusal_infos[REFUSAL_COUNT];

#endif
