/* What people at desks do besides what calls ask for: looking over what stands still, and the small
 * things of an ordinary day. */
#include "tools/sim/agents_state.h"

#define S US_PER_S

/* A report that nobody did anything about. */
static void review_report(struct agents *a, int64_t at, uint32_t report)
{
    struct paper *p = &a->floor.papers[report];
    uint32_t call = report < a->reports_cap ? a->report_calls[report] : 0;

    if (p->open && ++p->looked > 1) {
        enum town_end ends = call != 0 ? agents_call(a, call - 1)->ends : TOWN_SETTLE;
        enum act_kind kind = ends == TOWN_SETTLE      ? ACT_SETTLE
                             : ends == TOWN_DUPLICATE ? ACT_LINK
                                                      : ACT_OPEN;

        agents_plan(a, at + agents_between(a, 5 * S, 60 * S),
                    (struct act){ .kind = (uint8_t)kind, .of = report });
    }
}

void agents_review(struct agents *a, int64_t at)
{
    for (uint32_t i = 1; i < a->floor.paper_cap; i++) {
        review_report(a, at, i);
    }
    for (uint32_t i = 1; i < a->jobs_cap; i++) {
        const struct job *j = &a->jobs[i];

        if (!j->open || !j->ours || j->committed > 0 || j->asked || j->queued) {
            continue;
        }
        if (!j->cleared && agents_open_slot(j) != 0) {
            agents_ask(a, at, i, 5 * S, 60 * S);
        } else {
            agents_plan(a, at + agents_between(a, 5 * S, 60 * S),
                        (struct act){ .kind = ACT_CLOSE, .of = i });
        }
    }
}

void agents_everyday(struct agents *a, int64_t at, uint32_t incident)
{
    if (!a->opts.everyday) {
        return;
    }
    if (agents_chance(a, 80)) {
        agents_plan(a, at + agents_between(a, 30 * S, 300 * S),
                    (struct act){ .kind = ACT_NOTE, .of = incident });
    }
    if (agents_chance(a, 40)) {
        agents_plan(a, at + agents_between(a, 30 * S, 600 * S),
                    (struct act){ .kind = ACT_AMEND, .of = incident });
    }
    if (agents_chance(a, 10)) {
        agents_plan(a, at + agents_between(a, 30 * S, 300 * S),
                    (struct act){ .kind = ACT_RETIER, .of = incident });
    }
    if (agents_chance(a, 15)) {
        agents_plan(a, at + agents_between(a, 3 * S, 10 * S),
                    (struct act){ .kind = ACT_HOLD, .of = incident });
    }
}
