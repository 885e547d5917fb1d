#include "routing/learn.h"

#include "base/must.h"

#include <stdlib.h>

#define PARTS_MAX (4 * MATCH_PARTS_MAX) /* of a stretch */
#define SEGMENT_NONE UINT32_MAX

enum err learn_init(struct learn *l, const struct network *n, struct fault *f)
{
    *l = (struct learn){ .network = n, .passage = { .segment = SEGMENT_NONE } };
    l->stretch.part = malloc(PARTS_MAX * sizeof(*l->stretch.part));
    return l->stretch.part != NULL
               ? OK
               : fault_set(f, ERR_NO_MEMORY, "no memory for learning speeds", NULL, NULL);
}

void learn_fini(struct learn *l)
{
    free(l->stretch.part);
    free(l->seen);
    *l = (struct learn){ 0 };
}

static void forget_stretch(struct learn *l)
{
    l->stretch.count = 0;
    l->stretch.mm = 0;
    l->stretch.turn_ms = 0;
}

static bool room_for_one(struct learn *l)
{
    if (l->seen_count < l->room) {
        return true;
    }
    uint64_t room = l->room == 0 ? 4096 : l->room * 2;
    struct learn_seen *more = realloc(l->seen, room * sizeof(*more));

    if (more == NULL) {
        return false;
    }
    l->seen = more;
    l->room = room;
    return true;
}

static void end_passage(struct learn *l)
{
    struct learn_passage *p = &l->passage;

    if (p->segment == SEGMENT_NONE || p->free_us == 0) {
        p->segment = SEGMENT_NONE;
        return;
    }
    if (p->mm * 2 < l->network->piece[segment_piece(p->segment)].length_mm) {
        l->counts.parts++;
    } else if (!room_for_one(l)) {
        l->counts.full++;
    } else {
        l->seen[l->seen_count++] = (struct learn_seen){
            .segment = p->segment,
            .drive = l->drive,
            .slow_permille = (uint16_t)(p->us * 1000 / p->free_us),
            .hour = (uint8_t)speeds_hour(p->at_us + l->offset_us),
        };
        l->counts.seen++;
        l->counts.drives += l->counted ? 0 : 1;
        l->counted = true;
    }
    p->segment = SEGMENT_NONE;
}

static uint64_t free_us(const struct learn *l, const struct match_part *p)
{
    uint64_t length = l->network->piece[segment_piece(p->segment)].length_mm;
    uint64_t us = (uint64_t)l->network->segment_ms[p->segment] * (uint64_t)US_PER_MS;

    return length == 0 ? 0 : us * (p->to_mm - p->from_mm) / length;
}

static bool turns_round(const struct learn *l)
{
    uint32_t before = l->passage.segment;

    for (uint32_t i = 0; i < l->stretch.count; i++) {
        if (before != SEGMENT_NONE && l->stretch.part[i].segment == (before ^ 1)) {
            return true;
        }
        before = l->stretch.part[i].segment;
    }
    return false;
}

/* Shares the time of a stretch out over its parts. */
static void share_out(struct learn *l, uint64_t us, uint64_t usual_us)
{
    uint64_t passed_us = 0;

    for (uint32_t i = 0; i < l->stretch.count; i++) {
        const struct match_part *p = &l->stretch.part[i];
        uint64_t usual = free_us(l, p);
        uint64_t took = us * usual / usual_us;

        if (p->segment != l->passage.segment) {
            end_passage(l);
            l->passage = (struct learn_passage){ .segment = p->segment,
                                                 .at_us = l->stretch.from_us + (int64_t)passed_us };
        }
        l->passage.mm += p->to_mm - p->from_mm;
        l->passage.us += took;
        l->passage.free_us += usual;
        passed_us += took;
    }
}

static void end_stretch(struct learn *l)
{
    struct learn_stretch *s = &l->stretch;
    uint64_t usual = 0;
    int64_t us = s->to_us - s->from_us - (int64_t)s->turn_ms * US_PER_MS;

    for (uint32_t i = 0; i < s->count; i++) {
        usual += free_us(l, &s->part[i]);
    }
    if (s->count == 0) {
        return;
    }
    if (turns_round(l)) {
        l->counts.turned++;
        end_passage(l);
    } else if (usual == 0) {
        l->counts.timeless++;
    } else if (us <= 0 || (uint64_t)us * LEARN_QUICK < usual) {
        l->counts.quick++;
    } else if ((uint64_t)us > usual * LEARN_SLOW) {
        l->counts.slow++;
    } else {
        share_out(l, (uint64_t)us, usual);
    }
    forget_stretch(l);
}

void learn_drive(struct learn *l, int64_t offset_us)
{
    l->drive++;
    l->counted = false;
    l->offset_us = offset_us;
    forget_stretch(l);
    l->passage.segment = SEGMENT_NONE;
}

void learn_step(void *arg, const struct match_step *step)
{
    struct learn *l = arg;
    struct learn_stretch *s = &l->stretch;

    if (step->first || s->count + step->part_count > PARTS_MAX) {
        learn_done(l);
    }
    if (s->count == 0) {
        s->from_us = step->from_us;
    }
    for (uint32_t i = 0; i < step->part_count; i++) {
        s->part[s->count++] = step->part[i];
        s->mm += step->part[i].to_mm - step->part[i].from_mm;
        s->turn_ms += step->part[i].turn_ms;
    }
    s->to_us = step->to_us;
    if (s->mm >= LEARN_STRETCH_MM) {
        end_stretch(l);
    }
}

void learn_done(struct learn *l)
{
    /* what is left of a stretch is too short to tell a speed by */
    forget_stretch(l);
    end_passage(l);
}
