#include "dispatch/core/change.h"

#include "base/must.h"
#include "dispatch/core/callback.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/digest.h"
#include "dispatch/core/pool.h"

/* A thing's share leaves the digest before its first change in a row and comes back at the row's
 * end (evolve_end). */
static void touch(struct world *w, enum table t, uint32_t slot, uint32_t id, bool made)
{
    for (uint32_t i = 0; i < w->touched_count; i++) {
        if (w->touched[i].table == t && w->touched[i].slot == slot) {
            return;
        }
    }
    if (w->touched_count == TOUCHED_MAX) {
        /* Too many to list: the digest is settled here and now, and screens take a new snapshot. */
        w->touched_overflow = true;
        return;
    }
    w->touched[w->touched_count++] =
        (struct touched){ .table = (uint8_t)t, .made = made, .slot = slot, .id = id };
    if (w->digesting && !made) {
        digest_take(w, t, slot);
    }
}

void touch_incident(struct world *w, const struct incident *i)
{
    touch(w, TABLE_INCIDENT, (uint32_t)(i - w->incidents), i->id.n, false);
}

void touch_report(struct world *w, const struct report *r)
{
    touch(w, TABLE_REPORT, (uint32_t)(r - w->reports), r->id.n, false);
}

void touch_assignment(struct world *w, const struct assignment *a)
{
    touch(w, TABLE_ASSIGNMENT, (uint32_t)(a - w->assignments), a->id.n, false);
}

void touch_unit(struct world *w, const struct unit *u)
{
    touch(w, TABLE_UNIT, (uint32_t)(u - w->units), u->id.n, false);
}

void touch_user(struct world *w, const struct user *u)
{
    touch(w, TABLE_USER, (uint32_t)(u - w->users), u->id.n, false);
}

void touch_alarm(struct world *w, const struct alarm *a)
{
    touch(w, TABLE_ALARM, (uint32_t)(a - w->alarms), a->id.n, false);
}

void touch_seat(struct world *w, const struct seat *s)
{
    touch(w, TABLE_SEAT, (uint32_t)(s - w->seats), s->id.n, false);
}

void touch_road(struct world *w, const struct road_notice *r)
{
    touch(w, TABLE_ROAD, (uint32_t)(r - w->roads), r->id.n, false);
}

void touch_city(struct world *w)
{
    w->touched_overflow = true;
}

struct incident *make_incident(struct world *w, incident_id id)
{
    uint32_t i;
    POOL_TAKE(&w->incidents_pool, w->incidents, i);
    w->incidents[i] = (struct incident){ .id = id };
    POOL_CHAIN(&w->incidents_pool, w->incidents, i, id.n);
    touch(w, TABLE_INCIDENT, i, id.n, true);
    return &w->incidents[i];
}

struct report *make_report(struct world *w, report_id id)
{
    uint32_t i;
    POOL_TAKE(&w->reports_pool, w->reports, i);
    w->reports[i] = (struct report){ .id = id };
    POOL_CHAIN(&w->reports_pool, w->reports, i, id.n);
    touch(w, TABLE_REPORT, i, id.n, true);
    return &w->reports[i];
}

struct assignment *make_assignment(struct world *w, assignment_id id)
{
    uint32_t i;
    POOL_TAKE(&w->assignments_pool, w->assignments, i);
    w->assignments[i] = (struct assignment){ .id = id };
    POOL_CHAIN(&w->assignments_pool, w->assignments, i, id.n);
    touch(w, TABLE_ASSIGNMENT, i, id.n, true);
    return &w->assignments[i];
}

struct user *make_user(struct world *w, struct str name)
{
    uint32_t i;
    POOL_TAKE(&w->users_pool, w->users, i);
    w->users[i] = (struct user){ .id = { i + 1 } };
    text_set(&w->users[i].name, name);
    POOL_CHAIN(&w->users_pool, w->users, i, pool_hash_str(name));
    touch(w, TABLE_USER, i, i + 1, true);
    return &w->users[i];
}

struct alarm *make_alarm(struct world *w, const struct alarm *like)
{
    uint32_t i;
    POOL_TAKE(&w->alarms_pool, w->alarms, i);
    w->alarms[i] = *like;
    w->alarms[i].due_slot = 0;
    POOL_CHAIN(&w->alarms_pool, w->alarms, i, pool_hash_alarm(like));
    touch(w, TABLE_ALARM, i, like->id.n, true);
    return &w->alarms[i];
}

