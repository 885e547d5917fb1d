#include "tools/osm/network_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From junctions to nodes of the graph. */
struct split {
    uint32_t *rank;       /* of a junction */
    uint32_t *first_node; /* of a junction */
    uint32_t *in_place;   /* of a segment: which of its end's nodes it comes to */
    struct arc *arcs;
    uint32_t *segment, *turn_ms; /* of an arc */
    uint32_t arc_count, node_count;
    struct point *at;
};

static void making_free(struct making *m)
{
    free(m->use);
    free(m->junction_of);
    free(m->junction_at);
    free(m->pieces);
    free(m->shape);
    free(m->names);
    free(m->first_out);
    free(m->first_in);
    free(m->out);
    free(m->in);
    free(m->bans);
    free(m->turns);
}

static void split_free(struct split *s)
{
    free(s->rank);
    free(s->first_node);
    free(s->in_place);
    free(s->arcs);
    free(s->segment);
    free(s->turn_ms);
    free(s->at);
}

static enum err no_memory(struct making *m)
{
    return fault_set(m->fault, ERR_NO_MEMORY, "no memory for a road network", NULL, NULL);
}

/* The order is found on the junctions; the nodes of a junction follow each other in it. */
static enum err rank_junctions(struct making *m, struct split *s)
{
    struct arc *streets = malloc(((size_t)m->piece_count + 1) * sizeof(*streets));

    s->rank = malloc(((size_t)m->junction_count + 1) * sizeof(*s->rank));
    if (streets == NULL || s->rank == NULL) {
        free(streets);
        return no_memory(m);
    }
    for (uint32_t p = 0; p < m->piece_count; p++) {
        streets[p] = (struct arc){ .tail = m->pieces[p].end[0], .head = m->pieces[p].end[1] };
    }
    enum err err = order_find(m->junction_count, m->junction_at, m->piece_count, streets, s->rank,
                              m->wish->progress, m->wish->arg, m->fault);

    free(streets);
    return err;
}

static uint32_t nodes_of(const struct making *m, uint32_t j)
{
    uint32_t ins = m->first_in[j + 1] - m->first_in[j];

    return ins == 0 ? 0 : m->turns[j] != 0 ? ins : 1; /* dropped junctions have none */
}

static bool number_nodes(struct making *m, struct split *s)
{
    size_t junctions = (size_t)m->junction_count + 1;
    uint32_t *by_rank = malloc(junctions * sizeof(*by_rank));

    s->first_node = malloc(junctions * sizeof(*s->first_node));
    s->in_place = calloc((size_t)m->piece_count * 2 + 1, sizeof(*s->in_place));
    s->at = malloc(((size_t)m->piece_count * 2 + junctions) * sizeof(*s->at));
    if (by_rank == NULL || s->first_node == NULL || s->in_place == NULL || s->at == NULL) {
        free(by_rank);
        return false;
    }
    for (uint32_t j = 0; j < m->junction_count; j++) {
        by_rank[s->rank[j]] = j;
    }
    for (uint32_t r = 0; r < m->junction_count; r++) {
        uint32_t j = by_rank[r];
        uint32_t nodes = nodes_of(m, j);

        s->first_node[j] = s->node_count;
        for (uint32_t k = 0; k < nodes; k++) {
            s->at[s->node_count++] = m->junction_at[j];
            s->in_place[m->in[m->first_in[j] + k]] = m->turns[j] != 0 ? k : 0;
        }
    }
    free(by_rank);
    return true;
}

static void add_arc(const struct making *m, struct split *s, uint32_t tail, uint32_t out,
                    uint32_t turn_ms)
{
    uint32_t ms = segment_time(m, out) + turn_ms;

    s->segment[s->arc_count] = out;
    s->turn_ms[s->arc_count] = turn_ms;
    s->arcs[s->arc_count++] =
        (struct arc){ .tail = tail,
                      .head = s->first_node[segment_to(m, out)] + s->in_place[out],
                      .ms = ms < ETA_INF_MS ? ms : ETA_INF_MS };
}

/* Whoever comes in where all ways on are banned may turn round. */
static void leave_from(const struct making *m, struct split *s, uint32_t in, uint32_t node)
{
    uint32_t j = segment_to(m, in);
    uint32_t before = s->arc_count;

    for (uint32_t k = m->first_out[j]; k < m->first_out[j + 1]; k++) {
        uint32_t turn_ms = making_turn_ms(m, in, m->out[k]);

        if (turn_ms < ETA_INF_MS) {
            add_arc(m, s, node, m->out[k], turn_ms);
        }
    }
    if (s->arc_count == before && segment_time(m, in ^ 1) < ETA_INF_MS) {
        add_arc(m, s, node, in ^ 1, m->wish->profile->back_ms);
    }
}

