/* Turns: what restrictions forbid, and what turning costs where roads of weight meet. */
#include "tools/osm/network_inside.h"

#include "routing/climb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TURN_CLASS \
    ROAD_TERTIARY /* turning costs where a road of this class or above meets others */

#define WAYS_IN_MAX (CLIMB_SEEDS_MAX / 2) /* of a junction that is split */

/* The members of a restriction in the words of its relation. */
struct restriction {
    uint32_t from_way, to_way;
    int64_t via;
    bool only; /* only this turn, and no other */
};

static bool starts(const char *text, const char *with)
{
    return text != NULL && strncmp(text, with, strlen(with)) == 0;
}

static bool spares(const struct making *m, struct extract_tags tags)
{
    const char *except = extract_tag(m->wish->extract, tags, "except");

    return except != NULL &&
           (strstr(except, "emergency") != NULL || strstr(except, "motorcar") != NULL);
}

/* False: of a form that is not obeyed. */
static bool read_members(const struct making *m, const struct extract_relation *r,
                         struct restriction *out)
{
    const struct extract *x = m->wish->extract;
    uint32_t from = 0;
    uint32_t via = 0;
    uint32_t to = 0;

    for (uint32_t i = r->first; i < r->first + r->count; i++) {
        const struct extract_member *member = &x->members[i];
        const struct extract_way *w =
            member->kind == EXTRACT_WAY ? extract_way(x, member->id) : NULL;

        if (strcmp(member->role, "via") == 0 && member->kind == EXTRACT_NODE) {
            out->via = member->id;
            via++;
        } else if (strcmp(member->role, "from") == 0 && w != NULL) {
            out->from_way = (uint32_t)(w - x->ways);
            from++;
        } else if (strcmp(member->role, "to") == 0 && w != NULL) {
            out->to_way = (uint32_t)(w - x->ways);
            to++;
        } else {
            return false;
        }
    }
    return from == 1 && via == 1 && to == 1;
}

static bool add_ban(struct making *m, uint32_t from, uint32_t to)
{
    if (!MAKING_GROW(m->bans, m->ban_count, 1, m->ban_room)) {
        return false;
    }
    m->bans[m->ban_count++] = (struct ban){ .from = from, .to = to };
    return true;
}

/* At a junction: the ways in that lie on one way of the extract, the ways out on another. */
static bool apply(struct making *m, uint32_t j, const struct restriction *r)
{
    for (uint32_t i = m->first_in[j]; i < m->first_in[j + 1]; i++) {
        if (m->pieces[m->in[i] / 2].way != r->from_way) {
            continue;
        }
        for (uint32_t k = m->first_out[j]; k < m->first_out[j + 1]; k++) {
            bool meant = m->pieces[m->out[k] / 2].way == r->to_way;

            if (meant != r->only && !add_ban(m, m->in[i], m->out[k])) {
                return false;
            }
        }
    }
    return true;
}

/* A junction of more ways than can be split is not obeyed, and is no junction that was built: a way
 * that passes one node thousands of times would make bans by the square. */
static bool too_many_ways(const struct making *m, uint32_t j)
{
    return m->first_in[j + 1] - m->first_in[j] > WAYS_IN_MAX ||
           m->first_out[j + 1] - m->first_out[j] > WAYS_IN_MAX;
}

/* An order to make one turn says nothing when that turn is not there: it would bar the road. */
static bool there(const struct making *m, uint32_t j, const struct restriction *r)
{
    for (uint32_t k = m->first_out[j]; k < m->first_out[j + 1]; k++) {
        if (m->pieces[m->out[k] / 2].way == r->to_way) {
            return true;
        }
    }
    return false;
}

static bool read_restriction(struct making *m, const struct extract_relation *r)
{
    const struct extract *x = m->wish->extract;
    const char *type = extract_tag(x, r->tags, "type");
    const char *what = extract_tag(x, r->tags, "restriction");
    struct restriction made = { .only = starts(what, "only_") };

    if (type == NULL || strcmp(type, "restriction") != 0 || spares(m, r->tags)) {
        return true;
    }
    const struct extract_node *via = NULL;

    if ((starts(what, "no_") || starts(what, "only_")) && read_members(m, r, &made)) {
        via = extract_node(x, made.via);
    }
    if (via == NULL) {
        m->report->restrictions_ignored++;
        return true;
    }
    uint32_t j = m->junction_of[via - x->nodes];

    if (j != JUNCTION_NONE && too_many_ways(m, j)) {
        m->report->restrictions_ignored++;
        return true;
    }
    return j == JUNCTION_NONE || !there(m, j, &made) || apply(m, j, &made);
}