void drop_alarm(struct world *w, struct alarm *a)
{
    uint32_t i = (uint32_t)(a - w->alarms);
    touch_alarm(w, a);
    deadlines_forget(w, TABLE_ALARM, i);
    POOL_UNCHAIN(&w->alarms_pool, w->alarms, i, pool_hash_alarm(a));
    POOL_FREE(&w->alarms_pool, w->alarms, i);
}

struct road_notice *make_road(struct world *w, const struct road_notice *like)
{
    uint32_t i = 0;
    while (i < w->limits.roads && w->roads[i].id.n != 0) {
        i++;
    }
    must(i < w->limits.roads);
    w->roads[i] = *like;
    w->roads[i].due_slot = 0;
    w->road_count++;
    touch(w, TABLE_ROAD, i, like->id.n, true);
    return &w->roads[i];
}

void drop_road(struct world *w, struct road_notice *r)
{
    touch_road(w, r);
    deadlines_forget(w, TABLE_ROAD, (uint32_t)(r - w->roads));
    *r = (struct road_notice){ .due_slot = 0 };
    w->road_count--;
}

void drop_report(struct world *w, struct report *r)
{
    uint32_t i = (uint32_t)(r - w->reports);
    touch_report(w, r);
    deadlines_forget(w, TABLE_REPORT, i);
    POOL_UNCHAIN(&w->reports_pool, w->reports, i, r->id.n);
    POOL_FREE(&w->reports_pool, w->reports, i);
}

static void drop_assignment(struct world *w, struct assignment *a)
{
    uint32_t i = (uint32_t)(a - w->assignments);
    touch_assignment(w, a);
    deadlines_forget(w, TABLE_ASSIGNMENT, i);
    POOL_UNCHAIN(&w->assignments_pool, w->assignments, i, a->id.n);
    POOL_FREE(&w->assignments_pool, w->assignments, i);
}

void drop_incident(struct world *w, struct incident *i)
{
    for (struct report *r = incident_first_report(w, i), *next; r != NULL; r = next) {
        next = report_next(w, r);
        drop_report(w, r);
    }
    for (struct assignment *a = incident_first_assignment(w, i), *next; a != NULL; a = next) {
        next = assignment_next(w, a);
        drop_assignment(w, a);
    }
    uint32_t slot = (uint32_t)(i - w->incidents);
    touch_incident(w, i);
    deadlines_forget(w, TABLE_INCIDENT, slot);
    POOL_UNCHAIN(&w->incidents_pool, w->incidents, slot, i->id.n);
    POOL_FREE(&w->incidents_pool, w->incidents, slot);
}

void link_report(struct world *w, struct report *r, struct incident *i)
{
    uint32_t *link = &i->first_report;
    while (*link != 0) {
        link = &w->reports[*link - 1].next_in_incident;
    }
    *link = (uint32_t)(r - w->reports) + 1;
    r->next_in_incident = 0;
    r->incident = i->id;
}

void unlink_report(struct world *w, struct report *r)
{
    struct incident *i = world_incident(w, r->incident);
    must(i != NULL);
    uint32_t slot = (uint32_t)(r - w->reports) + 1;
    uint32_t *link = &i->first_report;
    while (*link != slot) {
        must(*link != 0);
        link = &w->reports[*link - 1].next_in_incident;
    }
    *link = r->next_in_incident;
    r->next_in_incident = 0;
    r->incident = (incident_id){ 0 };
}

void link_assignment(struct world *w, struct assignment *a, struct incident *i)
{
    uint32_t *link = &i->first_assignment;
    while (*link != 0) {
        link = &w->assignments[*link - 1].next_in_incident;
    }
    *link = (uint32_t)(a - w->assignments) + 1;
    a->next_in_incident = 0;
}

void unlink_assignment(struct world *w, struct assignment *a)
{
    struct incident *i = world_incident(w, a->incident);
    must(i != NULL);
    uint32_t slot = (uint32_t)(a - w->assignments) + 1;
    uint32_t *link = &i->first_assignment;
    while (*link != slot) {
        must(*link != 0);
        link = &w->assignments[*link - 1].next_in_incident;
    }
    *link = a->next_in_incident;
    a->next_in_incident = 0;
}

