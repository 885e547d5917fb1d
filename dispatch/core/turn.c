#include "dispatch/core/turn.h"

#include "base/must.h"
#include "dispatch/core/command_ids.h"
#include "dispatch/core/evolve.h"

void turn_refuse(struct turn *t, enum refusal why, const char *field)
{
    must(t->out->count == 0);
    must(why != REFUSED_NOT);
    t->out->refusal = why;
    t->out->field = field;
}

void turn_refuse_fault(struct turn *t, enum refusal why)
{
    must(t->out->fault.err != OK);
    turn_refuse(t, why, t->out->fault.field);
}

struct event *turn_event(struct turn *t, enum event_kind kind)
{
    must(t->out->count < EVENTS_MAX);
    must(t->out->refusal == REFUSED_NOT);
    struct event *e = &t->out->events[t->out->count];
    memset(e, 0, sizeof(*e));
    e->kind = kind;
    return e;
}

void turn_emit(struct turn *t, const struct event *e)
{
    must(e == &t->out->events[t->out->count]);
    if (t->out->count == 0) {
        evolve_begin(t->world, t->world->seq + 1, t->at);
        t->out->seq = t->world->seq;
    }
    t->out->count++;
    evolve(t->world, e);
}

struct sealed turn_seal_value(struct turn *t, const struct personal_in *in, const char *kind)
{
    if (in->value.len == 0) {
        return (struct sealed){ 0 };
    }
    must(t->out->personal_count < PERSONAL_MAX);
    uint64_t ref = t->next_ref++;
    t->out->personal[t->out->personal_count++] =
        (struct personal_out){ .ref = ref, .in = in, .kind = kind };
    return (struct sealed){ .ref = ref, .hash = in->hash };
}

struct sealed turn_seal_text(struct turn *t, struct str value, const char *kind)
{
    struct personal_in *in = arena_alloc(t->arena, sizeof(*in));
    must(in != NULL);
    in->value = arena_str(t->arena, value);
    must(in->value.at != NULL);
    /* One random salt a command, made different for each value by its reference. */
    memcpy(in->salt, t->command->salt, sizeof(in->salt));
    uint64_t ref = t->next_ref;
    for (size_t i = 0; i < sizeof(ref); i++) {
        in->salt[i] ^= (uint8_t)(ref >> (8 * i));
    }
    hash_sha256((struct str){ .at = (const char *)in->salt, .len = sizeof(in->salt) }, in->value,
                &in->hash);
    return turn_seal_value(t, in, kind);
}

static void put_degrees(struct buf *b, int32_t e7)
{
    int64_t v = e7;
    if (v < 0) {
        buf_char(b, '-');
        v = -v;
    }
    buf_u64(b, (uint64_t)(v / DEG_E7));
    buf_char(b, '.');
    for (int64_t unit = DEG_E7 / 10; unit > 0; unit /= 10) {
        buf_char(b, (char)('0' + v / unit % 10));
    }
}

void turn_put_point(struct buf *b, int32_t lon_e7, int32_t lat_e7)
{
    put_degrees(b, lon_e7);
    buf_char(b, ',');
    put_degrees(b, lat_e7);
}

static void put_zone(struct buf *b, const struct world *w, zone_id zone)
{
    const struct zone *z = world_zone(w, zone);
    buf_text(b, z == NULL ? "no zone" : "");
    buf_add(b, z != NULL ? z->code.at : "", z != NULL ? z->code.len : 0);
}

#define ZONES_SAID 4

/* not_your_zone with what was expected: "outside A1, A2", "unit S-02 is of B1, expected: A1, A2".
 */
static void refuse_zone(struct turn *t, const char *field, const struct unit *u)
{
    struct fault *f = &t->out->fault;
    char said[sizeof(f->primary)];
    struct buf b;
    buf_fixed(&b, said, sizeof(said) - 1);
    if (u != NULL) {
        buf_text(&b, "unit ");
        buf_add(&b, u->callsign.at, u->callsign.len);
        buf_text(&b, " is of ");
        put_zone(&b, t->world, u->zone);
        buf_text(&b, ", expected: ");
    } else {
        buf_text(&b, "outside ");
    }
    for (uint32_t k = 0; k < t->user->zone_count && k < ZONES_SAID; k++) {
        buf_text(&b, k > 0 ? ", " : "");
        put_zone(&b, t->world, t->user->zones[k]);
    }
    buf_text(&b, t->user->zone_count > ZONES_SAID ? " …" : "");
    must(buf_ok(&b));
    said[b.len] = '\0';
    fault_set(f, ERR_FORBIDDEN, said, NULL, NULL);
    turn_refuse(t, REFUSED_NOT_YOUR_ZONE, field);
}

