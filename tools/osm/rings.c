#include "tools/osm/rings.h"

#include "base/geo.h"

#include <math.h>
#include <string.h>

struct open_ring {
    int64_t *ids; /* of nodes */
    uint32_t count;
};

static const struct extract_way *member_way(const struct extract *x,
                                            const struct extract_relation *r, uint32_t i)
{
    const struct extract_member *m = &x->members[r->first + i];
    bool part =
        m->role[0] == '\0' || strcmp(m->role, "outer") == 0 || strcmp(m->role, "inner") == 0;

    return m->kind == EXTRACT_WAY && part ? extract_way(x, m->id) : NULL;
}

/* All ways of the boundary are in the extract. */
static bool is_whole(const struct extract *x, const struct extract_relation *r, uint32_t *nodes)
{
    uint32_t ways = 0;

    *nodes = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        const struct extract_member *m = &x->members[r->first + i];
        const struct extract_way *w = member_way(x, r, i);

        if (m->kind == EXTRACT_WAY && extract_way(x, m->id) == NULL) {
            return false;
        }
        if (w != NULL && w->count > 1) {
            if (w->count > UINT32_MAX - *nodes) {
                return false; /* one way named so often is no boundary */
            }
            ways++;
            *nodes += w->count;
        }
    }
    return ways > 0;
}

/* The next way not used yet that has an end at the node; its nodes are added. */
static bool extend(const struct extract *x, const struct extract_relation *r, bool *used,
                   struct open_ring *ring)
{
    int64_t end = ring->ids[ring->count - 1];

    for (uint32_t i = 0; i < r->count; i++) {
        const struct extract_way *w = member_way(x, r, i);

        if (w == NULL || used[i] || w->count < 2) {
            continue;
        }
        const int64_t *refs = &x->refs[w->first];
        bool forward = refs[0] == end;

        if (!forward && refs[w->count - 1] != end) {
            continue;
        }
        for (uint32_t k = 1; k < w->count; k++) {
            ring->ids[ring->count++] = refs[forward ? k : w->count - 1 - k];
        }
        used[i] = true;
        return true;
    }
    return false;
}

static double doubled_area(const struct ring *r)
{
    double sum = 0;

    for (uint32_t i = 0; i + 1 < r->count; i++) {
        sum +=
            (double)(r->at[i].lon_e7 - r->at[0].lon_e7) * (r->at[i + 1].lat_e7 - r->at[0].lat_e7) -
            (double)(r->at[i + 1].lon_e7 - r->at[0].lon_e7) * (r->at[i].lat_e7 - r->at[0].lat_e7);
    }
    return sum;
}

static void turn_round(struct ring *r)
{
    for (uint32_t i = 0; i < r->count / 2; i++) {
        struct point swap = r->at[i];

        r->at[i] = r->at[r->count - 1 - i];
        r->at[r->count - 1 - i] = swap;
    }
}

static bool to_points(struct arena *a, const struct extract *x, const struct open_ring *from,
                      struct ring *out)
{
    out->at = arena_alloc(a, from->count * sizeof(*out->at));
    out->count = from->count;
    must(out->at != NULL);
    for (uint32_t i = 0; i < from->count; i++) {
        const struct extract_node *n = extract_node(x, from->ids[i]);

        if (n == NULL) {
            return false;
        }
        out->at[i] = n->at;
    }
    if (doubled_area(out) < 0) {
        turn_round(out);
    }
    return true;
}

void rings_box(struct rings *r)
{
    r->low = (struct point){ INT32_MAX, INT32_MAX };
    r->high = (struct point){ INT32_MIN, INT32_MIN };
    for (uint32_t i = 0; i < r->count; i++) {
        for (uint32_t k = 0; k < r->at[i].count; k++) {
            struct point p = r->at[i].at[k];

            r->low.lon_e7 = p.lon_e7 < r->low.lon_e7 ? p.lon_e7 : r->low.lon_e7;
            r->low.lat_e7 = p.lat_e7 < r->low.lat_e7 ? p.lat_e7 : r->low.lat_e7;
            r->high.lon_e7 = p.lon_e7 > r->high.lon_e7 ? p.lon_e7 : r->high.lon_e7;
            r->high.lat_e7 = p.lat_e7 > r->high.lat_e7 ? p.lat_e7 : r->high.lat_e7;
        }
    }
}

