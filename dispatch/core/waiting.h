/* Incidents that wait, all at once: which slots of them nobody is on the way to and which units are
 * free, as a question that stands by itself, so that it can be worked on beside the core; what came
 * out of it (plan/surge); and for which incidents that is news. The core fills the question and
 * decides on the answer, as the command advice.join, by its own figures of that moment. */
#ifndef DISPATCH_CORE_WAITING_H
#define DISPATCH_CORE_WAITING_H

#include "dispatch/core/advise.h"
#include "dispatch/plan/surge.h"

#define WAITING_BARRED_MAX 64
#define WAITING_WISHES_MAX 8 /* units of a slot that are better for it than its own */

/* What is new to one slot is looked at so closely for so many slots a round; the others tell what
 * all together would lose, the slot itself among them. */
#define WAITING_CLOSE_MAX 8

/* A unit that is better for a slot by less than this, and was not told to it, is no news while the
 * one that was told can still go: units move, and a desk must not flicker. Source: ours. */
#define WAITING_SLIGHT_MS 15000

/* Somebody waits there: nobody has arrived, and where it is is known. */
static inline bool waiting_is(const struct incident *i)
{
    return (i->status == INCIDENT_WAITING || i->status == INCIDENT_ASSIGNED) &&
           i->requirement_count > 0 && place_has_point(&i->place);
}

/* The incident waits, and the slot is one that nobody is on the way to. */
bool waiting_for(const struct world *w, const struct incident *i, uint8_t slot);

/* Whether such an event may change who goes where. Not what a round itself brings: it would never
 * end. */
bool waiting_matters(enum event_kind kind);

struct waiting_incident {
    incident_id id;
    struct point to;
    bool coarse;
    zone_id
        zones[ZONE_DEPTH_MAX]; /* its own and those that contain it; units of them are at home */
    uint32_t barred[WAITING_BARRED_MAX]; /* units that declined, or need help themselves */
    uint32_t zone_count, barred_count;
    uint32_t first, count; /* its slots */
};

struct waiting_slot {
    uint32_t incident; /* place in the list */
    uint8_t slot;
    unit_id told; /* whom the last recommendation chose */
    struct slot_need need;
    uint64_t capability_bit;
};

struct waiting_unit {
    struct candidate as; /* but for what depends on the incident */
    zone_id zone;
};

struct waiting_ask {
    int64_t now;
    struct waiting_incident incidents[SURGE_SLOTS_MAX];
    struct waiting_slot slots[SURGE_SLOTS_MAX];
    uint32_t incident_count, slot_count;
    uint32_t beyond; /* slots that there was no room for: the least grave, then the youngest */
    struct waiting_unit *units;
    uint32_t unit_count, unit_room;
};

/* A unit that a slot would rather have than its own, and what the other slots would lose by it. */
struct waiting_wish {
    unit_id unit;
    struct joint_cost loss_ms;
};

struct waiting_found {
    bool joint; /* there are others */
    uint32_t slot_count, beyond, rounds;
    struct joint_cost sum_ms, gap_ms;
    unit_id units[SURGE_SLOTS_MAX]; /* of each slot; 0: nobody */
    bool slight[SURGE_SLOTS_MAX];   /* whom it was told is as good but for WAITING_SLIGHT_MS */
    struct waiting_wish wishes[SURGE_SLOTS_MAX][WAITING_WISHES_MAX];
    uint8_t wish_count[SURGE_SLOTS_MAX];
    struct wanted *wanted; /* of each unit of the question, in its order */
};

/* Fills the question; `out->units` and `unit_room` are the caller's. Cost: a look at every incident
 * and unit; of travel times none is asked. */
void waiting_collect(const struct asking *ask, struct waiting_ask *out);

/* Answers it. Of `ports` travel times are asked and nothing else. `work` is the caller's: `surge`
 * has room for the question, `wanted` of `out` and the lists here as many as units. Cost: a travel
 * time of each incident and unit, and a search and some more (plan/surge). */
struct waiting_work {
    struct surge surge;
    struct point *from;
    uint32_t *ms;
};
void waiting_solve(const struct waiting_ask *ask, const struct ports *ports,
                   struct waiting_work *work, struct waiting_found *out);

/* Whether the answer is news for the incident of that place in the question: one of its slots that
 * still wait is meant to have another unit than it was told, and either the one it was told cannot
 * go there any more or the other is more than slightly better. */
bool waiting_is_news(const struct world *w, const struct waiting_ask *ask,
                     const struct waiting_found *found, uint32_t incident);

/* The command that tells the next incidents that it is news for, from place `*next` of the question
 * on, a few at a time; its lists stand in `room`. False: there are no more. */
#define WAITING_WISHES_TOLD (JOINT_TOLD_MAX * REQUIREMENTS_MAX * WAITING_WISHES_MAX)
struct waiting_told {
    struct joint_incident incidents[JOINT_TOLD_MAX];
    struct joint_wish wishes[WAITING_WISHES_TOLD];
};
bool waiting_tell(const struct world *w, const struct waiting_ask *ask,
                  const struct waiting_found *found, uint32_t *next, struct waiting_told *room,
                  struct advice_join *out);

#endif
