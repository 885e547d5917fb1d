#include "tools/quality/policy.h"

#include "base/geo.h"
#include "dispatch/plan/joint.h"
#include "dispatch/plan/price.h"
#include "tools/quality/futures.h"
#include "tools/quality/options.h"
#include "tools/quality/oracle.h"

#include <stdlib.h>
#include <string.h>

/* The unit of the least cost, of equal ones the lower number. */
typedef uint64_t cost_fn(const struct policy_ask *ask, uint32_t unit, uint32_t eta_ms);

static uint32_t cheapest(const struct policy_ask *ask, cost_fn *cost_of)
{
    uint64_t least = UINT64_MAX;
    uint32_t best = UINT32_MAX;

    for (uint32_t u = 0; u < ask->fleet->count; u++) {
        if (ask->fleet->unit[u].away) {
            continue;
        }
        uint32_t eta_ms = fleet_eta_ms(ask->fleet, u, ask->now_ms, ask->call->at);
        uint64_t cost = eta_ms < ETA_INF_MS ? cost_of(ask, u, eta_ms) : UINT64_MAX;

        if (cost < least) {
            least = cost;
            best = u;
        }
    }
    return best;
}

static uint64_t by_road(const struct policy_ask *ask, uint32_t unit, uint32_t eta_ms)
{
    (void)ask;
    (void)unit;
    return eta_ms;
}

static uint32_t choose_by_road(const struct policy_ask *ask)
{
    return cheapest(ask, by_road);
}

static uint64_t by_line(const struct policy_ask *ask, uint32_t unit, uint32_t eta_ms)
{
    (void)eta_ms;
    return geo_distance_mm(fleet_place(ask->fleet, unit, ask->now_ms), ask->call->at);
}

static uint32_t choose_by_line(const struct policy_ask *ask)
{
    return cheapest(ask, by_line);
}

static uint32_t cover_ms(const struct policy_ask *ask, uint32_t unit)
{
    if ((ask->with & QUALITY_TIER_ONE) != 0 && !price_covers(ask->call->priority)) {
        return 0; /* as the core has it (docs/decisions/0024) */
    }
    uint64_t whole = ask->standby->whole << COVERAGE_STAKE_SHIFT;
    uint64_t stake = coverage_stake(&ask->standby->coverage, unit, STANDBY_FIVE_MINUTES);

    return price_cover_ms(stake, whole, ask->calls);
}

static uint64_t by_price(const struct policy_ask *ask, uint32_t unit, uint32_t eta_ms)
{
    return (uint64_t)eta_ms + (ask->first ? price_late_ms(eta_ms, ask->left_ms) : 0) +
           cover_ms(ask, unit);
}

/* A task and what each unit that may be sent would cost there. */
static void add_task(struct joint *j, const struct policy_ask *ask, const struct policy_waiting *t,
                     const uint32_t *cover)
{
    bool counts = t->first && t->left_ms > 0;

    if (!joint_add_slot(j, t->call->priority, counts ? (uint32_t)t->left_ms : 0, 0)) {
        return;
    }
    for (uint32_t u = 0; u < ask->fleet->count; u++) {
        uint32_t eta_ms = ask->fleet->unit[u].away
                              ? ETA_INF_MS
                              : fleet_eta_ms(ask->fleet, u, ask->now_ms, t->call->at);

        if (eta_ms < ETA_INF_MS) {
            joint_offer(j, u + 1, eta_ms + cover[u]);
        }
    }
}

/* All tasks that wait are dealt out at once, as the recommendation does (dispatch/plan/joint.h);
 * who has this one goes. */
static uint32_t choose_jointly(const struct policy_ask *ask)
{
    struct joint j = { 0 };
    struct policy_waiting own = { ask->call, ask->first, ask->left_ms };
    uint32_t *cover = calloc(ask->fleet->count, sizeof(*cover));

    must(cover != NULL);
    for (uint32_t u = 0; u < ask->fleet->count; u++) {
        cover[u] = ask->fleet->unit[u].away ? 0 : cover_ms(ask, u);
    }
    add_task(&j, ask, &own, cover);
    for (uint32_t k = 0; k < ask->waiting_count; k++) {
        add_task(&j, ask, &ask->waiting[k], cover);
    }
    free(cover);
    joint_solve(&j);
    return j.slots[0].unit == 0 ? cheapest(ask, by_price) : j.slots[0].unit - 1;
}

static uint32_t choose_by_price(const struct policy_ask *ask)
{
    return (ask->with & QUALITY_JOINT) != 0 && ask->waiting_count > 0 ? choose_jointly(ask)
                                                                      : cheapest(ask, by_price);
}

static const struct policy policies[] = {
    { "tocsin", "travel time, being late, and what the city loses meanwhile", choose_by_price,
      false, false },
    { "closest-road", "the least travel time by road", choose_by_road, false, false },
    { "closest-line", "the least distance as the crow flies", choose_by_line, false, false },
    { "oracle", "who knows all calls beforehand", oracle_choose, true, false },
    { "lookahead", "travel time, being late, and what calls like those of the past would cost",
      futures_choose, false, true },
};
#define POLICIES (sizeof(policies) / sizeof(policies[0]))

const struct policy *policy_named(const char *name)
{
    for (uint32_t i = 0; i < POLICIES; i++) {
        if (strcmp(policies[i].name, name) == 0) {
            return &policies[i];
        }
    }
    return NULL;
}

const struct policy *policy_at(uint32_t i)
{
    return i < POLICIES ? &policies[i] : NULL;
}
