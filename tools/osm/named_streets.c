/* Streets and their crossings. */
#include "tools/osm/named.h"

#include "base/geo.h"

#include <stdlib.h>
#include <string.h>

#define SAME_STREET_M 400u   /* parts of one name at most so far apart are one street */
#define SAME_CROSSING_M 200u /* nodes of one crossing: carriageways of their own, turning lanes */
#define NODE_STREETS_MAX 8u

/* A way with a name. */
struct piece {
    struct str name;
    uint32_t way;
    uint32_t street; /* index into `streets` */
    struct point low, high;
};

struct meeting {
    uint32_t one, other; /* streets, the smaller first */
    struct point at;
};

struct node_of {
    int64_t node;
    uint32_t street;
    struct point at;
};

struct work {
    struct osm_import *m;
    struct named_list *out;
    struct piece *pieces;
    uint32_t piece_count;
    struct named *streets; /* only names and places */
    uint32_t street_count;
    struct node_of *nodes;
    uint32_t node_count;
    struct meeting *meetings;
    uint32_t meeting_count, meeting_room;
};

/* Anything that people walk or drive on; what is only planned has no one on it. */
static bool is_street(const struct extract *x, const struct extract_way *w)
{
    static const char *const not_these[] = { "proposed",  "construction", "platform",
                                             "rest_area", "services",     "bus_stop" };
    const char *highway = extract_tag(x, w->tags, "highway");

    for (size_t k = 0; highway != NULL && k < sizeof(not_these) / sizeof(not_these[0]); k++) {
        if (strcmp(highway, not_these[k]) == 0) {
            return false;
        }
    }
    return highway != NULL && extract_tag(x, w->tags, "name") != NULL;
}

