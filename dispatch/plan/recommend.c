#include "dispatch/plan/recommend.h"

#include "base/must.h"
#include "dispatch/plan/price.h"
#include "dispatch/plan/spare.h"
#include "dispatch/plan/surge.h"

#include <string.h>

#define NEXT_MAX (CONSIDERED_MAX - 1)

/* A candidate with its score, as kept while the pass runs. */
struct ranked {
    const struct candidate *unit;
    struct joint_cost cost; /* for this slot alone */
    uint8_t reason;
    bool taken;
};

/* What has to be beaten: the chosen unit, or leaving the slot empty. */
struct rival {
    bool is;
    uint32_t unit; /* UINT32_MAX: nobody */
    struct joint_cost cost;
};

/* The best others in order. */
struct ranking {
    struct ranked next[NEXT_MAX];
    uint32_t next_count;
};

static uint32_t zone_ms(const struct candidate *c)
{
    return c->home_zone ? 0 : RECOMMEND_ZONE_MS;
}

static uint32_t doubt_ms(const struct candidate *c)
{
    if (c->coarse) {
        return RECOMMEND_DOUBT_MAX_MS;
    }
    if (c->position_age_ms <= RECOMMEND_AGE_FRESH_MS) {
        return 0;
    }
    uint32_t doubt = (c->position_age_ms - RECOMMEND_AGE_FRESH_MS) / RECOMMEND_AGE_PARTS;

    return doubt < RECOMMEND_DOUBT_MAX_MS ? doubt : RECOMMEND_DOUBT_MAX_MS;
}

/* When it would be there. */
static uint32_t there_ms(const struct candidate *c)
{
    return c->eta_ms + c->clear_ms;
}

static uint32_t duty_part_ms(const struct slot_need *need, const struct candidate *c)
{
    return spare_duty_ms(c->duty_ms, there_ms(c), need->work_ms);
}

static uint32_t leave_part_ms(const struct slot_need *need, const struct candidate *c)
{
    return c->leaves == 0 ? 0 : spare_leave_ms(need->tier, c->leaves_tier, c->leaves_ms);
}

static uint32_t late_part_ms(const struct slot_need *need, const struct candidate *c)
{
    const struct slot_price *p = &need->price;

    return p->first && p->limit_ms != 0
               ? price_late_ms(there_ms(c), (int64_t)p->limit_ms - p->waited_ms)
               : 0;
}

static uint32_t cover_part_ms(const struct slot_need *need, const struct candidate *c)
{
    return price_covers(need->tier)
               ? price_cover_ms(c->stake, UINT64_C(1) << PRICE_STAKE_SHIFT, need->price.calls)
               : 0;
}

static uint32_t score_of(const struct slot_need *need, const struct candidate *c)
{
    return there_ms(c) + zone_ms(c) + doubt_ms(c) + duty_part_ms(need, c) + leave_part_ms(need, c) +
           late_part_ms(need, c) + cover_part_ms(need, c);
}

struct joint_cost recommend_cost(const struct slot_need *need, const struct candidate *c, bool all)
{
    const struct slot_price *p = &need->price;
    int64_t late = (int64_t)there_ms(c) + p->waited_ms - p->limit_ms;
    bool counts = need->joint && p->limit_ms != 0 && late > 0;

    return (struct joint_cost){
        .late = (counts ? late * joint_weight(need->tier) : 0) + (all ? c->wanted.late_ms : 0),
        .time = (int64_t)score_of(need, c) + (all ? c->wanted.score_ms : 0),
    };
}

struct joint_cost recommend_leave_cost(const struct slot_need *need)
{
    const struct surge_slot slot = { .tier = need->tier,
                                     .limit_ms = need->price.limit_ms,
                                     .waited_ms = need->price.waited_ms };

    return surge_nobody(&slot);
}

