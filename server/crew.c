#include "server/crew.h"

#include <stdlib.h>

struct crew {
    int64_t *users; /* by id: monotonic µs of the last sign of life */
    int64_t *units; /* the same of units' terminals; 0: none was here */
    uint32_t user_cap, unit_cap;
};

enum err crew_new(const struct world_limits *limits, int64_t now, struct crew **out,
                  struct fault *f)
{
    struct crew *c = calloc(1, sizeof(*c));
    if (c != NULL) {
        c->user_cap = limits->users + 1;
        c->unit_cap = limits->units + 1;
        c->users = calloc(c->user_cap, sizeof(*c->users));
        c->units = calloc(c->unit_cap, sizeof(*c->units));
    }
    if (c == NULL || c->users == NULL || c->units == NULL) {
        crew_free(c);
        return fault_set(f, ERR_NO_MEMORY, "no memory for who is connected", NULL, NULL);
    }
    for (uint32_t k = 0; k < c->user_cap; k++) {
        c->users[k] = now + CREW_BOOT_US;
    }
    *out = c;
    return OK;
}

void crew_free(struct crew *c)
{
    if (c != NULL) {
        free(c->users);
        free(c->units);
        free(c);
    }
}

void crew_take(struct crew *c, const struct door_crew *list, int64_t now)
{
    const struct door_present *at = (const struct door_present *)(list + 1);
    for (uint32_t k = 0; k < list->count; k++) {
        crew_heard(c, (user_id){ at[k].user }, now);
        if (at[k].unit < c->unit_cap && now > c->units[at[k].unit]) {
            c->units[at[k].unit] = now;
        }
    }
}

void crew_heard(struct crew *c, user_id user, int64_t now)
{
    if (user.n < c->user_cap && now > c->users[user.n]) {
        c->users[user.n] = now;
    }
}

bool crew_changed(const struct crew *c, const struct world *w, int64_t now, uint32_t *k,
                  seat_id *seat, bool *silent, int64_t *age_us)
{
    for (; *k < w->seat_count; (*k)++) {
        const struct seat *s = &w->seats[*k];
        const struct user *u = s->person.len > 0 ? world_user(w, text_str(&s->person)) : NULL;
        if (u == NULL || u->id.n >= c->user_cap) {
            continue;
        }
        *age_us = now - c->users[u->id.n];
        *silent = *age_us > CREW_SILENT_US;
        if (*silent != s->silent) {
            *seat = s->id;
            (*k)++;
            return true;
        }
    }
    return false;
}

bool crew_terminal_changed(const struct crew *c, const struct world *w, int64_t now, uint32_t *k,
                           unit_id *unit, bool *live)
{
    for (; *k < w->unit_count; (*k)++) {
        const struct unit *u = &w->units[*k];
        int64_t heard = u->id.n < c->unit_cap ? c->units[u->id.n] : 0;
        *live = heard != 0 && now - heard <= CREW_TERMINAL_US;
        if (heard != 0 && u->on_duty && !u->voice_only && *live == u->terminal_lost) {
            *unit = u->id;
            (*k)++;
            return true;
        }
    }
    return false;
}
