/* What gateways and the other threads say to each other: records in single-producer single-consumer
 * queues, copied in. Per gateway there is one pair of queues with each of core, view, auth and
 * archive. A record is a fixed head and, behind it, `len` bytes whose meaning the head names.
 * `request` is the gateway's own number for what waits; it comes back.
 *
 *   gateway → core     DOOR_COMMAND, DOOR_POSITIONS, DOOR_CREW
 *   core → gateway     DOOR_SOCKET (a new connection), DOOR_ANSWER, DOOR_POSITIONS, DOOR_STATE
 *   gateway → view     DOOR_READ           view → gateway      DOOR_READ_DONE, DOOR_COVERAGE
 *   gateway → auth     DOOR_AUTH           auth → gateway      DOOR_AUTH_DONE, DOOR_SESSION_ENDED
 *   gateway → archive  DOOR_READ           archive → gateway   DOOR_READ_DONE
 */
#ifndef WS_DOOR_H
#define WS_DOOR_H

#include "base/fault.h"
#include "base/queue.h"
#include "base/units.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define DOOR_GATEWAYS_MAX 8

enum door_kind {
    DOOR_COMMAND = 1,
    DOOR_POSITIONS,
    DOOR_SOCKET,
    DOOR_ANSWER,
    DOOR_STATE,
    DOOR_READ,
    DOOR_READ_DONE,
    DOOR_AUTH,
    DOOR_AUTH_DONE,
    DOOR_SESSION_ENDED,
    DOOR_CREW,
    DOOR_COVERAGE
};

/* A command, checked for shape and limits. Behind the head: id, principal, terminal (lengths in the
 * head), then the packed struct (codec/pack) of its type. */
struct door_command {
    uint32_t kind;
    uint32_t gateway;
    uint64_t request;
    uint16_t type; /* enum command_type */
    uint16_t id_len;
    uint16_t principal_len;
    uint16_t terminal_len;
    uint32_t body_len;
    uint32_t expect_incident;
    uint32_t expect_rev;
    uint8_t content[16]; /* of the canonical command */
    uint8_t salt[16];    /* fresh random bytes for every command */
    uint8_t want_events; /* the answer carries the events (HTTP) */
    uint8_t pad[3];
    int64_t at_device;
    int64_t arrived_us; /* monotonic, for the 2 s and 10 s limits */
};

struct door_fix {
    uint32_t unit;
    int32_t lon_e7;
    int32_t lat_e7;
    uint16_t heading; /* 65535 unknown */
    uint16_t speed_kmh;
    int64_t fix_at;
};

/* Fixes; toward the core as received, toward gateways the units that moved since the last such
 * record. */
struct door_positions {
    uint32_t kind;
    uint32_t count;
    int64_t at_us;
    /* struct door_fix[count]; toward gateways followed by uint64_t zone bit masks[count] */
};

/* Coverage of the city, for operations; the newest is all that counts. Behind the head `len` bytes:
 * members of a JSON object. */
struct door_coverage {
    uint32_t kind;
    uint32_t len;
    uint64_t seq;
    int64_t at_us;
};

/* A connection that is live: whose, and of which unit. */
struct door_present {
    uint32_t user;
    uint32_t unit; /* 0: none */
};

/* Every live connection of one gateway that may matter to seats and orders. */
struct door_crew {
    uint32_t kind;
    uint32_t count;
    /* struct door_present[count] */
};

struct door_socket {
    uint32_t kind;
    int fd;
    uint32_t port;
    char address[64]; /* of the peer, in text */
};

enum door_outcome {
    DOOR_DONE,            /* accepted and durable */
    DOOR_REPEATED,        /* accepted before: seq is that of the first time */
    DOOR_REFUSED,         /* refusal code in `refusal`; seq it was computed at */
    DOOR_LOG_UNAVAILABLE, /* nothing was done */
    DOOR_OUTCOME_UNKNOWN  /* HTTP only, after 10 s; the true answer still follows and is dropped */
};

/* Answer to a command. Leaves the core only when `seq` is durable; the gateway sends it only when
 * its ring has shown the row `seq` to that connection. */
struct door_answer {
    uint32_t kind;
    uint32_t outcome; /* enum door_outcome */
    uint64_t request;
    uint64_t seq;
    uint8_t hash8[8];
    uint32_t refusal;    /* enum refusal */
    uint32_t field_len;  /* name of the offending field of a refusal, behind the head */
    uint32_t events_len; /* JSON array of events for the asker's audience, behind that */
    uint32_t report;     /* report.receive: ids for POST /reports */
    uint32_t incident;
    uint32_t number_date;
    uint32_t number_count;
    uint32_t tier;
    uint32_t detail_len; /* more about a refusal (path, value, expectation), behind the events */
};

