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
    bool overflow;          /* objects are not listed */
    struct row_group groups[ROW_GROUPS_MAX];
    uint32_t group_count;
    uint8_t event_group[ROW_EVENTS_MAX];
    uint8_t touched_group[TOUCHED_MAX];
    uint32_t incidents[ROW_INCIDENTS_MAX]; /* distinct, named or touched */
    uint32_t incident_count;
    uint32_t extra;         /* numbers of view.enter and view.leave behind the events */
};

/* Members of `after`, written one behind the other. */
struct after {
    struct buf *b;
    bool any;               /* a member was written */
    const char *member;     /* the one under way */
    uint16_t topics;
};

void after_begin(struct after *a, struct buf *b);
struct buf *after_item(struct after *a, const char *member, enum topic topic);
void after_end(struct after *a);

/* The touched thing when it is still there, as its struct; NULL otherwise. */
const void *touched_thing(const struct world *w, uint32_t index, enum table table);

/* True for an incident that this row brought back: its reports and assignments come along. */
bool row_reopened(const struct row_frames *f, uint32_t incident);

/* Whole: with every report and every assignment that still lives. */
void after_whole(struct after *a, const struct viewer *v, const struct incident *i);

/* An assignment that screens keep: not ended, or with a feedback still owed. */
bool assignment_lives(const struct assignment *a);

/* Hands over what stands in `bytes`. */
void row_put(struct row_frames *f, const struct frame_tags *tags);

/* The entries of every unit that the row concerns. */
void row_frames_units(struct row_frames *f);

#endif
