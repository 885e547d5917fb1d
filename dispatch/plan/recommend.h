/* The choice of a unit for one slot, with the reasons for and against: who is chosen, who came next
 * and why not they, and how many others fell out for which reason. Pure and exact: equal candidates
 * give equal bytes on every machine, so that the choice can be reckoned again years later from what
 * the event stores.
 *
 * A unit's score is in ms, the lowest wins, ties go to the lower unit number:
 *   travel time + (not of the home zone: RECOMMEND_ZONE_MS) + doubt from an old or coarse position
 *   + what its shift is short of + what it still does elsewhere + what it leaves (plan/spare)
 *   + that the first one there may be late + what the city's cover loses meanwhile (plan/price)
 * Where several incidents wait (`joint`), how late the unit would be comes before its score, and a
 * unit that is meant for another of them counts with what is lost there (plan/surge).
 * Only free units are chosen. One that could be diverted or will be free soon stands beside the
 * choice with what that costs in its score; the person at the desk decides on it.
 * The weights have a version of their own, stored with each recommendation. */
#ifndef DISPATCH_PLAN_RECOMMEND_H
#define DISPATCH_PLAN_RECOMMEND_H

#include "dispatch/model/situation.h"
#include "dispatch/plan/joint.h"

/* Version of the weights below, in plan/spare and plan/price and of what is stored to reckon them
 * from; a change of any of them is a new version. "w1" had the score of "w2", but its rows do not
 * hold every input; "w2" knew of no shifts and took every busy unit for one that is nowhere; "w3"
 * had no price of lateness and cover, and its least change was one of the score; "w4" is "w5" of an
 * incident that waits alone. */
#define RECOMMEND_WEIGHTS "w5"
#define RECOMMEND_WEIGHTS_ALONE "w4"
#define RECOMMEND_WEIGHTS_BEFORE "w3"

/* Whether what such a recommendation chose is kept with its slot: from "w5" on. */
bool recommend_is_kept(struct str weights);

/* A unit of another zone must be so much quicker than one of the incident's own zone.
 * Source: 公通字〔2003〕31号 art. 22 asks for the nearest unit (就近处警); between two about
 * equally near ones the zone's own knows the place and stays in its area. The figure is ours. */
#define RECOMMEND_ZONE_MS UINT32_C(30000)

/* A fix up to this old counts as where the unit is. Source: ours, three fixes at one in ten
 * seconds. */
#define RECOMMEND_AGE_FRESH_MS UINT32_C(30000)

/* Of the age beyond that, one part in so many counts as possible further travel, up to the limit,
 * which is also the doubt of a place that is only coarsely known. Source: ours. */
#define RECOMMEND_AGE_PARTS UINT32_C(4)
#define RECOMMEND_DOUBT_MAX_MS UINT32_C(120000)

/* Chooses for `need` among `n` candidates.
 * `capability_bit`: the need's capability as a bit of the city's list; 0 when the need names none,
 * or when the city does not know the word (then nobody has it). A need of no police type and no
 * capability (a plan's floor) is met by any police officer, never by a partner. `taken`: units
 * chosen for other slots of the same assignment. `out->considered`: the chosen first (if any),
 * then by score the next 8 units of the right kind whose travel time is known and who are on duty,
 * free or not, each with its reason. All others are counted in `out->passed`. flip_ms of a unit is
 * as recommend_flip_ms has it, once it is free; 0 when being free would have been enough, and
 * always 0 when nobody was chosen because nobody could go.
 * Cost: one pass over the candidates; no allocation. */
void recommend_slot(const struct slot_need *need, uint64_t capability_bit,
                    const struct candidate *candidates, uint32_t n, const uint32_t *taken,
                    uint32_t taken_n, struct slot_choice *out);

/* Whether the slot could choose this unit, were it for nobody else; then its score in ms. */
bool recommend_could(const struct slot_need *need, uint64_t capability_bit,
                     const struct candidate *c, uint32_t *score_ms);

/* What decides between units, the least first: how late it would be (only where others wait, ms
 * weighed by tier), then its score; `all`: with what is lost where it is wanted. ms. */
struct joint_cost recommend_cost(const struct slot_need *need, const struct candidate *c, bool all);

/* And what it costs to leave the slot to nobody, where that may be (`leave`). */
struct joint_cost recommend_leave_cost(const struct slot_need *need);

/* By how much its travel time would have to fall for `c` to come before a unit `best_unit` that
 * costs `best` with all, all else being as it is: no cost falls when a way gets longer, so it is
 * found by halving. 0: it does already. More than its travel time: not even on the spot would it;
 * what is above the travel time is what it would still cost too much. ms. */
uint32_t recommend_flip_ms(const struct slot_need *need, const struct candidate *c,
                           uint32_t best_unit, struct joint_cost best);

/* Chooses again among the units that stand in `stored`, from their inputs alone, by the same rules:
 * of what recommend_slot wrote, and of nothing else, the same comes out but for the counts of those
 * who are not named. `coarse`: the incident's place was. Fails: false when the inputs are none that
 * recommend_slot can have written. */
bool recommend_again(const struct slot_choice *stored, bool coarse, struct slot_choice *out);

/* The same by the rules of RECOMMEND_WEIGHTS_BEFORE. */
bool recommend_again_w3(const struct slot_choice *stored, bool coarse, struct slot_choice *out);

/* What of two choices differs first: "chosen", "unit", "reason", "score_ms", "score_zone_ms",
 * "score_age_ms", "score_duty_ms", "score_leave_ms", "score_late_ms", "score_cover_ms", "flip_ms"
 * or "considered"; NULL: nothing that recommend_again can tell. */
const char *recommend_differs(const struct slot_choice *a, const struct slot_choice *b);

#endif
