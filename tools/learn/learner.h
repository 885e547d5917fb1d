/* Speeds learned from the drives of a record: read a span of hours at a time, matched, gathered,
 * and told what became of them. */
#ifndef TOOLS_LEARN_LEARNER_H
#define TOOLS_LEARN_LEARNER_H

#include "base/buf.h"
#include "routing/learn.h"
#include "routing/road.h"
#include "sql/drives.h"

struct learner {
    const struct road *road; /* borrowed */
    struct match match;
    struct learn learn;
    struct trip_counts trips;
    struct match_counts matched;
    uint64_t drives;      /* read */
    struct trip_fix *fix; /* of the drive that is being read */
    uint32_t fix_count, room;
    uint64_t number; /* its */
    int64_t offset_us;
    bool failed; /* no memory */
};

/* Owns; free by learner_fini. Fails: ERR_NO_MEMORY. */
MUST_USE enum err learner_init(struct learner *l, const struct road *road, struct fault *f);
void learner_fini(struct learner *l);

/* Has the form of drives_fn. `arg` is the learner. */
void learner_fix(void *arg, const struct drive_fix *fix);

/* A reading is over: the drive under way ends. Fails: ERR_NO_MEMORY, also of an earlier fix. */
MUST_USE enum err learner_flush(struct learner *l, struct fault *f);

/* What was read, left out and learned. */
void learner_tell(const struct learner *l, const struct learned *of, struct buf *out);
void learner_tell_json(const struct learner *l, const struct learned *of, struct buf *out);

#endif
