#include "tools/quality/options.h"

#include <string.h>

static const struct {
    const char *name;
    enum quality_option option;
    const char *what;
} options[] = {
    { "joint", QUALITY_JOINT, "tocsin: all tasks that wait are dealt out at once" },
    { "even-weights", QUALITY_EVEN_WEIGHTS, "tocsin: cover counts every junction alike" },
    { "move-up", QUALITY_MOVE_UP, "all: who becomes free drives to where it is missed most" },
    { "tier-one-nearest", QUALITY_TIER_ONE, "tocsin: cover costs nothing at priority 1" },
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

static bool add(const char *name, size_t len, uint32_t *out)
{
    for (uint32_t i = 0; i < OPTIONS; i++) {
        if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0) {
            *out |= options[i].option;
            return true;
        }
    }
    return false;
}

bool quality_options_read(const char *text, uint32_t *out)
{
    *out = 0;
    for (;;) {
        size_t len = strcspn(text, ",");

        if (!add(text, len, out)) {
            return false;
        }
        if (text[len] == '\0') {
            return true;
        }
        text += len + 1;
    }
}

const char *quality_option_name(uint32_t i, const char **what)
{
    if (i >= OPTIONS) {
        return NULL;
    }
    *what = options[i].what;
    return options[i].name;
}