/* State of the log, for /readyz, beats while idle, and 503s at the door. */
struct door_state {
    uint32_t kind;
    uint32_t ready; /* log writable and caught up */
    uint64_t durable_seq;
    uint64_t epoch;
    uint32_t clock_rate;
    uint32_t pad;
    uint64_t rows; /* since the core began, for /metrics */
    uint64_t batches;
    uint64_t append_us; /* time with a batch under way to the log */
    uint64_t refusals;
    uint64_t repeats;
    uint64_t positions; /* fixes that stand, or stood, in the live table */
};

enum door_read {
    READ_RIGHTS, /* who is this user: role, audience, zones (hello and HTTP sign-in) */
    READ_SNAPSHOT,
    READ_INCIDENTS,
    READ_INCIDENT,
    READ_TIMELINE, /* archive */
    READ_RECOMMENDATION,
    READ_UNITS,
    READ_UNIT,
    READ_PLANS,
    READ_ALARMS,
    READ_STATS,
    READ_CITY,
    READ_EVENTS,         /* archive: rows after a seq, for the asker's audience */
    READ_ROW,            /* archive: the events of one row (a repeated HTTP command) */
    READ_METRICS,        /* Prometheus text, not JSON */
    READ_PROTECTED_REFS, /* view: first step of GET /incidents/{id}/protected, see AUTH_PROTECTED */
    READ_TRACK_REFS,     /* view: first step of GET /units/{id}/track, see AUTH_TRACK */
    READ_TRACKS_REFS,    /* view: first step of GET /incidents/{id}/tracks */
    READ_REPORT_REFS,    /* as READ_PROTECTED_REFS, of GET /reports/{id}/protected */
    READ_SEAT_REFS,      /* of GET /seats/{id}/protected */
    READ_ALARM_REFS,     /* of GET /alarms/{id}/protected */
    READ_PEOPLE,
    READ_PLACES,      /* archive */
    READ_ROUTE,       /* the way of a unit's order, in roads as they are */
    READ_COVERAGE,    /* GeoJSON, or with format=summary an object */
    READ_COVERAGE_IF, /* what units that go (leave), or one that stands at a place, would change */
    READ_COVERAGE_MOVES /* who might be moved up */
};

/* Bodies of answers are whole JSON values, passed on as they are, but for these:
 *
 * READ_RIGHTS: an object with role, zones and what else a client should know of itself, put into
 * the sign-in's answer. A query `zones=a,b` narrows rights.zones to those (ERR_INVALID: there is no
 * such zone).
 *
 * READ_SNAPSHOT: the member `data` only; the gateway writes op, seq, hash around it. The query has
 * `topics=…` and maybe `zones=…`; the answer is shared by all of one audience, zones and topics for
 * a second (units have each their own).
 *
 * READ_EVENTS: with `ndjson` one event a line, else an array; seq and hash8 are those of the last
 * row looked at. READ_ROW: an array.
 *
 * READ_METRICS: Prometheus text. The principal is empty: everybody may read it.
 *
 * READ_PROTECTED_REFS: a line of text for AUTH_PROTECTED, see there; an error when the asker may
 * not. READ_TRACK_REFS and READ_TRACKS_REFS: the same for AUTH_TRACK.
 *
 * A problem's body is text in words, not JSON: what is wrong ("there is no such incident"), then
 * maybe on a line each what to do and the field at fault (the second line may be empty). */

/* A read. Behind the head: principal, then the query string as `name=value` lines already
 * percent-decoded (\n between). Names: status, tier, zone, type, since, until, limit, cursor
 * (lists); after, limit (READ_EVENTS); purpose. A value that holds a newline is refused at the
 * door. READ_METRICS needs no principal, all others do. `min_seq`, and a READ_ROW, wait until that
 * row is there, at most 2 s (then ERR_LOG_UNAVAILABLE). */
struct door_read_ask {
    uint32_t kind;
    uint32_t what; /* enum door_read */
    uint64_t request;
    uint64_t number;  /* number of the thing asked for, or the seq */
    uint64_t min_seq; /* answer at this seq or later: what the asker has seen acknowledged */
    uint32_t principal_len;
    uint32_t query_len;
    uint32_t geojson;
    uint32_t ndjson; /* READ_EVENTS: one event a line instead of an array */
};

/* Rights of a principal as the world has them; part of every answer to a read. */
struct door_rights {
    uint32_t user; /* number, 0: no such user, or disabled */
    uint32_t unit;
    uint64_t zones; /* bits; bit 0 always */
    uint8_t role;
    uint8_t audience;
    uint8_t pad[6];
    uint64_t rights_seq; /* last row that changed them, or all that anybody sees (RING_EVERYONE) */
};

