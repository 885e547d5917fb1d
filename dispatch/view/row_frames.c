#include "dispatch/view/row_work.h"

#include "base/must.h"

#include <stdlib.h>

#define TOPIC_BIT(t) ((uint16_t)(1u << (t)))

struct row_frames *row_frames_new(const struct world *w, struct str name)
{
    struct row_frames *f = calloc(1, sizeof(*f));
    if (f != NULL) {
        f->world = w;
        f->name = name;
        buf_init(&f->bytes);
    }
    return f;
}

void row_frames_free(struct row_frames *f)
{
    if (f != NULL) {
        buf_fini(&f->bytes);
        free(f);
    }
}

void row_frames_before(struct row_frames *f, const struct row_content *content)
{
    scope_before(&f->scope, f->world, content);
}

void row_put(struct row_frames *f, const struct frame_tags *tags)
{
    must(buf_ok(&f->bytes));
    f->sink->put(f->sink->arg, tags, buf_view(&f->bytes));
}

static uint8_t group_for(struct row_frames *f, struct scope scope, bool alarms)
{
    for (uint32_t k = 0; k < f->group_count; k++) {
        const struct row_group *g = &f->groups[k];
        if (g->scope.before == scope.before && g->scope.after == scope.after &&
            g->alarms == alarms) {
            return (uint8_t)k;
        }
    }
    if (f->group_count == ROW_GROUPS_MAX) {
        f->overflow = true;
        return NO_GROUP;
    }
    f->groups[f->group_count] = (struct row_group){ .scope = scope, .alarms = alarms };
    return (uint8_t)f->group_count++;
}

static void add_incident(struct row_frames *f, uint32_t id)
{
    for (uint32_t k = 0; k < f->incident_count; k++) {
        if (f->incidents[k] == id) {
            return;
        }
    }
    if (id == 0 || f->incident_count == ROW_INCIDENTS_MAX) {
        f->overflow = f->overflow || id != 0;
        return;
    }
    f->incidents[f->incident_count++] = id;
}

static void group_events(struct row_frames *f)
{
    const struct row_content *c = f->row->content;
    must(c->count <= ROW_EVENTS_MAX);
    for (uint32_t k = 0; k < c->count; k++) {
        const struct event *e = &c->events[k];
        uint8_t g = group_for(f, scope_of_event(&f->scope, e), event_is_alarm(e));
        f->event_group[k] = g;
        if (g != NO_GROUP) {
            f->groups[g].events++;
        }
        add_incident(f, event_is_alarm(e) ? 0 : event_incident(e));
    }
}

static bool only_alarms(const struct row_content *c)
{
    for (uint32_t k = 0; k < c->count; k++) {
        if (!event_is_alarm(&c->events[k])) {
            return false;
        }
    }
    return true;
}

const void *touched_thing(const struct world *w, uint32_t index, enum table table)
{
    const struct touched *t = &w->touched[index];
    const void *thing = NULL;
    uint32_t id = 0;
    if (t->table != table) {
        return NULL;
    }
    if (table == TABLE_INCIDENT) {
        thing = &w->incidents[t->slot];
        id = w->incidents[t->slot].id.n;
    } else if (table == TABLE_REPORT) {
        thing = &w->reports[t->slot];
        id = w->reports[t->slot].id.n;
    } else if (table == TABLE_ASSIGNMENT) {
        thing = &w->assignments[t->slot];
        id = w->assignments[t->slot].id.n;
    } else if (table == TABLE_UNIT) {
        thing = &w->units[t->slot];
        id = w->units[t->slot].id.n;
    } else if (table == TABLE_ALARM) {
        thing = &w->alarms[t->slot];
        id = w->alarms[t->slot].id.n;
    } else if (table == TABLE_SEAT) {
        thing = &w->seats[t->slot];
        id = w->seats[t->slot].id.n;
    } else if (table == TABLE_ROAD) {
        thing = &w->roads[t->slot];
        id = w->roads[t->slot].id.n;
    }
    return id != 0 ? thing : NULL;
}

static uint8_t group_of_touched(struct row_frames *f, uint32_t k)
{
    const struct incident *i = touched_thing(f->world, k, TABLE_INCIDENT);
    const struct report *r = touched_thing(f->world, k, TABLE_REPORT);
    const struct assignment *a = touched_thing(f->world, k, TABLE_ASSIGNMENT);
    const struct alarm *m = touched_thing(f->world, k, TABLE_ALARM);
    if (m != NULL) {
        uint64_t mask = mask_of_alarm(f->world, m);
        return group_for(f, (struct scope){ mask, mask }, true);
    }
    if (only_alarms(f->row->content)) {
        return NO_GROUP; /* what alarms mark on a thing is not shown with it */
    }
    if (i != NULL || a != NULL) {
        uint32_t id = i != NULL ? i->id.n : a->incident.n;
        add_incident(f, id);
        return group_for(f, scope_of_incident(&f->scope, id), false);
    }
    if (r != NULL) {
        struct scope s = scope_of_report(&f->scope, r->id.n);
        if (r->incident.n != 0) {
            s = scope_of_incident(&f->scope, r->incident.n);
        }
        return group_for(f, s, false);
    }
    return NO_GROUP;
}