/* The unit works on the oldest committed assignment that is not merely reserved; the rest is
 * stacked behind. */
static void choose_active(struct world *w, struct unit *u)
{
    struct assignment *now = unit_active(w, u);
    if (now != NULL) {
        return;
    }
    for (struct assignment *a = unit_first_assignment(w, u); a != NULL;
         a = assignment_next_of_unit(w, a)) {
        if (a->status != ASSIGNMENT_RESERVED) {
            touch_assignment(w, a);
            a->active = true;
            u->active = (uint32_t)(a - w->assignments) + 1;
            return;
        }
    }
}

void stack_assignment(struct world *w, struct assignment *a)
{
    struct unit *u = world_unit(w, a->unit);
    must(u != NULL);
    uint32_t slot = (uint32_t)(a - w->assignments) + 1;
    uint32_t *link = &u->first_assignment;
    while (*link != 0 && *link != slot) {
        link = &w->assignments[*link - 1].next_of_unit;
    }
    if (*link == 0) {
        *link = slot;
        a->next_of_unit = 0;
    }
    choose_active(w, u);
}

void unstack_assignment(struct world *w, struct assignment *a)
{
    struct unit *u = world_unit(w, a->unit);
    must(u != NULL);
    uint32_t slot = (uint32_t)(a - w->assignments) + 1;
    uint32_t *link = &u->first_assignment;
    while (*link != slot) {
        must(*link != 0);
        link = &w->assignments[*link - 1].next_of_unit;
    }
    *link = a->next_of_unit;
    a->next_of_unit = 0;
    a->active = false;
    if (u->active == slot) {
        u->active = 0;
        choose_active(w, u);
    }
}

void leave_assignment(struct world *w, struct assignment *a)
{
    struct unit *u = world_unit(w, a->unit);
    a->free_at = 0;
    a->free_said = false;
    if (u != NULL) {
        touch_unit(w, u);
        unstack_assignment(w, a);
        derive_unit(w, u, w->at);
    }
}

void take_up_assignment(struct world *w, struct assignment *a)
{
    struct unit *u = world_unit(w, a->unit);
    must(u != NULL);
    struct assignment *now = unit_active(w, u);
    if (now != NULL && now != a) {
        touch_assignment(w, now);
        now->active = false;
    }
    a->active = true;
    u->active = (uint32_t)(a - w->assignments) + 1;
}

void leaving_push(struct world *w, enum table t, uint32_t id, int64_t at)
{
    struct leaving_queue *q = &w->leaving;
    if (q->last - q->first == q->cap) {
        q->first++; /* reopened and closed again many times: the oldest entry is long void */
    }
    q->at[q->last++ % q->cap] = (struct leaving){ .at = at, .table = (uint8_t)t, .id = id };
}

/* The thing of an entry, if it still waits: one that was reopened since has another closing time.
 */
static struct incident *waiting_incident(const struct world *w, const struct leaving *l)
{
    struct incident *i =
        l->table == TABLE_INCIDENT ? world_incident(w, (incident_id){ l->id }) : NULL;
    return i != NULL && i->status >= INCIDENT_CLOSED && i->closed_at == l->at ? i : NULL;
}

static struct report *waiting_report(const struct world *w, const struct leaving *l)
{
    struct report *r = l->table == TABLE_REPORT ? world_report(w, (report_id){ l->id }) : NULL;
    bool settled = r != NULL && r->status == REPORT_SETTLED && r->incident.n == 0;
    return settled && r->settled_at == l->at ? r : NULL;
}

static void depart(struct world *w, const struct leaving *l)
{
    struct incident *i = waiting_incident(w, l);
    struct report *r = waiting_report(w, l);
    if (i != NULL) {
        drop_incident(w, i);
    } else if (r != NULL) {
        drop_report(w, r);
    }
}

void leaving_trim(struct world *w)
{
    struct leaving_queue *q = &w->leaving;
    while (q->first < q->last) {
        const struct leaving *l = &q->at[q->first % q->cap];
        if (waiting_incident(w, l) != NULL || waiting_report(w, l) != NULL) {
            return;
        }
        q->first++;
    }
}

static bool is_touched(const struct world *w, const struct incident *i)
{
    for (uint32_t k = 0; k < w->touched_count; k++) {
        if (w->touched[k].table == TABLE_INCIDENT && w->touched[k].id == i->id.n) {
            return true;
        }
    }
    return false;
}

