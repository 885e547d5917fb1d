#include "tests/dispatch/plan/candidates.h"

const struct slot_need patrol = { .slot = 1, .police_type = POLICE_TYPE_PATROL };

struct candidate free_patrol(uint32_t unit, uint32_t eta_ms)
{
    return (struct candidate){ .unit = unit,
                               .police_type = POLICE_TYPE_PATROL,
                               .status = UNIT_AVAILABLE,
                               .barred = PASS_CHOSEN,
                               .eta_ms = eta_ms,
                               .home_zone = true };
}

struct candidate random_candidate(struct prng *p, uint32_t unit)
{
    static const uint8_t bars[] = { PASS_CHOSEN,   PASS_CHOSEN,       PASS_CHOSEN,
                                    PASS_DECLINED, PASS_ALREADY_HERE, PASS_RESERVED };
    struct candidate c = { .unit = unit };

    c.police_type = (uint8_t)(1 + prng_below(p, 3) * 4);
    c.capabilities = prng_below(p, 8);
    c.status = prng_below(p, 3) > 0 ? UNIT_AVAILABLE : (uint8_t)prng_below(p, UNIT_STATUS_COUNT);
    c.barred = bars[prng_below(p, 6)];
    c.eta_ms =
        prng_below(p, 20) == 0 ? ETA_INF_MS : (uint32_t)prng_below(p, 40) * 15000; /* many ties */
    c.position_age_ms = prng_below(p, 20) == 0 ? UINT32_MAX : (uint32_t)prng_below(p, 12) * 60000;
    c.home_zone = prng_below(p, 2) == 0;
    c.coarse = prng_below(p, 10) == 0;
    c.duty_ms = prng_below(p, 3) > 0 ? 0 : 1 + (uint32_t)prng_below(p, 60) * 60000;
    if (c.status == UNIT_ON_SCENE && prng_below(p, 2) == 0) {
        c.clear_ms = 300000 + (uint32_t)prng_below(p, 26) * 60000;
    }
    if ((c.status == UNIT_ASSIGNED || c.status == UNIT_EN_ROUTE) && prng_below(p, 3) > 0) {
        c.leaves = 1 + (uint32_t)prng_below(p, 9);
        c.leaves_tier = (uint8_t)(1 + prng_below(p, 4));
        c.leaves_ms = (uint32_t)prng_below(p, 40) * 60000;
    }
    c.stake =
        c.status == UNIT_AVAILABLE ? (uint32_t)prng_below(p, 1 + (1u << prng_below(p, 21))) : 0;
    return c;
}

void random_wanted(struct prng *p, struct candidate *c)
{
    if (c->status == UNIT_AVAILABLE && prng_below(p, 2) == 0) {
        c->wanted.incident = 1 + (uint32_t)prng_below(p, 9);
        c->wanted.slot = (uint8_t)(1 + prng_below(p, 3));
        c->wanted.late_ms = prng_below(p, 2) == 0 ? 0 : (uint32_t)prng_below(p, 30) * 60000;
        c->wanted.score_ms =
            (int32_t)prng_below(p, 40) * 30000 - (c->wanted.late_ms > 0 ? 600000 : 0);
    }
}

void random_price(struct prng *p, struct slot_need *need)
{
    if (prng_below(p, 3) == 0) {
        return;
    }
    need->price.first = prng_below(p, 3) > 0;
    need->price.limit_ms = prng_below(p, 4) == 0 ? 0 : (uint32_t)prng_below(p, 30) * 60000;
    need->price.waited_ms = (uint32_t)prng_below(p, 40) * 30000;
    need->price.calls = prng_below(p, 5) == 0 ? 0 : (uint32_t)prng_below(p, 20000);
}
