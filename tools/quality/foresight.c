#include "tools/quality/foresight.h"

#include "tools/quality/foresight_build.h"

#include <stdlib.h>

static bool all_are_asked_about(const struct work *w)
{
    for (uint32_t i = 0; i < w->count; i++) {
        if (!w->call[i].is_response) {
            return false;
        }
    }
    return true;
}

/* Arrivals by the order in which they were over, so that every go leads to a later one. */
static void number_arrivals(struct foresight *s, const struct foresight_build *b, uint32_t *number)
{
    s->arrival_count = b->over_count;
    s->arrival = malloc(((size_t)b->over_count + 1) * sizeof(*s->arrival));
    must(s->arrival != NULL);
    for (uint32_t m = 0; m < b->over_count; m++) {
        number[b->over[m]] = m;
    }
    for (uint32_t m = 0; m < b->over_count; m++) {
        const struct build_arrival *a = &b->arrival[b->over[m]];

        s->arrival[m] =
            (struct foresight_arrival){ .call = a->call,
                                        .unit = a->unit,
                                        .from_ms = a->from_ms,
                                        .till_ms = a->till_ms,
                                        .stay = a->stay,
                                        .next = a->next == FORESIGHT_NONE ? FORESIGHT_NONE
                                                                          : number[a->next] };
    }
}

static void lay_out_gos(struct foresight *s, const struct foresight_build *b,
                        const uint32_t *number)
{
    uint32_t count = 0;

    s->stay_count = b->stay_count;
    s->stay = malloc(((size_t)b->stay_count + 1) * sizeof(*s->stay));
    s->go = malloc(((size_t)b->link_count + 1) * sizeof(*s->go));
    must(s->stay != NULL && s->go != NULL);
    for (uint32_t x = 0; x < b->stay_count; x++) {
        s->stay[x] = (struct foresight_stay){ .arrival = number[b->stay[x].arrival],
                                              .home = b->stay[x].home,
                                              .go = count };
        for (uint32_t k = b->stay[x].link; k != FORESIGHT_NONE; k = b->link[k].next) {
            struct foresight_go go = b->link[k].go;

            s->go[count++] = (struct foresight_go){ number[go.arrival] & INT32_MAX, go.in_time };
        }
    }
    s->stay[b->stay_count] = (struct foresight_stay){ .go = count };
    s->go_count = count;
}

static void take_over(struct foresight *s, struct foresight_build *b)
{
    const struct work *w = s->o->work;
    size_t cells = (size_t)s->o->units * w->count;
    uint32_t *number = malloc(((size_t)b->arrival_count + 1) * sizeof(*number));

    must(number != NULL);
    number_arrivals(s, b, number);
    lay_out_gos(s, b, number);
    s->from_home = b->from_home;
    s->first = b->first;
    s->before = b->before;
    b->from_home = NULL;
    b->first = NULL;
    b->before = NULL;
    for (size_t c = 0; c < cells; c++) {
        uint32_t first = s->first[c];
        uint32_t home = s->from_home[c].arrival;

        s->first[c] = first == FORESIGHT_NONE ? first : number[first];
        if (home != FORESIGHT_NO_WAY) {
            s->from_home[c].arrival = number[home] & INT32_MAX;
        }
    }
    free(number);
}

enum err foresight_make(struct foresight *s, const struct play_opts *o, struct fault *f)
{
    const struct work *w = o->work;
    struct foresight_build b;

    *s = (struct foresight){ .o = o,
                             .order = malloc(w->count * sizeof(*s->order)),
                             .place = malloc(w->count * sizeof(*s->place)) };
    if (!all_are_asked_about(w)) {
        foresight_free(s);
        return fault_set(f, ERR_INVALID,
                         "the oracle needs calls that all have a place and were not come upon",
                         NULL, NULL);
    }
    if (s->order == NULL || s->place == NULL) {
        foresight_free(s);
        return fault_set(f, ERR_NO_MEMORY, "no memory for foresight", NULL, NULL);
    }
    work_order(w, s->order);
    for (uint32_t p = 0; p < w->count; p++) {
        s->place[s->order[p]] = p;
    }
    if (foresight_build(&b, s, f) != OK) {
        foresight_free(s);
        return f->err;
    }
    take_over(s, &b);
    foresight_build_free(&b);
    return OK;
}

void foresight_free(struct foresight *s)
{
    free(s->order);
    free(s->place);
    free(s->arrival);
    free(s->stay);
    free(s->go);
    free(s->from_home);
    free(s->before);
    free(s->first);
    *s = (struct foresight){ 0 };
}

uint32_t foresight_find(const struct foresight *s, uint32_t unit, uint32_t call, int64_t at_ms)
{
    uint32_t a = s->first[(size_t)unit * s->o->work->count + call];
    uint32_t best = FORESIGHT_NONE;

    for (; a != FORESIGHT_NONE; a = s->arrival[a].next) {
        const struct foresight_arrival *x = &s->arrival[a];

        if (x->from_ms <= at_ms && at_ms <= x->till_ms &&
            (best == FORESIGHT_NONE ||
             x->till_ms - x->from_ms < s->arrival[best].till_ms - s->arrival[best].from_ms)) {
            best = a;
        }
    }
    return best;
}