static bool draw_arcs(struct making *m, struct split *s)
{
    size_t room = 0;

    for (uint32_t j = 0; j < m->junction_count; j++) {
        room += (size_t)nodes_of(m, j) * (m->first_out[j + 1] - m->first_out[j] + 1);
    }
    s->arcs = malloc((room + 1) * sizeof(*s->arcs));
    s->segment = malloc((room + 1) * sizeof(*s->segment));
    s->turn_ms = malloc((room + 1) * sizeof(*s->turn_ms));
    if (s->arcs == NULL || s->segment == NULL || s->turn_ms == NULL || room > UINT32_MAX / 4) {
        return false;
    }
    for (uint32_t j = 0; j < m->junction_count; j++) {
        if (m->turns[j] == 0) {
            for (uint32_t k = m->first_out[j]; k < m->first_out[j + 1]; k++) {
                add_arc(m, s, s->first_node[j], m->out[k], 0);
            }
            continue;
        }
        for (uint32_t k = 0; k < nodes_of(m, j); k++) {
            leave_from(m, s, m->in[m->first_in[j] + k], s->first_node[j] + k);
        }
    }
    return true;
}

/* Hands the arrays over. */
static enum err finish(struct making *m, struct split *s, struct network *n)
{
    enum err err = graph_build(&n->graph, s->node_count, s->at, s->arc_count, s->arcs, m->fault);
    size_t arcs = (size_t)n->graph.arc_count + 1;
    uint32_t *segment = malloc(arcs * sizeof(*segment));
    uint32_t *turn_ms = malloc(arcs * sizeof(*turn_ms));
    struct piece *pieces = malloc(((size_t)m->piece_count + 1) * sizeof(*pieces));
    uint32_t *ms = malloc(((size_t)m->piece_count * 2 + 1) * sizeof(*ms));

    n->arc_segment = segment;
    n->arc_turn_ms = turn_ms;
    n->piece = pieces;
    n->segment_ms = ms;
    if (err != OK || segment == NULL || turn_ms == NULL || pieces == NULL || ms == NULL) {
        return err != OK ? err : no_memory(m);
    }
    for (uint32_t a = 0; a < n->graph.arc_count; a++) {
        segment[a] = s->segment[n->graph.given[a]];
        turn_ms[a] = s->turn_ms[n->graph.given[a]];
    }
    for (uint32_t p = 0; p < m->piece_count; p++) {
        pieces[p] = m->pieces[p].piece;
        ms[2 * p] = m->pieces[p].ms[0];
        ms[2 * p + 1] = m->pieces[p].ms[1];
        m->report->metres += pieces[p].length_mm / 1000;
    }
    n->piece_count = m->piece_count;
    n->point_count = m->point_count;
    n->shape = m->shape;
    n->names = m->names;
    n->names_size = m->names_size;
    m->shape = NULL;
    m->names = NULL;
    (void)snprintf(n->profile, sizeof(n->profile), "%s", m->wish->profile->name);
    (void)snprintf(n->source, sizeof(n->source), "%s", m->wish->source);
    m->report->pieces = m->piece_count;
    m->report->nodes = n->graph.node_count;
    m->report->arcs = n->graph.arc_count;
    return OK;
}

static enum err gather(struct making *m)
{
    if (!making_pieces(m)) {
        return no_memory(m);
    }
    if (m->piece_count == 0) {
        return fault_set(m->fault, ERR_INVALID, "an extract without roads for this profile",
                         m->wish->profile->name, NULL);
    }
    m->turns = calloc((size_t)m->junction_count + 1, 1);
    if (m->turns == NULL || !making_rows(m) || !making_strong(m) || !making_rows(m) ||
        !making_bans(m)) {
        return no_memory(m);
    }
    making_turns(m);
    for (uint32_t j = 0; j < m->junction_count; j++) {
        m->report->junctions += m->first_in[j + 1] > m->first_in[j];
    }
    return OK;
}

enum err network_make(struct network *n, const struct network_wish *wish,
                      struct network_report *report, struct fault *f)
{
    struct making m = { .wish = wish, .report = report, .fault = f };
    struct split s = { 0 };

    *n = (struct network){ 0 };
    *report = (struct network_report){ 0 };
    enum err err = gather(&m);

    if (err == OK) {
        err = rank_junctions(&m, &s);
    }
    if (err == OK && (!number_nodes(&m, &s) || !draw_arcs(&m, &s))) {
        err = no_memory(&m);
    }
    if (err == OK) {
        err = finish(&m, &s, n);
    }
    if (err != OK) {
        network_unmake(n);
    }
    making_free(&m);
    split_free(&s);
    return err;
}

void network_unmake(struct network *n)
{
    graph_free(&n->graph);
    free((void *)(uintptr_t)n->arc_segment);
    free((void *)(uintptr_t)n->arc_turn_ms);
    free((void *)(uintptr_t)n->piece);
    free((void *)(uintptr_t)n->segment_ms);
    free((void *)(uintptr_t)n->shape);
    free((void *)(uintptr_t)n->names);
    *n = (struct network){ 0 };
}
