#include "dispatch/view/row_scope.h"

static bool noted(const struct row_scope *s, enum table table, uint32_t id, uint64_t *mask)
{
    for (uint32_t k = 0; k < s->note_count; k++) {
        if (s->notes[k].table == table && s->notes[k].id == id) {
            *mask = s->notes[k].mask;
            return true;
        }
    }
    return false;
}

static void note(struct row_scope *s, enum table table, uint32_t id, uint64_t mask)
{
    uint64_t known;
    if (noted(s, table, id, &known)) {
        return;
    }
    if (s->note_count == SCOPE_NOTES_MAX) {
        s->overflow = true;
        return;
    }
    s->notes[s->note_count++] =
        (struct scope_note){ .table = (uint8_t)table, .id = id, .mask = mask };
}

static void note_pair(struct row_scope *s, uint32_t unit, uint32_t incident)
{
    if (unit == 0 || scope_unit_before(s, unit, incident)) {
        return;
    }
    if (s->pair_count == SCOPE_NOTES_MAX) {
        s->overflow = true;
        return;
    }
    s->pairs[s->pair_count++] = (struct scope_pair){ .unit = unit, .incident = incident };
}

static void note_incident(struct row_scope *s, const struct incident *i)
{
    uint64_t known;
    if (i == NULL || noted(s, TABLE_INCIDENT, i->id.n, &known)) {
        return;
    }
    note(s, TABLE_INCIDENT, i->id.n, mask_of_incident(s->world, i));
    for (const struct assignment *a = incident_first_assignment(s->world, i); a != NULL;
         a = assignment_next(s->world, a)) {
        if (unit_sees(s->world, a->unit, i)) { /* who called unheard does not, though sent there */
            note_pair(s, a->unit.n, i->id.n);
        }
    }
    for (uint32_t k = 0; i->panic && k < s->world->unit_count; k++) {
        if (unit_sees(s->world, s->world->units[k].id, i)) {
            note_pair(s, s->world->units[k].id.n, i->id.n);
        }
    }
}

/* Reports that go back with a split are not named in the row. */
static void note_reports(struct row_scope *s, incident_id from)
{
    const struct incident *i = world_incident(s->world, from);
    for (const struct report *r = i != NULL ? incident_first_report(s->world, i) : NULL; r != NULL;
         r = report_next(s->world, r)) {
        note(s, TABLE_REPORT, r->id.n, mask_of_report(s->world, r));
    }
}

static void note_cleared(struct row_scope *s, const struct alarm_cleared *c)
{
    const struct alarm key = { .kind = c->kind,
                               .incident = c->incident,
                               .unit = c->unit,
                               .assignment = c->assignment,
                               .report = c->report,
                               .person = c->person,
                               .about = c->about };
    const struct alarm *a = world_alarm_of(s->world, &key);
    if (a != NULL && a->id.n == c->alarm.n) {
        note(s, TABLE_ALARM, a->id.n, mask_of_alarm(s->world, a));
    }
}

void scope_before(struct row_scope *s, const struct world *w, const struct row_content *content)
{
    s->world = w;
    s->content = content;
    s->note_count = s->pair_count = 0;
    s->overflow = false;
    for (uint32_t k = 0; k < content->count; k++) {
        const struct event *e = &content->events[k];
        const struct report *r = world_report(w, (report_id){ event_report(e) });
        note_incident(s, world_incident(w, (incident_id){ event_incident(e) }));
        if (r != NULL) {
            note(s, TABLE_REPORT, r->id.n, mask_of_report(w, r));
        }
        if (e->kind == EVENT_INCIDENT_SPLIT) {
            note_reports(s, e->as.incident_split_off.from);
        }
        if (e->kind == EVENT_ALARM_CLEARED) {
            note_cleared(s, &e->as.alarm_cleared);
        }
    }
}

/* Made in this row: there is no before. Gone with this row: as it was. */
static struct scope scope_from(const struct row_scope *s, enum table table, uint32_t id, bool there,
                               uint64_t now)
{
    uint64_t before = now;
    bool known = noted(s, table, id, &before);
    if (!there) {
        return known ? (struct scope){ before, before } : (struct scope){ 0, 0 };
    }
    return (struct scope){ before, now };
}

struct scope scope_of_incident(const struct row_scope *s, uint32_t id)
{
    const struct incident *i = world_incident(s->world, (incident_id){ id });
    return scope_from(s, TABLE_INCIDENT, id, i != NULL,
                      i != NULL ? mask_of_incident(s->world, i) : 0);
}

struct scope scope_of_report(const struct row_scope *s, uint32_t id)
{
    const struct report *r = world_report(s->world, (report_id){ id });
    return scope_from(s, TABLE_REPORT, id, r != NULL, r != NULL ? mask_of_report(s->world, r) : 0);
}

static struct scope scope_of_cleared(const struct row_scope *s, const struct alarm_cleared *c)
{
    uint64_t mask = MASK_ALL;
    if (noted(s, TABLE_ALARM, c->alarm.n, &mask)) {
        return (struct scope){ mask, mask };
    }
    for (uint32_t k = 0; k < s->content->count; k++) {
        const struct event *e = &s->content->events[k];
        if (e->kind == EVENT_ALARM_RAISED && e->as.alarm_raised.alarm.id.n == c->alarm.n) {
            mask = mask_of_alarm(s->world, &e->as.alarm_raised.alarm);
        }
    }
    return (struct scope){ mask, mask };
}

/* Acknowledged, shelved, climbed or over: the alarm stands still. */
static struct scope scope_of_noticed(const struct row_scope *s, const struct event *e)
{
    alarm_id id =
        e->kind == EVENT_ALARM_SHELVED ? e->as.alarm_shelved.alarm : e->as.alarm_noticed.alarm;
    const struct alarm *a = world_alarm(s->world, id);
    uint64_t mask = a != NULL ? mask_of_alarm(s->world, a) : MASK_ALL;
    return (struct scope){ mask, mask };
}

struct scope scope_of_event(const struct row_scope *s, const struct event *e)
{
    if (e->kind == EVENT_ALARM_RAISED) {
        uint64_t mask = mask_of_alarm(s->world, &e->as.alarm_raised.alarm);
        return (struct scope){ mask, mask };
    }
    if (e->kind == EVENT_ALARM_CLEARED) {
        return scope_of_cleared(s, &e->as.alarm_cleared);
    }
    if (event_is_alarm(e)) {
        return scope_of_noticed(s, e);
    }
    uint32_t incident = event_incident(e);
    uint32_t report = event_report(e);
    if (incident != 0) {
        return scope_of_incident(s, incident);
    }
    if (report != 0) {
        return scope_of_report(s, report);
    }
    return (struct scope){ MASK_ALL, MASK_ALL };
}

bool scope_unit_before(const struct row_scope *s, uint32_t unit, uint32_t incident)
{
    for (uint32_t k = 0; k < s->pair_count; k++) {
        if (s->pairs[k].unit == unit && s->pairs[k].incident == incident) {
            return true;
        }
    }
    return false;
}

bool scope_unit_after(const struct row_scope *s, uint32_t unit, uint32_t incident)
{
    const struct incident *i = world_incident(s->world, (incident_id){ incident });
    return i != NULL && unit_sees(s->world, (unit_id){ unit }, i);
}
