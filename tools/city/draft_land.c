/* Water, railway, green, what blocks are used for, houses. */
#include "tools/city/draft.h"

#include <stdio.h>
#include <stdlib.h>

#define VERGE_M 7.0 /* from the middle of a street to the block's edge */
#define SIMPLE_M 9.0

/* A closed way of new nodes; 0 when too little is left of it. */
static uint32_t polygon(struct draft *d, const struct path *ring)
{
    if (ring->count < 3) {
        return 0;
    }
    uint32_t first = 0;
    uint32_t *ids = plane_alloc(ring->count, sizeof(*ids));

    for (uint32_t i = 0; i < ring->count; i++) {
        ids[i] = osm_node(d->osm, ring->at[i]);
    }
    uint32_t way = osm_way(d->osm);

    for (uint32_t i = 0; i < ring->count; i++) {
        osm_ref(d->osm, ids[i]);
        first = i == 0 ? ids[i] : first;
    }
    osm_ref(d->osm, first);
    free(ids);
    return way;
}

static void line(struct draft *d, const struct path *p, uint32_t from, uint32_t to)
{
    uint32_t *ids = plane_alloc(to - from, sizeof(*ids));

    for (uint32_t i = from; i < to; i++) {
        ids[i - from] = osm_node(d->osm, p->at[i]);
    }
    (void)osm_way(d->osm);
    for (uint32_t i = from; i < to; i++) {
        osm_ref(d->osm, ids[i - from]);
    }
    free(ids);
}

static void band(struct path *out, const struct path *middle, const double *half, double fixed)
{
    for (int side = 1; side >= -1; side -= 2) {
        for (uint32_t k = 1; k + 1 < middle->count; k++) {
            uint32_t i = side > 0 ? k : middle->count - 1 - k;
            struct vec along = vec_unit(vec_sub(middle->at[i + 1], middle->at[i - 1]));

            path_add(out, vec_along(middle->at[i], vec_left(along),
                                    side * (half != NULL ? half[i] : fixed)));
        }
    }
}

static void draft_water(struct draft *d)
{
    const struct terrain *t = &d->city->land;
    struct path bank = { 0 };

    band(&bank, &t->river, t->river_half, 0);
    (void)polygon(d, &bank);
    osm_tag(d->osm, "natural", "water");
    osm_tag(d->osm, "water", "river");
    osm_names(d->osm, "澜江", "Lan River");
    path_free(&bank);
    line(d, &t->river, 0, t->river.count);
    osm_tag(d->osm, "waterway", "river");
    osm_names(d->osm, "澜江", "Lan River");
    band(&bank, &t->stream, NULL, t->stream_half);
    (void)polygon(d, &bank);
    osm_tag(d->osm, "natural", "water");
    osm_tag(d->osm, "water", "river");
    osm_names(d->osm, "槐溪", "Huai Brook");
    path_free(&bank);
    line(d, &t->stream, 0, t->stream.count);
    osm_tag(d->osm, "waterway", "stream");
    osm_names(d->osm, "槐溪", "Huai Brook");
    (void)polygon(d, &t->lake);
    osm_tag(d->osm, "natural", "water");
    osm_tag(d->osm, "water", "lake");
    osm_names(d->osm, "镜月湖", "Jingyue Lake");
}

static void draft_green(struct draft *d)
{
    const struct terrain *t = &d->city->land;
    static const char *const zh[] = { "人民公园", "中央公园", "东园" };
    static const char *const en[] = { "Renmin Park", "Central Park", "Dongyuan Park" };

    (void)polygon(d, &t->lake_park);
    osm_tag(d->osm, "leisure", "park");
    osm_names(d->osm, "镜月湖公园", "Jingyue Lake Park");
    (void)polygon(d, &t->hill);
    osm_tag(d->osm, "natural", "wood");
    osm_names(d->osm, "云岫山", "Yunxiu Hill");
    for (uint32_t i = 0; i < 3; i++) {
        (void)polygon(d, &t->park[i]);
        osm_tag(d->osm, "leisure", "park");
        osm_names(d->osm, zh[i], en[i]);
    }
}

