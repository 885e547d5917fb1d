/* Writes the read tables (incident, unit, assignment, report) behind the log, for SQL users and
 * reports. Blocking, for the projector thread, on a connection of its own under role
 * tocsin_projector. Whoever calls evolves a world from durable rows and hands over the objects that
 * changed; rows and cursor move in one transaction, so the tables are always true for one seq. They
 * are never the truth: projector_clear() and a replay from seq 0 rebuild them. projector_open(...,
 * &p, &seq, f); evolve rows after `seq`; projector_add_...(p, &object) for what changed;
 *   projector_write(p, last_seq, f); and so on */
#ifndef SQL_PROJECTOR_H
#define SQL_PROJECTOR_H

#include "base/fault.h"
#include "base/must.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define PROJECT_NONE \
    INT64_MIN /* an integer or instant that is not there; a text that is not there has .at NULL */

/* A row of each table, with a member for each of its columns (read_*.def). Texts in `_json` are
 * JSON values. Instants µs UTC. A text, number or instant that is not there: see PROJECT_NONE. */
#define MEMBER_TEXT(name) struct str name;
#define MEMBER_JSON(name) struct str name##_json;
#define MEMBER_LIST(name) struct str name##_json;
#define MEMBER_NUMBER(name) int64_t name;
#define MEMBER_INSTANT(name) int64_t name##_us;
#define MEMBER_FLAG(name) bool name;
#define COLUMN(kind, name) MEMBER_##kind(name)
struct project_incident {
#include "sql/read_incident.def"
};
struct project_unit {
#include "sql/read_unit.def"
};
struct project_assignment {
#include "sql/read_assignment.def"
};
struct project_report {
#include "sql/read_report.def"
};
#undef COLUMN

struct projector;

/* `*seq` is what the tables are true for. Fails: as pg_open and pg_run. */
MUST_USE enum err projector_open(const char *conninfo, const char *world, struct projector **out,
                                 uint64_t *seq, struct fault *f);
void projector_close(struct projector *p);

/* True when the tables had been written with all their columns when this was opened. Else rows
 * stand in them from before a migration, or from an older server that went on after it. */
bool projector_whole(const struct projector *p);

/* Gathers objects for the next write; all is copied. Of several states of one object the last
 * stands. */
void projector_add_incident(struct projector *p, const struct project_incident *i);
void projector_add_unit(struct projector *p, const struct project_unit *u);
void projector_add_assignment(struct projector *p, const struct project_assignment *a);
void projector_add_report(struct projector *p, const struct project_report *r);

/* Writes what was gathered and moves the cursor to `seq`, in one transaction, and forgets what was
 * gathered when that is done. Fails: ERR_LOG_UNAVAILABLE (call again later, nothing is lost);
 * ERR_CONFLICT when somebody else moved the cursor (open anew). When the answer to the commit was
 * lost the next call sees that it had been done. */
MUST_USE enum err projector_write(struct projector *p, uint64_t seq, struct fault *f);

/* Filling columns that a migration has added, by an administrator, also beside a server that runs:
 * what stands is never replaced by an older state.
 *   projector_open_to_fill(..., &p, &seq, f);
 *   replay up to `seq`; projector_add_...() what leaves the memory; projector_flush(p, f), often;
 *   projector_hold(p, &seq, f);    a server waits with the tables from now on
 *   replay up to the new `seq`; projector_add_...() all that is in memory;
 *   projector_fill_end(p, f); */
MUST_USE enum err projector_open_to_fill(const char *conninfo, const char *world,
                                         struct projector **out, uint64_t *seq, struct fault *f);
MUST_USE enum err projector_flush(struct projector *p, struct fault *f);
MUST_USE enum err projector_hold(struct projector *p, uint64_t *seq, struct fault *f);
MUST_USE enum err projector_fill_end(struct projector *p, struct fault *f);

/* Empties the tables and sets the cursor to 0. */
MUST_USE enum err projector_clear(struct projector *p, struct fault *f);

#endif
