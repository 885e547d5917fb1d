#include "dispatch/core/deadlines.h"

#include "base/must.h"
#include "dispatch/core/callback.h"
#include "dispatch/core/move.h"
#include "dispatch/core/seats.h"

#define LOCATE_STANDARD_MS 300000
#define ALARMED(entity, kind) (((entity)->alarmed & (UINT32_C(1) << (kind))) != 0)

static void sooner(struct deadline *d, int64_t at, enum deadline_kind kind)
{
    if (at != 0 && (d->at == 0 || at < d->at)) {
        *d = (struct deadline){ .at = at, .kind = kind };
    }
}

static int64_t after(int64_t from, uint32_t limit_ms)
{
    return limit_ms != 0 && from != 0 ? from + (int64_t)limit_ms * US_PER_MS : 0;
}

struct deadline deadline_of_incident(const struct world *w, const struct incident *i)
{
    struct deadline d = { 0 };
    struct plan_clocks clocks = world_clocks(w, i, i->tier);
    if (i->status >= INCIDENT_CLOSED) {
        return d;
    }
    if (i->type_dispatched.len == 0 && i->panic_unit.n == 0 &&
        !ALARMED(i, ALARM_CLASSIFY_OVERDUE)) {
        sooner(&d, after(i->opened_at, clocks.classify_ms), DEADLINE_CLASSIFY);
    }
    if (deadline_locates(i) && !ALARMED(i, ALARM_LOCATE_OVERDUE)) {
        uint32_t ms = w->plan.locate_ms != 0 ? w->plan.locate_ms : LOCATE_STANDARD_MS;
        sooner(&d, after(i->opened_at, ms), DEADLINE_LOCATE);
    }
    if (i->status == INCIDENT_WAITING && !ALARMED(i, ALARM_DISPATCH_OVERDUE)) {
        sooner(&d, after(i->status_since, clocks.dispatch_ms), DEADLINE_DISPATCH);
    }
    if (i->status == INCIDENT_HELD && !ALARMED(i, ALARM_HOLD_REVIEW)) {
        sooner(&d, hold_review_at(i), DEADLINE_HOLD_REVIEW);
    }
    if (i->status == INCIDENT_ON_SCENE && i->first_report_at == 0 &&
        !ALARMED(i, ALARM_FIRST_REPORT_OVERDUE)) {
        sooner(&d, after(i->first_on_scene_at, clocks.first_ms), DEADLINE_FIRST_REPORT);
    }
    if (i->status == INCIDENT_FEEDBACK_DUE && !ALARMED(i, ALARM_CLOSE_OVERDUE)) {
        sooner(&d, after(i->status_since, clocks.close_ms), DEADLINE_CLOSE);
    }
    return d;
}

/* The wait for the assignment's next step. */
static void step_due(struct deadline *d, const struct assignment *a)
{
    if (a->status == ASSIGNMENT_DISPATCHED && a->unit.n == 0) {
        if (!ALARMED(a, ALARM_NAME_OVERDUE)) {
            sooner(d, a->due_at, DEADLINE_NAME);
        }
    } else if (a->status == ASSIGNMENT_DISPATCHED) {
        if (!ALARMED(a, ALARM_SIGN_OVERDUE)) {
            sooner(d, a->due_at, DEADLINE_SIGN);
        }
    } else if (a->status < ASSIGNMENT_ON_SCENE) {
        if (!ALARMED(a, ALARM_ARRIVE_OVERDUE)) {
            sooner(d, a->due_at, DEADLINE_ARRIVE);
        }
    } else if (a->feedback_due && !ALARMED(a, ALARM_FEEDBACK_OVERDUE)) {
        sooner(d, a->due_at, DEADLINE_FEEDBACK);
    }
}

struct deadline deadline_of_assignment(const struct world *w, const struct assignment *a)
{
    struct deadline d = { 0 };
    (void)w;
    step_due(&d, a);
    if (!ALARMED(a, ALARM_CHANGE_OVERDUE)) {
        sooner(&d, a->change_due_at, DEADLINE_CHANGE);
    }
    if (!ALARMED(a, ALARM_SAFETY_OVERDUE)) {
        sooner(&d, a->safety_due_at, DEADLINE_SAFETY_CHECK);
    }
    return d;
}

struct deadline deadline_of_report(const struct world *w, const struct report *r)
{
    struct deadline d = { 0 };
    struct plan_clocks clocks = world_clocks_of_report(w, r);
    /* The caller first: what becomes of the report is known once they are reached. */
    if (r->callback) {
        if (!ALARMED(r, callback_alarm(r))) {
            sooner(&d, r->callback_at, DEADLINE_CALLBACK);
        }
    } else if (r->status == REPORT_OPEN && !ALARMED(r, ALARM_REPORT_OVERDUE)) {
        int64_t from = r->contacted_at > r->received_at ? r->contacted_at : r->received_at;
        sooner(&d, after(from, clocks.report_ms), DEADLINE_REPORT);
    }
    if (report_rings(r) && !ALARMED(r, ALARM_ANSWER_OVERDUE)) {
        sooner(&d, after(r->rang_at, clocks.answer_ms), DEADLINE_ANSWER);
    }
    return d;
}