static void box_of(const struct extract *x, struct piece *p)
{
    const struct extract_way *w = &x->ways[p->way];

    p->low = (struct point){ INT32_MAX, INT32_MAX };
    p->high = (struct point){ INT32_MIN, INT32_MIN };
    for (uint32_t k = 0; k < w->count; k++) {
        const struct extract_node *n = extract_way_node(x, w, k);

        if (n == NULL) {
            continue;
        }
        p->low.lon_e7 = n->at.lon_e7 < p->low.lon_e7 ? n->at.lon_e7 : p->low.lon_e7;
        p->low.lat_e7 = n->at.lat_e7 < p->low.lat_e7 ? n->at.lat_e7 : p->low.lat_e7;
        p->high.lon_e7 = n->at.lon_e7 > p->high.lon_e7 ? n->at.lon_e7 : p->high.lon_e7;
        p->high.lat_e7 = n->at.lat_e7 > p->high.lat_e7 ? n->at.lat_e7 : p->high.lat_e7;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct piece *x = a;
    const struct piece *y = b;
    int order = str_cmp(x->name, y->name);

    return order != 0 ? order : (x->way > y->way) - (x->way < y->way);
}

static enum err take_pieces(struct work *w)
{
    const struct extract *x = &w->m->extract;

    w->pieces = calloc((size_t)x->way_count + 1, sizeof(*w->pieces));
    if (w->pieces == NULL) {
        return fault_set(w->m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);
    }
    for (uint32_t i = 0; i < x->way_count; i++) {
        struct point middle;

        if (is_street(x, &x->ways[i]) && extract_way_middle(x, &x->ways[i], &middle)) {
            struct piece *p = &w->pieces[w->piece_count++];

            *p = (struct piece){ .name = import_name(w->m, x->ways[i].tags, false, "street"),
                                 .way = i };
            box_of(x, p);
        }
    }
    qsort(w->pieces, w->piece_count, sizeof(*w->pieces), by_name);
    return OK;
}

static int32_t between(int32_t low, int32_t at, int32_t high)
{
    return at < low ? low : at > high ? high : at;
}

/* From box to box: the corner of one nearest to the other. */
static uint32_t apart_m(const struct piece *a, const struct piece *b)
{
    const struct point from = { between(a->low.lon_e7, b->low.lon_e7, a->high.lon_e7),
                                between(a->low.lat_e7, b->low.lat_e7, a->high.lat_e7) };
    const struct point to = { between(b->low.lon_e7, from.lon_e7, b->high.lon_e7),
                              between(b->low.lat_e7, from.lat_e7, b->high.lat_e7) };

    return geo_distance_mm(from, to) / 1000;
}

/* The pieces first..last (not itself) have one name: each gets the number of its street, counted
 * from `street`. Returns how many streets there are. */
static uint32_t part(struct piece *p, uint32_t count, uint32_t street)
{
    uint32_t *open = calloc((size_t)count + 1, sizeof(*open));
    uint32_t made = 0;

    must(open != NULL);
    for (uint32_t k = 0; k < count; k++) {
        p[k].street = UINT32_MAX;
    }
    for (uint32_t k = 0; k < count; k++) {
        uint32_t depth = 0;

        if (p[k].street != UINT32_MAX) {
            continue;
        }
        p[k].street = street + made;
        open[depth++] = k;
        while (depth > 0) {
            uint32_t at = open[--depth];

            for (uint32_t n = 0; n < count; n++) {
                if (p[n].street == UINT32_MAX && apart_m(&p[at], &p[n]) <= SAME_STREET_M) {
                    p[n].street = street + made;
                    open[depth++] = n;
                }
            }
        }
        made++;
    }
    free(open);
    return made;
}

static enum err part_all(struct work *w)
{
    for (uint32_t first = 0; first < w->piece_count;) {
        uint32_t last = first + 1;

        while (last < w->piece_count && str_eq(w->pieces[last].name, w->pieces[first].name)) {
            last++;
        }
        w->street_count += part(&w->pieces[first], last - first, w->street_count);
        first = last;
    }
    w->streets = calloc((size_t)w->street_count + 1, sizeof(*w->streets));
    w->nodes = calloc((size_t)w->m->extract.ref_count + 1, sizeof(*w->nodes));
    return w->streets != NULL && w->nodes != NULL
               ? OK
               : fault_set(w->m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);
}

static int by_street(const void *a, const void *b)
{
    const struct piece *x = a;
    const struct piece *y = b;

    return x->street != y->street ? (x->street > y->street) - (x->street < y->street)
                                  : (x->way > y->way) - (x->way < y->way);
}

struct span {
    int64_t lon, lat, metres; /* sums of middles times metres */
};

static void add_way(struct work *w, const struct piece *p, struct span *sum)
{
    const struct extract *x = &w->m->extract;
    const struct extract_way *way = &x->ways[p->way];
    const struct extract_node *before = NULL;

    for (uint32_t k = 0; k < way->count; k++) {
        const struct extract_node *n = extract_way_node(x, way, k);

        if (n == NULL) {
            continue;
        }
        w->nodes[w->node_count++] =
            (struct node_of){ .node = n->id, .street = p->street, .at = n->at };
        if (before != NULL) {
            int64_t metres = geo_distance_mm(before->at, n->at) / 1000 + 1;

            sum->lon += metres * (((int64_t)before->at.lon_e7 + n->at.lon_e7) / 2);
            sum->lat += metres * (((int64_t)before->at.lat_e7 + n->at.lat_e7) / 2);
            sum->metres += metres;
        }
        before = n;
    }
}

/* On the street, nearest to its middle; it reaches to its farthest node. */
static void place_street(const struct node_of *nodes, uint32_t count, const struct span *sum,
                         struct named *out)
{
    const struct point middle = { (int32_t)(sum->lon / sum->metres),
                                  (int32_t)(sum->lat / sum->metres) };
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;

    for (uint32_t k = 0; k < count; k++) {
        uint32_t d = geo_distance_mm(nodes[k].at, middle);

        if (d < least) {
            least = d;
            out->at = nodes[k].at;
        }
    }
    for (uint32_t k = 0; k < count; k++) {
        uint32_t d = geo_distance_mm(nodes[k].at, out->at) / 1000;

        most = d > most ? d : most;
    }
    out->radius_m = most < 20 ? 20 : most;
}

static struct str also_of(struct osm_import *m, struct extract_tags tags)
{
    static const char *const keys[] = { "alt_name", "old_name", "short_name", "official_name",
                                        "name" };
    struct str out = (struct str){ 0 };

    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
        const char *name = extract_tag(&m->extract, tags, keys[k]);

        if (name != NULL && name[0] != '\0' && str_utf8(str_of(name)) && strlen(name) < 80) {
            out = named_text(m, STR_FMT " %s", STR_ARG(out), name);
        }
    }
    return out;
}

static enum err make_streets(struct work *w)
{
    qsort(w->pieces, w->piece_count, sizeof(*w->pieces), by_street);
    for (uint32_t first = 0; first < w->piece_count;) {
        const struct piece *p = &w->pieces[first];
        struct extract_tags tags = w->m->extract.ways[p->way].tags;
        struct named *street = &w->streets[p->street];
        uint32_t nodes = w->node_count;
        struct span sum = { .lon = 0 };
        uint32_t k = first;

        for (; k < w->piece_count && w->pieces[k].street == p->street; k++) {
            add_way(w, &w->pieces[k], &sum);
        }
        first = k;
        if (sum.metres == 0) {
            continue; /* a name on a single node */
        }
        *street = (struct named){ .name = p->name,
                                  .en = import_name(w->m, tags, true, ""),
                                  .also = also_of(w->m, tags),
                                  .kind = NAMED_STREET };
        place_street(&w->nodes[nodes], w->node_count - nodes, &sum, street);
        if (!named_add(w->out, street)) {
            return fault_set(w->m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);
        }
    }
    return OK;
}

/* ---- crossings ---- */

static int by_node(const void *a, const void *b)
{
    const struct node_of *x = a;
    const struct node_of *y = b;

    return x->node != y->node ? (x->node > y->node) - (x->node < y->node)
                              : (x->street > y->street) - (x->street < y->street);
}

