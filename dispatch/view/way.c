#include "dispatch/view/way.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/core/move.h"
#include "dispatch/view/query.h"

const char *way_state_word(enum way_state state)
{
    static const char *const words[WAY_STATE_COUNT] = {
        [WAY_FOUND] = "road",
        [WAY_LINE] = "line",
        [WAY_NONE] = "no_road",
        [WAY_THERE] = "there",
        [WAY_NO_ORDER] = "no_order",
        [WAY_NO_PLACE] = "no_place",
        [WAY_NO_POSITION] = "no_position",
    };
    return words[state];
}

/* The order that is meant; NULL with OK: the unit works on none. */
static enum err find_order(const struct reading *r, const struct unit *u,
                           const struct assignment **out, struct fault *f)
{
    const struct world *w = r->viewer.world;
    uint32_t named = 0;
    enum err err =
        query_id(r->query, "assignment", r->viewer.name, ID_LETTER_ASSIGNMENT, &named, f);
    *out = NULL;
    for (const struct assignment *a = unit_first_assignment(w, u); err == OK && a != NULL;
         a = assignment_next_of_unit(w, a)) {
        if (named != 0 ? a->id.n == named : a->active) {
            *out = a;
        }
    }
    if (err == OK && named != 0 && *out == NULL) {
        err = fault_set(f, ERR_NOT_FOUND, "the unit has no such order that is open", NULL, NULL);
    }
    return err;
}

/* Asked for the way of the order to move up: move=yes. */
static enum err find_move(const struct reading *r, const struct unit *u, struct way_asked *out,
                          struct fault *f)
{
    struct str word;
    if (!query_get(r->query, "move", &word)) {
        return OK;
    }
    if (!str_is(word, "yes")) {
        return fault_field(f, ERR_INVALID, "move", "expected yes, or to be left out");
    }
    if (!move_stands(u)) {
        return fault_set(f, ERR_NOT_FOUND, "the unit is not ordered to move up", NULL, NULL);
    }
    out->moves = true;
    out->to = (struct point){ u->move.lon_e7, u->move.lat_e7 };
    return OK;
}

/* Where the unit was last seen, else its post. False: neither. */
static bool find_from(const struct reading *r, struct way_asked *out)
{
    struct fix fix;
    if (r->live.fix != NULL && r->live.fix(r->live.arg, out->unit->id.n, &fix)) {
        out->from = fix.at;
        out->fix_at = fix.fix_at;
        return true;
    }
    out->from = (struct point){ out->unit->home_lon_e7, out->unit->home_lat_e7 };
    return out->from.lon_e7 != 0 || out->from.lat_e7 != 0;
}

/* A destination is known in words only: they may name somebody's home, and stand beside the log. */
static enum way_state find_state(const struct reading *r, struct way_asked *out)
{
    bool has_from = find_from(r, out);
    if (out->moves) {
        return !has_from                                                        ? WAY_NO_POSITION
               : out->fix_at != 0 && move_is_there(&out->unit->move, out->from) ? WAY_THERE
                                                                                : WAY_FOUND;
    }
    if (out->order == NULL) {
        return WAY_NO_ORDER;
    }
    if (out->order->status == ASSIGNMENT_ON_SCENE) {
        return WAY_THERE;
    }
    if (out->order->status == ASSIGNMENT_TRANSPORTING) {
        return WAY_NO_PLACE;
    }
    if (!show_point(&r->viewer, out->incident, &out->to)) {
        return WAY_NO_PLACE;
    }
    return has_from ? WAY_FOUND : WAY_NO_POSITION;
}

enum err read_way_asked(const struct reading *r, struct way_asked *out, struct fault *f)
{
    const struct viewer *v = &r->viewer;
    const struct unit *u = world_unit(v->world, (unit_id){ r->number });
    if (v->audience != AUDIENCE_OPERATIONS && v->audience != AUDIENCE_UNIT) {
        return fault_set(f, ERR_FORBIDDEN, "this role sees no ways of units", NULL, NULL);
    }
    if (u == NULL || (v->audience == AUDIENCE_UNIT && u->id.n != v->unit.n)) {
        return fault_set(f, ERR_NOT_FOUND, "no such unit", NULL, NULL);
    }
    *out = (struct way_asked){ .unit = u };
    enum err err = find_move(r, u, out, f);
    if (err == OK && !out->moves) {
        err = find_order(r, u, &out->order, f);
    }
    if (err != OK) {
        return err;
    }
    if (out->order != NULL) {
        out->incident = world_incident(v->world, out->order->incident);
        if (out->incident == NULL || !viewer_sees_incident(v, out->incident)) {
            return fault_set(f, ERR_NOT_FOUND, "its order is for an incident of other zones", NULL,
                             NULL);
        }
    }
    out->state = find_state(r, out);
    return OK;
}

static void put_at(struct buf *b, const char *name, struct point at)
{
    buf_text(b, ",\"");
    buf_text(b, name);
    buf_text(b, "\":{\"lon\":");
    json_out_deg(b, at.lon_e7);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, at.lat_e7);
}

static void put_from(const struct reading *r, const struct way_asked *w)
{
    int64_t age_ms = (r->live.now - w->fix_at) / US_PER_MS;
    put_at(r->out, "from", w->from);
    if (w->fix_at == 0) {
        buf_text(r->out, ",\"post\":true}");
        return;
    }
    buf_text(r->out, ",\"at\":");
    json_out_instant(r->out, w->fix_at);
    buf_text(r->out, ",\"age_ms\":");
    buf_u64(r->out, age_ms > 0 ? (uint64_t)age_ms : 0);
    buf_char(r->out, '}');
}

static void put_to(const struct reading *r, const struct way_asked *w)
{
    put_at(r->out, "to", w->to);
    if (w->moves) {
        buf_text(r->out, ",\"state\":\"known\"}");
        return;
    }
    const struct place *p = &w->incident->place;
    buf_text(r->out, ",\"state\":\"");
    buf_text(r->out, word_of(&place_state_words, p->state));
    buf_char(r->out, '"');
    if (p->radius_m > 0) {
        buf_text(r->out, ",\"radius_m\":");
        buf_u64(r->out, p->radius_m);
    }
    buf_text(r->out, p->coarse ? ",\"coarse\":true}" : "}");
}

void show_way_asked(const struct reading *r, const struct way_asked *w)
{
    struct buf *b = r->out;
    buf_text(b, "\"unit\":");
    json_out_id(b, r->viewer.name, ID_LETTER_UNIT, w->unit->id.n);
    buf_text(b, ",\"callsign\":");
    buf_json_str(b, text_str(&w->unit->callsign));
    if (w->order != NULL) {
        buf_text(b, ",\"assignment\":");
        json_out_id(b, r->viewer.name, ID_LETTER_ASSIGNMENT, w->order->id.n);
        buf_text(b, ",\"status\":\"");
        buf_text(b, word_of(&assignment_status_words, w->order->status));
        buf_text(b, "\",\"incident\":");
        json_out_id(b, r->viewer.name, ID_LETTER_INCIDENT, w->incident->id.n);
    }
    if (w->moves) {
        buf_text(b, ",\"move\":");
        buf_u64(b, w->unit->move.number);
    }
    buf_text(b, ",\"answer\":\"");
    buf_text(b, way_state_word(w->state));
    buf_char(b, '"');
    if (w->from.lon_e7 != 0 || w->from.lat_e7 != 0) {
        put_from(r, w);
    }
    if (w->to.lon_e7 != 0 || w->to.lat_e7 != 0) {
        put_to(r, w);
    }
}