int64_t deadline_of_alarm(const struct world *w, const struct alarm *a)
{
    const struct seat *s = seats_owner(w, a->seat);
    switch ((enum alarm_state)a->state) {
    case ALARM_SHELVED:
        return a->shelved_until;
    case ALARM_RETURNED:
        return a->state_since + RETURNED_SHOWN_US;
    case ALARM_STANDING:
    case ALARM_ACKNOWLEDGED:
    case ALARM_STATE_COUNT:
        break;
    }
    if (alarm_is_of_access(a->kind)) {
        return a->raised_at + GLASS_SHOWN_US;
    }
    /* At the commander's there is nowhere to climb to. */
    bool climbs = a->state == ALARM_STANDING && a->climbed_at == 0 && s != NULL && !s->commander;
    return climbs ? a->due_at : 0;
}

int64_t deadline_of_seat(const struct world *w, const struct seat *s)
{
    bool waits = s->vacant_since != 0 && s->load > 0;
    /* The commander's keeps what it has while nobody else is there. */
    if (!waits || (s->commander && seats_staffed(w) == 0)) {
        return 0;
    }
    return s->vacant_since + SEAT_GRACE_US;
}

int64_t deadline_of_road(const struct road_notice *r)
{
    return r->until;
}

struct deadline deadline_of_unit(const struct world *w, const struct unit *u)
{
    const struct alarm key = { .kind = ALARM_MOVE_UNSIGNED, .unit = u->id };
    const struct alarm *rings = move_unsigned(u) ? world_alarm_of(w, &key) : NULL;
    struct deadline d = { 0 };
    sooner(&d, u->move.expires_at, DEADLINE_MOVE_END);
    if (move_unsigned(u) && (rings == NULL || rings->state == ALARM_RETURNED)) {
        sooner(&d, u->move.due_at, DEADLINE_MOVE_SIGN);
    }
    return d;
}

/* The member of an entity that holds its place in the heap (index + 1). */
static uint32_t *place_of(struct world *w, const struct due *d)
{
    if (d->table == TABLE_INCIDENT) {
        return &w->incidents[d->slot].due_slot;
    }
    if (d->table == TABLE_ASSIGNMENT) {
        return &w->assignments[d->slot].due_slot;
    }
    if (d->table == TABLE_ALARM) {
        return &w->alarms[d->slot].due_slot;
    }
    if (d->table == TABLE_SEAT) {
        return &w->seats[d->slot].due_slot;
    }
    if (d->table == TABLE_ROAD) {
        return &w->roads[d->slot].due_slot;
    }
    if (d->table == TABLE_UNIT) {
        return &w->units[d->slot].due_slot;
    }
    must(d->table == TABLE_REPORT);
    return &w->reports[d->slot].due_slot;
}

static uint32_t id_of(const struct world *w, const struct due *d)
{
    if (d->table == TABLE_INCIDENT) {
        return w->incidents[d->slot].id.n;
    }
    if (d->table == TABLE_ALARM) {
        return w->alarms[d->slot].id.n;
    }
    if (d->table == TABLE_SEAT) {
        return w->seats[d->slot].id.n;
    }
    if (d->table == TABLE_UNIT) {
        return w->units[d->slot].id.n;
    }
    if (d->table == TABLE_ROAD) {
        return w->roads[d->slot].id.n;
    }
    return d->table == TABLE_ASSIGNMENT ? w->assignments[d->slot].id.n : w->reports[d->slot].id.n;
}

/* Order: instant, then table, then id, so that replay meets the same one first. */
static bool before(const struct world *w, const struct due *a, const struct due *b)
{
    if (a->at != b->at) {
        return a->at < b->at;
    }
    return a->table != b->table ? a->table < b->table : id_of(w, a) < id_of(w, b);
}

static void put(struct world *w, uint32_t i, struct due d)
{
    w->due.at[i] = d;
    *place_of(w, &d) = i + 1;
}

