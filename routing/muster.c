#include "routing/muster.h"

#include "base/geo.h"
#include "routing/line.h"

enum err muster_init(struct muster *m, const struct road *road, struct fault *f)
{
    *m = (struct muster){ 0 };
    bool stands_ok = stands_init(&m->stands);
    bool sweep_ok = sweep_init(&m->sweep, road->hierarchy.node_count);

    if (!stands_ok || !sweep_ok) {
        muster_fini(m);
        return fault_set(f, ERR_NO_MEMORY, "no memory for travel times", NULL, NULL);
    }
    return OK;
}

void muster_fini(struct muster *m)
{
    stands_fini(&m->stands);
    sweep_fini(&m->sweep);
}

void muster_use(struct muster *m)
{
    stands_renew(&m->stands);
}

/* Marks where those leave their road who have no time yet. Returns how many they are. */
static uint32_t mark(struct muster *m, const struct road_query *q, const struct point *from,
                     uint32_t count, const uint32_t *ms)
{
    uint32_t asked = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (ms[i] != ETA_INF_MS || !geo_valid(from[i])) {
            continue;
        }
        const struct stand *s = stands_of(&m->stands, q->weights, from[i]);

        must(s != NULL);
        for (uint32_t k = 0; k < s->seed_count; k++) {
            sweep_mark(&m->sweep, &q->road->hierarchy, s->seeds[k].node);
        }
        asked++;
    }
    return asked;
}

/* By the last sweep, or on along the same road. */
static uint32_t by_sweep(const struct muster *m, const struct road_query *q, const struct stand *s)
{
    uint32_t segment;
    uint32_t best = road_ahead_ms(q->weights, &s->on, &q->to_snap, &segment);

    for (uint32_t k = 0; k < s->seed_count; k++) {
        uint32_t ms = s->seeds[k].ms + sweep_ms(&m->sweep, s->seeds[k].node);

        best = ms < best ? ms : best;
    }
    return best;
}

/* Those who have no time yet get one, as the roads are or through what is closed. */
static void fill_in(struct muster *m, struct road_query *q, const struct point *from,
                    uint32_t count, bool through, uint32_t *ms)
{
    const struct road_weights *w = q->weights;

    if (mark(m, q, from, count, ms) == 0) {
        return;
    }
    sweep_down(&m->sweep, through ? &w->lean_through : &w->lean, road_query_goal(q, through));
    uint32_t off_ms = line_travel_ms(NULL, q->to_snap.at, q->to);

    for (uint32_t i = 0; i < count; i++) {
        if (ms[i] != ETA_INF_MS || !geo_valid(from[i])) {
            continue;
        }
        const struct stand *s = stands_of(&m->stands, w, from[i]);
        uint32_t road_ms = by_sweep(m, q, s);
        uint64_t whole_ms = (uint64_t)s->off_ms + road_ms + off_ms;

        if (road_ms < ETA_INF_MS && whole_ms < ETA_INF_MS) {
            ms[i] = (uint32_t)whole_ms;
        }
    }
}

void muster_ms(struct muster *m, struct road_query *q, const struct point *from, uint32_t count,
               struct point to, uint32_t *ms)
{
    bool roads = geo_valid(to) && road_query_to(q, to);

    for (uint32_t i = 0; i < count; i++) {
        ms[i] = roads || !geo_valid(to) ? ETA_INF_MS : line_travel_ms(NULL, from[i], to);
    }
    if (!roads) {
        return;
    }
    fill_in(m, q, from, count, false, ms);
    if (q->weights->any_closed) {
        fill_in(m, q, from, count, true, ms);
    }
}
