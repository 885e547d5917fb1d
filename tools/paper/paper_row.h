/* A call on paper as a row of a table (CSV), typed off the blank form, into the command
 * paper.enter. The columns stand in docs/PAPER.md. Times are as people write them: "18:05" on the
 * number's day (or the day after, when that would be before the call), "2026-11-24 18:05", or RFC
 * 3339. */
#ifndef TOOLS_PAPER_PAPER_ROW_H
#define TOOLS_PAPER_PAPER_ROW_H

#include "dispatch/model/command.h"
#include "tools/import/csv.h"

#define PAPER_ROW_UNITS 6 /* unit1 … unit6 */

struct paper_callsign {
    struct str callsign;
    uint32_t unit;
};

/* What the rows speak of. */
struct paper_house {
    const struct city_offset *offsets; /* ascending */
    uint32_t offset_count;
    const struct paper_callsign *units;
    uint32_t unit_count;
};

/* The present row. Texts are borrowed from it, lists stand in the arena. Fails: ERR_INVALID naming
 * the column, the value and what was expected; ERR_NO_MEMORY. */
MUST_USE enum err paper_row(const struct csv *c, const struct paper_house *h, struct arena *a,
                            struct paper_enter *out, struct fault *f);

/* Columns that paper_row knows; NULL ends the list. */
extern const char *const paper_columns[];

#endif
