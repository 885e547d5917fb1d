#include "routing/travel.h"

#include "routing/line.h"

enum err travel_init(struct travel *t, const struct road *road, struct fault *f)
{
    *t = (struct travel){ 0 };
    return road != NULL ? road_query_init(&t->query, road, f) : OK;
}

void travel_fini(struct travel *t)
{
    road_query_fini(&t->query);
}

void travel_use(struct travel *t, const struct road_weights *w)
{
    if (t->query.road != NULL) {
        road_query_use(&t->query, w);
    }
}

uint32_t travel_ms(struct travel *t, struct point from, struct point to)
{
    return t->query.road != NULL ? road_travel_ms(&t->query, from, to)
                                 : line_travel_ms(NULL, from, to);
}

const char *travel_engine(struct travel *t)
{
    return t->query.road != NULL ? road_engine(&t->query) : line_engine(NULL);
}
