/* Who may read an incident's protected fields, and which they are. */
#include "dispatch/view/protected.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/put.h"
#include "dispatch/core/seats.h"
#include "dispatch/view/query.h"

#define REFS_BYTES_MAX (200u * 1024u)
#define ALARM_ROOM 16u /* left for who breaks the glass before the alarms of others take it */

static bool in_zones(const struct world *w, const struct user *u, const struct incident *i)
{
    for (uint32_t k = 0; k < u->zone_count; k++) {
        if (world_zone_within(w, i->place.zone, u->zones[k])) {
            return true;
        }
    }
    return u->all_zones || i->place.zone.n == 0 || i->panic;
}

static bool owns_report(const struct user *u, const struct report *r)
{
    return u->role == ROLE_OPERATOR && str_eq(text_str(&r->owner), text_str(&u->name));
}

static bool owns_a_report(const struct world *w, const struct user *u, const struct incident *i)
{
    for (const struct report *r = incident_first_report(w, i); r != NULL; r = report_next(w, r)) {
        if (owns_report(u, r)) {
            return true;
        }
    }
    return false;
}

/* Who sits at the seat that owns it, and who opened it as long as they have not passed it on. */
static bool owns(const struct world *w, const struct user *u, const struct incident *i)
{
    const struct seat *s = seats_owner(w, i->seat);
    bool sits = s != NULL && str_eq(text_str(&s->person), text_str(&u->name));
    return sits || str_eq(text_str(&i->owner), text_str(&u->name));
}

static bool assigned(const struct world *w, unit_id unit, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        if (a->unit.n == unit.n && a->status >= ASSIGNMENT_DISPATCHED &&
            a->status <= ASSIGNMENT_TRANSPORTING) {
            return true;
        }
    }
    return false;
}

/* An order to a station of this desk is open there. */
static bool station_order_open(const struct world *w, const struct user *u,
                               const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        for (uint32_t k = 0; k < u->zone_count && a->status < ASSIGNMENT_CLEARED; k++) {
            if (a->station.n != 0 && world_zone_within(w, a->station, u->zones[k])) {
                return true;
            }
        }
    }
    return false;
}

/* Open to this user without breaking the glass. */
static bool open_to(const struct world *w, const struct user *u, const struct incident *i)
{
    switch ((enum role)u->role) {
    case ROLE_OPERATOR:
        return owns(w, u, i);
    case ROLE_STATION_DESK:
        return in_zones(w, u, i) || station_order_open(w, u, i);
    case ROLE_COMMANDER:
    case ROLE_AUDITOR:
        return in_zones(w, u, i);
    case ROLE_UNIT:
        return assigned(w, u->unit, i);
    case ROLE_DUTY_OFFICER:
    case ROLE_NONE:
    case ROLE_PUBLICITY:
    case ROLE_PUBLICITY_APPROVER:
    case ROLE_LEGAL:
    case ROLE_ANALYST:
    case ROLE_PARTNER_EMERGENCY:
    case ROLE_PARTNER:
    case ROLE_ADMIN:
    case ROLE_INTAKE:
    case ROLE_SYSTEM:
    case ROLE_COUNT:
        break;
    }
    return false;
}

static bool may_break(const struct world *w, const struct user *u, const struct incident *i)
{
    return (u->role == ROLE_OPERATOR || u->role == ROLE_DUTY_OFFICER) && in_zones(w, u, i);
}

/* Shown while the log is down too: to who owns an open incident and to units on their way or there.
 */
static bool at_hand(const struct world *w, const struct user *u, const struct incident *i)
{
    return i->status < INCIDENT_CLOSED && (u->role == ROLE_OPERATOR || u->role == ROLE_UNIT) &&
           open_to(w, u, i);
}

/* Where the protected values of an incident are told one by one. */
typedef void sealed_fn(void *arg, const char *noun, char letter, uint32_t n, const char *field,
                       const struct sealed *s);

void protected_put_ref(const struct reading *r, const char *noun, char letter, uint32_t n,
                       const char *field, const struct sealed *s)
{
    struct buf *b = r->out;
    if (s->ref == 0 || b->len > REFS_BYTES_MAX) {
        return;
    }
    buf_fmt(b, " %s." STR_FMT "-%c%u.%s=%llu:", noun, STR_ARG(r->viewer.name), letter, n, field,
            (unsigned long long)s->ref);
    buf_hex(b, s->hash.at, sizeof(s->hash.at));
}

