#include "tools/city/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AVENUE_M 3500.0 /* from here on a main road is named in parts */
#define MIDDLE_M 1300.0
#define LANE_M 260.0

struct word {
    const char *zh, *en;
};

static const struct word chars[] = {
#define NAME_CHAR(zh, en) { zh, en },
#define NAME_VILLAGE(zh, en)
#define NAME_AVENUE(zh, en)
#include "tools/city/names.def"
#undef NAME_CHAR
#undef NAME_VILLAGE
#undef NAME_AVENUE
};
static const struct word villages[] = {
#define NAME_CHAR(zh, en)
#define NAME_VILLAGE(zh, en) { zh, en },
#define NAME_AVENUE(zh, en)
#include "tools/city/names.def"
#undef NAME_CHAR
#undef NAME_VILLAGE
#undef NAME_AVENUE
};
static const struct word avenues[] = {
#define NAME_CHAR(zh, en)
#define NAME_VILLAGE(zh, en)
#define NAME_AVENUE(zh, en) { zh, en },
#include "tools/city/names.def"
#undef NAME_CHAR
#undef NAME_VILLAGE
#undef NAME_AVENUE
};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void write_name(struct name *out, const char *zh, const char *zh_end, const char *en,
                       const char *en_end)
{
    (void)snprintf(out->zh, sizeof(out->zh), "%.40s%.20s", zh, zh_end);
    (void)snprintf(out->en, sizeof(out->en), "%.40s%.20s", en, en_end);
}

void names_init(struct names *n, uint64_t seed)
{
    memset(n, 0, sizeof(*n));
    prng_seed(&n->prng, plane_hash(seed, 8, 0));
    n->used = plane_alloc(COUNT(chars) * COUNT(chars), 1);
}

void names_free(struct names *n)
{
    free(n->used);
}

void names_stem(struct names *n, struct name *out)
{
    uint64_t a;
    uint64_t b;

    do {
        a = prng_below(&n->prng, COUNT(chars));
        b = prng_below(&n->prng, COUNT(chars));
    } while (a == b || n->used[a * COUNT(chars) + b] != 0);
    n->used[a * COUNT(chars) + b] = 1;
    write_name(out, chars[a].zh, chars[b].zh, chars[a].en, chars[b].en);
    out->en[0] = (char)(out->en[0] - 'a' + 'A');
}

void names_make(struct names *n, const char *zh, const char *en, struct name *out)
{
    struct name stem;

    names_stem(n, &stem);
    write_name(out, stem.zh, zh, stem.en, en);
}

void names_village(struct names *n, bool town, struct name *out)
{
    const struct word *w = &villages[prng_below(&n->prng, COUNT(villages))];
    uint64_t one = prng_below(&n->prng, COUNT(chars));
    struct name stem;

    names_stem(n, &stem);
    if (town) {
        write_name(out, stem.zh, "镇", stem.en, " Town");
    } else if (strlen(w->zh) > 3) { /* one character and three */
        write_name(out, chars[one].zh, w->zh, chars[one].en, w->en);
        out->en[0] = (char)(out->en[0] - 'a' + 'A');
    } else {
        write_name(out, stem.zh, w->zh, stem.en, w->en);
    }
}

static void measure(struct city *c)
{
    const struct graph *g = &c->graph;

    for (uint32_t i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];
        struct street *s = &c->streets[e->street];

        if (e->dead) {
            continue;
        }
        struct vec d = vec_sub(g->nodes[e->b].at, g->nodes[e->a].at);
        double length = vec_length(d);
        struct vec middle = vec_between(g->nodes[e->a].at, g->nodes[e->b].at, 0.5);

        s->middle = vec_along(s->middle, middle, length);
        /* Without regard to sign: how much east-west, how much north-south. */
        s->along = vec_add(s->along, vec(d.x < 0 ? -d.x : d.x, d.y < 0 ? -d.y : d.y));
        s->length_m += length;
    }
    for (uint32_t i = 0; i < c->street_count; i++) {
        if (c->streets[i].length_m > 0) {
            c->streets[i].middle = vec_scale(c->streets[i].middle, 1 / c->streets[i].length_m);
        }
    }
}

/* 路 for the greater ones, 街 for a share of the lesser ones, 巷 for the short. */
static void name_street(struct names *n, struct street *s)
{
    struct name stem;
    bool northward = s->along.y > s->along.x;
    bool main_road = s->road <= ROAD_SECONDARY;

    if (main_road && n->avenues < COUNT(avenues) && s->length_m > 2500) {
        const struct word *w = &avenues[n->avenues++];

        write_name(&stem, w->zh, "", w->en, "");
    } else {
        names_stem(n, &stem);
    }
    const char *zh = "路";
    const char *en = " Road";

    if (main_road && s->length_m > AVENUE_M && n->avenues % 3 == 0) {
        zh = "大道"; /* said whole; the others in parts: 人民东路 */
        en = " Avenue";
    } else if (s->road >= ROAD_RESIDENTIAL && s->length_m < LANE_M) {
        zh = "巷";
        en = " Lane";
    } else if (northward && s->road >= ROAD_TERTIARY) {
        zh = "街";
        en = " Street";
    }
    (void)snprintf(s->zh, sizeof(s->zh), "%.40s|%s", stem.zh, zh);
    (void)snprintf(s->en, sizeof(s->en), "%.40s|%s", stem.en, en);
}

