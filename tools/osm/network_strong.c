/* The part of the roads in which everybody can get from anywhere to anywhere; the rest is dropped.
 */
#include "tools/osm/network_inside.h"

#include <stdlib.h>
#include <string.h>

static void fill_rows(const struct making *m, uint32_t *first, uint32_t *row, bool out)
{
    uint32_t segments = m->piece_count * 2;

    memset(first, 0, ((size_t)m->junction_count + 2) * sizeof(*first));
    for (uint32_t s = 0; s < segments; s++) {
        if (segment_time(m, s) < ETA_INF_MS) {
            first[(out ? segment_from(m, s) : segment_to(m, s)) + 2]++;
        }
    }
    for (uint32_t j = 0; j < m->junction_count; j++) {
        first[j + 2] += first[j + 1];
    }
    for (uint32_t s = 0; s < segments; s++) {
        if (segment_time(m, s) < ETA_INF_MS) {
            row[first[(out ? segment_from(m, s) : segment_to(m, s)) + 1]++] = s;
        }
    }
}

bool making_rows(struct making *m)
{
    size_t junctions = (size_t)m->junction_count + 2;
    size_t segments = (size_t)m->piece_count * 2 + 1;

    free(m->first_out);
    free(m->first_in);
    free(m->out);
    free(m->in);
    m->first_out = malloc(junctions * sizeof(*m->first_out));
    m->first_in = malloc(junctions * sizeof(*m->first_in));
    m->out = malloc(segments * sizeof(*m->out));
    m->in = malloc(segments * sizeof(*m->in));
    if (m->first_out == NULL || m->first_in == NULL || m->out == NULL || m->in == NULL) {
        return false;
    }
    fill_rows(m, m->first_out, m->out, true);
    fill_rows(m, m->first_in, m->in, false);
    return true;
}

/* R. E. Tarjan's search, its recursion as a stack. */
struct strong {
    uint32_t *index; /* of a junction in the order of the search; 0: not met */
    uint32_t *low;
    uint32_t *next; /* place in its row */
    uint32_t *path;
    uint32_t *open; /* met, and not yet known whose part they are */
    uint32_t *part; /* of a junction, from 1 */
    uint32_t open_count, met, part_count;
};

static bool strong_init(struct strong *s, uint32_t junctions)
{
    size_t n = (size_t)junctions + 1;

    *s = (struct strong){ 0 };
    s->index = calloc(n, sizeof(*s->index));
    s->low = malloc(n * sizeof(*s->low));
    s->next = malloc(n * sizeof(*s->next));
    s->path = malloc(n * sizeof(*s->path));
    s->open = malloc(n * sizeof(*s->open));
    s->part = calloc(n, sizeof(*s->part));
    return s->index != NULL && s->low != NULL && s->next != NULL && s->path != NULL &&
           s->open != NULL && s->part != NULL;
}

static void strong_fini(struct strong *s)
{
    free(s->index);
    free(s->low);
    free(s->next);
    free(s->path);
    free(s->open);
    free(s->part);
}

static void meet(struct strong *s, const struct making *m, uint32_t j)
{
    s->index[j] = ++s->met;
    s->low[j] = s->met;
    s->next[j] = m->first_out[j];
    s->open[s->open_count++] = j;
}

static void close_part(struct strong *s, uint32_t j)
{
    uint32_t top;

    s->part_count++;
    do {
        top = s->open[--s->open_count];
        s->part[top] = s->part_count;
    } while (top != j);
}

static void search_from(struct strong *s, const struct making *m, uint32_t start)
{
    uint32_t depth = 0;

    meet(s, m, start);
    s->path[depth++] = start;
    while (depth > 0) {
        uint32_t j = s->path[depth - 1];

        if (s->next[j] < m->first_out[j + 1]) {
            uint32_t k = segment_to(m, m->out[s->next[j]++]);

            if (s->index[k] == 0) {
                meet(s, m, k);
                s->path[depth++] = k;
            } else if (s->part[k] == 0 && s->index[k] < s->low[j]) {
                s->low[j] = s->index[k];
            }
            continue;
        }
        if (s->low[j] == s->index[j]) {
            close_part(s, j);
        }
        depth--;
        if (depth > 0 && s->low[j] < s->low[s->path[depth - 1]]) {
            s->low[s->path[depth - 1]] = s->low[j];
        }
    }
}

/* The part with the most road in it. */
static uint32_t longest_part(const struct strong *s, const struct making *m, uint64_t *metres)
{
    uint32_t best = 0;

    for (uint32_t p = 0; p < m->piece_count; p++) {
        const struct made_piece *x = &m->pieces[p];

        if (s->part[x->end[0]] == s->part[x->end[1]]) {
            metres[s->part[x->end[0]]] += x->piece.length_mm / 1000;
        }
    }
    for (uint32_t i = 1; i <= s->part_count; i++) {
        best = best == 0 || metres[i] > metres[best] ? i : best;
    }
    return best;
}

static void keep_part(struct making *m, const struct strong *s, uint32_t part)
{
    uint32_t kept = 0;

    for (uint32_t p = 0; p < m->piece_count; p++) {
        struct made_piece x = m->pieces[p];

        if (s->part[x.end[0]] == part && s->part[x.end[1]] == part) {
            m->pieces[kept++] = x;
        } else {
            m->report->dropped_pieces++;
            m->report->dropped_metres += x.piece.length_mm / 1000;
        }
    }
    m->piece_count = kept;
}

bool making_strong(struct making *m)
{
    struct strong s;
    bool ok = strong_init(&s, m->junction_count);
    uint64_t *metres = NULL;

    for (uint32_t j = 0; ok && j < m->junction_count; j++) {
        if (s.index[j] == 0) {
            search_from(&s, m, j);
        }
    }
    if (ok) {
        metres = calloc((size_t)s.part_count + 1, sizeof(*metres));
        ok = metres != NULL;
    }
    if (ok) {
        keep_part(m, &s, longest_part(&s, m, metres));
    }
    free(metres);
    strong_fini(&s);
    return ok;
}