static void put_ref(void *arg, const char *noun, char letter, uint32_t n, const char *field,
                    const struct sealed *s)
{
    protected_put_ref(arg, noun, letter, n, field, s);
}

static const char *said_word(uint32_t kind)
{
    if (kind == SIDE_MESSAGE_IN) {
        return "message_in";
    }
    if (kind == EVENT_REPORT_MESSAGED) {
        return "message_out";
    }
    return kind == EVENT_REPORT_AMENDED     ? "narrative"
           : kind == EVENT_REPORT_OWNED     ? "owner_reason"
           : kind == EVENT_REPORT_CONTACTED ? "contact_note"
                                            : "callback_note";
}

/* What was said later stands in events: named by the row that brought it, "narrative@17". */
static void each_said(const struct side *side, report_id id, sealed_fn *fn, void *arg)
{
    struct side_note n;
    uint64_t at = 0;
    while (side != NULL && side_said_of(side, id, &at, &n)) {
        char name[48];
        struct buf b;
        buf_fixed(&b, name, sizeof(name) - 1);
        buf_fmt(&b, "%s@%llu", said_word(n.kind), (unsigned long long)n.seq);
        name[b.len] = '\0';
        fn(arg, "report", ID_LETTER_REPORT, id.n, name, &n.note);
    }
}

static void each_of_report(const struct side *side, const struct report *x, sealed_fn *fn,
                           void *arg)
{
    const struct {
        const char *field;
        const struct sealed *value;
    } rows[] = {
        { "narrative", &x->narrative },
        { "caller_name", &x->caller_name },
        { "caller_phone", &x->caller_phone },
        { "caller_place", &x->caller_place },
        { "caller_language", &x->caller_language },
        { "note", &x->note },
        { "place_detail", &x->place.detail },
        { "place_exact", &x->place.exact },
    };
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        fn(arg, "report", ID_LETTER_REPORT, x->id.n, rows[k].field, rows[k].value);
    }
    each_said(side, x->id, fn, arg);
}

static const char *note_word(uint32_t kind)
{
    if (kind == EVENT_INCIDENT_NOTED) {
        return "note";
    }
    if (kind == EVENT_INCIDENT_TIERED) {
        return "tier_reason";
    }
    if (kind == EVENT_INCIDENT_HELD) {
        return "hold_reason";
    }
    if (kind == EVENT_INCIDENT_OWNED) {
        return "owner_reason";
    }
    if (kind == EVENT_INCIDENT_CLOSED) {
        return "close_note";
    }
    if (kind == EVENT_INCIDENT_MERGED) {
        return "merge_reason";
    }
    if (kind == EVENT_INCIDENT_SPLIT) {
        return "split_reason";
    }
    if (kind == EVENT_INCIDENT_REOPENED) {
        return "reopen_reason";
    }
    if (kind == EVENT_ASSIGNMENT_REPORTED) {
        return "scene_report";
    }
    if (kind == EVENT_ASSIGNMENT_DIVERTED) {
        return "divert_reason";
    }
    if (kind == EVENT_UNIT_PANIC_ANSWERED) {
        return "panic_answer";
    }
    /* what side.c keeps without a word of its own here ends in the first test that shows it */
    must(kind == EVENT_ASSIGNMENT_PROGRESSED || kind == EVENT_ASSIGNMENT_FED_BACK);
    return "step_note";
}

/* Notes stand in events: named by the row that brought them, "note@17". */
static void each_note(const struct side *side, incident_id id, sealed_fn *fn, void *arg)
{
    struct side_note n;
    uint64_t at = 0;
    while (side != NULL && side_note_of(side, id, &at, &n)) {
        char name[48];
        struct buf b;
        buf_fixed(&b, name, sizeof(name) - 1);
        buf_fmt(&b, "%s@%llu", note_word(n.kind), (unsigned long long)n.seq);
        name[b.len] = '\0';
        fn(arg, "incident", ID_LETTER_INCIDENT, id.n, name, &n.note);
    }
}

void protected_put_id(const struct reading *r, char letter, uint32_t n)
{
    buf_fmt(r->out, STR_FMT "-%c%u", STR_ARG(r->viewer.name), letter, n);
}

