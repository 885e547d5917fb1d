/* The frames of single units: what happens on the incidents they work on, and to themselves. */
#include "dispatch/view/row_work.h"

#include "base/must.h"

#define TOPIC_BIT(t) ((uint16_t)(1u << (t)))
#define UNITS_MAX 512

struct concerned {
    uint32_t units[UNITS_MAX];
    uint32_t count;
};

static void add_unit(struct concerned *c, uint32_t unit)
{
    for (uint32_t k = 0; k < c->count; k++) {
        if (c->units[k] == unit) {
            return;
        }
    }
    if (unit != 0 && c->count < UNITS_MAX) {
        c->units[c->count++] = unit;
    }
}

static void find_units(const struct row_frames *f, struct concerned *c)
{
    c->count = 0;
    for (uint32_t k = 0; k < f->scope.pair_count; k++) {
        add_unit(c, f->scope.pairs[k].unit);
    }
    for (uint32_t k = 0; k < f->incident_count; k++) {
        const struct incident *i = world_incident(f->world, (incident_id){ f->incidents[k] });
        for (const struct assignment *a = i != NULL ? incident_first_assignment(f->world, i) : NULL;
             a != NULL; a = assignment_next(f->world, a)) {
            if (unit_concerned(a)) {
                add_unit(c, a->unit.n);
            }
        }
    }
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct unit *u = touched_thing(f->world, k, TABLE_UNIT);
        add_unit(c, u != NULL ? u->id.n : 0);
    }
}

/* An officer's need is told to who is near; the rest of what units are is their own. */
static bool of_panic(enum event_kind kind)
{
    return kind == EVENT_UNIT_PANICKED || kind == EVENT_UNIT_PANIC_NOTED ||
           kind == EVENT_UNIT_PANIC_ANSWERED;
}

/* Shown before or after the row: a unit also reads the event that ends its part. */
static bool reads(const struct row_frames *f, uint32_t unit, const struct event *e)
{
    uint32_t incident = event_incident(e);
    if (!entry_shown(AUDIENCE_UNIT, e)) {
        return false;
    }
    if (event_of_unit(e->kind) && !of_panic(e->kind)) {
        return event_unit(e) == unit;
    }
    if (of_panic(e->kind) && event_unit(e) == unit) {
        const struct incident *i = world_incident(f->world, (incident_id){ incident });
        return i == NULL || !i->panic_silent; /* one who called unheard is not answered here */
    }
    return incident != 0 && (scope_unit_before(&f->scope, unit, incident) ||
                             scope_unit_after(&f->scope, unit, incident));
}

/* New to this unit in this row, or brought back: it comes whole. */
static bool comes_whole(const struct row_frames *f, uint32_t unit, uint32_t incident)
{
    return !scope_unit_before(&f->scope, unit, incident) || row_reopened(f, incident);
}

/* It saw the incident that something left, and still does. */
static bool stays_at(const struct row_frames *f, uint32_t unit, uint32_t incident)
{
    return incident != 0 && scope_unit_before(&f->scope, unit, incident) &&
           scope_unit_after(&f->scope, unit, incident);
}

static bool is_touched(const struct row_frames *f, const struct incident *i)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        if (touched_thing(f->world, k, TABLE_INCIDENT) == i) {
            return true;
        }
    }
    return false;
}

static void unit_incidents(struct row_frames *f, struct after *a, const struct viewer *v)
{
    for (uint32_t k = 0; k < f->incident_count; k++) {
        const struct incident *i = world_incident(f->world, (incident_id){ f->incidents[k] });
        if (i != NULL && unit_sees(f->world, v->unit, i) &&
            (is_touched(f, i) || comes_whole(f, v->unit.n, i->id.n))) {
            show_incident(after_item(a, "incidents", TOPIC_INCIDENTS), v, i);
        }
    }
}

static void unit_reports(struct row_frames *f, struct after *a, const struct viewer *v)
{
    for (uint32_t k = 0; k < f->incident_count; k++) {
        const struct incident *i = world_incident(f->world, (incident_id){ f->incidents[k] });
        if (i == NULL || !unit_sees(f->world, v->unit, i) || !comes_whole(f, v->unit.n, i->id.n)) {
            continue;
        }
        for (const struct report *r = incident_first_report(f->world, i); r != NULL;
             r = report_next(f->world, r)) {
            show_report(after_item(a, "reports", TOPIC_INCIDENTS), v, r);
        }
    }
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct report *r = touched_thing(f->world, k, TABLE_REPORT);
        bool seen = r != NULL && scope_unit_after(&f->scope, v->unit.n, r->incident.n) &&
                    !comes_whole(f, v->unit.n, r->incident.n);
        if (seen || (r != NULL && stays_at(f, v->unit.n, row_report_left(f, r)))) {
            show_report(after_item(a, "reports", TOPIC_INCIDENTS), v, r);
        }
    }
}

static void unit_assignments(struct row_frames *f, struct after *a, const struct viewer *v)
{
    for (uint32_t k = 0; k < f->incident_count; k++) {
        const struct incident *i = world_incident(f->world, (incident_id){ f->incidents[k] });
        if (i == NULL || !unit_sees(f->world, v->unit, i) || !comes_whole(f, v->unit.n, i->id.n)) {
            continue;
        }
        for (const struct assignment *x = incident_first_assignment(f->world, i); x != NULL;
             x = assignment_next(f->world, x)) {
            if (assignment_lives(x)) {
                show_assignment(after_item(a, "assignments", TOPIC_INCIDENTS), v, x);
            }
        }
    }
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct assignment *x = touched_thing(f->world, k, TABLE_ASSIGNMENT);
        bool seen = x != NULL && scope_unit_after(&f->scope, v->unit.n, x->incident.n) &&
                    !comes_whole(f, v->unit.n, x->incident.n);
        if (seen || (x != NULL && stays_at(f, v->unit.n, row_order_left(f, x)))) {
            show_assignment(after_item(a, "assignments", TOPIC_INCIDENTS), v, x);
        }
    }
}

