/* What the files of the coverage thread share; nobody else includes this.
 *   cover.c        the thread: records, when what is done
 *   cover_keep.c   units on the ground, circles, weights
 *   cover_past.c   what the record says of incidents and orders
 *   cover_count.c  counts of a force class: shares, losses, gaps
 *   cover_move.c   who might be moved up, and where to
 *   cover_places.c places for that, and the ways to them
 *   cover_say.c    answers and news as JSON
 *   cover_tell.c   words that answers share, and what is said of moves */
#ifndef SERVER_COVER_INSIDE_H
#define SERVER_COVER_INSIDE_H

#include "base/buf.h"
#include "dispatch/model/text.h"
#include "routing/ground.h"
#include "routing/outline.h"
#include "server/cover.h"

#include <pthread.h>
#include <stdatomic.h>

#define COVER_MOVES_MAX 5
#define COVER_MOVE_GAPS 8
#define COVER_MOVE_CIRCLES 8 /* named of each move */
#define SLOT_NONE UINT32_MAX
#define GAPS_MAX 24
#define WEIGH_LEAST 200 /* incidents; fewer say nothing about a city */

/* Units of the police count together, all others by their type only: two tables of rows, so that a
 * fire engine is nobody's police cover. */
enum cover_body_of { BODY_POLICE, BODY_OTHERS, BODIES };

struct cover_body {
    struct coverage c;
    uint32_t slots;
    uint32_t *unit; /* of a slot; 0: free. The last slot is the one of what-ifs */
};

struct cover_unit {
    uint8_t police_type;
    bool known, available, stale; /* available: not one that is under way */
    uint8_t moving;               /* enum cover_moving */
    uint8_t body;
    uint32_t slot; /* SLOT_NONE: counts nowhere */
    struct text32 callsign, circle;
    struct point at, home, to;
};

struct cover_near {
    uint32_t unit;
    uint32_t ms;
};

struct cover_circle {
    struct cover_circle_told told;
    struct ground_place place;
    bool placed;
    struct cover_near *near; /* all who are there within the last ring */
    uint32_t near_count, near_room;
    uint32_t first; /* of its class, who is there first; 0: nobody within the last ring */
    uint32_t first_ms;
};

/* Where the way to a circle ends among the nodes; chained by node. */
struct cover_target {
    uint32_t circle;
    uint32_t ms;
    uint32_t next; /* + 1 */
};

enum cover_weight { WEIGHT_INCIDENTS, WEIGHT_ROADS, WEIGHT_AREA };

struct cover_incident {
    int64_t opened_at;
    struct point at;
    uint32_t count;
};

/* What the reader of the past found: its own until `done`, then the thread of coverage's. */
struct cover_past {
    pthread_t thread;
    bool reading; /* there is such a thread */
    _Atomic bool done;
    bool calls_read, incidents_read, short_of_memory;
    uint64_t calls; /* packed, as in struct cover */
    int64_t until;  /* when the last of the incidents was opened */
    struct cover_incident *incidents;
    uint32_t count, room;
    int64_t next_us; /* when it is read next */
};

/* A connected part of the city beyond a ring. */
struct cover_gap {
    uint32_t area; /* of the outline */
    uint64_t weight;
    struct point at; /* a node of it, where most weight is */
};

/* One word a unit, so that a reader gets all of it or none: 21 bits a ring, the top bit set. */
#define LOSS_BITS 21
#define LOSS_KNOWN (UINT64_C(1) << 63)

struct cover {
    struct cover_setup setup;
    pthread_t thread;
    bool started;
    _Atomic bool stopping;
    _Atomic uint64_t *loss;  /* by unit; units_max + 1; 0: no figure */
    _Atomic uint32_t *stake; /* the same: 0 where there is none */
    _Atomic uint64_t calls;  /* expected, by tier, packed (cover_past.c); 0: not known */
    _Atomic uint64_t loss_seq;

    /* What was told. */
    struct cover_unit *units; /* by number; units_max + 1 */
    uint32_t unit_top;        /* the highest number told */
    struct point *ring_points;
    uint32_t ring_point_count, ring_point_room;
    uint32_t ring_open;        /* points of one that goes on */
    bool ring_lost;            /* there was no memory for all of it */
    struct ground_ring *rings; /* `points` are filled in when the ground is laid */
    uint32_t ring_count, ring_room;
    struct cover_circle *circles;
    uint32_t circle_count;
    uint64_t seq;
    int64_t at_us;
    const struct road_weights *times; /* in use; NULL by straight line */

