#include "dispatch/model/ports.h"

#include <stddef.h>

void ports_travel_table(const struct ports *ports, const struct point *from, uint32_t from_count,
                        const struct point *to, uint32_t to_count, uint32_t *ms)
{
    if (ports->travel_table != NULL) {
        ports->travel_table(ports->arg, from, from_count, to, to_count, ms);
        return;
    }
    for (uint32_t k = 0; k < to_count; k++) {
        for (uint32_t i = 0; i < from_count; i++) {
            *ms++ = ports->travel_ms(ports->arg, from[i], to[k]);
        }
    }
}