static void group_touched(struct row_frames *f)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        f->touched_group[k] = group_of_touched(f, k);
        if (f->touched_group[k] != NO_GROUP) {
            f->groups[f->touched_group[k]].objects++;
        }
    }
}

/* The events of a group with `after` in the last one. Returns topic bits; 0: nothing is shown. */
static uint16_t write_group(struct row_frames *f, const struct viewer *v, uint32_t g)
{
    const struct row_content *c = f->row->content;
    uint16_t topics = 0;
    bool open = false;
    buf_reset(&f->bytes);
    for (uint32_t k = 0; k < c->count; k++) {
        if (f->event_group[k] != g || !entry_shown(v->audience, &c->events[k])) {
            continue;
        }
        buf_text(&f->bytes, open ? "}," : "");
        entry_put(&f->bytes, f->row, k, v->audience, v->unit);
        topics |= TOPIC_BIT(event_infos[c->events[k].kind].topic);
        open = true;
    }
    if (!open && f->groups[g].events == 0 && f->groups[g].objects > 0) {
        /* Something changed where no event speaks: an order further down a unit's stack became the
         * active one. */
        entry_put_view(&f->bytes, f->row, c->count + f->extra++, true, (incident_id){ 0 },
                       (report_id){ 0 }, (unit_id){ 0 });
        open = true;
    }
    if (!open) {
        return 0;
    }
    topics |= row_put_after(f, v, g);
    buf_char(&f->bytes, '}');
    return topics;
}

/* Those who see the incident from now on get it whole; those who no longer do are told so. */
static void put_moved(struct row_frames *f, const struct viewer *v, uint32_t g,
                      struct frame_tags tags)
{
    struct scope s = f->groups[g].scope;
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct incident *i = touched_thing(f->world, k, TABLE_INCIDENT);
        struct after a;
        if (i == NULL || f->touched_group[k] != g) {
            continue;
        }
        if (s.before != MASK_ALL) {
            buf_reset(&f->bytes);
            after_begin(&a, &f->bytes);
            entry_put_view(&f->bytes, f->row, f->row->content->count + f->extra++, true, i->id,
                           (report_id){ 0 }, (unit_id){ 0 });
            after_whole(&a, v, i);
            if (v->audience == AUDIENCE_OPERATIONS) {
                after_units(f, &a, v);
            }
            after_end(&a);
            buf_char(&f->bytes, '}');
            tags.topics = a.topics;
            tags.any_of = s.after;
            tags.also_of = MASK_ALL;
            tags.none_of = s.before;
            row_put(f, &tags);
        }
        if (s.after != MASK_ALL) {
            buf_reset(&f->bytes);
            entry_put_view(&f->bytes, f->row, f->row->content->count + f->extra++, false, i->id,
                           (report_id){ 0 }, (unit_id){ 0 });
            buf_char(&f->bytes, '}');
            tags.topics = TOPIC_BIT(TOPIC_INCIDENTS);
            tags.any_of = s.before;
            tags.also_of = MASK_ALL;
            tags.none_of = s.after;
            row_put(f, &tags);
        }
    }
}

static void put_report_view(struct row_frames *f, const struct viewer *v, const struct report *r,
                            bool enter, struct frame_tags tags)
{
    struct after a;
    buf_reset(&f->bytes);
    after_begin(&a, &f->bytes);
    entry_put_view(&f->bytes, f->row, f->row->content->count + f->extra++, enter,
                   (incident_id){ 0 }, r->id, (unit_id){ 0 });
    if (enter) {
        show_report(after_item(&a, "reports", TOPIC_INCIDENTS), v, r);
    }
    after_end(&a);
    buf_char(&f->bytes, '}');
    tags.topics = TOPIC_BIT(TOPIC_INCIDENTS);
    tags.also_of = MASK_ALL;
    row_put(f, &tags);
}

/* A report that went to an incident of another district, or came out of one. With an incident it
 * enters by that. */
static void put_moved_reports(struct row_frames *f, const struct viewer *v, struct frame_tags tags)
{
    for (uint32_t k = 0; k < f->world->touched_count; k++) {
        const struct report *r = touched_thing(f->world, k, TABLE_REPORT);
        struct scope s = r != NULL ? scope_of_report(&f->scope, r->id.n) : (struct scope){ 0, 0 };
        if (s.before == s.after) {
            continue;
        }
        if (s.before != MASK_ALL && r->incident.n == 0) {
            tags.any_of = s.after;
            tags.none_of = s.before;
            put_report_view(f, v, r, true, tags);
        }
        if (s.after != MASK_ALL) {
            tags.any_of = s.before;
            tags.none_of = s.after;
            put_report_view(f, v, r, false, tags);
        }
    }
}