static bool less(struct joint_cost a, uint32_t unit_a, struct joint_cost b, uint32_t unit_b)
{
    if (a.late != b.late) {
        return a.late < b.late;
    }
    return a.time < b.time || (a.time == b.time && unit_a < unit_b);
}

/* What is still too much, once it is on the spot. */
static uint32_t beyond_ms(struct joint_cost least, struct joint_cost best, bool tie)
{
    int64_t late = least.late - best.late;
    int64_t more = late > 0 ? late : least.time - best.time + (tie ? 1 : 0);

    return more > ETA_INF_MS ? ETA_INF_MS : (uint32_t)more;
}

uint32_t recommend_flip_ms(const struct slot_need *need, const struct candidate *c,
                           uint32_t best_unit, struct joint_cost best)
{
    struct candidate nearer = *c;
    uint32_t low = 0;
    uint32_t high = c->eta_ms;

    if (less(recommend_cost(need, c, true), c->unit, best, best_unit)) {
        return 0;
    }
    nearer.eta_ms = 0;
    struct joint_cost least = recommend_cost(need, &nearer, true);

    if (!less(least, c->unit, best, best_unit)) {
        return c->eta_ms + beyond_ms(least, best, c->unit > best_unit);
    }
    while (high - low > 1) { /* `high` would do, `low` would not */
        uint32_t fall = low + (high - low) / 2;

        nearer.eta_ms = c->eta_ms - fall;
        if (less(recommend_cost(need, &nearer, true), c->unit, best, best_unit)) {
            high = fall;
        } else {
            low = fall;
        }
    }
    return high;
}

/* In which order they are told: as if each were for this slot alone. */
static bool before(const struct ranked *a, const struct ranked *b)
{
    return less(a->cost, a->unit->unit, b->cost, b->unit->unit);
}

static bool is_taken(uint32_t unit, const uint32_t *taken, uint32_t taken_n)
{
    for (uint32_t i = 0; i < taken_n; i++) {
        if (taken[i] == unit) {
            return true;
        }
    }
    return false;
}

static enum pass_reason reason_of_status(uint8_t status)
{
    switch ((enum unit_status)status) {
    case UNIT_OFF_DUTY:
        return PASS_OFF_DUTY;
    case UNIT_AVAILABLE:
        return PASS_CHOSEN;
    case UNIT_UNAVAILABLE:
        return PASS_UNAVAILABLE;
    case UNIT_ASSIGNED:
    case UNIT_EN_ROUTE:
    case UNIT_STAGED:
    case UNIT_ON_SCENE:
    case UNIT_TRANSPORTING:
        return PASS_BUSY;
    case UNIT_STATUS_COUNT:
        break;
    }
    must(!"unit status");
    return PASS_UNAVAILABLE;
}

/* Whether the unit could go, as far as the unit itself is concerned. */
static enum pass_reason reason_of(const struct slot_need *need, const struct candidate *c)
{
    enum pass_reason r = reason_of_status(c->status);

    if (r == PASS_BUSY && c->leaves != 0 && spare_may_leave(need->tier, c->leaves_tier)) {
        r = PASS_DIVERTIBLE;
    } else if (r == PASS_BUSY && c->clear_ms != 0) {
        r = PASS_SOON_FREE;
    }
    bool could = r == PASS_CHOSEN || r == PASS_DIVERTIBLE || r == PASS_SOON_FREE;

    return could && spare_duty_over(need->tier, c->duty_ms, there_ms(c)) ? PASS_DUTY_ENDS : r;
}

static bool right_type(const struct slot_need *need, const struct candidate *c)
{
    if (need->police_type != POLICE_TYPE_NONE) {
        return c->police_type == need->police_type;
    }
    /* A need that names neither police type nor capability asks for a police officer, not for a
     * partner. */
    return need->capability.len > 0 || police_type_is_police(c->police_type);
}

/* Why the unit can never stand beside the choice: wrong kind, not on duty, or no travel time.
 * PASS_CHOSEN: it can. */
