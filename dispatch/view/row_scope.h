/* Where the events and changed objects of a row can be seen. Private to the frames of a row. */
#ifndef DISPATCH_VIEW_ROW_SCOPE_H
#define DISPATCH_VIEW_ROW_SCOPE_H

#include "dispatch/view/row_frames.h"

#define SCOPE_NOTES_MAX 512

/* Zone bits before and after the row; equal when nothing moved. */
struct scope {
    uint64_t before;
    uint64_t after;
};

struct scope_note {
    uint8_t table;
    uint32_t id;
    uint64_t mask;
};

/* A unit that was shown an incident before the row. */
struct scope_pair {
    uint32_t unit;
    uint32_t incident;
};

struct row_scope {
    const struct world *world;
    const struct row_content *content;
    struct scope_note notes[SCOPE_NOTES_MAX];
    uint32_t note_count;
    struct scope_pair pairs[SCOPE_NOTES_MAX];
    uint32_t pair_count;
    bool overflow; /* more than can be noted: screens take a new snapshot */
};

void scope_before(struct row_scope *s, const struct world *w, const struct row_content *content);

struct scope scope_of_incident(const struct row_scope *s, uint32_t id);
struct scope scope_of_report(const struct row_scope *s, uint32_t id);
struct scope scope_of_event(const struct row_scope *s, const struct event *e);

/* Whether the unit was, and is, shown the incident. */
bool scope_unit_before(const struct row_scope *s, uint32_t unit, uint32_t incident);
bool scope_unit_after(const struct row_scope *s, uint32_t unit, uint32_t incident);

#endif
