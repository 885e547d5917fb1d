/* Ways become pieces of road, cut where roads meet, end, or are barred. */
#include "tools/osm/network_inside.h"

#include "base/geo.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* A way under the pen. */
struct pen {
    uint32_t way;
    struct piece like; /* class, flags, name of its pieces */
    uint32_t kmh[2];
    uint32_t first_point;
    uint32_t from; /* the junction where the piece began; JUNCTION_NONE: none has */
    uint32_t length_mm;
    uint32_t signals; /* passed since */
    uint32_t ahead;   /* the next place of the way where roads meet, once it was looked for */
};

bool making_grow(void **at, uint32_t count, uint32_t more, uint32_t *room, size_t size)
{
    if (count + more <= *room) {
        return true;
    }
    uint32_t want = *room == 0 ? 1024 : *room;

    while (want < count + more) {
        if (want > UINT32_MAX / 4) {
            return false;
        }
        want *= 2;
    }
    void *bigger = realloc(*at, want * size);

    if (bigger != NULL) {
        *at = bigger;
        *room = want;
    }
    return bigger != NULL;
}

static uint32_t node_index(const struct making *m, const struct extract_node *n)
{
    return (uint32_t)(n - m->wish->extract->nodes);
}

static bool usable(const struct making *m, const struct extract_way *w, struct way_facts *facts,
                   uint32_t kmh[2])
{
    *facts = way_facts_read(m->wish->extract, w->tags);
    kmh[0] = profile_kmh(m->wish->profile, facts, 0, m->wish->ferries);
    kmh[1] = profile_kmh(m->wish->profile, facts, 1, m->wish->ferries);
    return kmh[0] > 0 || kmh[1] > 0;
}

static void count_uses(struct making *m)
{
    const struct extract *x = m->wish->extract;
    struct way_facts facts;
    uint32_t kmh[2];

    for (uint32_t i = 0; i < x->way_count; i++) {
        const struct extract_way *w = &x->ways[i];

        for (uint32_t k = 0; k < w->count && usable(m, w, &facts, kmh); k++) {
            const struct extract_node *n = extract_way_node(x, w, k);
            uint8_t *use = n != NULL ? &m->use[node_index(m, n)] : NULL;

            if (use != NULL && *use < 2) {
                *use = k == 0 || k + 1 == w->count ? 2 : (uint8_t)(*use + 1);
            }
        }
    }
}

static uint32_t add_junction(struct making *m, struct point at)
{
    if (!MAKING_GROW(m->junction_at, m->junction_count, 1, m->junction_room)) {
        return JUNCTION_NONE;
    }
    m->junction_at[m->junction_count] = at;
    return m->junction_count++;
}

/* The junction at a node that roads share. */
static uint32_t shared_junction(struct making *m, const struct extract_node *n)
{
    uint32_t *j = &m->junction_of[node_index(m, n)];

    if (*j == JUNCTION_NONE) {
        *j = add_junction(m, n->at);
    }
    return *j;
}

static bool add_point(struct making *m, struct point at)
{
    if (!MAKING_GROW(m->shape, m->point_count, 1, m->point_room)) {
        return false;
    }
    m->shape[m->point_count++] = at;
    return true;
}

static uint32_t time_of(uint32_t length_mm, uint32_t kmh, uint32_t extra_ms)
{
    if (kmh == 0) {
        return ETA_INF_MS;
    }
    /* mm ÷ (km/h ÷ 3.6 mm/ms), rounded up: no road takes no time */
    uint64_t ms = ((uint64_t)length_mm * 36 + (uint64_t)kmh * 10 - 1) / ((uint64_t)kmh * 10);

    ms = (ms == 0 ? 1 : ms) + extra_ms;
    return ms < ETA_INF_MS ? (uint32_t)ms : ETA_INF_MS - 1;
}

static bool begin(struct making *m, struct pen *pen, uint32_t junction, struct point at)
{
    pen->from = junction;
    pen->first_point = m->point_count;
    pen->length_mm = 0;
    pen->signals = 0;
    return junction != JUNCTION_NONE && add_point(m, at);
}

static bool end(struct making *m, struct pen *pen, uint32_t junction)
{
    uint32_t signals_ms = pen->signals * m->wish->profile->signals_ms;

    if (junction == JUNCTION_NONE || !MAKING_GROW(m->pieces, m->piece_count, 1, m->piece_room)) {
        return false;
    }
    struct made_piece *p = &m->pieces[m->piece_count++];

    *p = (struct made_piece){ .piece = pen->like,
                              .end = { pen->from, junction },
                              .way = pen->way,
                              .ms = { time_of(pen->length_mm, pen->kmh[0], signals_ms),
                                      time_of(pen->length_mm, pen->kmh[1], signals_ms) } };
    p->piece.first_point = pen->first_point;
    p->piece.point_count = m->point_count - pen->first_point;
    p->piece.length_mm = pen->length_mm;
    return true;
}

/* Where roads meet next behind the k-th node; the way's count: nowhere. Looked for once a stretch,
 * not once a piece: bars cut many pieces out of one. */
