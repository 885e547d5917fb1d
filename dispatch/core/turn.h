/* One command's turn: the command is looked at against the world, refused, or answered with events.
 * An event is applied as soon as it is decided, so that the later facts of a command are decided on
 * the world as it then is; therefore every refusal comes before the first event (asserted). Ports
 * are asked only here. */
#ifndef DISPATCH_CORE_TURN_H
#define DISPATCH_CORE_TURN_H

#include "base/buf.h"
#include "base/fault.h"
#include "dispatch/core/world.h"
#include "dispatch/model/command.h"
#include "dispatch/model/ports.h"
#include "dispatch/model/refusal.h"

#define EVENTS_MAX 96
#define PERSONAL_MAX 16

/* A protected value of this command and the reference it got. */
struct personal_out {
    uint64_t ref;
    const struct personal_in *in;
    const char *kind; /* narrative, caller_name …: a row of server/retention.def */
};

struct decision {
    enum refusal refusal; /* REFUSED_NOT: accepted */
    const char *field;    /* of a refusal; NULL none */
    struct fault
        fault; /* more about a refused plan or city: path, value, expectation; err OK: nothing */
    bool repeated; /* accepted before: `seq` is that row's */
    uint64_t seq;
    uint8_t hash8[8]; /* of a repeated command's row */
    struct event events[EVENTS_MAX];
    uint32_t count;
    struct personal_out personal[PERSONAL_MAX];
    uint32_t personal_count;
    report_id report; /* what report.receive made */
    incident_id incident;
};

struct turn {
    struct world *world;
    const struct ports *ports;
    const struct command *command;
    struct arena *arena;     /* the turn's: lists of events live here */
    const struct user *user; /* NULL: the core itself */
    enum role role;
    int64_t at;        /* of the row */
    uint64_t next_ref; /* of the next protected value */
    struct {
        incident_id incident; /* 0: none */
        unit_id unit;
        enum step_by by;
    } there; /* an officer who is on the scene of what this command opened */
    struct decision *out;
};

/* Opens a turn at `now` (server clock): who sends it, whether that role may, whether the id was
 * seen before. False when the turn is over already: refused, or repeated (out->repeated, out->seq).
 * command/decide.h has the whole turn. */
bool turn_begin(struct turn *t, int64_t now);

/* Closes the row that turn_decide opened. */
void turn_seal(struct turn *t, const struct sha256 *hash);

/* For the command files. */

/* Refuses; must() that nothing has happened yet. */
void turn_refuse(struct turn *t, enum refusal why, const char *field);

/* The same with what `t->out->fault` says of the value. */
void turn_refuse_fault(struct turn *t, enum refusal why);

/* A zeroed event of that kind to be filled, then applied by turn_emit. */
struct event *turn_event(struct turn *t, enum event_kind kind);
void turn_emit(struct turn *t, const struct event *e);

/* A protected value as the events may name it; ref 0 when it is empty. */
struct sealed turn_seal_value(struct turn *t, const struct personal_in *in, const char *kind);

/* The same for a text the core made of protected parts; copied into the turn's arena. */
struct sealed turn_seal_text(struct turn *t, struct str value, const char *kind);

/* Writes "lon,lat" in degrees with seven decimals. */
void turn_put_point(struct buf *b, int32_t lon_e7, int32_t lat_e7);

/* Whether the sender may act in this zone, for this unit. They refuse and return false when not. */
bool turn_zone_allowed(struct turn *t, zone_id zone, const char *field);
bool turn_unit_allowed(struct turn *t, unit_id unit);

/* A station's desk orders units of its zones: false after refusing with `field`. Everybody else's
 * orders, and NULL, pass. */
bool turn_desk_orders(struct turn *t, const struct unit *u, const char *field);

/* True when the sending unit is or was sent to this incident; else refuses. */
bool turn_unit_works(struct turn *t, const struct incident *i);

/* The thing named, or NULL after refusing. */
struct incident *turn_incident(struct turn *t, incident_id id);
struct incident *turn_open_incident(struct turn *t, incident_id id);

/* False after refusing: people have changed the incident's own fields since the sender looked
 * (`expect`). */
bool turn_rev_expected(struct turn *t, const struct incident *i);

struct report *turn_report(struct turn *t, report_id id);
struct assignment *turn_assignment(struct turn *t, assignment_id id);
struct unit *turn_unit(struct turn *t, unit_id id);

/* The same, and for others than the unit itself it must be of their zones. */
struct unit *turn_unit_of_zone(struct turn *t, unit_id id);

/* True when `code` is empty or a type of the city; else refuses. */
bool turn_type_known(struct turn *t, struct str code);

#endif
