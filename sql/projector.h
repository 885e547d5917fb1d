/* Writes the read tables (incident, unit, assignment) behind the log, for SQL users and reports.
 * Blocking, for the projector thread, on a connection of its own under role tocsin_projector.
 * Whoever calls evolves a world from durable rows and hands over the objects that changed; rows and
 * cursor move in one transaction, so the tables are always true for one seq. They are never the
 * truth: projector_clear() and a replay from seq 0 rebuild them.
 *   projector_open(..., &p, &seq, f);
 *   evolve rows after `seq`; projector_add_...(p, &object) for what changed;
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

/* Texts in `_json` are JSON values. Instants µs UTC. */
struct project_incident {
    struct str id;
    struct str number;
    uint64_t rev;
    struct str type_reported;
    struct str type_dispatched;
    struct str type_handled;
    int64_t grade;
    int64_t tier;
    struct str emergency_json;
    struct str status;
    struct str owner_seat;
    struct str owner_person;
    struct str lead;
    struct str place_state;
    int64_t lon_e7; /* 1e-7 degree */
    int64_t lat_e7;
    int64_t radius_m;
    struct str zone;
    int64_t opened_us;
    int64_t closed_us;
    struct str reports_json;
    struct str requirements_json;
    struct str deadlines_json;
    struct str plan_json;
    uint64_t seq; /* of the row that changed it last */
};

struct project_unit {
    struct str id;
    struct str callsign;
    struct str police_type;
    struct str capabilities_json;
    struct str zone;
    struct str station;
    struct str status;
    int64_t status_since_us;
    bool voice_only;
    int64_t crew;
    struct str assignments_json;
    uint64_t seq;
};

struct project_assignment {
    struct str id;
    struct str incident;
    struct str unit;
    struct str station;
    struct str slot;
    struct str status;
    int64_t since_us;
    int64_t eta_ms;
    int64_t due_us;
    int64_t reserved_us;
    int64_t dispatched_us;
    int64_t acknowledged_us;
    int64_t en_route_us;
    int64_t staged_us;
    int64_t on_scene_us;
    int64_t transporting_us;
    int64_t ended_us;
    uint64_t seq;
};

struct projector;

/* `*seq` is what the tables are true for. Fails: as pg_open and pg_run. */
MUST_USE enum err projector_open(const char *conninfo, const char *world, struct projector **out,
                                 uint64_t *seq, struct fault *f);
void projector_close(struct projector *p);

/* Gathers objects for the next write; all is copied. Of several states of one object the last
 * stands. */
void projector_add_incident(struct projector *p, const struct project_incident *i);
void projector_add_unit(struct projector *p, const struct project_unit *u);
void projector_add_assignment(struct projector *p, const struct project_assignment *a);

/* Writes what was gathered and moves the cursor to `seq`, in one transaction, and forgets what was
 * gathered when that is done. Fails: ERR_LOG_UNAVAILABLE (call again later, nothing is lost);
 * ERR_CONFLICT when somebody else moved the cursor (open anew). When the answer to the commit was
 * lost the next call sees that it had been done. */
MUST_USE enum err projector_write(struct projector *p, uint64_t seq, struct fault *f);

/* Empties the tables and sets the cursor to 0. */
MUST_USE enum err projector_clear(struct projector *p, struct fault *f);

#endif
