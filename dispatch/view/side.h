/* What screens need beside the world and what is yet a function of the rows: the last
 * recommendation of each incident with its evidence, and the references of notes that stand in
 * events only. Bounded: the oldest give way. It is fed every row in order, in replay too, and goes
 * into snapshots. */
#ifndef DISPATCH_VIEW_SIDE_H
#define DISPATCH_VIEW_SIDE_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/must.h"
#include "dispatch/codec/row.h"
#include "dispatch/core/world.h"

struct side;

struct side_note {
    uint64_t of;   /* number of an incident, or SIDE_REPORT or SIDE_SEAT and that of one */
    uint32_t kind; /* enum event_kind */
    uint64_t seq;
    struct sealed note;
    uint64_t prev; /* of the same thing: number of the note before + 1; 0: none */
};

#define SIDE_REPORT (UINT64_C(1) << 32)
#define SIDE_SEAT (UINT64_C(2) << 32)
#define SIDE_MESSAGE_IN 255 /* kind of a text that came from the caller */

struct side_advice {
    uint64_t seq;
    int64_t at;
    struct str json; /* the event's data, with all evidence */
};

/* For the ids of a world of that name. NULL when memory is out. */
struct side *side_new(const struct world_limits *limits);
void side_free(struct side *s);

/* Takes what a row brings. */
void side_row(struct side *s, uint64_t seq, int64_t at, const struct row_content *content);

/* The last recommendation. False: none at hand. Borrowed until the next row. */
bool side_advice_of(const struct side *s, incident_id incident, struct side_advice *out);

/* Notes of an incident, newest first: `*at` 0 begins, false ends. */
bool side_note_of(const struct side *s, incident_id incident, uint64_t *at, struct side_note *out);

/* The same of a report: what was said later, tries to reach its caller, texts. */
bool side_said_of(const struct side *s, report_id report, uint64_t *at, struct side_note *out);

/* The same of a seat: what was said with its hand-overs, why it was taken. */
bool side_seat_note_of(const struct side *s, seat_id seat, uint64_t *at, struct side_note *out);

/* For snapshots: everything about incidents that the world still has. Reading fails with
 * ERR_CORRUPT. */
void side_write(struct buf *b, const struct side *s, const struct world *w);
MUST_USE enum err side_read(struct side *s, struct str bytes, size_t *pos, struct fault *f);

#endif
