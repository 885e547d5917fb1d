#include "dispatch/view/entry.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"

/* What was said later, and what became of callers. */
static bool of_callers(enum event_kind kind)
{
    return kind >= EVENT_REPORT_AMENDED && kind <= EVENT_REPORT_CALLBACK_ENDED;
}

/* Two incidents become one, or are two again. */
static bool of_merging(enum event_kind kind)
{
    return kind >= EVENT_INCIDENT_ABSORBED && kind <= EVENT_INCIDENT_SPLIT;
}

static bool shown_to_unit(enum event_kind kind)
{
    return of_callers(kind) || of_merging(kind) || event_of_move(kind) ||
           (kind >= EVENT_REPORT_RECEIVED && kind <= EVENT_INCIDENT_REOPENED &&
            kind != EVENT_INCIDENT_RECOMMENDED) ||
           (kind >= EVENT_ASSIGNMENT_RESERVED && kind <= EVENT_UNIT_HEARD) ||
           (kind >= EVENT_ASSIGNMENT_NAMED && kind <= EVENT_INCIDENT_LED);
}

static bool shown_redacted(enum event_kind kind)
{
    return kind == EVENT_REPORT_AMENDED || of_merging(kind) ||
           (kind >= EVENT_REPORT_RECEIVED && kind <= EVENT_INCIDENT_REOPENED &&
            kind != EVENT_INCIDENT_RECOMMENDED && kind != EVENT_INCIDENT_NOTED) ||
           (kind >= EVENT_ASSIGNMENT_RESERVED && kind <= EVENT_ASSIGNMENT_FED_BACK) ||
           kind == EVENT_ASSIGNMENT_NAMED || kind == EVENT_ASSIGNMENT_DIVERTED ||
           kind == EVENT_INCIDENT_LED;
}

bool entry_shown(enum audience audience, const struct event *e)
{
    switch (audience) {
    case AUDIENCE_OPERATIONS:
        return true;
    case AUDIENCE_UNIT:
        return event_is_road(e) || shown_to_unit(e->kind);
    case AUDIENCE_REDACTED:
        return event_is_road(e) || shown_redacted(e->kind);
    case AUDIENCE_NOBODY:
    case AUDIENCE_COUNT:
        break;
    }
    return false;
}

uint32_t event_report(const struct event *e)
{
    if (e->kind == EVENT_REPORT_RECEIVED) {
        return e->as.report_received.report.id.n;
    }
    if (e->kind == EVENT_REPORT_SETTLED) {
        return e->as.report_settled.report.n;
    }
    if (e->kind == EVENT_REPORT_LINKED) {
        return e->as.report_linked.report.n;
    }
    if (e->kind == EVENT_REPORT_UNLINKED) {
        return e->as.report_unlinked.report.n;
    }
    if (e->kind == EVENT_REPORT_AMENDED) {
        return e->as.report_amended.report.n;
    }
    if (e->kind == EVENT_REPORT_CONTACTED) {
        return e->as.report_contacted.report.n;
    }
    if (e->kind == EVENT_REPORT_MESSAGED) {
        return e->as.report_messaged.report.n;
    }
    if (e->kind == EVENT_REPORT_CALLBACK_ENDED) {
        return e->as.report_callback_ended.report.n;
    }
    if (e->kind == EVENT_REPORT_OWNED) {
        return e->as.report_owned.report.n;
    }
    if (e->kind == EVENT_ALARM_RAISED) {
        return e->as.alarm_raised.alarm.report.n;
    }
    return e->kind == EVENT_ALARM_CLEARED ? e->as.alarm_cleared.report.n : 0;
}

static void put_id(struct buf *b, const char *name, struct str world, char letter, uint32_t n)
{
    if (n != 0) {
        buf_text(b, name);
        json_out_id(b, world, letter, n);
    }
}

static void put_head(struct buf *b, const struct entry_row *row, uint32_t n, const char *kind)
{
    buf_text(b, "{\"seq\":");
    buf_u64(b, row->seq);
    buf_text(b, ",\"n\":");
    buf_u64(b, n);
    buf_text(b, ",\"at\":");
    json_out_instant(b, row->at);
    buf_text(b, ",\"kind\":\"");
    buf_text(b, kind);
    buf_char(b, '"');
}

/* Who did it: operations see seat and terminal, a unit the person, the redacted class the role. */
static void put_by(struct buf *b, const struct entry_row *row, enum audience audience)
{
    const struct json_out opt = { .world = row->world };
    struct by by = row->content->by;
    buf_text(b, ",\"by\":");
    if (audience == AUDIENCE_OPERATIONS) {
        buf_str(b, row->content->by_raw);
        return;
    }
    by.seat = by.terminal = (struct str){ 0 };
    if (audience == AUDIENCE_REDACTED) {
        by.person = (struct str){ 0 };
    }
    json_out_struct(b, &by_shape, &by, &opt);
}