static enum pass_reason unfit(const struct slot_need *need, uint64_t capability_bit,
                              const struct candidate *c)
{
    if (!right_type(need, c)) {
        return PASS_WRONG_TYPE;
    }
    if (need->capability.len > 0 && (c->capabilities & capability_bit) == 0) {
        return PASS_NO_CAPABILITY;
    }
    if (c->status == UNIT_OFF_DUTY) {
        return PASS_OFF_DUTY;
    }
    if (c->position_age_ms == UINT32_MAX && !c->coarse) {
        return PASS_NO_POSITION;
    }
    return c->eta_ms >= ETA_INF_MS ? PASS_UNREACHABLE : PASS_CHOSEN;
}

/* Keeps `r` among the next 8 when it is good enough; what falls out is counted. */
static void keep_next(struct ranking *k, const struct ranked *r, struct slot_choice *out)
{
    uint32_t at = k->next_count;

    if (at == NEXT_MAX) {
        if (!before(r, &k->next[NEXT_MAX - 1])) {
            out->passed[r->reason]++;
            return;
        }
        out->passed[k->next[NEXT_MAX - 1].reason]++;
        at--;
    } else {
        k->next_count++;
    }
    while (at > 0 && before(r, &k->next[at - 1])) {
        k->next[at] = k->next[at - 1];
        at--;
    }
    k->next[at] = *r;
}

static void write_considered(const struct slot_need *need, const struct ranked *r,
                             const struct rival *rival, struct slot_choice *out)
{
    struct considered *row = &out->considered[out->considered_count++];
    const struct candidate *c = r->unit;

    *row = (struct considered){ .unit = c->unit,
                                .reason = r->reason,
                                .status = c->status,
                                .eta_ms = c->eta_ms,
                                .at = c->at,
                                .position_age_ms = c->position_age_ms,
                                .score_ms = score_of(need, c),
                                .score_zone_ms = zone_ms(c),
                                .score_age_ms = doubt_ms(c),
                                .barred = c->barred,
                                .taken = r->taken,
                                .home_zone = c->home_zone,
                                .duty_ms = c->duty_ms,
                                .clear_ms = c->clear_ms,
                                .leaves = c->leaves,
                                .leaves_ms = c->leaves_ms,
                                .leaves_tier = c->leaves_tier,
                                .score_duty_ms = duty_part_ms(need, c),
                                .score_leave_ms = leave_part_ms(need, c),
                                .stake = c->stake,
                                .score_late_ms = late_part_ms(need, c),
                                .score_cover_ms = cover_part_ms(need, c),
                                .wanted = c->wanted };
    if (rival->is && rival->unit != c->unit) {
        row->flip_ms = recommend_flip_ms(need, c, rival->unit, rival->cost);
    }
}

bool recommend_is_kept(struct str weights)
{
    return !str_is(weights, "w1") && !str_is(weights, "w2") &&
           !str_is(weights, RECOMMEND_WEIGHTS_BEFORE) && !str_is(weights, RECOMMEND_WEIGHTS_ALONE);
}

bool recommend_could(const struct slot_need *need, uint64_t capability_bit,
                     const struct candidate *c, uint32_t *score_ms)
{
    if (unfit(need, capability_bit, c) != PASS_CHOSEN || c->barred != PASS_CHOSEN ||
        reason_of(need, c) != PASS_CHOSEN) {
        return false;
    }
    *score_ms = score_of(need, c);
    return true;
}

/* Why it cannot be chosen, if it cannot; PASS_CHOSEN: it can. */
static enum pass_reason barred_by(const struct slot_need *need, const struct candidate *c,
                                  bool gone)
{
    if (c->barred != PASS_CHOSEN) {
        must(c->barred < PASS_REASON_COUNT && c->barred != PASS_SLOWER);
        return (enum pass_reason)c->barred;
    }
    if (gone) {
        return c->wanted.incident != 0 ? PASS_WANTED : PASS_TAKEN;
    }
    return reason_of(need, c);
}