static void put_name(const struct reading *r, const struct incident *i)
{
    protected_put_id(r, ID_LETTER_INCIDENT, i->id.n);
}

/* Whoever took one call of another's incident has that call's fields and no more: linking a report
 * is no way to what other callers said. */
static void put_own_reports(struct reading *r, const struct user *u, const struct incident *i)
{
    const struct world *w = r->viewer.world;
    put_name(r, i);
    for (const struct report *x = incident_first_report(w, i); x != NULL; x = report_next(w, x)) {
        if (owns_report(u, x)) {
            each_of_report(r->side, x, put_ref, r);
        }
    }
}

static void each_sealed(const struct world *w, const struct side *side, const struct incident *i,
                        sealed_fn *fn, void *arg)
{
    fn(arg, "incident", ID_LETTER_INCIDENT, i->id.n, "place_detail", &i->place.detail);
    fn(arg, "incident", ID_LETTER_INCIDENT, i->id.n, "place_exact", &i->place.exact);
    for (const struct report *x = incident_first_report(w, i); x != NULL; x = report_next(w, x)) {
        each_of_report(side, x, fn, arg);
    }
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        fn(arg, "assignment", ID_LETTER_ASSIGNMENT, a->id.n, "note", &a->note);
        fn(arg, "assignment", ID_LETTER_ASSIGNMENT, a->id.n, "destination", &a->destination_place);
    }
    each_note(side, i->id, fn, arg);
    for (uint8_t k = 0; k < i->merged_count; k++) {
        each_note(side, i->merged[k].incident, fn, arg);
    }
}

static void put_refs(struct reading *r, const struct user *u, const struct incident *i)
{
    put_name(r, i);
    buf_text(r->out, at_hand(r->viewer.world, u, i) ? " own" : "");
    each_sealed(r->viewer.world, r->side, i, put_ref, r);
}

struct ref_list {
    uint64_t *at;
    uint32_t count;
    uint32_t most;
};

static void list_ref(void *arg, const char *noun, char letter, uint32_t n, const char *field,
                     const struct sealed *s)
{
    struct ref_list *l = arg;
    (void)noun;
    (void)letter;
    (void)n;
    (void)field;
    if (s->ref != 0 && l->count < l->most) {
        l->at[l->count++] = s->ref;
    }
}

uint32_t protected_refs_of(const struct world *w, const struct side *side, const struct incident *i,
                           uint64_t *refs, uint32_t most)
{
    struct ref_list l = { .at = refs, .most = most };
    each_sealed(w, side, i, list_ref, &l);
    return l.count;
}

uint32_t protected_refs_of_report(const struct side *side, const struct report *r, uint64_t *refs,
                                  uint32_t most)
{
    struct ref_list l = { .at = refs, .most = most };
    each_of_report(side, r, list_ref, &l);
    return l.count;
}

static enum err bad_purpose(struct fault *f)
{
    char words[160];
    struct buf b;
    buf_fixed(&b, words, sizeof(words) - 1);
    for (uint32_t k = PURPOSE_NONE + 1; k < PURPOSE_COUNT; k++) {
        buf_text(&b, k > PURPOSE_NONE + 1 ? ", " : "");
        buf_text(&b, word_of(&purpose_words, k));
    }
    words[b.len] = '\0';
    (void)fault_field(f, ERR_INVALID, "purpose", "protected fields are read for one of: %s", words);
    return f->err;
}

enum err read_access_asked(const struct reading *r, struct access *out, struct fault *f)
{
    struct str text;
    uint32_t purpose = PURPOSE_NONE;
    *out = (struct access){ .reason = { 0 } };
    if (!query_get(r->query, "purpose", &text) || !word_find(&purpose_words, text, &purpose) ||
        purpose == PURPOSE_NONE) {
        return bad_purpose(f);
    }
    out->purpose = (uint8_t)purpose;
    (void)query_get(r->query, "reason", &out->reason);
    const char *wrong = access_reason_wrong(out->reason);
    if (wrong != NULL) {
        return fault_field(f, ERR_INVALID, "reason", "%s", wrong);
    }
    if (query_get(r->query, "break", &text)) {
        out->glass = str_is(text, "true");
        if (!out->glass && !str_is(text, "false")) {
            return fault_field(f, ERR_INVALID, "break", "expected true or false");
        }
    }
    return OK;
}