/* A hole, cut into the ring around it: out to it and back along the same line. */
static void slit(struct arena *a, struct ring *outer, struct ring *hole)
{
    uint32_t count = outer->count + hole->count + 1;
    struct point *at = arena_alloc(a, count * sizeof(*at));
    uint32_t n = 0;

    must(at != NULL);
    turn_round(hole); /* clockwise */
    for (uint32_t i = 0; i < outer->count; i++) {
        at[n++] = outer->at[i];
    }
    /* The ring ends where it began; from there to the hole, around it, and back. */
    for (uint32_t i = 0; i < hole->count; i++) {
        at[n++] = hole->at[i];
    }
    at[n++] = outer->at[0];
    outer->at = at;
    outer->count = n;
}

/* Of rings that lie in others the odd ones are holes. */
static void cut_holes(struct arena *a, struct rings *r)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t around = 0;
        uint32_t nearest = i;

        for (uint32_t k = 0; k < r->count; k++) {
            if (k != i && doubled_area(&r->at[k]) > doubled_area(&r->at[i]) &&
                geo_in_ring(r->at[k].at, r->at[k].count, r->at[i].at[0])) {
                around++;
                nearest = nearest == i || doubled_area(&r->at[k]) < doubled_area(&r->at[nearest])
                              ? k
                              : nearest;
            }
        }
        if (around % 2 == 1) {
            slit(a, &r->at[nearest], &r->at[i]);
            r->at[i].count = 0;
        }
    }
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->at[i].count > 0) {
            r->at[kept++] = r->at[i];
        }
    }
    r->count = kept;
}

bool rings_of_relation(struct arena *a, const struct extract *x, const struct extract_relation *r,
                       struct rings *out)
{
    uint32_t nodes;

    memset(out, 0, sizeof(*out));
    if (!is_whole(x, r, &nodes)) {
        return false;
    }
    bool *used = arena_alloc(a, r->count * sizeof(*used));
    struct open_ring ring = { .ids = arena_alloc(a, nodes * sizeof(int64_t)) };

    out->at = arena_alloc(a, r->count * sizeof(*out->at));
    must(used != NULL && ring.ids != NULL && out->at != NULL);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct extract_way *w = member_way(x, r, i);

        if (w == NULL || used[i] || w->count < 2) {
            continue;
        }
        ring.count = 0;
        ring.ids[ring.count++] = x->refs[w->first];
        do {
            if (!extend(x, r, used, &ring)) {
                return false;
            }
        } while (ring.ids[ring.count - 1] != ring.ids[0]);
        if (ring.count < 4 || !to_points(a, x, &ring, &out->at[out->count])) {
            return false;
        }
        out->count++;
    }
    cut_holes(a, out);
    rings_box(out);
    return out->count > 0;
}

void rings_of_corners(struct arena *a, const struct point *corners, uint32_t count,
                      struct rings *out)
{
    struct ring *r = arena_alloc(a, sizeof(*r));

    must(r != NULL && count >= 3);
    r->at = arena_alloc(a, (count + 1) * sizeof(*r->at));
    must(r->at != NULL);
    memcpy(r->at, corners, count * sizeof(*corners));
    r->count = count;
    if (corners[0].lon_e7 != corners[count - 1].lon_e7 ||
        corners[0].lat_e7 != corners[count - 1].lat_e7) {
        r->at[r->count++] = corners[0];
    }
    if (doubled_area(r) < 0) {
        turn_round(r);
    }
    *out = (struct rings){ .at = r, .count = 1 };
    rings_box(out);
}

