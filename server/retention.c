#include "server/retention.h"

#include "base/units.h"

#define SHORTEST_DAYS 90

uint32_t retention_days(struct str kind)
{
    static const struct {
        const char *kind;
        uint32_t days;
    } rows[] = {
#define RETENTION(kind_, days_, why) { kind_, days_ },
#include "server/retention.def"
#undef RETENTION
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_is(kind, rows[i].kind)) {
            return rows[i].days;
        }
    }
    return SHORTEST_DAYS;
}

int64_t retention_until(struct str kind, int64_t at)
{
    return at + retention_days(kind) * US_PER_DAY;
}