    /* What is kept of it. */
    struct ground ground;
    bool whole;  /* all of the city has been told: COVER_NOW came behind it */
    bool laid;   /* there is a ground */
    bool relay;  /* it is to be laid anew */
    bool retime; /* its times are */
    struct cover_body body[BODIES];
    uint32_t *target_of; /* of a node: + 1 */
    struct cover_target *targets;
    uint32_t target_count;
    uint32_t *cell_nodes; /* of a cell: how many */
    struct outline outline;
    uint8_t *cell_in;      /* of a cell: scratch of drawings */
    uint32_t *cell_count;  /* the same */
    uint64_t *cell_weight; /* the same */

    /* How much each node weighs. */
    uint32_t *weight;
    uint64_t weight_all;
    enum cover_weight weight_of;
    struct cover_incident *incidents; /* of the past, then those told */
    uint32_t incident_count, incident_room;
    uint32_t incidents_in; /* that weigh: in the city */
    bool reweigh;
    int64_t weighed_us;
    struct cover_past past;

    /* Counts of one class, by pass: scratch. */
    struct coverage_units *count;
    uint32_t *counted; /* nodes of `count` that are not 0 */
    uint32_t counted_count;
    struct coverage_units *away;
    uint8_t *arrive;           /* of a node: bits of rings */
    struct cover_mover *mover; /* cover_move.c's; NULL: nobody asked yet */

    bool moved; /* somebody, since it was settled: that waits for its pace */
    bool hurry; /* somebody's status did: that does not */
    int64_t settled_us;
    bool changed; /* since the last news */
    int64_t news_us;
    struct buf news; /* the last ones, to say nothing twice */
    struct buf text;
    bool half; /* told of a row whose COVER_NOW is still to come: no answer would be true of it */
    struct cover_ask *asks; /* that wait until all before them is taken in; COVER_ASKS_MAX */
    uint32_t ask_count;
};

int64_t cover_mono_us(void);
int64_t cover_now_us(const struct cover *c);

extern const uint32_t cover_ring_ms[COVER_RINGS];
static inline uint32_t cover_ring_minutes(uint32_t r)
{
    return cover_ring_ms[r] / 60000;
}

static inline bool cover_in_class(uint8_t police_type, uint8_t class)
{
    return class == COVER_POLICE ? police_type_is_police(police_type) : police_type == class;
}

static inline bool cover_is_kept(const struct cover_circle *k)
{
    return k->first != 0 && k->first_ms <= k->told.minutes * 60000u;
}

/* cover_keep.c. What was told, brought onto the ground. False: there is no ground (yet: none is
 * laid of half a city), or no memory for one. */
bool cover_settle(struct cover *c);
void cover_keep_fini(struct cover *c);
void cover_tell_city(struct cover *c);
void cover_tell_ring(struct cover *c, const struct point *points, uint32_t count, bool ends);
void cover_tell_circle(struct cover *c, const struct cover_circle_told *t);
void cover_tell_unit(struct cover *c, const struct cover_unit_told *t);
void cover_tell_incident(struct cover *c, const struct cover_incident *i);

/* Room for `needed` pieces of so many bytes; NULL, and `at` stays, when memory is out. */
void *cover_more(void *at, uint32_t *room, uint32_t needed, size_t size);

/* cover_past.c. Starts the reader when it is due, and takes in what it has found; never blocks.
 * cover_past_fini waits for its statement: 1.5 s at most. */
void cover_past_init(struct cover *c);
void cover_past_tend(struct cover *c, int64_t now);
void cover_past_fini(struct cover *c);

/* How long one at a place takes to each circle, `row` being what is reached from there within the
 * last ring; longer times may be too long. Writes circle_count times. */
void cover_find_circles(const struct cover *c, const struct coverage_row *row,
                        const struct ground_place *at, uint32_t *best_ms);

/* cover_count.c. How many of a class are within each ring of each node; true until the next call.
 * The `within` of a node beyond the reach of all is 0. */
const struct coverage_units *cover_counts(struct cover *c, uint8_t class);

struct cover_shares {
    uint32_t units; /* available ones of the class */
    uint64_t weight[COVER_RINGS];
};
struct cover_shares cover_shares_of(struct cover *c, uint8_t class);

/* Writes the table of losses. */
void cover_publish_losses(struct cover *c);