static void sift_up(struct world *w, uint32_t i)
{
    struct due d = w->due.at[i];
    while (i > 0 && before(w, &d, &w->due.at[(i - 1) / 2])) {
        put(w, i, w->due.at[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put(w, i, d);
}

static void sift_down(struct world *w, uint32_t i)
{
    struct due d = w->due.at[i];
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= w->due.count) {
            break;
        }
        if (child + 1 < w->due.count && before(w, &w->due.at[child + 1], &w->due.at[child])) {
            child++;
        }
        if (!before(w, &w->due.at[child], &d)) {
            break;
        }
        put(w, i, w->due.at[child]);
        i = child;
    }
    put(w, i, d);
}

static void take_out(struct world *w, uint32_t i)
{
    *place_of(w, &w->due.at[i]) = 0;
    struct due last = w->due.at[--w->due.count];
    if (i < w->due.count) {
        put(w, i, last);
        sift_up(w, i);
        sift_down(w, *place_of(w, &last) - 1);
    }
}

static void arm(struct world *w, struct due d, uint32_t place)
{
    if (place == 0) {
        if (d.at != 0) {
            must(w->due.count < w->due.cap);
            put(w, w->due.count++, d);
            sift_up(w, w->due.count - 1);
        }
    } else if (d.at == 0) {
        take_out(w, place - 1);
    } else {
        w->due.at[place - 1] = d;
        sift_up(w, place - 1);
        sift_down(w, *place_of(w, &d) - 1);
    }
}

void deadlines_incident(struct world *w, struct incident *i)
{
    struct due d = { .at = i->id.n != 0 ? deadline_of_incident(w, i).at : 0,
                     .table = TABLE_INCIDENT,
                     .slot = (uint32_t)(i - w->incidents) };
    arm(w, d, i->due_slot);
}

void deadlines_assignment(struct world *w, struct assignment *a)
{
    struct due d = { .at = a->id.n != 0 ? deadline_of_assignment(w, a).at : 0,
                     .table = TABLE_ASSIGNMENT,
                     .slot = (uint32_t)(a - w->assignments) };
    arm(w, d, a->due_slot);
}

void deadlines_report(struct world *w, struct report *r)
{
    struct due d = { .at = r->id.n != 0 ? deadline_of_report(w, r).at : 0,
                     .table = TABLE_REPORT,
                     .slot = (uint32_t)(r - w->reports) };
    arm(w, d, r->due_slot);
}

void deadlines_alarm(struct world *w, struct alarm *a)
{
    struct due d = { .at = a->id.n != 0 ? deadline_of_alarm(w, a) : 0,
                     .table = TABLE_ALARM,
                     .slot = (uint32_t)(a - w->alarms) };
    arm(w, d, a->due_slot);
}

void deadlines_seat(struct world *w, struct seat *s)
{
    struct due d = { .at = deadline_of_seat(w, s),
                     .table = TABLE_SEAT,
                     .slot = (uint32_t)(s - w->seats) };
    arm(w, d, s->due_slot);
}

void deadlines_road(struct world *w, struct road_notice *r)
{
    struct due d = { .at = r->id.n != 0 ? deadline_of_road(r) : 0,
                     .table = TABLE_ROAD,
                     .slot = (uint32_t)(r - w->roads) };
    arm(w, d, r->due_slot);
}

void deadlines_unit(struct world *w, struct unit *u)
{
    struct due d = { .at = deadline_of_unit(w, u).at,
                     .table = TABLE_UNIT,
                     .slot = (uint32_t)(u - w->units) };
    arm(w, d, u->due_slot);
}

void deadlines_forget(struct world *w, enum table t, uint32_t slot)
{
    struct due d = { .table = (uint8_t)t, .slot = slot };
    arm(w, d, *place_of(w, &d));
}

int64_t deadlines_next(const struct world *w)
{
    return w->due.count > 0 ? w->due.at[0].at : 0;
}

bool deadlines_due(const struct world *w, int64_t now, struct due *out)
{
    if (w->due.count == 0 || w->due.at[0].at > now) {
        return false;
    }
    *out = w->due.at[0];
    return true;
}

void deadlines_rebuild(struct world *w)
{
    uint32_t i = 0;
    for (struct incident *x; (x = world_next_of_incidents(w, &i)) != NULL;) {
        deadlines_incident(w, x);
    }
    i = 0;
    for (struct report *x; (x = world_next_of_reports(w, &i)) != NULL;) {
        deadlines_report(w, x);
    }
    i = 0;
    for (struct assignment *x; (x = world_next_of_assignments(w, &i)) != NULL;) {
        deadlines_assignment(w, x);
    }
    i = 0;
    for (struct alarm *x; (x = world_next_of_alarms(w, &i)) != NULL;) {
        deadlines_alarm(w, x);
    }
    for (i = 0; i < w->seat_count; i++) {
        deadlines_seat(w, &w->seats[i]);
    }
    for (i = 0; i < w->unit_count; i++) {
        deadlines_unit(w, &w->units[i]);
    }
    i = 0;
    for (struct road_notice *x; (x = world_next_of_roads(w, &i)) != NULL;) {
        deadlines_road(w, x);
    }
}
