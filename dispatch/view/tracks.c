/* Who may read where units were, and of which windows of time: a unit's day, or the units of one
 * incident while they worked on it. */
#include "dispatch/view/lists.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/model/access.h"
#include "dispatch/view/query.h"

#define FAR_US (INT64_C(253402300799) * US_PER_S) /* no end yet: the year 9999 */
#define WINDOWS_MAX 512u

static bool zone_open(const struct world *w, const struct user *u, zone_id zone)
{
    for (uint32_t k = 0; k < u->zone_count; k++) {
        if (world_zone_within(w, zone, u->zones[k])) {
            return true;
        }
    }
    return u->all_zones || zone.n == 0;
}

/* Nobody breaks a glass here: an officer's way is looked at by who answers for it. */
static enum err may_read(const struct reading *r, const struct user *u, struct access *out,
                         struct fault *f)
{
    if (u->role != ROLE_COMMANDER && u->role != ROLE_AUDITOR) {
        return fault_set(f, ERR_FORBIDDEN, "tracks are open to a commander and an auditor", NULL,
                         NULL);
    }
    enum err err = read_access_asked(r, out, f);
    if (err == OK && out->reason.len == 0) {
        err = fault_field(f, ERR_INVALID, "reason", "who reads a track gives a reason");
    }
    out->glass = false;
    return err;
}

/* The instant at which a local clock shows `local`; twice, since the offset is that of the result.
 */
static int64_t utc_of_local(const struct world *w, int64_t local)
{
    int64_t at = local;
    for (int k = 0; k < 2; k++) {
        at = local - (world_local(w, at) - at);
    }
    return at;
}

/* "2026-11-24": the day of the city's own time. */
static enum err read_date(const struct reading *r, struct str *text, int64_t *from, int64_t *to,
                          struct fault *f)
{
    char whole[] = "0000-00-00T00:00:00Z";
    int64_t local = 0;
    if (!query_get(r->query, "date", text) || text->len != 10) {
        return fault_field(f, ERR_INVALID, "date", "expected a day as in 2026-11-24");
    }
    memcpy(whole, text->at, 10);
    if (instant_read(whole, sizeof(whole) - 1, &local) != 0) {
        return fault_field(f, ERR_INVALID, "date", "expected a day as in 2026-11-24");
    }
    *from = utc_of_local(r->viewer.world, local);
    *to = utc_of_local(r->viewer.world, local + US_PER_DAY);
    return OK;
}

static bool number_to(struct str *s, char end, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;
    size_t k = 0;
    for (; k < s->len && s->at[k] >= '0' && s->at[k] <= '9' && k < 19; k++) {
        v = v * 10 + (uint64_t)(s->at[k] - '0');
    }
    if (k == 0 || v > max || (end != '\0' ? k >= s->len || s->at[k] != end : k != s->len)) {
        return false;
    }
    *s = (struct str){ s->at + k + (end != '\0' ? 1 : 0), s->len - k - (end != '\0' ? 1 : 0) };
    *out = v;
    return true;
}

/* "12:1795521600000000", as the page before had it in `next`. */
static enum err put_cursor(const struct reading *r, struct fault *f)
{
    struct str text;
    uint64_t unit = 0;
    uint64_t at = 0;
    if (query_get(r->query, "cursor", &text) &&
        !(number_to(&text, ':', UINT32_MAX, &unit) && number_to(&text, '\0', FAR_US, &at))) {
        return fault_field(f, ERR_INVALID, "cursor", "expected what the page before has in next");
    }
    buf_fmt(r->out, " %llu:%llu", (unsigned long long)unit, (unsigned long long)at);
    return OK;
}

static void put_window(struct buf *b, unit_id unit, int64_t from, int64_t to)
{
    buf_fmt(b, " %u:%lld:%lld", unit.n, (long long)from, (long long)to);
}

static void put_front(const struct reading *r, const struct access *a, char letter, uint32_t n)
{
    access_put(r->out, a);
    buf_fmt(r->out, "\n" STR_FMT "-%c%u", STR_ARG(r->viewer.name), letter, n);
}

enum err read_track_refs(const struct reading *r, const struct user *user, struct fault *f)
{
    const struct unit *u = world_unit(r->viewer.world, (unit_id){ r->number });
    struct access access;
    struct str date;
    int64_t from = 0;
    int64_t to = 0;
    enum err err = may_read(r, user, &access, f);
    if (err == OK && (u == NULL || !zone_open(r->viewer.world, user, u->zone))) {
        err = fault_set(f, ERR_NOT_FOUND, "there is no such unit", NULL, NULL);
    }
    err = err == OK ? read_date(r, &date, &from, &to, f) : err;
    if (err != OK) {
        return err;
    }
    put_front(r, &access, ID_LETTER_UNIT, u->id.n);
    buf_fmt(r->out, " " STR_FMT, STR_ARG(date));
    err = put_cursor(r, f);
    put_window(r->out, u->id, from, to);
    return err;
}

/* From its order on, or from where it was first seen at work without one. */
static int64_t began(const struct assignment *a)
{
    const int64_t steps[] = { a->dispatched_at, a->acknowledged_at, a->en_route_at, a->staged_at,
                              a->on_scene_at };
    for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
        if (steps[k] != 0) {
            return steps[k];
        }
    }
    return 0;
}

/* Zones whose incidents the user sees, by number; "*": all of them. */
static void put_zones(struct buf *b, const struct world *w, const struct user *u)
{
    bool any = false;
    if (u->all_zones) {
        buf_char(b, '*');
        return;
    }
    for (uint32_t k = 1; k <= w->zone_count; k++) {
        if (zone_open(w, u, (zone_id){ k })) {
            buf_fmt(b, any ? ",%u" : "%u", k);
            any = true;
        }
    }
    buf_text(b, any ? "" : "0");
}

/* One that is not in memory any more: who reads it for the user looks up its zone and its units. */
static void put_departed(const struct reading *r, const struct user *user, const struct access *a)
{
    put_front(r, a, ID_LETTER_INCIDENT, r->number);
    buf_text(r->out, " past:");
    put_zones(r->out, r->viewer.world, user);
}

enum err read_tracks_refs(const struct reading *r, const struct user *user, struct fault *f)
{
    const struct world *w = r->viewer.world;
    const struct incident *i = world_incident(w, (incident_id){ r->number });
    struct access access;
    uint32_t count = 0;
    enum err err = may_read(r, user, &access, f);
    bool gone = i == NULL && r->number != 0 && r->number < w->next_incident;
    if (err == OK && !gone && (i == NULL || !zone_open(w, user, i->place.zone))) {
        err = fault_set(f, ERR_NOT_FOUND, "there is no such incident", NULL, NULL);
    }
    if (err == OK && gone) {
        put_departed(r, user, &access);
        return put_cursor(r, f);
    }
    if (err != OK) {
        return err;
    }
    put_front(r, &access, ID_LETTER_INCIDENT, i->id.n);
    buf_text(r->out, " -");
    err = put_cursor(r, f);
    for (const struct assignment *a = incident_first_assignment(w, i);
         a != NULL && count < WINDOWS_MAX; a = assignment_next(w, a)) {
        if (a->unit.n != 0 && began(a) != 0) {
            put_window(r->out, a->unit, began(a), a->ended_at != 0 ? a->ended_at : FAR_US);
            count++;
        }
    }
    return err;
}
