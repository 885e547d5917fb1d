#include "routing/travel.h"

#include "routing/line.h"

enum err travel_init(struct travel *t, const struct road *road, struct fault *f)
{
    *t = (struct travel){ 0 };
    if (road == NULL) {
        return OK;
    }
    enum err err = road_query_init(&t->query, road, f);

    err = err == OK ? path_query_init(&t->path, road, f) : err;
    err = err == OK ? muster_init(&t->muster, road, f) : err;
    if (err != OK) {
        travel_fini(t);
    }
    return err;
}

void travel_fini(struct travel *t)
{
    road_query_fini(&t->query);
    path_query_fini(&t->path);
    muster_fini(&t->muster);
}

void travel_use(struct travel *t, const struct road_weights *w)
{
    if (t->query.road != NULL) {
        road_query_use(&t->query, w);
        muster_use(&t->muster);
    }
}

uint32_t travel_ms(struct travel *t, struct point from, struct point to)
{
    return t->query.road != NULL ? road_travel_ms(&t->query, from, to)
                                 : line_travel_ms(NULL, from, to);
}

void travel_table(struct travel *t, const struct point *from, uint32_t from_count,
                  const struct point *to, uint32_t to_count, uint32_t *ms)
{
    for (uint32_t k = 0; k < to_count; k++, ms += from_count) {
        if (t->query.road != NULL) {
            muster_ms(&t->muster, &t->query, from, from_count, to[k], ms);
            continue;
        }
        for (uint32_t i = 0; i < from_count; i++) {
            ms[i] = line_travel_ms(NULL, from[i], to[k]);
        }
    }
}

const char *travel_engine(struct travel *t)
{
    return t->query.road != NULL ? road_engine(&t->query) : line_engine(NULL);
}

uint32_t travel_detour_ms(struct travel *t, struct point from, struct point to, uint32_t *limit)
{
    uint32_t free_ms;

    *limit = 0;
    if (t->query.road == NULL || t->query.weights->version == 0) {
        return 0;
    }
    *limit = path_limit(&t->path, t->query.weights, from, to, &free_ms);
    uint32_t ms = road_travel_ms(&t->query, from, to);

    return ms < ETA_INF_MS && ms > free_ms ? ms - free_ms : 0;
}