static void draft_rail(struct draft *d)
{
    const struct terrain *t = &d->city->land;
    struct path hall = { 0 };
    uint32_t from = 0;
    uint32_t to = t->rail.count;

    while (from < to && !path_holds(&t->limit, t->rail.at[from])) {
        from++;
    }
    while (to > from && !path_holds(&t->limit, t->rail.at[to - 1])) {
        to--;
    }
    line(d, &t->rail, from > 3 ? from - 3 : 0, to + 3 < t->rail.count ? to + 3 : t->rail.count);
    osm_tag(d->osm, "railway", "rail");
    osm_names(d->osm, "临江铁路", "Linjiang Railway");
    (void)polygon(d, &t->yard);
    osm_tag(d->osm, "landuse", "railway");
    /* The station's hall, on the side of the square. */
    for (uint32_t i = 0; i < 4; i++) {
        struct vec front = vec_between(t->yard.at[0], t->yard.at[1], i == 0 || i == 3 ? 0.4 : 0.6);

        path_add(&hall, vec_add(front, vec(0, i < 2 ? 22 : 62)));
    }
    (void)polygon(d, &hall);
    osm_tag(d->osm, "building", "train_station");
    osm_names(d->osm, "临江站", "Linjiang Railway Station");
    path_free(&hall);
}

static void draft_airport(struct draft *d)
{
    const struct terrain *t = &d->city->land;

    (void)polygon(d, &t->airport);
    osm_tag(d->osm, "aeroway", "aerodrome");
    osm_names(d->osm, "临江翎港机场", "Linjiang Linggang Airport");
    line(d, &t->runway, 0, 2);
    osm_tag(d->osm, "aeroway", "runway");
}

static void tag_use(struct draft *d, uint8_t use)
{
    static const struct {
        const char *key, *value;
    } tags[] = {
        [USE_HOME] = { "landuse", "residential" },    [USE_OLD] = { "landuse", "residential" },
        [USE_VILLAGE] = { "landuse", "residential" }, [USE_SHOP] = { "landuse", "retail" },
        [USE_WORK] = { "landuse", "industrial" },     [USE_FIELD] = { "landuse", "farmland" },
        [USE_WOOD] = { "landuse", "forest" },
    };

    osm_tag(d->osm, tags[use].key, tags[use].value);
}

static uint32_t block_polygon(struct draft *d, uint32_t block)
{
    struct path ring = { 0 };
    struct path in = { 0 };

    blocks_path(d->blocks, &d->city->graph, block, &ring);
    path_inset(&ring, VERGE_M, SIMPLE_M, &in);
    uint32_t way = polygon(d, &in);

    path_free(&ring);
    path_free(&in);
    return way;
}

static void draft_uses(struct draft *d)
{
    bool *is_estate = plane_alloc(d->blocks->count, sizeof(*is_estate));

    for (uint32_t i = 0; i < d->places->estate_count; i++) {
        is_estate[d->places->estates[i].block] = true;
    }
    for (uint32_t i = 0; i < d->blocks->count; i++) {
        uint8_t use = d->blocks->at[i].use;

        bool home = use == USE_OLD || (use == USE_HOME && !is_estate[i]);

        if ((home || use == USE_VILLAGE || use == USE_SHOP || use == USE_WORK || use == USE_FIELD ||
             use == USE_WOOD) &&
            block_polygon(d, i) != 0) {
            tag_use(d, use);
        }
    }
    free(is_estate);
    for (uint32_t i = 0; i < d->places->estate_count; i++) {
        const struct estate *e = &d->places->estates[i];

        if (block_polygon(d, e->block) != 0) {
            tag_use(d, USE_HOME);
            osm_names(d->osm, e->name.zh, e->name.en);
        }
    }
    for (uint32_t i = 0; i < d->places->count; i++) {
        const struct place *p = &d->places->at[i];

        /* Police and clinics are points that people look for; the others are grounds. */
        if (p->block != NONE && p->kind != PLACE_KIND_STATION && block_polygon(d, p->block) != 0) {
            if (p->kind == PLACE_KIND_MALL) {
                osm_tag(d->osm, "landuse", "retail");
            } else if (p->kind <= PLACE_KIND_TRAFFIC) {
                osm_tag(d->osm, "landuse", "institutional");
            } else {
                osm_tag(d->osm, place_key(p->kind), place_value(p->kind));
                osm_names(d->osm, p->name.zh, p->name.en);
            }
        }
    }
}

