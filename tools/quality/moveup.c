#include "tools/quality/moveup.h"

#include <stdlib.h>

#define NEAR_MS 300000
#define CALL_WEIGHT 65536
#define PRIOR_WEIGHT 1024 /* of a square that no call came from */

struct moveup {
    struct squares squares;
    struct moveup_post {
        struct point at;
        uint32_t square;
    } * post; /* of a unit: its own */
    uint32_t count;
    uint32_t *weight; /* of a square */
    uint8_t *near;    /* of a square: units at their posts that reach it soon */
};

enum err moveup_make(struct moveup **out, const struct road *road, const struct fleet *fl,
                     struct fault *f)
{
    struct moveup *x = calloc(1, sizeof(*x));

    *out = x;
    if (x == NULL || squares_init(&x->squares, road, f) != OK) {
        free(x);
        *out = NULL;
        return fault_set(f, ERR_NO_MEMORY, "no memory for posts", NULL, NULL);
    }
    x->count = fl->count;
    x->post = calloc(fl->count, sizeof(*x->post));
    x->weight = calloc(squares_count(&x->squares), sizeof(*x->weight));
    x->near = calloc(squares_count(&x->squares), sizeof(*x->near));
    if (x->post == NULL || x->weight == NULL || x->near == NULL) {
        moveup_free(x);
        *out = NULL;
        return fault_set(f, ERR_NO_MEMORY, "no memory for posts", NULL, NULL);
    }
    for (uint32_t u = 0; u < fl->count; u++) {
        x->post[u].at = fl->unit[u].home;
        x->post[u].square = squares_of(&x->squares, fl->unit[u].home);
        x->weight[x->post[u].square] = PRIOR_WEIGHT;
    }
    return OK;
}

void moveup_free(struct moveup *x)
{
    if (x != NULL) {
        squares_fini(&x->squares);
        free(x->post);
        free(x->weight);
        free(x->near);
        free(x);
    }
}

void moveup_learn(struct moveup *x, struct point at)
{
    x->weight[squares_of(&x->squares, at)] += CALL_WEIGHT;
}

static bool reaches(struct moveup *x, uint32_t from, uint32_t square)
{
    return x->weight[square] > 0 && squares_ms(&x->squares, from, square) <= NEAR_MS;
}

/* Everybody who may be sent, at the post it stands at or drives to. */
static void count_near(struct moveup *x, const struct fleet *fl, uint32_t but)
{
    for (uint32_t s = 0; s < squares_count(&x->squares); s++) {
        x->near[s] = 0;
    }
    for (uint32_t u = 0; u < fl->count; u++) {
        if (fl->unit[u].away || u == but) {
            continue;
        }
        uint32_t home = squares_of(&x->squares, fl->unit[u].home);

        for (uint32_t s = 0; s < squares_count(&x->squares); s++) {
            x->near[s] = (uint8_t)(x->near[s] + (x->near[s] < 31 && reaches(x, home, s)));
        }
    }
}

static uint64_t missed_at(struct moveup *x, uint32_t post)
{
    uint64_t sum = 0;

    for (uint32_t s = 0; s < squares_count(&x->squares); s++) {
        if (reaches(x, x->post[post].square, s)) {
            sum += x->weight[s] >> x->near[s];
        }
    }
    return sum;
}

struct point moveup_post(struct moveup *x, const struct fleet *fl, uint32_t unit)
{
    uint32_t best = unit;

    count_near(x, fl, unit);
    uint64_t own = missed_at(x, unit);
    uint64_t most = own + own / 4;

    for (uint32_t p = 0; p < x->count; p++) {
        uint64_t missed = missed_at(x, p);

        if (missed > most) {
            most = missed;
            best = p;
        }
    }
    return x->post[best].at;
}
