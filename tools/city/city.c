#include "tools/city/city.h"

#include "tools/city/draft.h"
#include "tools/city/make.h"

#include <stdlib.h>
#include <string.h>

uint32_t city_street(struct city *c, enum road road)
{
    if (c->street_count == c->street_room) {
        c->street_room = c->street_room == 0 ? 1024 : c->street_room * 2;
        c->streets = plane_grow(c->streets, c->street_room, sizeof(*c->streets));
    }
    memset(&c->streets[c->street_count], 0, sizeof(*c->streets));
    c->streets[c->street_count].road = (uint8_t)road;
    return c->street_count++;
}

static void draw_streets(struct city *c)
{
    terrain_make(&c->land, c->seed);
    graph_init(&c->graph, TERRAIN_HALF_M + 1500);
    plan_banks(c);
    plan_rings(c);
    plan_motorway(c);
    streets_grow(c);
    interchanges_make(c);
    tidy_crossings(c);
    tidy_extend(c, 120);
    tidy_prune(c);
    estates_make(c);
    tidy_loose(c);
    tidy_prune(c);
    rules_roundabouts(c);
    rules_oneways(c);
}

static void draft_all(struct draft *d)
{
    d->node_ids = plane_alloc(d->city->graph.node_count, sizeof(uint32_t));
    d->way_ids = plane_alloc(d->city->graph.edge_count, sizeof(uint32_t));
    draft_roads(d);
    draft_land(d);
    draft_places(d);
    draft_restrictions(d);
    draft_borders(d);
    free(d->node_ids);
    free(d->way_ids);
}

static void count(const struct city *c, struct city_counts *out)
{
    const struct graph *g = &c->graph;

    for (uint32_t i = 0; i < g->node_count; i++) {
        out->road_nodes += graph_degree(g, i) > 0 ? 1 : 0;
    }
    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];

        if (!e->dead && road_is_street(e->road)) {
            out->road_m += vec_distance(g->nodes[e->a].at, g->nodes[e->b].at);
        }
    }
}

enum err city_make(uint64_t seed, const char *path, struct city_counts *counts, struct fault *f)
{
    struct city c = { .seed = seed };
    struct osm osm;
    struct blocks blocks;
    struct areas areas;
    struct places places;
    struct rules rules;
    struct names names;

    memset(counts, 0, sizeof(*counts));
    osm_init(&osm);
    names_init(&names, seed);
    draw_streets(&c);
    blocks_find(&blocks, &c.graph);
    areas_make(&areas, &c, &blocks);
    names_streets(&names, &c);
    names_areas(&names, &areas);
    places_make(&places, &c, &blocks, &areas, &names);
    places_build(&places, &c, &blocks);
    rules_bans(&rules, &c);
    struct draft d = { .osm = &osm,
                       .city = &c,
                       .blocks = &blocks,
                       .areas = &areas,
                       .places = &places,
                       .rules = &rules };

    draft_all(&d);
    count(&c, counts);
    counts->stations = areas.station_count;
    counts->communities = areas.community_count;
    counts->places = places.count;
    counts->houses = places.house_count;
    counts->restrictions = rules.ban_count;
    counts->nodes = osm.node_count;
    counts->ways = osm.way_count;
    counts->relations = osm.relation_count;
    enum err err = osm_write(&osm, path, f);

    rules_free(&rules);
    places_free(&places);
    areas_free(&areas);
    blocks_free(&blocks);
    names_free(&names);
    graph_fini(&c.graph);
    terrain_free(&c.land);
    free(c.streets);
    free(c.outer);
    free(c.inner);
    osm_fini(&osm);
    return err;
}
