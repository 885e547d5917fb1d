/* Speeds out of drives: each passage of a segment, as matched (routing/match.h), is seen once; of
 * all that were seen at an hour the median counts, drawn towards what is known of the segment, its
 * class of road and the city as if that had been seen LEARN_PRIOR times: so a few passages change
 * little, and one odd one nothing.
 *
 * A time between two fixes is shared out over the roads between them as the network's own times
 * are, costs of turning taken off first: these stay what the network says. Fixes are taken together
 * until the way is LEARN_STRETCH_MM long, so that their noise is small beside it. What is not
 * driving is left out and counted: turning round, times that no drive takes. A cell of a segment
 * and an hour stands only if LEARN_DRIVES drives or more were seen in it, so that it is a fact of
 * the road and not of one night of one unit. Pure but for memory. */
#ifndef ROUTING_LEARN_H
#define ROUTING_LEARN_H

#include "routing/match.h"
#include "routing/speeds.h"

#define LEARN_STRETCH_MM 120000u
#define LEARN_PRIOR 4u        /* passages, of a segment */
#define LEARN_PRIOR_CLASS 40u /* passages, of a class of road */
#define LEARN_DRIVES 3u
#define LEARN_QUICK 3u /* times the usual speed: nobody drives so */
#define LEARN_SLOW 10u /* times the usual time: not driving */

struct learn_counts {
    uint64_t drives;                /* with a passage that counts */
    uint64_t seen;                  /* passages */
    uint64_t turned;                /* stretches left out: it turned round */
    uint64_t quick, slow, timeless; /* stretches left out */
    uint64_t parts;                 /* passages left out: less than half of the segment was seen */
    uint64_t full;                  /* passages left out: no memory */
};

struct learn_seen {
    uint32_t segment;
    uint32_t drive;
    uint16_t slow_permille; /* of the usual time */
    uint8_t hour;
};

struct learn {
    const struct network *network; /* borrowed */
    int64_t offset_us;             /* local time of the drive */
    uint32_t drive;                /* its number */
    bool counted;                  /* the drive is in `counts` */
    struct learn_stretch {
        struct match_part *part;
        uint32_t count;
        uint64_t mm, turn_ms;
        int64_t from_us, to_us;
    } stretch;
    struct learn_passage {
        uint32_t segment; /* UINT32_MAX: none */
        uint64_t mm, us, free_us;
        int64_t at_us; /* when it began */
    } passage;
    struct learn_seen *seen;
    uint64_t seen_count, room;
    struct learn_counts counts;
};

/* Owns; free by learn_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err learn_init(struct learn *l, const struct network *n, struct fault *f);
void learn_fini(struct learn *l);

/* A drive begins; its local time is UTC + offset_us. */
void learn_drive(struct learn *l, int64_t offset_us);

/* Has the form of match_fn. `arg` is the struct learn. */
void learn_step(void *arg, const struct match_step *step);

/* The drive is over. */
void learn_done(struct learn *l);

/* What was learned. Arrays are the learner's, until learn_fini; `digest`, `version`, `zone` and the
 * instants are left to the caller. Fails: ERR_NO_MEMORY. */
struct learned {
    struct speeds speeds;
    uint8_t class_percent[SPEEDS_HOURS * ROAD_CLASS_COUNT];
    uint32_t first_cell[SPEEDS_HOURS + 1];
    struct speeds_cell *known, *cell;
    /* For the report. */
    uint32_t segments_seen;
    uint64_t class_seen[ROAD_CLASS_COUNT];
    uint32_t class_median[ROAD_CLASS_COUNT]; /* percent at all hours; 0: nobody was there */
    uint64_t hour_seen[SPEEDS_HOURS];
    uint32_t hour_percent[SPEEDS_HOURS]; /* of all roads; 0 */
};
MUST_USE enum err learn_finish(struct learn *l, struct learned *out, struct fault *f);
void learned_free(struct learned *out);

#endif