static enum err not_open(struct fault *f)
{
    return fault_set(f, ERR_FORBIDDEN, "these fields are open to the owner of the incident", NULL,
                     "break=true with a reason breaks the glass; it is recorded and alarms the "
                     "commander");
}

/* Nobody breaks the glass in silence: where no alarm could be raised it stays whole. */
static bool can_alarm(const struct world *w, const struct user *u, const struct incident *i)
{
    const struct alarm like = { .kind = ALARM_GLASS_BROKEN, .incident = i->id, .person = u->name };
    return w->alarms_pool.live + ALARM_ROOM < w->alarms_pool.cap ||
           world_alarm_of(w, &like) != NULL;
}

void protected_put_access(const struct reading *r, const struct access *a)
{
    access_put(r->out, a);
    buf_char(r->out, '\n');
}

enum err read_protected_refs(const struct reading *r, const struct user *user, struct fault *f)
{
    const struct world *w = r->viewer.world;
    const struct incident *i = world_incident(w, (incident_id){ r->number });
    struct reading own = *r;
    struct access access;
    enum err err = read_access_asked(r, &access, f);
    if (err != OK) {
        return err;
    }
    if (i == NULL || !viewer_sees_incident(&r->viewer, i)) {
        return fault_set(f, ERR_NOT_FOUND, "no such incident in memory", NULL, NULL);
    }
    if (open_to(w, user, i)) {
        access.glass = false;
    } else if (!access.glass && owns_a_report(w, user, i)) {
        protected_put_access(r, &access);
        put_own_reports(&own, user, i);
        return OK;
    } else if (!may_break(w, user, i)) {
        return fault_set(f, ERR_FORBIDDEN, "these fields are not open to you", NULL, NULL);
    } else if (!access.glass) {
        return not_open(f);
    } else if (access.reason.len == 0) {
        return fault_field(f, ERR_INVALID, "reason", "who breaks the glass gives a reason");
    } else if (!can_alarm(w, user, i)) {
        return fault_set(f, ERR_FULL, "the table of alarms is full, and nobody would be alarmed",
                         NULL, "ask the owner or the commander");
    }
    protected_put_access(r, &access);
    put_refs(&own, user, i);
    return OK;
}

/* A report that has no incident yet, as if it were one: whoever must ring back needs the number. */
static struct incident as_incident(const struct report *x)
{
    return (struct incident){ .owner = x->owner, .place = x->place, .seat = x->seat };
}

static bool report_open_to(const struct world *w, const struct user *u, const struct report *x)
{
    const struct incident *i = world_incident(w, x->incident);
    struct incident alone = as_incident(x);
    if (i != NULL) {
        return open_to(w, u, i) || owns_report(u, x);
    }
    return u->role != ROLE_UNIT && open_to(w, u, &alone);
}

/* Shown while the log is down too: of an open report to who owns it or sits at its seat, of an
 * incident's as the incident's. */
static bool report_at_hand(const struct world *w, const struct user *u, const struct report *x)
{
    const struct incident *i = world_incident(w, x->incident);
    struct incident alone = as_incident(x);
    if (i != NULL) {
        return at_hand(w, u, i) || (i->status < INCIDENT_CLOSED && owns_report(u, x));
    }
    return x->status == REPORT_OPEN && u->role == ROLE_OPERATOR && open_to(w, u, &alone);
}

enum err read_report_refs(const struct reading *r, const struct user *user, struct fault *f)
{
    const struct world *w = r->viewer.world;
    const struct report *x = world_report(w, (report_id){ r->number });
    struct reading own = *r;
    struct access access;
    enum err err = read_access_asked(r, &access, f);
    if (err != OK) {
        return err;
    }
    if (x == NULL || !viewer_sees_report(&r->viewer, x)) {
        return fault_set(f, ERR_NOT_FOUND, "no such report in memory", NULL, NULL);
    }
    if (!report_open_to(w, user, x)) {
        return fault_set(f, ERR_FORBIDDEN, "these fields are not open to you", NULL,
                         "ask the owner or the commander");
    }
    access.glass = false;
    protected_put_access(r, &access);
    protected_put_id(r, ID_LETTER_REPORT, x->id.n);
    buf_text(r->out, report_at_hand(w, user, x) ? " own" : "");
    each_of_report(r->side, x, put_ref, &own);
    return OK;
}