static void name_fixed(struct street *s, const char *zh, const char *en)
{
    (void)snprintf(s->zh, sizeof(s->zh), "%s", zh);
    (void)snprintf(s->en, sizeof(s->en), "%s", en);
}

/* The roads that plan.c drew, in its order. */
static void name_planned(struct city *c)
{
    static const struct word known[] = {
        { "", "" },
        { "", "" },
        { "北滨江|路", "North Binjiang| Road" },
        { "南滨江|路", "South Binjiang| Road" },
        { "环湖路", "Huanhu Road" },
        { "环山路", "Huanshan Road" },
        { "站前路", "Zhanqian Road" },
        { "空港路", "Konggang Road" },
        { "人民公园路", "Renmin Park Road" },
        { "中央公园路", "Central Park Road" },
        { "东园路", "Dongyuan Road" },
        { "一环|路", "First Ring| Road" },
        { "二环|路", "Second Ring| Road" },
        { "绕城高速", "Raocheng Expressway" },
    };

    for (uint32_t i = 0; i < COUNT(known) && i < c->street_count; i++) {
        name_fixed(&c->streets[i], known[i].zh, known[i].en);
    }
}

static int longer_first(const void *a, const void *b)
{
    const struct street *x = *(struct street *const *)a;
    const struct street *y = *(struct street *const *)b;
    int order = (x->road > y->road) - (x->road < y->road);

    if (order == 0) {
        order = (x->length_m < y->length_m) - (x->length_m > y->length_m);
    }
    return order != 0 ? order : (x > y) - (x < y);
}

void names_streets(struct names *n, struct city *c)
{
    struct street **order = plane_alloc(c->street_count, sizeof(struct street *));
    uint32_t count = 0;

    measure(c);
    name_planned(c);
    for (uint32_t i = 0; i < c->street_count; i++) {
        struct street *s = &c->streets[i];

        if (s->zh[0] == '\0' && s->length_m > 0 && s->road != ROAD_SERVICE &&
            s->road != ROAD_LINK && s->road != ROAD_BORDER) {
            order[count++] = s;
        }
    }
    qsort(order, count, sizeof(order[0]), longer_first);
    for (uint32_t i = 0; i < count; i++) {
        name_street(n, order[i]);
    }
    free(order);
}

void names_areas(struct names *n, struct areas *a)
{
    for (uint32_t i = 0; i < a->station_count; i++) {
        struct name name;

        names_stem(n, &name);
        (void)snprintf(a->stations[i].zh, sizeof(a->stations[i].zh), "%.40s", name.zh);
        (void)snprintf(a->stations[i].en, sizeof(a->stations[i].en), "%.40s", name.en);
    }
    for (uint32_t i = 0; i < a->community_count; i++) {
        struct name name;

        names_stem(n, &name);
        (void)snprintf(a->communities[i].zh, sizeof(a->communities[i].zh), "%.40s社区", name.zh);
        (void)snprintf(a->communities[i].en, sizeof(a->communities[i].en), "%.40s community",
                       name.en);
    }
}

bool names_part(const struct city *c, uint32_t street, struct vec at, struct name *out)
{
    static const struct word sides[] = { { "东", " East" },
                                         { "西", " West" },
                                         { "北", " North" },
                                         { "南", " South" },
                                         { "中", " Middle" } };
    const struct street *s = &c->streets[street];
    const char *zh = strchr(s->zh, '|');
    const char *en = strchr(s->en, '|');
    int side = -1;

    if (s->zh[0] == '\0') {
        return false;
    }
    if (s->ring && zh != NULL) { /* by the compass from the centre */
        double x = at.x < 0 ? -at.x : at.x;
        double y = at.y < -500 ? -at.y - 500 : at.y + 500;

        side = x > y ? (at.x > 0 ? 0 : 1) : (at.y > -500 ? 2 : 3);
    } else if (zh != NULL && s->road <= ROAD_SECONDARY && s->length_m > AVENUE_M &&
               strcmp(zh, "|路") == 0) {
        bool northward = s->along.y > s->along.x;
        double far = northward ? at.y : at.x;

        side = far > MIDDLE_M ? (northward ? 2 : 0) : (far < -MIDDLE_M ? (northward ? 3 : 1) : 4);
    }
    int zh_stem = zh != NULL ? (int)(zh - s->zh) : (int)strlen(s->zh);
    int en_stem = en != NULL ? (int)(en - s->en) : (int)strlen(s->en);

    (void)snprintf(out->zh, sizeof(out->zh), "%.*s%s%s", zh_stem, s->zh,
                   side >= 0 ? sides[side].zh : "", zh != NULL ? zh + 1 : "");
    (void)snprintf(out->en, sizeof(out->en), "%.*s%s%s", en_stem, s->en,
                   side >= 0 ? sides[side].en : "", en != NULL ? en + 1 : "");
    return true;
}
