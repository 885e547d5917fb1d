#include "tools/quality/policy.h"

#include "base/geo.h"
#include "dispatch/plan/price.h"
#include "tools/quality/oracle.h"

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

static uint64_t by_price(const struct policy_ask *ask, uint32_t unit, uint32_t eta_ms)
{
    uint64_t stake = coverage_stake(&ask->standby->coverage, unit, STANDBY_FIVE_MINUTES);
    uint64_t whole = ask->standby->whole << COVERAGE_STAKE_SHIFT;

    return (uint64_t)eta_ms + (ask->first ? price_late_ms(eta_ms, ask->left_ms) : 0) +
           price_cover_ms(stake, whole, ask->calls);
}

static uint32_t choose_by_price(const struct policy_ask *ask)
{
    return cheapest(ask, by_price);
}

static const struct policy policies[] = {
    { "tocsin", "travel time, being late, and what the city loses meanwhile", choose_by_price,
      false },
    { "closest-road", "the least travel time by road", choose_by_road, false },
    { "closest-line", "the least distance as the crow flies", choose_by_line, false },
    { "oracle", "who knows all calls beforehand", oracle_choose, true },
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