static int by_segments(const void *a, const void *b)
{
    const struct ban *x = a;
    const struct ban *y = b;

    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }
    return x->to < y->to ? -1 : x->to > y->to;
}

bool making_bans(struct making *m)
{
    const struct extract *x = m->wish->extract;

    if (m->wish->profile->walks) {
        return true;
    }
    for (uint32_t i = 0; i < x->relation_count; i++) {
        if (!read_restriction(m, &x->relations[i])) {
            return false;
        }
    }
    if (m->ban_count > 0) {
        qsort(m->bans, m->ban_count, sizeof(*m->bans), by_segments);
    }
    uint32_t kept = 0;

    for (uint32_t i = 0; i < m->ban_count; i++) {
        if (i == 0 || by_segments(&m->bans[i], &m->bans[i - 1]) != 0) {
            m->bans[kept++] = m->bans[i];
        }
    }
    m->ban_count = kept;
    m->report->bans = kept;
    return true;
}

static bool banned(const struct making *m, uint32_t from, uint32_t to)
{
    struct ban wanted = { .from = from, .to = to };

    return m->ban_count > 0 &&
           bsearch(&wanted, m->bans, m->ban_count, sizeof(wanted), by_segments) != NULL;
}

/* Three roads or more, one of them of weight. */
static bool costs(const struct making *m, uint32_t j)
{
    uint32_t arms = m->first_out[j + 1] - m->first_out[j];
    uint32_t ins = m->first_in[j + 1] - m->first_in[j];
    bool weight = false;

    for (uint32_t k = m->first_in[j]; k < m->first_in[j + 1]; k++) {
        const struct piece *p = &m->pieces[m->in[k] / 2].piece;

        weight = weight || (p->class <= TURN_CLASS && (p->flags & PIECE_ROUNDABOUT) == 0);
    }
    return weight && (arms > ins ? arms : ins) >= 3 && m->wish->profile->turn_ms > 0;
}

/* A junction with bans, and those that can be reached from it at once: else a ban is passed by
 * turning round behind it, for nothing. */
void making_turns(struct making *m)
{
    for (uint32_t j = 0; j < m->junction_count; j++) {
        m->turns[j] = costs(m, j);
    }
    for (uint32_t i = 0; i < m->ban_count; i++) {
        uint32_t j = segment_to(m, m->bans[i].from);

        m->turns[j] = 1;
        for (uint32_t k = m->first_out[j]; k < m->first_out[j + 1]; k++) {
            m->turns[segment_to(m, m->out[k])] = 1;
        }
    }
    for (uint32_t j = 0; j < m->junction_count; j++) {
        /* a search starts at every way into a road, and has room for so many */
        m->turns[j] = m->turns[j] != 0 && m->first_in[j + 1] - m->first_in[j] <= WAYS_IN_MAX;
        m->report->junctions_with_turns += m->turns[j];
    }
}

/* Direction of travel, in radians from east to north, over the last or the first stretch of a
 * segment. */
static double heading(const struct making *m, uint32_t segment, bool at_end)
{
    const struct piece *p = &m->pieces[segment / 2].piece;
    bool backwards = segment % 2 == 1;
    const struct point *shape = &m->shape[p->first_point];
    uint32_t last = p->point_count - 1;
    bool tail = at_end != backwards; /* the stretch lies at the end of the shape */
    struct point a = tail ? shape[last - 1] : shape[0];
    struct point b = tail ? shape[last] : shape[1];
    double shrink = cos((double)a.lat_e7 / 1e7 * (3.14159265358979 / 180));
    double x = (double)(b.lon_e7 - a.lon_e7) * shrink;
    double y = (double)(b.lat_e7 - a.lat_e7);

    return backwards ? atan2(-y, -x) : atan2(y, x);
}

uint32_t making_turn_ms(const struct making *m, uint32_t from, uint32_t to)
{
    const struct profile *p = m->wish->profile;

    if (banned(m, from, to)) {
        return ETA_INF_MS;
    }
    if (from / 2 == to / 2) {
        return p->back_ms;
    }
    double turn = heading(m, to, false) - heading(m, from, true);

    while (turn > 3.14159265358979) {
        turn -= 2 * 3.14159265358979;
    }
    while (turn < -3.14159265358979) {
        turn += 2 * 3.14159265358979;
    }
    double share = fabs(turn) / (3.14159265358979 / 2); /* 1: a right angle */

    if (share < 0.5) {
        return 0; /* straight on */
    }
    double ms = share * (p->turn_ms + (turn > 0 ? p->across_ms : 0));

    return (uint32_t)ms;
}
