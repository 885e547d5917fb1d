/* Recommendation: the core fetches the candidates (through the routing port and the position
 * table), plan/recommend ranks them, and the evidence becomes an event. */
#ifndef DISPATCH_CORE_ADVISE_H
#define DISPATCH_CORE_ADVISE_H

#include "dispatch/core/turn.h"
#include "dispatch/plan/recommend.h"

/* What a decision took of one unit. */
struct unit_view {
    struct point at;
    uint32_t age_ms; /* UINT32_MAX: no fix since the server started; `at` is then its post */
    uint32_t eta_ms;
};

/* Place, age and ETA of one unit toward an incident. */
struct unit_view advise_view(struct turn *t, const struct unit *u, const struct incident *i);

/* Who asks: the core as it decides, or a screen that shows who would be chosen now. */
struct asking {
    const struct world *world;
    const struct ports *ports;
    bool (*fix)(void *arg, uint32_t unit, struct fix *out); /* the newest one; NULL: none at hand */
    void *fix_arg;
    int64_t now; /* µs UTC */
};

/* What the price of a recommendation is reckoned from, beside the units: once for each. */
struct advise_price {
    struct slot_price of; /* `first` is that of each slot */
    uint8_t first;        /* slot of the first one there; 0: somebody goes already */
};
struct advise_price advise_price(const struct asking *ask, const struct incident *i);

/* What of a unit does not depend on the incident. */
struct candidate advise_unit(const struct asking *ask, const struct unit *u);

/* What all others lose by a unit that is wanted there, as evidence has it. */
struct wanted wanted_of(incident_id incident, uint8_t slot, struct joint_cost loss_ms);

/* One unit as the choice sees it. Asks the ports for one travel time. What it would leave for `i`
 * and who else wants it is not reckoned: advise_candidates does. */
struct candidate advise_candidate(const struct asking *ask, const struct unit *u,
                                  const struct incident *i);

/* All units of these police types (bits) as the choice for an incident with so many open slots sees
 * them, in the order of their numbers. Returns how many; `out` has room for all. */
uint32_t advise_candidates(const struct asking *ask, const struct incident *i, uint32_t kinds,
                           uint32_t slots, struct candidate *out);

/* Units whose travel times are asked for in one go; of more, some after the others. */
#define ADVISE_AT_ONCE 1024

/* One unit as the choice sees it, but for its travel time, which is left open (ETA_INF_MS); and the
 * travel times of many toward `i`, asked for together. */
struct candidate advise_standing(const struct asking *ask, const struct unit *u,
                                 const struct incident *i);
void advise_travel(const struct asking *ask, const struct incident *i, struct candidate *all,
                   uint32_t count);

/* What a slot of the incident asks for, as the choice takes it; strings are borrowed from `need`.
 * `price`: NULL where only that matters who could go. */
struct slot_need advise_need(const struct world *w, const struct incident *i,
                             const struct requirement *need, const struct advise_price *price);

/* The bit of what it asks a unit to have; 0 when it asks for nothing, or nobody has it. */
uint64_t advise_capability(const struct world *w, const struct requirement *need);

/* Fills `out` for one slot. `taken` are units chosen for other slots of this incident. */
void advise_slot(struct turn *t, const struct incident *i, const struct requirement *need,
                 const uint32_t *taken, uint32_t taken_count, struct slot_choice *out);

/* Emits incident.recommended for this one slot. */
void advise_emit_slot(struct turn *t, const struct incident *i, const struct slot_choice *choice);

/* Emits incident.recommended for every slot that no committed unit fills. */
void advise_incident(struct turn *t, const struct incident *i);

/* Whether another waiting incident wants one of them: then being late counts first. */
bool advise_is_joint(const struct candidate *all, uint32_t count);

/* The same as advise_incident as the last joint assignment has it: units that are meant for other
 * slots stay theirs. */
void advise_jointly(struct turn *t, const struct incident *i, const struct advice_join *found);

/* Of a unit that is told of: how much longer its way is than on free roads, and what lies in it. */
void advise_detour(const struct world *w, const struct ports *ports, const struct incident *i,
                   struct considered *c);

/* True when a committed or cleared assignment fills this slot. */
bool advise_slot_filled(const struct world *w, const struct incident *i, uint8_t slot);

#endif