static void unit_itself(struct row_frames *f, struct after *a, const struct viewer *v)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct unit *u = touched_thing(f->world, k, TABLE_UNIT);
        if (u != NULL && u->id.n == v->unit.n) {
            show_unit(after_item(a, "units", TOPIC_UNITS), v, u, NULL, 0, false);
        }
    }
}

static bool write_events(struct row_frames *f, const struct viewer *v, uint16_t *topics)
{
    const struct row_content *c = f->row->content;
    bool open = false;
    for (uint32_t k = 0; k < c->count; k++) {
        if (reads(f, v->unit.n, &c->events[k])) {
            buf_text(&f->bytes, open ? "}," : "");
            entry_put(&f->bytes, f->row, k, AUDIENCE_UNIT, v->unit);
            *topics |= TOPIC_BIT(event_infos[c->events[k].kind].topic);
            open = true;
        }
    }
    return open;
}

/* Incidents whose work is over for this unit, and reports that left its incidents. */
static void put_left(struct row_frames *f, const struct viewer *v, struct frame_tags tags)
{
    const struct row_content *c = f->row->content;
    tags.topics = TOPIC_BIT(TOPIC_INCIDENTS);
    for (uint32_t k = 0; k < f->scope.pair_count; k++) {
        struct scope_pair p = f->scope.pairs[k];
        if (p.unit == v->unit.n && !scope_unit_after(&f->scope, p.unit, p.incident)) {
            buf_reset(&f->bytes);
            entry_put_view(&f->bytes, f->row, c->count + f->extra++, false,
                           (incident_id){ p.incident }, (report_id){ 0 }, (unit_id){ 0 });
            buf_char(&f->bytes, '}');
            row_put(f, &tags);
        }
    }
    for (uint32_t k = 0; k < c->count; k++) {
        const struct report_unlinked *e = &c->events[k].as.report_unlinked;
        if (c->events[k].kind == EVENT_REPORT_UNLINKED &&
            scope_unit_after(&f->scope, v->unit.n, e->incident.n)) {
            buf_reset(&f->bytes);
            entry_put_view(&f->bytes, f->row, c->count + f->extra++, false, (incident_id){ 0 },
                           e->report, (unit_id){ 0 });
            buf_char(&f->bytes, '}');
            row_put(f, &tags);
        }
    }
}

static void put_unit(struct row_frames *f, uint32_t unit)
{
    const struct viewer v = { .world = f->world,
                              .name = f->name,
                              .audience = AUDIENCE_UNIT,
                              .zones = MASK_ALL,
                              .unit = { unit } };
    struct frame_tags tags = {
        .any_of = MASK_ALL, .also_of = MASK_ALL, .audience = AUDIENCE_UNIT, .addressee = unit
    };
    struct after a;
    f->extra = 0;
    buf_reset(&f->bytes);
    bool open = write_events(f, &v, &tags.topics);
    if (!open) {
        entry_put_view(&f->bytes, f->row, f->row->content->count + f->extra++, true,
                       (incident_id){ 0 }, (report_id){ 0 }, (unit_id){ unit });
    }
    after_begin(&a, &f->bytes);
    unit_incidents(f, &a, &v);
    unit_reports(f, &a, &v);
    unit_assignments(f, &a, &v);
    unit_itself(f, &a, &v);
    after_end(&a);
    buf_char(&f->bytes, '}');
    tags.topics |= a.topics;
    if (open || a.any) {
        row_put(f, &tags);
    }
    put_left(f, &v, tags);
}

/* What holds on roads, in one frame for all of them. */
static void put_roads(struct row_frames *f)
{
    const struct row_content *c = f->row->content;
    const struct viewer v = {
        .world = f->world, .name = f->name, .audience = AUDIENCE_UNIT, .zones = MASK_ALL
    };
    struct frame_tags tags = { .any_of = MASK_ALL,
                               .also_of = MASK_ALL,
                               .audience = AUDIENCE_UNIT,
                               .topics = TOPIC_BIT(TOPIC_ROADS) };
    struct after a;
    bool open = false;
    buf_reset(&f->bytes);
    for (uint32_t k = 0; k < c->count; k++) {
        if (event_is_road(&c->events[k])) {
            buf_text(&f->bytes, open ? "}," : "");
            entry_put(&f->bytes, f->row, k, AUDIENCE_UNIT, (unit_id){ 0 });
            open = true;
        }
    }
    if (!open) {
        return;
    }
    after_begin(&a, &f->bytes);
    after_roads(f, &a, &v);
    after_end(&a);
    buf_char(&f->bytes, '}');
    row_put(f, &tags);
}

void row_frames_units(struct row_frames *f)
{
    struct concerned c;
    put_roads(f);
    find_units(f, &c);
    must(c.count <= UNITS_MAX);
    for (uint32_t k = 0; k < c.count; k++) {
        put_unit(f, c.units[k]);
    }
}