bool turn_zone_allowed(struct turn *t, zone_id zone, const char *field)
{
    if (t->user == NULL || zone.n == 0 || world_user_covers(t->world, t->user, zone)) {
        return true;
    }
    refuse_zone(t, field, NULL);
    return false;
}

bool turn_desk_orders(struct turn *t, const struct unit *u, const char *field)
{
    bool bound = t->role == ROLE_STATION_DESK && u != NULL;
    if (!bound || world_user_covers(t->world, t->user, u->zone)) {
        return true;
    }
    refuse_zone(t, field, u);
    return false;
}

bool turn_unit_allowed(struct turn *t, unit_id unit)
{
    if (t->role == ROLE_UNIT && t->user->unit.n != unit.n) {
        turn_refuse(t, REFUSED_NOT_YOUR_UNIT, "unit");
        return false;
    }
    return true;
}

/* A unit acts on an incident only when it is or was sent there. */
bool turn_unit_works(struct turn *t, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(t->world, i); a != NULL;
         a = assignment_next(t->world, a)) {
        if (a->unit.n == t->user->unit.n && a->status <= ASSIGNMENT_CLEARED) {
            return true;
        }
    }
    turn_refuse(t, REFUSED_NOT_YOUR_UNIT, "incident");
    return false;
}

/* The desk of a station acts on an incident elsewhere that an order of its own went to. */
static bool desk_works_here(const struct turn *t, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(t->world, i); a != NULL;
         a = assignment_next(t->world, a)) {
        for (uint32_t k = 0; k < t->user->zone_count && a->station.n != 0; k++) {
            if (a->status <= ASSIGNMENT_CLEARED &&
                world_zone_within(t->world, a->station, t->user->zones[k])) {
                return true;
            }
        }
    }
    return false;
}

/* A unit works wherever it is sent, and so does a station's desk; everybody else in their zones,
 * and for an officer in need anywhere. */
static bool incident_allowed(struct turn *t, const struct incident *i, const char *field)
{
    bool desk = t->role == ROLE_STATION_DESK && desk_works_here(t, i);
    return desk || i->panic || turn_zone_allowed(t, i->place.zone, field);
}

/* A desk answers for orders to its station and to units of its zones, not for everybody who works
 * in them. */
static bool order_allowed(struct turn *t, const struct assignment *a)
{
    const struct incident *i = world_incident(t->world, a->incident);
    must(i != NULL);
    if (t->role == ROLE_UNIT) {
        return true;
    }
    if (!incident_allowed(t, i, "assignment")) {
        return false;
    }
    bool desk = t->role == ROLE_STATION_DESK;
    if (!desk || world_user_covers(t->world, t->user, a->station)) {
        return true;
    }
    const struct unit *u = world_unit(t->world, a->unit);
    if (u != NULL) {
        return turn_desk_orders(t, u, "assignment");
    }
    refuse_zone(t, "assignment", NULL);
    return false;
}

struct incident *turn_incident(struct turn *t, incident_id id)
{
    struct incident *i = world_incident(t->world, id);
    if (i == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_INCIDENT, "incident");
        return NULL;
    }
    bool allowed =
        t->role == ROLE_UNIT ? turn_unit_works(t, i) : incident_allowed(t, i, "incident");
    return allowed ? i : NULL;
}

bool turn_rev_expected(struct turn *t, const struct incident *i)
{
    if (t->command->expect_incident.n == i->id.n && t->command->expect_rev != i->rev) {
        turn_refuse(t, REFUSED_STALE, "expect");
        return false;
    }
    return true;
}

struct incident *turn_open_incident(struct turn *t, incident_id id)
{
    struct incident *i = turn_incident(t, id);
    if (i != NULL && i->status >= INCIDENT_CLOSED) {
        turn_refuse(t, REFUSED_INCIDENT_CLOSED, "incident");
        return NULL;
    }
    return i != NULL && turn_rev_expected(t, i) ? i : NULL;
}

