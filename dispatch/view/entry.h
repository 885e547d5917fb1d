/* One event of a row as an audience may read it, without what the world adds: a function of the row
 * alone, so that frames of now and pages of the archive have the same bytes.
 *   {"seq":9,"n":0,"at":"…","kind":"incident.opened","by":{…},"incident":"live-i4","data":{…}
 * `n` counts the events of a row from 0, those that an audience does not see included. */
#ifndef DISPATCH_VIEW_ENTRY_H
#define DISPATCH_VIEW_ENTRY_H

#include "base/buf.h"
#include "dispatch/codec/row.h"

struct entry_row {
    uint64_t seq;
    int64_t at;
    struct str world; /* name */
    const struct row_content *content;
    bool whole; /* with the evidence of recommendations, for timelines */
};

/* Whether this kind of event is ever shown to the audience. Zones, and what a unit works on, are
 * the caller's business. */
bool entry_shown(enum audience audience, const struct event *e);

/* Appends event `n`, its object still open for `after`. `reader` is the unit of the unit audience.
 */
void entry_put(struct buf *b, const struct entry_row *row, uint32_t n, enum audience audience,
               unit_id reader);

/* Appends view.enter or view.leave, open as well; `n` goes on behind the events. Only one of the
 * ids is not 0. */
void entry_put_view(struct buf *b, const struct entry_row *row, uint32_t n, bool enter,
                    incident_id incident, report_id report, unit_id unit);

/* The report an event is about; 0: none. */
uint32_t event_report(const struct event *e);

static inline bool event_is_alarm(const struct event *e)
{
    return e->kind == EVENT_ALARM_RAISED || e->kind == EVENT_ALARM_CLEARED ||
           (e->kind >= EVENT_ALARM_ACKNOWLEDGED && e->kind <= EVENT_ALARM_RETURNED);
}

/* What holds on roads: everybody's who has a screen. */
static inline bool event_is_road(const struct event *e)
{
    return e->kind >= EVENT_ROAD_CLOSED && e->kind <= EVENT_ROAD_WEIGHTS_APPLIED;
}

/* Its orders to move up. */
static inline bool event_of_move(enum event_kind kind)
{
    return kind >= EVENT_UNIT_MOVE_UP_ORDERED && kind <= EVENT_UNIT_MOVE_UP_ENDED;
}

/* Of a unit itself: its duty, its fixes, its officers' need. */
static inline bool event_of_unit(enum event_kind kind)
{
    return (kind >= EVENT_UNIT_SIGNED_ON && kind <= EVENT_UNIT_HEARD) ||
           kind == EVENT_UNIT_TERMINAL_LOST || kind == EVENT_UNIT_TERMINAL_BACK ||
           event_of_move(kind);
}

static inline bool event_is_assignment(const struct event *e)
{
    return (e->kind >= EVENT_ASSIGNMENT_RESERVED && e->kind <= EVENT_ASSIGNMENT_FED_BACK) ||
           (e->kind >= EVENT_ASSIGNMENT_NAMED && e->kind <= EVENT_ASSIGNMENT_REPORTED) ||
           e->kind == EVENT_ASSIGNMENT_EXPECTED;
}

#endif