/* Marks in cell_in what the ring covers, or what it does not (`gap`). */
void cover_draw(struct cover *c, const struct coverage_units *counts, uint32_t ring, bool gap);

/* After cover_draw of a gap: the areas with most weight, heaviest first. */
uint32_t cover_gaps(struct cover *c, const struct coverage_units *counts, uint32_t ring,
                    struct cover_gap *out, uint32_t most);

struct cover_if {
    uint64_t lost[COVER_RINGS], gained[COVER_RINGS];
    uint64_t gap_weight; /* of the part within the last ring that opens: the heaviest one */
    struct point gap_at;
    bool gap;
};
/* What would change for a class. Fails: ERR_NO_MEMORY, ERR_INVALID (nobody can stand there). */
MUST_USE enum err cover_if(struct cover *c, const struct cover_ask *ask, struct cover_if *out,
                           struct fault *f);

/* cover_tell.c. Units of the class that are under way, and so are not among its units. */
uint32_t cover_under_way(const struct cover *c, uint8_t class);

/* cover_move.c. Where somebody might be moved up to: an open circle, or the heaviest spot of a gap.
 */
struct cover_place {
    bool is_circle;
    uint32_t circle;
    struct point at;
    uint64_t gap_weight;
};

/* Why the next best unit for the same place is not the best one. */
enum cover_why {
    COVER_WHY_LATER,       /* it arrives later */
    COVER_WHY_LEAVES_MORE, /* it would leave more cover behind, or bring less */
    COVER_WHY_SAME         /* it is as good; or there is no other */
};

/* Weights are those of the ring asked about. */
struct cover_move {
    uint32_t unit;
    struct cover_place to;
    uint32_t ms, length_mm;
    uint64_t gained, lost; /* once it stands there */
    uint64_t lost_on_way;  /* until then */
    int64_t net;           /* of the time ahead, on average, circles counted in */
    uint32_t kept[COVER_MOVE_CIRCLES], opened[COVER_MOVE_CIRCLES];
    uint32_t kept_count, opened_count; /* may be more than are named */
    uint32_t next, next_ms;            /* the next best unit for that place; 0: there is none */
    int64_t next_net;
    enum cover_why why;
};

/* Why there are no (more) moves. */
enum cover_none {
    COVER_NONE_NO_PLACE,     /* no circle is open, and there is no gap of any size */
    COVER_NONE_NO_UNIT,      /* nobody of the class is free */
    COVER_NONE_OUT_OF_REACH, /* all are farther than coverage_move_minutes from all places */
    COVER_NONE_TOO_LITTLE    /* what is left brings less than coverage_move_least */
};

/* The best move, then the best once that one is made, and so on. */
struct cover_moves {
    uint32_t horizon_s, places, units; /* ahead that counts; looked at */
    uint32_t count;
    struct cover_move move[COVER_MOVES_MAX];
    enum cover_none none; /* why there is not one more */
};
/* Cost: bounded by the places, 16 circles and 8 gaps: of each one search of five minutes and one
 * back of coverage_move_minutes, and for each proposal a look at their rows and at the city's
 * nodes. Fails: ERR_NO_MEMORY. */
MUST_USE enum err cover_find_moves(struct cover *c, const struct cover_ask *ask,
                                   struct cover_moves *out, struct fault *f);
void cover_move_fini(struct cover *c);

/* cover_say.c. */
void cover_say_news(struct cover *c, struct buf *b);
void cover_say_map(struct cover *c, const struct cover_ask *ask, struct buf *b);
void cover_say_figures(struct cover *c, const struct cover_ask *ask, struct buf *b);
MUST_USE enum err cover_say_if(struct cover *c, const struct cover_ask *ask, struct buf *b,
                               struct fault *f);

/* cover_tell.c. */
const char *cover_class_word(uint8_t class);
void cover_put_share(struct buf *b, const struct cover *c, uint64_t weight);
void cover_put_unit(struct buf *b, const struct cover *c, uint32_t unit); /* behind a member */
void cover_put_point(struct buf *b, struct point p);
void cover_put_base(struct buf *b, const struct cover *c);
void cover_put_stand(struct buf *b, const struct cover *c);
void cover_put_name(struct buf *b, const struct cover_circle *k); /* code and names */
MUST_USE enum err cover_say_moves(struct cover *c, const struct cover_ask *ask, struct buf *b,
                                  struct fault *f);

#endif
