#include "server/retention.h"

#include "base/units.h"

#define SHORTEST_DAYS 90

int64_t retention_until(struct str kind, int64_t at)
{
    static const struct {
        const char *kind;
        int64_t days;
    } rows[] = {
#define RETENTION(kind_, days_, why) { kind_, days_ },
#include "server/retention.def"
#undef RETENTION
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_is(kind, rows[i].kind)) {
            return at + rows[i].days * US_PER_DAY;
        }
    }
    return at + SHORTEST_DAYS * US_PER_DAY;
}
