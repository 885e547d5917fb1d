/* Lists and sheets as HTTP shows them: bodies of answers, each with the seq and hash it is true
 * for. All take what the viewer may see and nothing else; a thing outside is not found. Fails:
 * ERR_INVALID for a query that means nothing, ERR_NOT_FOUND, ERR_FORBIDDEN, ERR_NO_MEMORY. */
#ifndef DISPATCH_VIEW_LISTS_H
#define DISPATCH_VIEW_LISTS_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/view/board.h"
#include "dispatch/view/side.h"

#define LIST_ROWS_STANDARD 100
#define LIST_ROWS_MAX 1000

/* What a read works with. */
struct reading {
    struct viewer viewer;
    struct board_live live;
    struct str query;
    bool geojson;
    uint32_t number; /* of the thing asked for */
    struct arena *arena;
    struct buf *out;
    const struct side *side; /* NULL: none kept */
};

/* {seq,hash,incidents:[…],cursor?}, newest first. Filters: status (words with commas, "open": all
 * not final), tier, zone (id or code, with what lies in it), type (beginning of the code), since,
 * until (opening), limit, cursor. */
MUST_USE enum err read_incidents(const struct reading *r, struct fault *f);

/* {seq,hash,incident,reports,assignments,deadlines inside}. */
MUST_USE enum err read_incident(const struct reading *r, struct fault *f);

/* {seq,hash,units:[…],cursor?} by number. Filters: status, zone, type (police type), limit, cursor.
 */
MUST_USE enum err read_units(const struct reading *r, struct fault *f);
MUST_USE enum err read_unit(const struct reading *r, struct fault *f);

MUST_USE enum err read_alarms(const struct reading *r, struct fault *f);

/* {seq,hash,plans:[the active one in full],automation:{stopped}}. */
MUST_USE enum err read_plans(const struct reading *r, struct fault *f);
MUST_USE enum err read_city(const struct reading *r, struct fault *f);

/* Counts by status and tier, waits of what is in memory: medians, 90th and 95th percentiles in ms
 * with their counts. What was worked on paper ends when its paper says. Filters: since, until
 * (incidents by their opening, reports by their receipt). */
MUST_USE enum err read_stats(const struct reading *r, struct fault *f);

/* The stored recommendation with its evidence, and for each open slot the live list of every unit.
 * `travel_ms` as of ports. */
MUST_USE enum err read_recommendation(const struct reading *r, const struct ports *ports,
                                      struct fault *f);

/* Two lines for AUTH_PROTECTED (ws/door.h): the references of an incident's personal values, if
 * `user` may see them. */
MUST_USE enum err read_protected_refs(const struct reading *r, const struct user *user,
                                      struct fault *f);

/* The same of one report: open as its incident's are; without an incident to its owner, the
 * commander, the station's desk and the auditor. Nobody breaks the glass of a report. */
MUST_USE enum err read_report_refs(const struct reading *r, const struct user *user,
                                   struct fault *f);

/* The same of a seat (the note with its hand-over, why it was taken: to who sits there, who it is
 * being handed to, commander and auditor) and of an alarm (why it was shelved: to who did it, who
 * sits where it sounds, commander and auditor). Nobody breaks a glass here. */
MUST_USE enum err read_seat_refs(const struct reading *r, const struct user *user, struct fault *f);
MUST_USE enum err read_alarm_refs(const struct reading *r, const struct user *user,
                                  struct fault *f);

/* {seq,hash,people:[{name,role,signed_in,seat?}],cursor?} by name: who may take a seat, or the one
 * of the query (seat, limit, cursor). For operators and commanders. */
MUST_USE enum err read_people(const struct reading *r, const struct user *user, struct fault *f);

/* The same references as bare numbers, at most `most` of them. Returns how many. */
uint32_t protected_refs_of(const struct world *w, const struct side *side, const struct incident *i,
                           uint64_t *refs, uint32_t most);
uint32_t protected_refs_of_report(const struct side *side, const struct report *r, uint64_t *refs,
                                  uint32_t most);

/* What the asker says a protected read is for: purpose, reason, break of the query. Fails:
 * ERR_INVALID naming the parameter. */
struct access;
MUST_USE enum err read_access_asked(const struct reading *r, struct access *out, struct fault *f);

/* Two lines for AUTH_TRACK (ws/door.h): the day of a unit (query: date, cursor), and the units of
 * an incident while they worked on it (cursor), if `user` may see them. Of an incident that is not
 * in memory any more: the zones that the user sees. */
MUST_USE enum err read_track_refs(const struct reading *r, const struct user *user,
                                  struct fault *f);
MUST_USE enum err read_tracks_refs(const struct reading *r, const struct user *user,
                                   struct fault *f);

/* Prometheus text. */
void read_metrics(struct buf *b, const struct world *w, struct str name);

/* The zone named by id or code in the query. Fails: ERR_INVALID. `*out` 0: none named. */
MUST_USE enum err list_zone(const struct reading *r, zone_id *out, struct fault *f);

/* The zone bits that a user of the world may see, and the viewer it is. */
uint64_t user_zones(const struct world *w, const struct user *u);
struct viewer viewer_of(const struct world *w, struct str name, const struct user *u);

#endif
