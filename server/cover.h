/* Coverage, live: who could be where within one, three and five minutes of now, for the police and
 * for each police type, at the travel times in use. A thread of its own keeps it (routing/coverage,
 * routing/ground). It is told by the view thread, and by it alone, what the durable world and the
 * positions of the moment say; what it found out goes back the same way, so that whoever reads asks
 * the view as for everything else. It is live like positions: nothing of it stands in the log.
 *
 * Every answer says the seq and the instant it is true for.
 *
 *   view → cover   COVER_CITY, COVER_RING(_PART)…, COVER_CIRCLE…, COVER_UNIT, COVER_INCIDENT,
 * COVER_ROADS, COVER_NOW, COVER_ASK      records in a queue, in the order they became true cover →
 * view   COVER_ANSWER, COVER_NEWS  (the same; wakes the view) */
#ifndef SERVER_COVER_H
#define SERVER_COVER_H

#include "base/conf.h"
#include "base/fault.h"
#include "dispatch/model/ids.h"
#include "dispatch/model/words.h"
#include "server/roads.h"
#include "ws/door.h"

#define COVER_NEWS_EVERY_US US_PER_S
/* Moves are brought in together, so often at most: a thousand moving units do not fill a core. Who
 * becomes available or goes, another city and other travel times are brought in at once, and so is
 * all of it before a question is answered. */
#define COVER_MOVES_EVERY_US (250 * US_PER_MS)
#define COVER_LEAVE_MAX 8
#define COVER_ASKS_MAX 256 /* that wait at once */
#define COVER_POLICE 0     /* force class: all police types together; else one enum police_type */

enum cover_kind {
    COVER_CITY = 1,  /* rings and circles of before are no more; those that follow are */
    COVER_RING,      /* a border of the city; behind the head its struct points */
    COVER_RING_PART, /* the same, and the next record goes on with it */
    COVER_CIRCLE,
    COVER_UNIT,
    COVER_INCIDENT,
    COVER_ROADS, /* the change whose travel times are in use now */
    COVER_NOW,   /* all that was true at this seq and instant has been told */
    COVER_ASK,
    COVER_ANSWER,
    COVER_NEWS
};

struct cover_head {
    uint32_t kind;
    uint32_t count; /* COVER_RING, COVER_RING_PART: points */
    uint64_t seq;   /* COVER_NOW: of the world; COVER_ROADS: the change */
    int64_t at_us;  /* COVER_NOW */
};

struct cover_circle_told {
    uint32_t kind;
    uint8_t minutes, police_type;
    struct text32 code;
    struct text64 name_zh, name_en;
    struct point at;
};

/* An order to move up that stands. Who has signed is under way and counts at neither place; who has
 * not is where it was. Proposals leave both out, and take them as being there already. */
enum cover_moving { COVER_STAYS, COVER_ORDERED, COVER_UNDER_WAY };

/* A unit as it is: one that is not available, or under way, counts nowhere. */
struct cover_unit_told {
    uint32_t kind;
    uint32_t unit;
    uint8_t police_type;
    bool available;
    uint8_t moving;       /* enum cover_moving */
    struct text32 circle; /* code of the circle it moves up for; empty: none */
    struct text32 callsign;
    struct point at, home;
    struct point to; /* where it moves up to */
};

/* An incident that has come in, with a place: it weighs. */
struct cover_incident_told {
    uint32_t kind;
    uint32_t pad;
    int64_t opened_at;
    struct point at;
};

enum cover_what { COVER_WHAT_MAP, COVER_WHAT_FIGURES, COVER_WHAT_IF, COVER_WHAT_MOVES };

struct cover_ask {
    uint32_t kind;
    uint32_t what;  /* enum cover_what */
    uint64_t token; /* the asker's; comes back */
    uint8_t class;  /* force class */
    uint8_t rings;  /* bits of the rings that are drawn */
    uint8_t ring;   /* of moves: within which cover counts */
    bool arrives;
    uint8_t leave_count;
    uint32_t leave[COVER_LEAVE_MAX]; /* units that would go */
    struct point arrive;             /* where one would stand */
};

/* To `count` askers of the same: behind it their tokens, then `len` bytes of JSON, or, when `err`
 * is not OK, the lines of a problem (ws/door.h). */
struct cover_answer {
    uint32_t kind;
    uint32_t err; /* enum err */
    uint32_t count;
    uint32_t len;
};

struct cover;

struct cover_setup {
    const struct conf *conf;
    const struct road *road;  /* NULL: by straight line */
    struct roads_live *roads; /* and what holds on them; NULL: nothing ever does */
    uint64_t road_stamp;      /* of the times in use: server/roads.h */
    uint32_t units_max;
    struct str world; /* name, for ids */
    struct door_way from_view;
    struct door_way to_view;
    int64_t (*now_us)(void *arg); /* NULL: the system's clock */
    void *now_arg;
    /* From the read tables: where incidents were, by which the city is weighed, and how many calls
     * are to be expected. Read by a thread of its own, first so long after the start, then so
     * often; 0: never. */
    int64_t past_first_us, past_every_us;
};

/* Starts the thread. Before the core's first turn: from here on no travel times are written over
 * that coverage still uses. Fails: ERR_NO_MEMORY. */
MUST_USE enum err cover_start(const struct cover_setup *setup, struct cover **out, struct fault *f);
void cover_stop(struct cover *c);

/* What the city loses when a unit leaves now: readable from any thread, without waiting, for
 * whoever scores units. `lost[r]` is the share of the city's weight that nobody of the unit's force
 * class would reach any more within ring r (one, three, five minutes), in 2^-COVER_LOSS_SHIFT of
 * the whole: COVER_LOSS_ONE is all of it. Units that are not available, and units beyond
 * units_max, have no figure: false. The figure is that of row `seq` or of a later one. Two loads;
 * who weighs many units reads each once and does not expect them to be of the same row. */
#define COVER_RINGS 3
#define COVER_LOSS_SHIFT 20
#define COVER_LOSS_ONE (UINT32_C(1) << COVER_LOSS_SHIFT)
struct cover_loss {
    uint64_t seq;
    uint32_t lost[COVER_RINGS];
};
bool cover_loss_of(const struct cover *c, uint32_t unit, struct cover_loss *out);

/* What rests on a unit within five minutes, as routing/coverage has it (coverage_stake), among the
 * units of its force class: as a share of the city's weight in 2^-COVER_LOSS_SHIFT. 0: it covers
 * nothing, or is not available. Readable as above. */
uint32_t cover_stake_of(const struct cover *c, uint32_t unit);

/* How many calls of these tiers (bit 1 to 4) come in as long as a unit that is sent is away, by the
 * last 30 days of the record, in 2^-8 (plan/price). False: the record is shorter than a day or has
 * fewer than 50 orders that were driven to and ended, or has not been read yet; it is read some
 * seconds after the start and then every hour. Readable as above. */
bool cover_calls_of(const struct cover *c, uint32_t tiers, uint32_t *out);

#endif