static uint32_t meets_next(const struct making *m, const struct extract_way *w, struct pen *pen,
                           uint32_t k)
{
    const struct extract *x = m->wish->extract;

    for (uint32_t i = pen->ahead > k ? pen->ahead : k + 1; i < w->count; i++) {
        const struct extract_node *n = extract_way_node(x, w, i);

        pen->ahead = i;
        if (n != NULL && m->use[node_index(m, n)] >= 2) {
            return i;
        }
    }
    pen->ahead = w->count;
    return w->count;
}

/* A road that leads back to where it began is cut once more on its way: a piece has two ends. */
static bool comes_back(const struct making *m, const struct extract_way *w, struct pen *pen,
                       uint32_t k)
{
    if (m->point_count - pen->first_point != 2) {
        return false; /* at the second point of a piece */
    }
    uint32_t next = meets_next(m, w, pen, k);

    return next < w->count &&
           m->junction_of[node_index(m, extract_way_node(m->wish->extract, w, next))] == pen->from;
}

/* The pen comes to a node. */
static bool draw(struct making *m, struct pen *pen, const struct extract_way *w, uint32_t k,
                 const struct extract_node *n)
{
    struct node_facts facts = node_facts_read(m->wish->extract, n->tags);
    bool barred = facts.bars_vehicles && !m->wish->profile->walks;
    bool meets = m->use[node_index(m, n)] >= 2;

    if (pen->from == JUNCTION_NONE) {
        return begin(m, pen, barred ? add_junction(m, n->at) : shared_junction(m, n), n->at);
    }
    uint32_t step = geo_distance_mm(m->shape[m->point_count - 1], n->at);

    pen->length_mm = step < UINT32_MAX - pen->length_mm ? pen->length_mm + step : UINT32_MAX;
    pen->signals += facts.signals ? 1 : 0;
    if (!add_point(m, n->at)) {
        return false;
    }
    if (!barred && !meets && k + 1 < w->count && !comes_back(m, w, pen, k)) {
        return true;
    }
    /* What meets at a bar cannot pass: each road has an end of its own there. */
    uint32_t junction = barred ? add_junction(m, n->at) : shared_junction(m, n);

    if (!end(m, pen, junction)) {
        return false;
    }
    return k + 1 == w->count || begin(m, pen, barred ? add_junction(m, n->at) : junction, n->at);
}

/* What people call a road: a bridge by its own name, a motorway by its number; "" for none. */
static const char *called(const struct extract *x, struct extract_tags tags, bool bridge)
{
    static const char *const keys[] = { "bridge:name", "name:zh", "name", "ref" };

    for (uint32_t i = bridge ? 0 : 1; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *text = extract_tag(x, tags, keys[i]);

        if (text != NULL && text[0] != '\0' && str_utf8(str_of(text))) {
            return text;
        }
    }
    return "";
}

static bool add_name(struct making *m, const char *text, uint32_t *name)
{
    uint32_t size = (uint32_t)strlen(text) + 1;

    if (m->names_size > 0 && size == 1) {
        *name = 0;
        return true;
    }
    if (!MAKING_GROW(m->names, m->names_size, size, m->names_room)) {
        return false;
    }
    memcpy(m->names + m->names_size, text, size);
    *name = m->names_size;
    m->names_size += size;
    return true;
}

static bool draw_way(struct making *m, uint32_t i)
{
    const struct extract *x = m->wish->extract;
    const struct extract_way *w = &x->ways[i];
    struct pen pen = { .way = i, .from = JUNCTION_NONE };
    struct way_facts facts;

    if (!usable(m, w, &facts, pen.kmh)) {
        return true;
    }
    pen.like.class = facts.class;
    pen.like.flags = facts.flags;
    if (!add_name(m, called(x, w->tags, (facts.flags & PIECE_BRIDGE) != 0), &pen.like.name)) {
        return false;
    }
    for (uint32_t k = 0; k < w->count; k++) {
        const struct extract_node *n = extract_way_node(x, w, k);

        if (n != NULL) {
            if (!draw(m, &pen, w, k, n)) {
                return false;
            }
        } else if (pen.from != JUNCTION_NONE) {
            /* The extract cuts it off here: what was drawn ends at the last node. */
            uint32_t drawn = m->point_count - pen.first_point;

            if (drawn > 1 && !end(m, &pen, add_junction(m, m->shape[m->point_count - 1]))) {
                return false;
            }
            pen.from = JUNCTION_NONE;
        }
    }
    return true;
}

bool making_pieces(struct making *m)
{
    const struct extract *x = m->wish->extract;
    uint32_t none;

    m->use = calloc((size_t)x->node_count + 1, 1);
    m->junction_of = malloc(((size_t)x->node_count + 1) * sizeof(*m->junction_of));
    if (m->use == NULL || m->junction_of == NULL || !add_name(m, "", &none)) {
        return false;
    }
    memset(m->junction_of, 0xff, ((size_t)x->node_count + 1) * sizeof(*m->junction_of));
    count_uses(m);
    for (uint32_t i = 0; i < x->way_count; i++) {
        if (!draw_way(m, i)) {
            return false;
        }
    }
    return true;
}
