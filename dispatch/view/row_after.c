/* `after`: the changed objects of a row, whole, as an audience may see them. */
#include "dispatch/view/row_work.h"

#include "dispatch/codec/json_out.h"

#define TOPIC_BIT(t) ((uint16_t)(1u << (t)))

bool row_reopened(const struct row_frames *f, uint32_t incident)
{
    const struct row_content *c = f->row->content;
    for (uint32_t k = 0; k < c->count; k++) {
        if (c->events[k].kind == EVENT_INCIDENT_REOPENED &&
            c->events[k].as.incident_reopened.incident.id.n == incident) {
            return true;
        }
    }
    return false;
}

uint32_t row_order_left(const struct row_frames *f, const struct assignment *a)
{
    const struct row_content *c = f->row->content;
    for (uint32_t k = 0; k < c->count; k++) {
        const struct incident_orders_moved *m = &c->events[k].as.incident_orders_moved;
        const struct order_moved *o = m->orders.at;
        for (uint32_t n = 0;
             c->events[k].kind == EVENT_INCIDENT_ORDERS_MOVED && n < m->orders.count; n++) {
            if (o[n].assignment.n == a->id.n) {
                return m->from.n;
            }
        }
    }
    return 0;
}

uint32_t row_report_left(const struct row_frames *f, const struct report *r)
{
    const struct row_content *c = f->row->content;
    for (uint32_t k = 0; k < c->count; k++) {
        const struct incident_split_off *s = &c->events[k].as.incident_split_off;
        if (c->events[k].kind == EVENT_INCIDENT_SPLIT && s->incident.n == r->incident.n) {
            return s->from.n;
        }
    }
    return 0;
}

/* The group in which the incident that was left is shown. */
static bool left_in_group(struct row_frames *f, uint32_t incident, uint32_t g)
{
    struct scope s = incident != 0 ? scope_of_incident(&f->scope, incident) : (struct scope){ 0 };
    return incident != 0 && s.before == f->groups[g].scope.before &&
           s.after == f->groups[g].scope.after;
}

void after_begin(struct after *a, struct buf *b)
{
    *a = (struct after){ .b = b };
}

struct buf *after_item(struct after *a, const char *member, enum topic topic)
{
    if (a->member != NULL && strcmp(a->member, member) == 0) {
        buf_char(a->b, ',');
    } else {
        buf_text(a->b, a->any ? "],\"" : ",\"after\":{\"");
        buf_text(a->b, member);
        buf_text(a->b, "\":[");
    }
    a->any = true;
    a->member = member;
    a->topics |= TOPIC_BIT(topic);
    return a->b;
}

void after_end(struct after *a)
{
    buf_text(a->b, a->any ? "]}" : "");
}

void after_units(struct row_frames *f, struct after *a, const struct viewer *v)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct unit *u = touched_thing(f->world, k, TABLE_UNIT);
        if (u != NULL) {
            show_unit(after_item(a, "units", TOPIC_UNITS), v, u, NULL, 0, false);
        }
    }
}

void after_seats(struct row_frames *f, struct after *a, const struct viewer *v)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct seat *s = touched_thing(f->world, k, TABLE_SEAT);
        if (s != NULL) {
            show_seat(after_item(a, "seats", TOPIC_DUTY), v, s);
        }
    }
}

/* What holds on roads, and what does no longer. */
void after_roads(struct row_frames *f, struct after *a, const struct viewer *v)
{
    const struct row_content *c = f->row->content;
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct road_notice *r = touched_thing(f->world, k, TABLE_ROAD);
        if (r != NULL) {
            show_road(after_item(a, "roads", TOPIC_ROADS), v, r);
        }
    }
    for (uint32_t k = 0; k < c->count; k++) {
        if (c->events[k].kind == EVENT_ROAD_OPENED) {
            json_out_id(after_item(a, "roads_opened", TOPIC_ROADS), f->name, ID_LETTER_ROAD,
                        c->events[k].as.road_opened.road.n);
        }
    }
}

static void whole_reports(struct after *a, const struct viewer *v, const struct incident *i)
{
    for (const struct report *r = incident_first_report(v->world, i); r != NULL;
         r = report_next(v->world, r)) {
        show_report(after_item(a, "reports", TOPIC_INCIDENTS), v, r);
    }
}

static void whole_assignments(struct after *a, const struct viewer *v, const struct incident *i)
{
    if (v->audience == AUDIENCE_REDACTED) {
        return;
    }
    for (const struct assignment *x = incident_first_assignment(v->world, i); x != NULL;
         x = assignment_next(v->world, x)) {
        if (assignment_lives(x)) {
            show_assignment(after_item(a, "assignments", TOPIC_INCIDENTS), v, x);
        }
    }
}

