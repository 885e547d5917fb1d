/* advice.join (internal): all incidents that wait were assigned together (plan/surge), and for some
 * of them other units come out than they were told. Those are told anew, by the travel times and
 * units of this moment, but for units that are meant for others. Who found nobody before and may be
 * sent somebody by rule is sent them now. What waits no more is passed over. */
#include "dispatch/command/decide.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/follow.h"
#include "dispatch/core/waiting.h"

static bool has_nobody(const struct incident *i)
{
    for (uint32_t k = 0; k < i->requirement_count; k++) {
        if (i->requirements[k].meant.n != 0) {
            return false;
        }
    }
    return i->status == INCIDENT_WAITING && i->first_dispatched_at == 0;
}

void decide_advice_join(struct turn *t, const struct advice_join *c)
{
    const struct joint_incident *list = c->incidents.at;

    for (uint32_t k = 0; k < c->incidents.count && t->out->count < EVENTS_MAX / 2; k++) {
        const struct incident *i = world_incident(t->world, list[k].incident);

        if (i == NULL || !waiting_is(i)) {
            continue;
        }
        bool nobody = has_nobody(i);
        uint32_t before = t->out->count;

        advise_jointly(t, i, c);
        if (nobody && t->out->count > before) {
            follow_by_rule(t, list[k].incident, before);
        }
    }
}