/* The choice without its evidence, which is read where it is wanted. */
static void put_recommended(struct buf *b, const struct incident_recommended *e,
                            const struct json_out *opt)
{
    struct slot_advice slots[REQUIREMENTS_MAX];
    struct incident_recommended copy = *e;
    must(e->slots.count <= REQUIREMENTS_MAX);
    if (e->slots.count > 0) {
        memcpy(slots, e->slots.at, e->slots.count * sizeof(slots[0]));
    }
    for (uint32_t k = 0; k < e->slots.count; k++) {
        slots[k].considered = slots[k].passed = (struct list){ 0 };
    }
    copy.slots.at = slots;
    json_out_struct(b, &incident_recommended_shape, &copy, opt);
}

/* Names only: whole cities and plans do not travel in frames. */
static void put_plan(struct buf *b, const struct plan *p, const struct json_out *opt)
{
    const struct plan named = {
        .id = p->id, .version = p->version, .name_zh = p->name_zh, .name_en = p->name_en
    };
    const struct plan_activated e = { .plan = named };
    json_out_struct(b, event_infos[EVENT_PLAN_ACTIVATED].shape, &e, opt);
}

static void put_city(struct buf *b, const struct city *c, const struct json_out *opt)
{
    const struct city_loaded e = { .city = { .name = c->name, .name_en = c->name_en } };
    json_out_struct(b, event_infos[EVENT_CITY_LOADED].shape, &e, opt);
}

/* Who gave a notice out, and for which incident, is for operations. */
/* To its unit: where and why, not from which seat and what the officer had before them. */
static void put_move(struct buf *b, const struct unit_move_up_ordered *e,
                     const struct json_out *opt)
{
    struct unit_move_up_ordered copy = *e;
    copy.move.seat = (seat_id){ 0 };
    copy.has_proposal = false;
    json_out_struct(b, event_infos[EVENT_UNIT_MOVE_UP_ORDERED].shape, &copy, opt);
}

static void put_data(struct buf *b, const struct entry_row *row, uint32_t n, enum audience audience)
{
    const struct event *e = &row->content->events[n];
    const struct str *members = row->content->members;
    bool open_only = event_is_road(e) && audience != AUDIENCE_OPERATIONS;
    const struct json_out opt = { .world = row->world,
                                  .privacy_max = open_only ? OPEN : TACTICAL,
                                  .skip_sealed = true };
    buf_text(b, ",\"data\":");
    if (e->kind == EVENT_PLAN_ACTIVATED) {
        put_plan(b, &e->as.plan_activated.plan, &opt);
    } else if (e->kind == EVENT_CITY_LOADED) {
        put_city(b, &e->as.city_loaded.city, &opt);
    } else if (e->kind == EVENT_ZONES_LOADED) { /* screens read them with the next snapshot */
        json_out_struct(b, event_infos[e->kind].shape, &(struct zones_loaded){ .reach_m = 0 },
                        &opt);
    } else if (e->kind == EVENT_INCIDENT_RECOMMENDED && !row->whole) {
        put_recommended(b, &e->as.incident_recommended, &opt);
    } else if (e->kind == EVENT_UNIT_MOVE_UP_ORDERED && audience != AUDIENCE_OPERATIONS) {
        put_move(b, &e->as.unit_move_up_ordered, &opt);
    } else if (!open_only && members != NULL && members[n].len > 0) {
        buf_char(b, '{'); /* nothing in it is hidden from these readers */
        buf_str(b, members[n]);
        buf_char(b, '}');
    } else {
        json_out_struct(b, event_infos[e->kind].shape, &e->as, &opt);
    }
}

void entry_put(struct buf *b, const struct entry_row *row, uint32_t n, enum audience audience,
               unit_id reader)
{
    const struct event *e = &row->content->events[n];
    uint32_t unit = event_unit(e);
    put_head(b, row, n, event_infos[e->kind].word);
    put_by(b, row, audience);
    put_id(b, ",\"incident\":", row->world, ID_LETTER_INCIDENT, event_incident(e));
    if (audience == AUDIENCE_REDACTED && !event_is_road(e)) {
        return;
    }
    put_id(b, ",\"unit\":", row->world, ID_LETTER_UNIT, unit);
    if (audience == AUDIENCE_OPERATIONS || !event_is_assignment(e) || unit == reader.n) {
        put_data(b, row, n, audience);
    }
}

void entry_put_view(struct buf *b, const struct entry_row *row, uint32_t n, bool enter,
                    incident_id incident, report_id report, unit_id unit)
{
    put_head(b, row, n, enter ? "view.enter" : "view.leave");
    put_id(b, ",\"incident\":", row->world, ID_LETTER_INCIDENT, incident.n);
    put_id(b, ",\"report\":", row->world, ID_LETTER_REPORT, report.n);
    put_id(b, ",\"unit\":", row->world, ID_LETTER_UNIT, unit.n);
}
