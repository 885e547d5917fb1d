/* unit.move_up: a unit that is free is ordered to stand somewhere else, so that the city is
 * covered: on a proposal of coverage or by hand. It stays available. One order at a time; to where
 * another unit moves up already only with `confirm`. Refusals: no_such_unit, not_your_unit,
 * not_your_zone, unit_off_duty, reason_needed, no_such_circle, place_needed (neither a place nor a
 * circle), move_up_stands, unit_not_free (out of service, has an order or a reservation, or calls
 * for help), nothing_changed (it stands there), move_up_there. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/advise.h"
#include "dispatch/core/move.h"
#include "dispatch/core/seats.h"

#define SIGN_STANDARD_MS 120000
#define STANDS_US (30 * US_PER_MIN) /* as far as coverage looks ahead; the way comes on top */

static const struct circle *circle_coded(const struct world *w, struct str code)
{
    for (uint32_t k = 0; k < w->circle_count; k++) {
        if (str_eq(text_str(&w->circles[k].code), code)) {
            return &w->circles[k];
        }
    }
    return NULL;
}

static const struct circle *circle_of(const struct world *w, const struct unit_move_up *c)
{
    return c->circle.len > 0 ? circle_coded(w, c->circle) : NULL;
}

/* Where to. False after refusing. */
static bool place_of(struct turn *t, const struct unit_move_up *c, struct point *at)
{
    const struct circle *k = circle_of(t->world, c);
    if (c->circle.len > 0 && k == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_CIRCLE, "circle");
        return false;
    }
    if (k == NULL && !c->has_at) {
        turn_refuse(t, REFUSED_PLACE_NEEDED, "at");
        return false;
    }
    *at = c->has_at ? c->at : (struct point){ k->lon_e7, k->lat_e7 };
    return true;
}

static bool unit_free(struct turn *t, const struct unit *u)
{
    if (move_stands(u)) {
        turn_refuse(t, REFUSED_MOVE_UP_STANDS, "unit");
        return false;
    }
    if (u->reason != UNIT_REASON_NONE || u->first_assignment != 0 || u->panic) {
        turn_refuse(t, REFUSED_UNIT_NOT_FREE, "unit");
        return false;
    }
    return true;
}

/* As coverage counts: the police together, others by their type. */
static bool same_force(const struct unit *a, const struct unit *b)
{
    return a->police_type == b->police_type ||
           (police_type_is_police(a->police_type) && police_type_is_police(b->police_type));
}

static bool others_there(const struct world *w, const struct unit *own, struct str circle,
                         struct point at)
{
    for (uint32_t k = 0; k < w->unit_count; k++) {
        const struct unit *u = &w->units[k];
        if (u->id.n != own->id.n && move_stands(u) && same_force(u, own) &&
            (move_is_there(&u->move, at) ||
             (circle.len > 0 && str_eq(text_str(&u->move.circle), circle)))) {
            return true;
        }
    }
    return false;
}

static struct unit_view view_toward(struct turn *t, const struct unit *u, struct point at)
{
    struct incident there = {
        .place = { .state = PLACE_KNOWN, .lon_e7 = at.lon_e7, .lat_e7 = at.lat_e7 }
    };
    return advise_view(t, u, &there);
}

static struct unit_move move_of(struct turn *t, const struct unit *u, const struct unit_move_up *c,
                                struct point at, uint32_t eta_ms)
{
    const struct seat *s = seats_of(t->world, text_str(&t->user->name));
    uint32_t sign_ms = t->world->plan.move_sign_ms;
    struct unit_move m = { .number = u->moves + 1,
                           .lon_e7 = at.lon_e7,
                           .lat_e7 = at.lat_e7,
                           .why = c->why,
                           .person = t->user->name,
                           .seat = s != NULL ? s->id : (seat_id){ 0 },
                           .ordered_at = t->at,
                           .eta_ms = eta_ms == ETA_INF_MS ? 0 : eta_ms };
    const struct circle *k = circle_of(t->world, c);
    struct place there = { .state = PLACE_KNOWN };
    text_set(&m.circle, c->circle);
    if (k != NULL) {
        m.name_zh = k->name_zh;
        m.name_en = k->name_en;
    }
    take_zone(t, &there, at);
    m.zone = there.zone;
    m.due_at = t->at + (int64_t)(sign_ms != 0 ? sign_ms : SIGN_STANDARD_MS) * US_PER_MS;
    m.expires_at = t->at + STANDS_US + (int64_t)m.eta_ms * US_PER_MS;
    return m;
}

static void order(struct turn *t, const struct unit *u, const struct unit_move_up *c,
                  struct point at, const struct unit_view *view, bool beside)
{
    struct event *e = turn_event(t, EVENT_UNIT_MOVE_UP_ORDERED);
    e->as.unit_move_up_ordered = (struct unit_move_up_ordered){
        .unit = u->id,
        .move = move_of(t, u, c, at, view->eta_ms),
        .lon_e7 = view->at.lon_e7,
        .lat_e7 = view->at.lat_e7,
        .position_age_ms = position_age_told(view->age_ms),
        .beside = beside,
        .has_proposal = c->has_proposal,
        .proposal = c->proposal,
    };
    text_set(&e->as.unit_move_up_ordered.engine, str_of(t->ports->engine(t->ports->arg)));
    turn_emit(t, e);
}

void decide_unit_move_up(struct turn *t, const struct unit_move_up *c)
{
    struct point at;
    const struct unit *u = turn_unit_of_zone(t, c->unit);
    if (u == NULL) {
        return;
    }
    if (!u->on_duty || c->why == MOVE_REASON_NONE) {
        turn_refuse(t, u->on_duty ? REFUSED_REASON_NEEDED : REFUSED_UNIT_OFF_DUTY,
                    u->on_duty ? "why" : "unit");
        return;
    }
    if (!place_of(t, c, &at) || !unit_free(t, u)) {
        return;
    }
    struct unit_view view = view_toward(t, u, at);
    if (view.age_ms != UINT32_MAX && geo_distance_mm(view.at, at) <= MOVE_THERE_MM) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "unit");
        return;
    }
    bool beside = others_there(t->world, u, c->circle, at);
    if (beside && !c->confirm) {
        turn_refuse(t, REFUSED_MOVE_UP_THERE, c->circle.len > 0 ? "circle" : "at");
        return;
    }
    order(t, u, c, at, &view, beside);
}