/* Answer to a read. Behind the head: `len` bytes of JSON (http 200); when `err` is not OK the lines
 * of the fault. Long answers come in parts of at most DOOR_PART_MAX with `more` set;
 * parts of one request follow each other, but parts of other requests may stand between them. Only
 * the first part's rights need be looked at. */
#define DOOR_PART_MAX (256u * 1024u)
struct door_read_done {
    uint32_t kind;
    uint32_t err; /* enum err; OK when http 200 */
    uint64_t request;
    uint64_t seq;
    uint8_t hash8[8];
    struct door_rights rights;
    uint64_t epoch;
    uint32_t len;
    uint32_t more;
};

enum door_auth {
    AUTH_SIGN_IN,      /* strings: username, password, address */
    AUTH_CHECK,        /* strings: token */
    AUTH_SIGN_OUT,     /* strings: token */
    AUTH_SET_PASSWORD, /* strings: principal, username, password; the core's rights are checked
                          first by READ_RIGHTS */
    /* GET /incidents/{id}/protected?purpose=… has two steps, which the gateway joins:
     * (/reports/{id}/protected likewise, with the report for the incident; there is no glass to
     * break and nothing at hand while the database is down)
     *   1. DOOR_READ to the view, what READ_PROTECTED_REFS, number = the incident, query purpose,
     * reason, break. The view says who may: ERR_FORBIDDEN (with a hint where breaking the glass
     * would help), ERR_NOT_FOUND, ERR_INVALID naming the parameter. OK: the bytes behind the answer
     * are two lines, not JSON, at most 256 KiB: what the access log will keep of the purpose
     * (dispatch/model/access.h), then
     *      "<world>-i7", " own" where the asker is who owns the open incident or a unit assigned to
     * it, then, for each field, " report.<world>-r3.narrative=17:<64 hex>"; a space
     * before each field.
     *   2. AUTH_PROTECTED with those lines as they came: strings principal, purpose, refs; number =
     * the incident. Answer:
     * {"incident":"live-i7","values":{"report.live-r3.narrative":{"value":"…"}
     * |{"erased":{"at":…,"rule":…}}|{"missing":true}}}. It comes after the access is durable.
     * While the database is down it is ERR_LOG_UNAVAILABLE, but for " own" lines: the values that
     * stand in memory are shown once the access is spooled, with {"later":true} for the others and
     * "spooled":true beside "values". */
    AUTH_PROTECTED,
    /* GET /units/{id}/track?date=…&purpose=…&reason=… and /incidents/{id}/tracks, in the same two
     * steps: READ_TRACK_REFS or READ_TRACKS_REFS; the second line is
     *      "<world>-u12 <date or -> <unit>:<µs> <unit>:<from µs>:<to µs> …"
     * (what to go on behind, 0:0 from the beginning; then windows of time). AUTH_TRACK: strings
     * principal, purpose, line. Answer, after the access is durable:
     * {"unit"|"incident":…,"date"?,"kept_days":90,"samples":[{"unit","at","lon","lat","heading"?,
     * "speed"?,"seq"}],"next"?}. ERR_LOG_UNAVAILABLE while the database is down. */
    AUTH_TRACK
};

struct door_auth_ask {
    uint32_t kind;
    uint32_t what;
    uint64_t request;
    uint64_t number;
    uint32_t len[3];
    uint32_t pad;
};

struct door_auth_done {
    uint32_t kind;
    uint32_t err; /* enum err */
    uint64_t request;
    int64_t expires_us;
    uint32_t retry_after_s;
    uint32_t user_len; /* username, behind the head */
    uint32_t len;      /* then token, or the protected values as JSON, or the fault's lines */
    uint32_t pad;
    uint8_t session[16]; /* names the session (not the token) for DOOR_SESSION_ENDED */
};

struct door_session_ended {
    uint32_t kind;
    uint32_t pad;
    uint8_t session[16];
};

/* One direction between two threads: a queue and the eventfd that wakes its consumer. */
struct door_way {
    struct queue *queue;
    int wake_fd;
};

/* What one gateway is given. `to_*` it produces, `from_*` it consumes; all from_* share one
 * eventfd. */
struct door {
    unsigned index;
    struct door_way to_core, from_core;
    struct door_way to_view, from_view;
    struct door_way to_auth, from_auth;
    struct door_way to_archive, from_archive;
    /* Sessions that have ended, all told, raised when every gateway has been sent the record of it
     * and before anybody is told that it is so. NULL: none ever ends. */
    const _Atomic uint32_t *ended;
};

#endif