bool rings_hold(const struct rings *r, struct point at)
{
    if (r->count == 0 || at.lon_e7 < r->low.lon_e7 || at.lon_e7 > r->high.lon_e7 ||
        at.lat_e7 < r->low.lat_e7 || at.lat_e7 > r->high.lat_e7) {
        return false;
    }
    for (uint32_t i = 0; i < r->count; i++) {
        if (geo_in_ring(r->at[i].at, r->at[i].count, at)) {
            return true;
        }
    }
    return false;
}

/* The widest stretch inside along one parallel. */
static int64_t widest(const struct rings *r, int32_t lat, int32_t *lon)
{
    double found[256];
    uint32_t n = 0;
    int64_t best = 0;

    for (uint32_t i = 0; i < r->count; i++) {
        for (uint32_t k = 0; k + 1 < r->at[i].count && n < 256; k++) {
            struct point a = r->at[i].at[k];
            struct point b = r->at[i].at[k + 1];

            if ((a.lat_e7 > lat) == (b.lat_e7 > lat)) {
                continue;
            }
            double at = a.lon_e7 + ((double)b.lon_e7 - a.lon_e7) * ((double)lat - a.lat_e7) /
                                       ((double)b.lat_e7 - a.lat_e7);
            uint32_t p = n++;

            while (p > 0 && found[p - 1] > at) {
                found[p] = found[p - 1];
                p--;
            }
            found[p] = at;
        }
    }
    for (uint32_t i = 0; i + 1 < n; i += 2) {
        int64_t wide = (int64_t)(found[i + 1] - found[i]);

        if (wide > best) {
            best = wide;
            *lon = (int32_t)((found[i] + found[i + 1]) / 2);
        }
    }
    return best;
}

struct point rings_inside(const struct rings *r)
{
    struct point best = r->at[0].at[0];
    int64_t most = 0;

    for (int32_t i = 1; i < 8; i++) {
        int64_t tall = (int64_t)r->high.lat_e7 - r->low.lat_e7;
        int32_t lat = (int32_t)(r->low.lat_e7 + tall * i / 8);
        int32_t lon = 0;
        int64_t wide = widest(r, lat, &lon);

        /* Rather in the middle than at an end. */
        wide = i == 4 ? wide * 2 : wide;
        if (wide > most) {
            most = wide;
            best = (struct point){ lon, lat };
        }
    }
    return best;
}

void ring_nearer(struct arena *a, const struct ring *in, struct point site, struct point other,
                 struct ring *out)
{
    /* In a plane that is as wide as the Earth is there. */
    double narrow = cos(site.lat_e7 / 1e7 * 3.14159265358979 / 180);
    double dx = ((double)other.lon_e7 - site.lon_e7) * narrow;
    double dy = (double)other.lat_e7 - site.lat_e7;
    double middle = dx * dx / 2 + dy * dy / 2;
    uint32_t n = 0;

    out->at = arena_alloc(a, (2 * (size_t)in->count + 2) * sizeof(*out->at));
    must(out->at != NULL);
    for (uint32_t i = 0; i + 1 < in->count; i++) {
        struct point p = in->at[i];
        struct point q = in->at[i + 1];
        double at_p = ((double)p.lon_e7 - site.lon_e7) * narrow * dx +
                      ((double)p.lat_e7 - site.lat_e7) * dy - middle;
        double at_q = ((double)q.lon_e7 - site.lon_e7) * narrow * dx +
                      ((double)q.lat_e7 - site.lat_e7) * dy - middle;

        if (at_p <= 0) {
            out->at[n++] = p;
        }
        if ((at_p < 0 && at_q > 0) || (at_p > 0 && at_q < 0)) {
            double t = at_p / (at_p - at_q);

            out->at[n++] = (struct point){
                (int32_t)(p.lon_e7 + ((double)q.lon_e7 - p.lon_e7) * t),
                (int32_t)(p.lat_e7 + ((double)q.lat_e7 - p.lat_e7) * t),
            };
        }
    }
    if (n > 0) {
        out->at[n++] = out->at[0];
    }
    out->count = n;
}
