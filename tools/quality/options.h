/* What may be changed in a play beside its policy: parts of who goes that were tried, each by
 * itself (docs/decisions/0020). */
#ifndef TOOLS_QUALITY_OPTIONS_H
#define TOOLS_QUALITY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum quality_option {
    QUALITY_JOINT = 1,        /* all tasks that wait are dealt out at once */
    QUALITY_EVEN_WEIGHTS = 2, /* cover counts every junction alike, nothing is learned */
    QUALITY_MOVE_UP = 4,      /* who becomes free drives to the post where it is missed most */
    QUALITY_TIER_ONE = 8,     /* for a call of priority 1 cover costs nothing, as in the core */
};

/* Reads names parted by commas; false: one of them is none. */
bool quality_options_read(const char *text, uint32_t *out);

/* Name and meaning; NULL at the end. */
const char *quality_option_name(uint32_t i, const char **what);

#endif