static struct rival best_of(const struct slot_need *need, uint64_t capability_bit,
                            const struct candidate *candidates, uint32_t n, const uint32_t *taken,
                            uint32_t taken_n)
{
    struct rival best = { .is = need->leave, .unit = UINT32_MAX };

    if (need->leave) {
        best.cost = recommend_leave_cost(need);
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct candidate *c = &candidates[i];

        if (unfit(need, capability_bit, c) != PASS_CHOSEN ||
            barred_by(need, c, is_taken(c->unit, taken, taken_n)) != PASS_CHOSEN) {
            continue;
        }
        struct joint_cost cost = recommend_cost(need, c, true);

        if (!best.is || less(cost, c->unit, best.cost, best.unit)) {
            best = (struct rival){ .is = true, .unit = c->unit, .cost = cost };
        }
    }
    return best;
}

/* Why a free unit is not the one: it is better here, but would be missed more elsewhere; or not. */
static enum pass_reason passed_by(const struct slot_need *need, const struct candidate *c,
                                  const struct rival *best)
{
    bool better = c->wanted.incident != 0 &&
                  less(recommend_cost(need, c, false), c->unit, best->cost, best->unit);

    return better ? PASS_WANTED : PASS_SLOWER;
}

void recommend_slot(const struct slot_need *need, uint64_t capability_bit,
                    const struct candidate *candidates, uint32_t n, const uint32_t *taken,
                    uint32_t taken_n, struct slot_choice *out)
{
    const struct rival best = best_of(need, capability_bit, candidates, n, taken, taken_n);
    struct ranking k = { .next_count = 0 };

    memset(out, 0, sizeof(*out));
    out->slot = need->slot;
    out->police_type = need->police_type;
    out->capability = need->capability;
    out->tier = need->tier;
    out->work_ms = need->work_ms;
    out->price = need->price;
    out->joint = need->joint;
    out->leave = need->leave;
    for (uint32_t i = 0; i < n; i++) {
        const struct candidate *c = &candidates[i];
        enum pass_reason reason = unfit(need, capability_bit, c);

        if (reason != PASS_CHOSEN) {
            out->passed[reason]++;
            continue;
        }
        bool gone = is_taken(c->unit, taken, taken_n);

        reason = barred_by(need, c, gone);
        struct ranked r = { .unit = c, .cost = recommend_cost(need, c, false), .taken = gone };

        if (best.is && c->unit == best.unit) {
            out->chosen = c->unit;
            write_considered(need, &r, &best, out);
        } else {
            r.reason = (uint8_t)(reason == PASS_CHOSEN ? passed_by(need, c, &best) : reason);
            keep_next(&k, &r, out);
        }
    }
    for (uint32_t i = 0; i < k.next_count; i++) {
        write_considered(need, &k.next[i], &best, out);
    }
}

/* The unit as it was. Kind and capability are its slot's, else it would not have been considered.
 */
static struct candidate as_it_was(const struct slot_choice *s, const struct considered *c,
                                  bool coarse)
{
    bool seen = c->position_age_ms != 0;

    return (struct candidate){
        .unit = c->unit,
        .police_type = s->police_type != POLICE_TYPE_NONE ? s->police_type : POLICE_TYPE_PATROL,
        .capabilities = UINT64_MAX,
        .status = c->status,
        .barred = c->barred,
        .eta_ms = c->eta_ms,
        .position_age_ms = seen ? c->position_age_ms : UINT32_MAX,
        .at = c->at,
        .home_zone = c->home_zone,
        .coarse = coarse || !seen,
        .duty_ms = c->duty_ms,
        .clear_ms = c->clear_ms,
        .leaves = c->leaves,
        .leaves_ms = c->leaves_ms,
        .leaves_tier = c->leaves_tier,
        .stake = c->stake,
        .wanted = c->wanted,
    };
}

