/* Units that are not simply free, and what it costs to count on them: whose shift ends, who would
 * leave an order of less weight, who is expected to have done soon. In ms of travel, so that all
 * can stand in one score. Pure and exact. The figures are ours, none of them measured: they say
 * what a dispatcher would say when asked, and stand here to be argued with. */
#ifndef DISPATCH_PLAN_SPARE_H
#define DISPATCH_PLAN_SPARE_H

#include "base/units.h"

#include <stdbool.h>

/* Whoever comes should have so much of a shift left there that something gets done. */
#define SPARE_WORK_LEAST_MS UINT32_C(600000)

/* Of the work that would fall behind the end of the shift one part in so many counts, up to the
 * limit: overtime is dear, being late is dearer. */
#define SPARE_DUTY_PARTS UINT32_C(4)
#define SPARE_DUTY_MAX_MS UINT32_C(120000)

/* Work on scene where neither the type nor its classes say how long it usually takes. */
#define SPARE_SCENE_MS UINT32_C(1800000)

/* Who is expected to have done in longer than this is not "soon free"; who should have done is
 * taken to need so much more; who should have done so long ago has no expectation left. */
#define SPARE_SOON_MS UINT32_C(1800000)
#define SPARE_REST_MS UINT32_C(300000)
#define SPARE_PAST_MS UINT32_C(900000)

/* Turning a unit round: a caller is told otherwise, two orders are read again. */
#define SPARE_DIVERT_MS UINT32_C(60000)

/* What it counts when nobody could take the order that is left: so much later comes somebody. */
#define SPARE_NOBODY_MS UINT32_C(1800000)

/* Tiers between the incident that a unit leaves and the one that it goes to. */
#define SPARE_TIERS_APART 2

/* Whether a unit whose duty lasts `duty_ms` more (0: no end was said) has no use at an incident of
 * that tier when it is there in `there_ms`. For tier I whoever is near goes. */
bool spare_duty_over(uint8_t tier, uint32_t duty_ms, uint32_t there_ms);

/* What its end of duty counts where the work there takes `work_ms`. */
uint32_t spare_duty_ms(uint32_t duty_ms, uint32_t there_ms, uint32_t work_ms);

/* Whether a unit on its way to an incident of tier `from` may be offered for one of `to`. */
bool spare_may_leave(uint8_t to, uint8_t from);

/* What leaving counts for an incident of tier `to`, when one of `from` waits `later_ms` longer:
 * that, weighed by the tiers (plan/joint), and the turning round. */
uint32_t spare_leave_ms(uint8_t to, uint8_t from, uint32_t later_ms);

/* How long a unit on scene that is expected to have done at `clear_at` (µs UTC; 0: nobody knows)
 * takes from `now` on; 0: it is not soon free. */
uint32_t spare_clear_ms(int64_t clear_at, int64_t now);

#endif
