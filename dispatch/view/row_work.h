/* What the files behind the frames of a row share; nobody else includes this. */
#ifndef DISPATCH_VIEW_ROW_WORK_H
#define DISPATCH_VIEW_ROW_WORK_H

#include "dispatch/view/row_scope.h"

#define ROW_GROUPS_MAX 48
#define ROW_EVENTS_MAX 128
#define ROW_INCIDENTS_MAX 256
#define NO_GROUP UINT8_MAX

/* Events and objects with one visibility. */
struct row_group {
    struct scope scope;
    bool alarms;
    uint32_t events;
    uint32_t objects;
};

struct row_frames {
    const struct world *world;
    struct str name;
    struct row_scope scope;
    struct buf bytes;

    /* of the row under way */
    const struct entry_row *row;
    const struct frame_sink *sink;
    bool overflow; /* objects are not listed */
    struct row_group groups[ROW_GROUPS_MAX];
    uint32_t group_count;
    uint8_t event_group[ROW_EVENTS_MAX];
    uint8_t touched_group[TOUCHED_MAX];
    uint32_t incidents[ROW_INCIDENTS_MAX]; /* distinct, named or touched */
    uint32_t incident_count;
    uint32_t extra; /* numbers of view.enter and view.leave behind the events */
};

/* Members of `after`, written one behind the other. */
struct after {
    struct buf *b;
    bool any;           /* a member was written */
    const char *member; /* the one under way */
    uint16_t topics;
};

void after_begin(struct after *a, struct buf *b);
struct buf *after_item(struct after *a, const char *member, enum topic topic);
void after_end(struct after *a);

/* What stands in the touched slot now, which is a new thing where the old one left in the same row;
 * NULL: nothing. */
const void *touched_thing(const struct world *w, uint32_t index, enum table table);

/* True for an incident that this row brought back: its reports and assignments come along. */
bool row_reopened(const struct row_frames *f, uint32_t incident);

/* The incident that an order or a report left in this row by a merge or a split; 0: none. It is
 * told to who sees that one still: a screen drops what hangs on an incident it does not see. */
uint32_t row_order_left(const struct row_frames *f, const struct assignment *a);
uint32_t row_report_left(const struct row_frames *f, const struct report *r);

/* Whole: with every report and every assignment that still lives. */
void after_whole(struct after *a, const struct viewer *v, const struct incident *i);

/* The row's units, which belong to everybody of operations. */
void after_units(struct row_frames *f, struct after *a, const struct viewer *v);

/* The row's seats, for everybody of operations. */
void after_seats(struct row_frames *f, struct after *a, const struct viewer *v);

/* What holds on roads, and what does no longer. */
void after_roads(struct row_frames *f, struct after *a, const struct viewer *v);

/* Everything of one group. Returns topic bits. */
uint16_t row_put_after(struct row_frames *f, const struct viewer *v, uint32_t g);

/* Hands over what stands in `bytes`. */
void row_put(struct row_frames *f, const struct frame_tags *tags);

/* The entries of every unit that the row concerns. */
void row_frames_units(struct row_frames *f);

#endif
