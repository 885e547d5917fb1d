/* A play rehearsed: the same as play.h plays it, to the ms, but so fast that one decision after the
 * other can be changed to see what would come of it. Each task (a call's first, second … unit) has
 * a unit that is wished for; where that may not be sent the nearest by road goes.
 *
 * The play as it stands is kept with a picture before each call. A trial begins at the picture
 * before the decision it changes and ends where it meets the play again: units come home, and who
 * is at home has no past.
 *
 *     rehearsal_play(&r);                        the play as it stands, by r.task[].unit
 *     rehearsal_try(&r, task, unit, 300, &gain)  what would come of sending another
 *     rehearsal_keep(&r, task, unit)             it stands from now on */
#ifndef TOOLS_QUALITY_REHEARSAL_H
#define TOOLS_QUALITY_REHEARSAL_H

#include "tools/quality/play.h"
#include "tools/quality/ways.h"

#define REHEARSAL_NONE UINT32_MAX

struct rehearsal_unit {
    int64_t free_ms; /* 0 at home */
    uint32_t from;   /* the call it is at, or left for home; REHEARSAL_NONE: at home */
    uint32_t task;   /* its last */
    bool away;
};

/* A call that waits for units. */
struct rehearsal_waiting {
    uint32_t call;
    uint32_t sent;
    uint32_t first_ms; /* as in struct play_call */
};

/* All that the future depends on. */
struct rehearsal_state {
    int64_t now_ms;
    uint32_t next; /* calls in the order that have come */
    uint32_t waiting;
    struct rehearsal_unit *unit;
    struct rehearsal_waiting *queue;
    uint32_t queue_room;
};

struct rehearsal_task {
    uint32_t unit; /* REHEARSAL_NONE: whoever is nearest */
    uint32_t next; /* calls that had come when it was decided */
};

struct rehearsal {
    const struct play_opts *o;
    struct ways ways;
    uint32_t *order;
    uint32_t task_count;
    struct rehearsal_task *task; /* of the play as it stands */
    uint32_t *first_ms;          /* of a call of it */
    uint32_t late;               /* calls of it */
    struct rehearsal_state now;
    struct rehearsal_state *before; /* of a place in the order: the play, before that call came */
    struct rehearsal_unit *pictured;
};

/* Late calls saved, and ms of first arrivals. */
struct rehearsal_gain {
    int32_t late;
    int64_t ms;
};

/* Borrows `o`. Owns; free by rehearsal_fini. Fails: ERR_INVALID (calls without a place, or that an
 * officer came upon: whom those keep busy is no policy's choice), ERR_NO_MEMORY. */
MUST_USE enum err rehearsal_init(struct rehearsal *r, const struct play_opts *o, struct fault *f);
void rehearsal_fini(struct rehearsal *r);

/* Plays from the beginning, with the units of `task` as wished. */
void rehearsal_play(struct rehearsal *r);

/* What sending `unit` for that task would gain, till the trial meets the play again or so many
 * calls more have come. False: it may not be sent then, or nobody ever was. */
bool rehearsal_try(struct rehearsal *r, uint32_t task, uint32_t unit, uint32_t calls,
                   struct rehearsal_gain *gain);

/* Makes it so, to the end. */
void rehearsal_keep(struct rehearsal *r, uint32_t task, uint32_t unit);

#endif
