/* Settings as a file would give them: taken whole or refused with a reason. */
#include "base/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct conf c;
    struct fault f;

    conf_init(&c);

    enum err err = conf_text(&c, "fuzz", (struct str){ (const char *)bytes, len }, &f);

    must(err == OK || (err == ERR_CONFIG && f.primary[0] != '\0'));
    return 0;
}