bool leaving_held_back(const struct world *w, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        bool told = a->status == ASSIGNMENT_CANCELLED && (a->change_no != 0 || a->safe_at != 0);
        if (told && is_touched(w, i)) {
            return true;
        }
    }
    return incident_unsettled(w, i) || callback_owed(w, i);
}

void leaving_depart(struct world *w, int64_t now)
{
    struct leaving_queue *q = &w->leaving;
    /* A few each row keep a row short; the rest follows with the next rows. */
    for (int n = 0; n < 8 && q->first < q->last; n++) {
        struct leaving l = q->at[q->first % q->cap];
        if (l.at + CLOSED_KEPT_US > now) {
            return;
        }
        const struct incident *i = waiting_incident(w, &l);
        q->first++;
        if (i != NULL && leaving_held_back(w, i)) {
            leaving_push(w, TABLE_INCIDENT, l.id, l.at); /* looked at again with the next ones */
        } else {
            depart(w, &l);
        }
    }
}

void saw_sealed(struct world *w, const struct sealed *s)
{
    if (s->ref >= w->next_ref) {
        w->next_ref = s->ref + 1;
    }
}

static enum unit_status status_from_assignment(const struct assignment *a)
{
    switch ((enum assignment_status)a->status) {
    case ASSIGNMENT_DISPATCHED:
    case ASSIGNMENT_ACKNOWLEDGED:
        return UNIT_ASSIGNED;
    case ASSIGNMENT_EN_ROUTE:
        return UNIT_EN_ROUTE;
    case ASSIGNMENT_STAGED:
        return UNIT_STAGED;
    case ASSIGNMENT_ON_SCENE:
        return UNIT_ON_SCENE;
    case ASSIGNMENT_TRANSPORTING:
        return UNIT_TRANSPORTING;
    case ASSIGNMENT_RESERVED:
    case ASSIGNMENT_CLEARED:
    case ASSIGNMENT_DECLINED:
    case ASSIGNMENT_EXPIRED:
    case ASSIGNMENT_CANCELLED:
    case ASSIGNMENT_STATUS_COUNT:
        break;
    }
    must(a->status <= ASSIGNMENT_TRANSPORTING && a->status != ASSIGNMENT_RESERVED);
    return UNIT_ASSIGNED;
}

void derive_unit(struct world *w, struct unit *u, int64_t at)
{
    const struct assignment *a = unit_active(w, u);
    enum unit_status s = UNIT_OFF_DUTY;
    if (a != NULL) {
        s = status_from_assignment(a);
    } else if (u->on_duty) {
        s = u->reason == UNIT_REASON_NONE ? UNIT_AVAILABLE : UNIT_UNAVAILABLE;
    }
    if (u->status != s) {
        touch_unit(w, u);
        u->status = (uint8_t)s;
        u->status_since = at;
    }
}

static enum incident_status status_from_assignments(const struct world *w, const struct incident *i)
{
    bool committed = false;
    bool on_scene = false;
    bool worked = false;
    for (const struct assignment *a = incident_first_assignment(w, i); a != NULL;
         a = assignment_next(w, a)) {
        bool live = a->status >= ASSIGNMENT_DISPATCHED && a->status <= ASSIGNMENT_TRANSPORTING;
        committed = committed || live;
        on_scene = on_scene || (live && a->on_scene_at != 0 && a->status != ASSIGNMENT_DISPATCHED);
        worked = worked || a->status == ASSIGNMENT_CLEARED;
    }
    if (on_scene) {
        return INCIDENT_ON_SCENE;
    }
    if (committed) {
        return INCIDENT_ASSIGNED;
    }
    return worked ? INCIDENT_FEEDBACK_DUE : INCIDENT_WAITING;
}

void derive_incident(struct world *w, struct incident *i, int64_t at)
{
    if (i->status >= INCIDENT_CLOSED) {
        return;
    }
    enum incident_status s = status_from_assignments(w, i);
    if (s == INCIDENT_WAITING && i->held_until != 0) {
        s = INCIDENT_HELD;
    }
    if (s != (enum incident_status)i->status) {
        touch_incident(w, i);
        i->status = (uint8_t)s;
        i->status_since = at;
    }
    deadlines_incident(w, i);
}
