#include "tools/learn/learner.h"

#include <stdlib.h>

enum err learner_init(struct learner *l, const struct road *road, struct fault *f)
{
    *l = (struct learner){ .road = road };
    enum err err = match_init(&l->match, &road->network, &road->grid, f);

    if (err == OK) {
        err = learn_init(&l->learn, &road->network, f);
    }
    if (err != OK) {
        learner_fini(l);
    }
    return err;
}

void learner_fini(struct learner *l)
{
    match_fini(&l->match);
    learn_fini(&l->learn);
    free(l->fix);
    l->fix = NULL;
}

static void on_trip(void *arg, const struct trip_fix *fixes, uint32_t count)
{
    struct learner *l = arg;

    match_drive(&l->match, fixes, count, learn_step, &l->learn, &l->matched);
}

static void end_drive(struct learner *l)
{
    if (l->fix_count == 0) {
        return;
    }
    l->drives++;
    learn_drive(&l->learn, l->offset_us);
    trip_cut(l->fix, l->fix_count, on_trip, l, &l->trips);
    learn_done(&l->learn);
    l->fix_count = 0;
}

static bool room_for_one(struct learner *l)
{
    if (l->fix_count < l->room) {
        return true;
    }
    uint32_t room = l->room == 0 ? 256 : l->room * 2;
    struct trip_fix *more = realloc(l->fix, room * sizeof(*more));

    if (more == NULL) {
        l->failed = true;
        return false;
    }
    l->fix = more;
    l->room = room;
    return true;
}

void learner_fix(void *arg, const struct drive_fix *fix)
{
    struct learner *l = arg;

    if (fix->drive != l->number) {
        end_drive(l);
        l->number = fix->drive;
        l->offset_us = fix->local_us - fix->at_us;
    }
    if (room_for_one(l)) {
        l->fix[l->fix_count++] = (struct trip_fix){ .at = fix->at, .at_us = fix->at_us };
    }
}

enum err learner_flush(struct learner *l, struct fault *f)
{
    end_drive(l);
    l->number = 0;
    return l->failed || l->learn.counts.full > 0
               ? fault_set(f, ERR_NO_MEMORY, "no memory for learning speeds", NULL, NULL)
               : OK;
}