static void draft_houses(struct draft *d)
{
    static const char *const words[] = {
        [USE_PLACE] = "public",  [USE_HOME] = "apartments", [USE_OLD] = "residential",
        [USE_VILLAGE] = "house", [USE_SHOP] = "retail",     [USE_WORK] = "industrial",
    };

    for (uint32_t i = 0; i < d->places->house_count; i++) {
        const struct house *h = &d->places->houses[i];
        struct vec corner[4] = { h->corner[0], h->corner[1], h->corner[2], h->corner[3] };
        const struct path ring = { .at = corner, .count = 4 };
        char floors[8];

        (void)polygon(d, &ring);
        (void)snprintf(floors, sizeof(floors), "%u", h->floors);
        osm_tag(d->osm, "building", words[h->use]);
        osm_tag(d->osm, "building:levels", floors);
    }
}

void draft_land(struct draft *d)
{
    draft_water(d);
    draft_green(d);
    draft_rail(d);
    draft_airport(d);
    draft_uses(d);
    draft_houses(d);
}

/* Points that people look for, and the names of quarters, villages and towns. */
void draft_places(struct draft *d)
{
    const struct terrain *t = &d->city->land;

    for (uint32_t i = 0; i < d->places->count; i++) {
        const struct place *p = &d->places->at[i];

        if (p->block != NONE && p->kind != PLACE_KIND_STATION && p->kind > PLACE_KIND_TRAFFIC &&
            p->kind != PLACE_KIND_MALL) {
            continue; /* a ground already */
        }
        if (p->kind == PLACE_KIND_AIRPORT) {
            continue;
        }
        (void)osm_node(d->osm, p->at);
        osm_tag(d->osm, place_key(p->kind), place_value(p->kind));
        osm_names(d->osm, p->name.zh, p->name.en);
        if (p->kind == PLACE_KIND_METRO) {
            osm_tag(d->osm, "station", "subway");
        } else if (p->kind <= PLACE_KIND_TRAFFIC) {
            osm_tag(d->osm, "police", "offices");
        } else if (p->kind == PLACE_KIND_POST) {
            osm_tag(d->osm, "police", "checkpoint");
        }
    }
    for (uint32_t i = 0; i < t->village_count; i++) {
        (void)osm_node(d->osm, t->villages[i].at);
        osm_tag(d->osm, "place", t->villages[i].town ? "town" : "village");
        osm_names(d->osm, d->places->village_names[i].zh, d->places->village_names[i].en);
    }
    for (uint32_t i = 0; i < d->areas->community_count; i++) {
        (void)osm_node(d->osm, d->areas->communities[i].at);
        osm_tag(d->osm, "place", "neighbourhood");
        osm_names(d->osm, d->areas->communities[i].zh, d->areas->communities[i].en);
    }
    for (uint32_t i = 0; i < DISTRICTS; i++) {
        (void)osm_node(d->osm, d->areas->districts[i].at);
        osm_tag(d->osm, "place", "suburb");
        osm_names(d->osm, d->areas->districts[i].zh, d->areas->districts[i].en);
    }
    (void)osm_node(d->osm, t->old_town);
    osm_tag(d->osm, "place", "city");
    osm_names(d->osm, "临江市", "Linjiang");
}