/* Units that changed with a thing of one district, for the others. */
static void put_units_elsewhere(struct row_frames *f, const struct viewer *v, uint64_t told)
{
    struct frame_tags tags = {
        .any_of = MASK_ALL, .also_of = MASK_ALL, .none_of = told, .audience = (uint8_t)v->audience
    };
    struct after a;
    if (told == MASK_ALL) {
        return;
    }
    buf_reset(&f->bytes);
    entry_put_view(&f->bytes, f->row, f->row->content->count + f->extra++, true, (incident_id){ 0 },
                   (report_id){ 0 }, (unit_id){ 0 });
    after_begin(&a, &f->bytes);
    after_units(f, &a, v);
    after_end(&a);
    buf_char(&f->bytes, '}');
    tags.topics = a.topics;
    if (a.any) {
        row_put(f, &tags);
    }
}

static void put_audience(struct row_frames *f, enum audience audience)
{
    const struct viewer v = {
        .world = f->world, .name = f->name, .audience = audience, .zones = MASK_ALL
    };
    struct frame_tags tags = { .also_of = MASK_ALL, .audience = (uint8_t)audience };
    uint64_t told = 0;
    f->extra = 0;
    for (uint32_t g = 0; g < f->group_count; g++) {
        struct scope s = f->groups[g].scope;
        uint16_t topics = write_group(f, &v, g);
        if (topics != 0 && s.after != 0) {
            tags.topics = topics;
            tags.any_of = s.after;
            tags.also_of = s.before;
            tags.none_of = 0;
            row_put(f, &tags);
            told |= f->groups[g].alarms ? 0 : s.after;
        }
        if (s.before != s.after && !f->overflow) {
            put_moved(f, &v, g, tags);
            told |= s.before != MASK_ALL ? s.after : 0;
        }
    }
    if (!f->overflow) {
        put_moved_reports(f, &v, tags);
    }
    if (audience == AUDIENCE_OPERATIONS && !f->overflow) {
        put_units_elsewhere(f, &v, told);
    }
}

static bool is_automation(const struct row_content *c)
{
    for (uint32_t k = 0; k < c->count; k++) {
        enum event_kind kind = c->events[k].kind;
        if (kind != EVENT_AUTOMATION_STOPPED && kind != EVENT_AUTOMATION_RESUMED) {
            return false;
        }
    }
    return c->count > 0;
}

bool row_frames_after(struct row_frames *f, const struct entry_row *row,
                      const struct frame_sink *sink)
{
    f->row = row;
    f->sink = sink;
    f->group_count = f->incident_count = 0;
    f->overflow = f->world->touched_overflow || f->scope.overflow;
    if (row->content->count == 0) {
        return f->overflow;
    }
    group_events(f);
    group_touched(f);
    put_audience(f, AUDIENCE_OPERATIONS);
    if (f->overflow && is_automation(row->content)) {
        return false;
    }
    put_audience(f, AUDIENCE_REDACTED);
    if (!f->overflow && !only_alarms(row->content)) {
        row_frames_units(f);
    }
    return f->overflow;
}

static bool unit_reads(const struct viewer *v, const struct event *e)
{
    const struct incident *i = world_incident(v->world, (incident_id){ event_incident(e) });
    if (event_unit(e) == v->unit.n) {
        bool unheard = i != NULL && i->panic && i->panic_silent && i->panic_unit.n == v->unit.n;
        return e->kind != EVENT_ASSIGNMENT_RESERVED && !unheard;
    }
    return event_is_road(e) || (i != NULL && !event_of_unit(e->kind) && viewer_sees_incident(v, i));
}

static bool event_seen(const struct viewer *v, const struct event *e)
{
    const struct incident *i = world_incident(v->world, (incident_id){ event_incident(e) });
    const struct report *r = world_report(v->world, (report_id){ event_report(e) });
    if (!entry_shown(v->audience, e)) {
        return false;
    }
    if (v->audience == AUDIENCE_UNIT) {
        return unit_reads(v, e);
    }
    if (i != NULL) {
        return viewer_sees_incident(v, i);
    }
    return r == NULL || viewer_sees_report(v, r);
}

void row_events(struct buf *b, const struct viewer *v, const struct entry_row *row)
{
    const char *before = "[";
    for (uint32_t k = 0; k < row->content->count; k++) {
        if (event_seen(v, &row->content->events[k])) {
            buf_text(b, before);
            entry_put(b, row, k, v->audience, v->unit);
            buf_char(b, '}');
            before = ",";
        }
    }
    buf_text(b, before[0] == '[' ? "[]" : "]");
}
