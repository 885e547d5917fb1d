/* The projector thread: keeps the read tables (incident, unit, assignment, report) behind the log
 * for SQL users and reports. The view marks what each row touches; when the thread has written what
 * it had, the view hands over the newest state of everything marked: ten times a second while that
 * is little, once a second when it is much, so that the database's work for pictures stays small
 * beside the log's however often a thing changes, and comes in no lumps that a report would wait
 * for. The tables are never the truth: they carry the seq they are true for, and they can be
 * dropped and rebuilt (at boot all objects in memory are written anew when the cursor does not
 * stand where the log does, or rows lack columns: projector_whole). */
#ifndef SERVER_PROJECTION_H
#define SERVER_PROJECTION_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/codec/row.h"
#include "dispatch/core/world.h"

struct projection;

/* Starts the thread. `world` (recovered) is the view's: read here, and later only by the calls
 * below. `view_wake_fd` wakes the view, which then calls projection_offer. */
MUST_USE enum err projection_start(const struct conf *conf, const struct world *world,
                                   int view_wake_fd, struct projection **out, struct fault *f);

/* By the view, before and after its world takes a row: what leaves the memory with this row is
 * handed over first; what the row touched is marked. */
void projection_before(struct projection *p, const struct row_content *content);
void projection_row(struct projection *p);

/* By the view, each time round: hands over what is marked if the thread waits for it. */
void projection_offer(struct projection *p);

/* After the view's thread has ended: writes what is left and ends the thread. */
void projection_stop(struct projection *p);

#endif
