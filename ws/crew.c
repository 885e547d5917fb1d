/* Who is connected, told to the core every second: persons who may sit at a seat, and units'
 * terminals. The list says it all each time, so that one that found no room costs a second. */
#include "ws/inside.h"

#define TELL_EVERY 20 /* ticks of 50 ms */

static bool counts(const struct conn *c)
{
    return c->have_rights && (c->role == ROLE_OPERATOR || c->role == ROLE_COMMANDER ||
                              c->role == ROLE_STATION_DESK || c->role == ROLE_UNIT);
}

static uint32_t list(const struct gateway *g, struct door_present *out)
{
    uint32_t n = 0;

    for (unsigned slot = 0; slot < BEAT_SLOTS; slot++) {
        for (const struct link *l = g->beats[slot].next; l != &g->beats[slot]; l = l->next) {
            const struct conn *c = LINK_OF(l, struct conn, beat);

            if (counts(c) && out != NULL) {
                out[n] = (struct door_present){ .user = c->user, .unit = c->unit };
            }
            n += counts(c) ? 1 : 0;
        }
    }
    return n;
}

void crew_tell(struct gateway *g)
{
    struct door_crew head = { .kind = DOOR_CREW };
    char *at;

    if (++g->crew_tick % TELL_EVERY != 0) {
        return;
    }
    head.count = list(g, NULL);
    at = door_reserve(&g->setup.door.to_core,
                      sizeof(head) + head.count * sizeof(struct door_present));
    if (at != NULL) {
        memcpy(at, &head, sizeof(head));
        (void)list(g, (struct door_present *)(void *)(at + sizeof(head)));
        core_commit(g);
    }
}