static int by_pair(const void *a, const void *b)
{
    const struct meeting *x = a;
    const struct meeting *y = b;

    if (x->one != y->one) {
        return (x->one > y->one) - (x->one < y->one);
    }
    if (x->other != y->other) {
        return (x->other > y->other) - (x->other < y->other);
    }
    return x->at.lon_e7 != y->at.lon_e7
               ? (x->at.lon_e7 > y->at.lon_e7) - (x->at.lon_e7 < y->at.lon_e7)
               : (x->at.lat_e7 > y->at.lat_e7) - (x->at.lat_e7 < y->at.lat_e7);
}

static bool add_meeting(struct work *w, const struct node_of *a, const struct node_of *b)
{
    if (a->street == b->street || str_eq(w->streets[a->street].name, w->streets[b->street].name)) {
        return true;
    }
    if (w->meeting_count == w->meeting_room) {
        uint32_t room = w->meeting_room == 0 ? 4096 : w->meeting_room * 2;
        struct meeting *bigger = realloc(w->meetings, room * sizeof(*bigger));

        if (bigger == NULL) {
            return false;
        }
        w->meetings = bigger;
        w->meeting_room = room;
    }
    w->meetings[w->meeting_count++] =
        (struct meeting){ .one = a->street, .other = b->street, .at = a->at };
    return true;
}

static bool find_meetings(struct work *w)
{
    bool good = true;

    qsort(w->nodes, w->node_count, sizeof(*w->nodes), by_node);
    for (uint32_t first = 0; good && first < w->node_count;) {
        uint32_t last = first + 1;

        while (last < w->node_count && w->nodes[last].node == w->nodes[first].node) {
            last++;
        }
        uint32_t most = last - first > NODE_STREETS_MAX ? first + NODE_STREETS_MAX : last;

        for (uint32_t a = first; a < most; a++) {
            for (uint32_t b = a + 1; good && b < most; b++) {
                good = add_meeting(w, &w->nodes[a], &w->nodes[b]);
            }
        }
        first = last;
    }
    return good;
}

static bool is_latin(struct str name)
{
    for (size_t k = 0; k < name.len; k++) {
        if ((uint8_t)name.at[k] >= 0x80) {
            return false;
        }
    }
    return true;
}

static bool put_crossing(struct work *w, const struct meeting *x, struct point at)
{
    const struct named *one = &w->streets[x->one];
    const struct named *other = &w->streets[x->other];
    struct osm_import *m = w->m;
    bool latin = is_latin(one->name) && is_latin(other->name);
    struct named n = { .at = at, .kind = NAMED_CROSSING };

    n.name = named_text(m, latin ? "%.*s & %.*s" : "%.*s与%.*s路口", STR_ARG(one->name),
                        STR_ARG(other->name));
    n.en = named_text(m, STR_FMT " & " STR_FMT, STR_ARG(one->en), STR_ARG(other->en));
    /* Found in either order, also as people run the names together. */
    n.also = named_text(m, STR_FMT STR_FMT "口 " STR_FMT STR_FMT "口", STR_ARG(one->name),
                        STR_ARG(other->name), STR_ARG(other->name), STR_ARG(one->name));
    return named_add(w->out, &n);
}

/* Meetings of one pair near each other are one crossing, at their middle. */
static bool make_crossings(struct work *w)
{
    bool *used = calloc((size_t)w->meeting_count + 1, sizeof(*used));
    bool good = used != NULL;

    qsort(w->meetings, w->meeting_count, sizeof(*w->meetings), by_pair);
    for (uint32_t k = 0; good && k < w->meeting_count; k++) {
        const struct meeting *x = &w->meetings[k];
        int64_t lon = 0;
        int64_t lat = 0;
        uint32_t count = 0;

        for (uint32_t n = k; !used[k] && n < w->meeting_count && w->meetings[n].one == x->one &&
                             w->meetings[n].other == x->other;
             n++) {
            const struct point at = w->meetings[n].at;

            if (n != k && (used[n] || geo_distance_mm(x->at, at) / 1000 > SAME_CROSSING_M)) {
                continue;
            }
            used[n] = n != k || used[n];
            lon += at.lon_e7;
            lat += at.lat_e7;
            count++;
        }
        if (count > 0) {
            good = put_crossing(w, x,
                                (struct point){ (int32_t)(lon / count), (int32_t)(lat / count) });
        }
    }
    free(used);
    return good;
}

enum err named_streets(struct osm_import *m, struct named_list *l)
{
    struct work w = { .m = m, .out = l };
    enum err err = take_pieces(&w);

    err = err == OK ? part_all(&w) : err;
    err = err == OK ? make_streets(&w) : err;
    if (err == OK && !(find_meetings(&w) && make_crossings(&w))) {
        err = fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL);
    }
    free(w.pieces);
    free(w.streets);
    free(w.nodes);
    free(w.meetings);
    return err;
}
