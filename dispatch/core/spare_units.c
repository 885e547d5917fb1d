#include "dispatch/core/spare_units.h"

#include "base/must.h"
#include "dispatch/core/order.h"
#include "dispatch/plan/joint.h"
#include "dispatch/plan/recommend.h"
#include "dispatch/plan/spare.h"

uint32_t spare_duty_left(const struct unit *u, int64_t now)
{
    int64_t left = (u->duty_until - now) / US_PER_MS;
    if (u->duty_until == 0) {
        return 0;
    }
    return left < 1 ? 1 : left > ETA_INF_MS ? ETA_INF_MS : (uint32_t)left;
}

uint32_t spare_clears(const struct world *w, const struct unit *u, int64_t now)
{
    const struct assignment *a = u->status == UNIT_ON_SCENE ? unit_active(w, u) : NULL;
    if (a == NULL) {
        return 0;
    }
    for (const struct assignment *o = unit_first_assignment(w, u); o != NULL;
         o = assignment_next_of_unit(w, o)) {
        if (o != a) {
            return 0; /* more waits for it there */
        }
    }
    return spare_clear_ms(a->free_at, now);
}

/* The order that the unit could leave for `i`; NULL: none. Who takes over from others stays with
 * that, and nobody is turned round twice. */
static const struct assignment *could_leave(const struct world *w, const struct incident *i,
                                            const struct unit *u)
{
    bool on_way = u->status == UNIT_ASSIGNED || u->status == UNIT_EN_ROUTE;
    const struct assignment *a = on_way ? unit_active(w, u) : NULL;
    if (a == NULL || !order_committed(a) || a->relieves.n != 0 || a->diverted_from.n != 0) {
        return NULL;
    }
    const struct incident *from = world_incident(w, a->incident);
    must(from != NULL);
    bool less = spare_may_leave(i->tier, from->tier) && !from->panic;
    return less && place_has_point(&from->place) ? a : NULL;
}

/* What the order asks for; one beside the plan asks for another of the same kind. */
static struct requirement asked_of(const struct world *w, const struct assignment *a)
{
    const struct incident *from = world_incident(w, a->incident);
    const struct unit *u = world_unit(w, a->unit);
    for (uint32_t k = 0; k < from->requirement_count; k++) {
        if (from->requirements[k].slot == a->slot) {
            return from->requirements[k];
        }
    }
    return (struct requirement){ .police_type = u->police_type };
}

/* Free units that could take an order by what they are, and how long they take to it. */
struct free_units {
    const struct unit *unit[ADVISE_AT_ONCE];
    struct point at[ADVISE_AT_ONCE];
    uint32_t ms[ADVISE_AT_ONCE];
    uint32_t count;
};

/* The next of them from unit `k` on. Returns where to go on. */
static uint32_t list_free(const struct asking *ask, const struct incident *from,
                          const struct requirement *asked, uint32_t k, struct free_units *out)
{
    const struct world *w = ask->world;
    const struct point to = { from->place.lon_e7, from->place.lat_e7 };
    out->count = 0;
    for (; k < w->unit_count && out->count < ADVISE_AT_ONCE; k++) {
        const struct unit *u = &w->units[k];
        if (u->status == UNIT_AVAILABLE && order_fits(w, u, asked)) {
            out->unit[out->count] = u;
            out->at[out->count++] = advise_standing(ask, u, from).at;
        }
    }
    must(place_has_point(&from->place)); /* nobody leaves an order to nowhere */
    ports_travel_table(ask->ports, out->at, out->count, &to, 1, out->ms);
    return k;
}

/* The travel time of the `rank`th nearest free unit that could take the order; ETA_INF_MS: there
 * are not so many. */
static uint32_t next_ms(const struct asking *ask, const struct assignment *a, uint32_t rank)
{
    const struct world *w = ask->world;
    const struct incident *from = world_incident(w, a->incident);
    struct requirement asked = asked_of(w, a);
    struct slot_need need = advise_need(w, from, &asked, NULL);
    uint64_t bit = advise_capability(w, &asked);
    uint32_t best[REQUIREMENTS_MAX];
    struct free_units f;
    must(rank >= 1 && rank <= REQUIREMENTS_MAX);
    for (uint32_t k = 0; k < rank; k++) {
        best[k] = ETA_INF_MS;
    }
    for (uint32_t k = 0; k < w->unit_count;) {
        k = list_free(ask, from, &asked, k, &f);
        for (uint32_t n = 0; n < f.count; n++) {
            uint32_t score;
            uint32_t at = rank - 1;
            if (f.ms[n] >= best[at]) {
                continue;
            }
            struct candidate c = advise_standing(ask, f.unit[n], from);
            c.eta_ms = f.ms[n];
            if (!recommend_could(&need, bit, &c, &score)) {
                continue;
            }
            for (; at > 0 && best[at - 1] > c.eta_ms; at--) {
                best[at] = best[at - 1];
            }
            best[at] = c.eta_ms;
        }
    }
    return best[rank - 1];
}

static void price(const struct asking *ask, const struct assignment *a, uint32_t slots,
                  struct candidate *c)
{
    const struct world *w = ask->world;
    const struct incident *from = world_incident(w, a->incident);
    uint32_t own = advise_candidate(ask, world_unit(w, a->unit), from).eta_ms;
    uint32_t next = next_ms(ask, a, slots);
    uint32_t later = next > own ? next - own : 0;
    c->leaves = from->id.n;
    c->leaves_tier = from->tier;
    c->leaves_ms = later < SPARE_NOBODY_MS ? later : SPARE_NOBODY_MS;
}

/* Whether for each open slot a free unit that can do what this one can is as near: then nobody
 * would be diverted. */
static bool free_as_near(const struct candidate *c, uint32_t slots, const struct candidate *all,
                         uint32_t count)
{
    uint32_t as_near = 0;
    for (uint32_t k = 0; k < count && as_near < slots; k++) {
        const struct candidate *f = &all[k];
        bool can = f->status == UNIT_AVAILABLE && f->barred == PASS_CHOSEN && f->duty_ms == 0 &&
                   f->police_type == c->police_type && (c->capabilities & ~f->capabilities) == 0;
        as_near += can && f->eta_ms <= c->eta_ms ? 1 : 0;
    }
    return as_near >= slots;
}

void spare_price(const struct asking *ask, const struct incident *i, uint32_t slots,
                 struct candidate *all, uint32_t count)
{
    struct candidate *near[SPARE_PRICED_MAX];
    uint32_t n = 0;
    if (slots == 0 || !spare_may_leave(i->tier, JOINT_TIERS)) {
        return;
    }
    for (uint32_t k = 0; k < count; k++) {
        struct candidate *c = &all[k];
        bool nearer = n < SPARE_PRICED_MAX || c->eta_ms < near[n - 1]->eta_ms;
        if (c->barred != PASS_CHOSEN || c->eta_ms >= ETA_INF_MS || !nearer ||
            could_leave(ask->world, i, world_unit(ask->world, (unit_id){ c->unit })) == NULL) {
            continue;
        }
        uint32_t at = n < SPARE_PRICED_MAX ? n++ : n - 1;
        for (; at > 0 && near[at - 1]->eta_ms > c->eta_ms; at--) {
            near[at] = near[at - 1];
        }
        near[at] = c;
    }
    for (uint32_t k = 0; k < n; k++) {
        const struct unit *u = world_unit(ask->world, (unit_id){ near[k]->unit });
        if (!free_as_near(near[k], slots, all, count)) {
            price(ask, could_leave(ask->world, i, u), slots, near[k]);
        }
    }
}