/* What a unit can be barred by; the other reasons are found by the choice itself. */
static bool bar_possible(uint8_t barred)
{
    return barred == PASS_CHOSEN || barred == PASS_ALREADY_HERE || barred == PASS_DECLINED ||
           barred == PASS_RESERVED;
}

static bool input_possible(const struct considered *c)
{
    bool leaves = c->status == UNIT_ASSIGNED || c->status == UNIT_EN_ROUTE;
    bool clears = c->status == UNIT_ON_SCENE && c->clear_ms <= SPARE_SOON_MS;

    return bar_possible(c->barred) && c->status < UNIT_STATUS_COUNT && c->eta_ms < ETA_INF_MS &&
           (c->leaves == 0 || leaves) && (c->clear_ms == 0 || clears) &&
           c->stake <= UINT32_C(1) << PRICE_STAKE_SHIFT;
}

bool recommend_again(const struct slot_choice *stored, bool coarse, struct slot_choice *out)
{
    const struct slot_need need = { .slot = stored->slot,
                                    .police_type = stored->police_type,
                                    .capability = stored->capability,
                                    .tier = stored->tier,
                                    .work_ms = stored->work_ms,
                                    .price = stored->price,
                                    .joint = stored->joint,
                                    .leave = stored->leave };
    struct candidate all[CONSIDERED_MAX];
    uint32_t taken[CONSIDERED_MAX];
    uint32_t taken_n = 0;

    must(stored->considered_count <= CONSIDERED_MAX);
    for (uint32_t i = 0; i < stored->considered_count; i++) {
        const struct considered *c = &stored->considered[i];

        if (!input_possible(c)) {
            return false;
        }
        all[i] = as_it_was(stored, c, coarse);
        if (c->taken) {
            taken[taken_n++] = c->unit;
        }
    }
    recommend_slot(&need, UINT64_MAX, all, stored->considered_count, taken, taken_n, out);
    return true;
}

bool recommend_again_w3(const struct slot_choice *stored, bool coarse, struct slot_choice *out)
{
    struct slot_choice plain = *stored;

    plain.price = (struct slot_price){ .first = false };
    plain.joint = plain.leave = false;
    if (!recommend_again(&plain, coarse, out)) {
        return false;
    }
    const struct considered *best = &out->considered[0];

    for (uint32_t i = 1; out->chosen != 0 && i < out->considered_count; i++) {
        struct considered *c = &out->considered[i];
        uint32_t tie = c->unit > best->unit ? 1 : 0;

        c->flip_ms = c->score_ms + tie > best->score_ms ? c->score_ms - best->score_ms + tie : 0;
    }
    return true;
}

const char *recommend_differs(const struct slot_choice *a, const struct slot_choice *b)
{
    if (a->chosen != b->chosen) {
        return "chosen";
    }
    if (a->considered_count != b->considered_count) {
        return "considered";
    }
    for (uint32_t i = 0; i < a->considered_count; i++) {
        const struct considered *x = &a->considered[i];
        const struct considered *y = &b->considered[i];
        const char *what = x->unit != y->unit                       ? "unit"
                           : x->reason != y->reason                 ? "reason"
                           : x->score_ms != y->score_ms             ? "score_ms"
                           : x->score_zone_ms != y->score_zone_ms   ? "score_zone_ms"
                           : x->score_age_ms != y->score_age_ms     ? "score_age_ms"
                           : x->score_duty_ms != y->score_duty_ms   ? "score_duty_ms"
                           : x->score_leave_ms != y->score_leave_ms ? "score_leave_ms"
                           : x->score_late_ms != y->score_late_ms   ? "score_late_ms"
                           : x->score_cover_ms != y->score_cover_ms ? "score_cover_ms"
                           : x->flip_ms != y->flip_ms               ? "flip_ms"
                                                                    : NULL;

        if (what != NULL) {
            return what;
        }
    }
    return NULL;
}