struct report *turn_report(struct turn *t, report_id id)
{
    struct report *r = world_report(t->world, id);
    if (r == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_REPORT, "report");
        return NULL;
    }
    return turn_zone_allowed(t, r->place.zone, "report") ? r : NULL;
}

struct assignment *turn_assignment(struct turn *t, assignment_id id)
{
    struct assignment *a = world_assignment(t->world, id);
    if (a == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_ASSIGNMENT, "assignment");
        return NULL;
    }
    if (!turn_unit_allowed(t, a->unit)) {
        return NULL;
    }
    return order_allowed(t, a) ? a : NULL;
}

struct unit *turn_unit(struct turn *t, unit_id id)
{
    struct unit *u = world_unit(t->world, id);
    if (u == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_UNIT, "unit");
        return NULL;
    }
    return turn_unit_allowed(t, id) ? u : NULL;
}

struct unit *turn_unit_of_zone(struct turn *t, unit_id id)
{
    struct unit *u = turn_unit(t, id);
    bool allowed = u != NULL && (t->role == ROLE_UNIT || (turn_desk_orders(t, u, "unit") &&
                                                          turn_zone_allowed(t, u->zone, "unit")));
    return allowed ? u : NULL;
}

bool turn_type_known(struct turn *t, struct str code)
{
    if (code.len > 0 && world_type(t->world, code) == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_TYPE, "type");
        return false;
    }
    return true;
}

/* Who sends it: role and zones come from the world on every command. */
static bool sender_known(struct turn *t)
{
    const struct command *c = t->command;
    if (str_is(c->principal, "system")) {
        t->role = ROLE_SYSTEM;
        must(command_roles(c->type) == 0);
        return true;
    }
    if (command_roles(c->type) == 0) {
        turn_refuse(t, REFUSED_INTERNAL_ONLY, "type");
        return false;
    }
    t->user = world_user(t->world, c->principal);
    if (t->user == NULL || t->user->disabled) {
        turn_refuse(t, REFUSED_NOT_SIGNED_IN, NULL);
        return false;
    }
    t->role = (enum role)t->user->role;
    return true;
}

static bool role_allowed(struct turn *t)
{
    if (t->role != ROLE_SYSTEM &&
        (command_roles(t->command->type) & (UINT32_C(1) << t->role)) == 0) {
        turn_refuse(t, REFUSED_NOT_ALLOWED, "type");
        return false;
    }
    return true;
}

/* True when the id was used before: then this is the first answer again, or a misuse of the id. */
static bool seen_before(struct turn *t)
{
    const struct command *c = t->command;
    const struct command_memory *m =
        c->id.len > 0 ? command_ids_find(t->world, c->principal, c->id) : NULL;
    if (m == NULL) {
        return false;
    }
    if (memcmp(m->content, c->content, sizeof(m->content)) != 0) {
        turn_refuse(t, REFUSED_ID_REUSED, "id");
    } else {
        t->out->repeated = true;
        t->out->seq = m->seq;
        memcpy(t->out->hash8, m->hash8, sizeof(m->hash8));
    }
    return true;
}

bool turn_begin(struct turn *t, int64_t now)
{
    struct decision *d = t->out;
    t->user = NULL;
    t->role = ROLE_NONE;
    t->next_ref = t->world->next_ref;
    t->there.incident = (incident_id){ 0 };
    t->at = now > t->world->at ? now : t->world->at;
    d->refusal = REFUSED_NOT;
    d->field = NULL;
    d->fault.err = OK;
    d->repeated = false;
    d->seq = t->world->seq;
    d->count = d->personal_count = 0;
    d->report = (report_id){ 0 };
    d->incident = (incident_id){ 0 };
    /* What was done stays done when the role may not do it any more: asked again, it is answered.
     */
    return sender_known(t) && !seen_before(t) && role_allowed(t);
}

void turn_seal(struct turn *t, const struct sha256 *hash)
{
    const struct command *c = t->command;
    must(t->out->count > 0);
    bool own = t->role == ROLE_SYSTEM;
    evolve_end(t->world, hash, own ? (struct str){ 0 } : c->principal,
               own ? (struct str){ 0 } : c->id, c->content);
}