void after_whole(struct after *a, const struct viewer *v, const struct incident *i)
{
    show_incident(after_item(a, "incidents", TOPIC_INCIDENTS), v, i);
    whole_reports(a, v, i);
    whole_assignments(a, v, i);
}

/* The group's things of one table, those of incidents that come whole by way of the incident. */
static void after_incidents(struct row_frames *f, struct after *a, const struct viewer *v,
                            uint32_t g)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct incident *i = touched_thing(f->world, k, TABLE_INCIDENT);
        if (i != NULL && f->touched_group[k] == g) {
            show_incident(after_item(a, "incidents", TOPIC_INCIDENTS), v, i);
        }
    }
}

static void after_reports(struct row_frames *f, struct after *a, const struct viewer *v, uint32_t g)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct report *r = touched_thing(f->world, k, TABLE_REPORT);
        const struct incident *i = touched_thing(f->world, k, TABLE_INCIDENT);
        if (r != NULL && f->touched_group[k] == g && !row_reopened(f, r->incident.n)) {
            show_report(after_item(a, "reports", TOPIC_INCIDENTS), v, r);
        } else if (i != NULL && f->touched_group[k] == g && row_reopened(f, i->id.n)) {
            whole_reports(a, v, i);
        }
    }
}

static void after_assignments(struct row_frames *f, struct after *a, const struct viewer *v,
                              uint32_t g)
{
    if (v->audience == AUDIENCE_REDACTED) {
        return;
    }
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct assignment *x = touched_thing(f->world, k, TABLE_ASSIGNMENT);
        const struct incident *i = touched_thing(f->world, k, TABLE_INCIDENT);
        bool here =
            x != NULL && (f->touched_group[k] == g || left_in_group(f, row_order_left(f, x), g));
        if (here && !row_reopened(f, x->incident.n)) {
            show_assignment(after_item(a, "assignments", TOPIC_INCIDENTS), v, x);
        } else if (i != NULL && f->touched_group[k] == g && row_reopened(f, i->id.n)) {
            whole_assignments(a, v, i);
        }
    }
}

static void after_alarms(struct row_frames *f, struct after *a, const struct viewer *v, uint32_t g)
{
    const struct row_content *c = f->row->content;
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct alarm *m = touched_thing(f->world, k, TABLE_ALARM);
        if (m != NULL && f->touched_group[k] == g) {
            show_alarm(after_item(a, "alarms", TOPIC_ALARMS), v, m);
        }
    }
    for (uint32_t k = 0; k < c->count; k++) {
        if (c->events[k].kind == EVENT_ALARM_CLEARED && f->event_group[k] == g) {
            json_out_id(after_item(a, "alarms_cleared", TOPIC_ALARMS), f->name, ID_LETTER_ALARM,
                        c->events[k].as.alarm_cleared.alarm.n);
        }
    }
}

/* A row that changed the city or the plan, or too much to be listed. */
static void after_overflow(struct row_frames *f)
{
    const struct event *e = &f->row->content->events[0];
    const struct world *w = f->world;
    if (e->kind == EVENT_AUTOMATION_STOPPED || e->kind == EVENT_AUTOMATION_RESUMED) {
        buf_text(&f->bytes, ",\"after\":{\"automation\":{\"stopped\":");
        buf_text(&f->bytes, w->automation_stopped ? "true}}" : "false}}");
        return;
    }
    buf_text(&f->bytes, ",\"after\":{\"all\":true");
    if (e->kind == EVENT_PLAN_ACTIVATED) {
        const struct plan named = { .id = w->plan.id,
                                    .version = w->plan.version,
                                    .name_zh = w->plan.name_zh,
                                    .name_en = w->plan.name_en };
        buf_text(&f->bytes, ",\"plan\":");
        json_out_struct(&f->bytes, &plan_shape, &named, &(struct json_out){ .world = f->name });
    }
    buf_char(&f->bytes, '}');
}

uint16_t row_put_after(struct row_frames *f, const struct viewer *v, uint32_t g)
{
    struct after a;
    if (f->overflow) {
        after_overflow(f);
        return 0;
    }
    after_begin(&a, &f->bytes);
    if (f->groups[g].alarms) {
        after_alarms(f, &a, v, g);
    } else {
        after_incidents(f, &a, v, g);
        after_reports(f, &a, v, g);
        after_assignments(f, &a, v, g);
        if (v->audience == AUDIENCE_OPERATIONS) {
            after_units(f, &a, v);
        }
        if (v->audience == AUDIENCE_OPERATIONS && f->groups[g].scope.after == MASK_ALL) {
            after_seats(f, &a, v); /* events of seats and roads are everybody's */
        }
        if (f->groups[g].scope.after == MASK_ALL) {
            after_roads(f, &a, v);
        }
    }
    after_end(&a);
    return a.topics;
}
