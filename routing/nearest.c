#include "routing/nearest_inside.h"

#include <stdlib.h>
#include <string.h>

enum err nearest_init(struct nearest *n, const struct times *t, uint32_t unit_max, struct fault *f)
{
    size_t nodes = (size_t)t->h->node_count + 1;
    size_t units = (size_t)unit_max + 1;

    *n = (struct nearest){ .times = t, .unit_max = unit_max };
    bool ok = climb_init(&n->climb, t->h->node_count);

    abreast_init(&n->abreast, &n->climb);

    n->bucket = calloc(nodes, sizeof(*n->bucket));
    n->unit = calloc(units, sizeof(*n->unit));
    n->met = malloc(nodes * sizeof(*n->met));
    n->is_stale = calloc(units, 1);
    n->stale = malloc(units * sizeof(*n->stale));
    n->at_ms = malloc(units * sizeof(*n->at_ms));
    n->by_place = malloc(units * sizeof(*n->by_place));
    if (!ok || n->bucket == NULL || n->unit == NULL || n->met == NULL || n->is_stale == NULL ||
        n->stale == NULL || n->at_ms == NULL || n->by_place == NULL) {
        nearest_fini(n);
        return fault_set(f, ERR_NO_MEMORY, "no memory for an index of units", NULL, NULL);
    }
    for (uint32_t u = 0; u < unit_max; u++) {
        n->at_ms[u] = ETA_INF_MS;
    }
    return OK;
}

void nearest_fini(struct nearest *n)
{
    for (uint32_t v = 0; n->bucket != NULL && v < n->times->h->node_count; v++) {
        free(n->bucket[v].entry);
    }
    for (uint32_t u = 0; n->unit != NULL && u < n->unit_max; u++) {
        free(n->unit[u].spot);
    }
    free(n->bucket);
    free(n->unit);
    free(n->met);
    free(n->is_stale);
    free(n->stale);
    free(n->at_ms);
    free(n->by_place);
    free(n->loose);
    free(n->sorted);
    abreast_fini(&n->abreast);
    climb_fini(&n->climb);
    *n = (struct nearest){ 0 };
}

enum err nearest_no_room_(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "no memory for a unit's place", NULL, NULL);
}

/* The place of the first entry that is not earlier than `e`. */
static uint32_t place_of(const struct bucket *b, struct bucket_entry e)
{
    uint32_t lo = 0;
    uint32_t hi = b->count;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (bucket_earlier_(b->entry[mid], e)) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

bool bucket_grow_(struct bucket *b)
{
    uint32_t room = b->room == 0 ? 4 : b->room * 2;
    struct bucket_entry *bigger = realloc(b->entry, room * sizeof(*bigger));

    if (bigger == NULL) {
        return false;
    }
    b->entry = bigger;
    b->room = room;
    return true;
}

bool nearest_spots_(struct nearest_unit *u, uint32_t count)
{
    if (count <= u->spot_room) {
        return true;
    }
    struct bucket_spot *bigger = realloc(u->spot, count * sizeof(*bigger));

    if (bigger == NULL) {
        return false;
    }
    u->spot = bigger;
    u->spot_room = count;
    return true;
}

/* There must be room. */
static void insert(struct bucket *b, struct bucket_entry e)
{
    uint32_t at = place_of(b, e);

    memmove(b->entry + at + 1, b->entry + at, (b->count - at) * sizeof(*b->entry));
    b->entry[at] = e;
    b->count++;
}

static void take_out(struct bucket *b, struct bucket_entry e)
{
    uint32_t at = place_of(b, e);

    must(at < b->count && b->entry[at].unit == e.unit);
    b->count--;
    memmove(b->entry + at, b->entry + at + 1, (b->count - at) * sizeof(*b->entry));
}

/* An entry of another time: what lies between its places moves by one. */
static void replace(struct bucket *b, struct bucket_entry old, struct bucket_entry new)
{
    uint32_t from = place_of(b, old);
    uint32_t to = place_of(b, new);

    must(from < b->count && b->entry[from].unit == old.unit);
    if (to > from) {
        to--;
        memmove(b->entry + from, b->entry + from + 1, (to - from) * sizeof(*b->entry));
    } else {
        memmove(b->entry + to + 1, b->entry + to, (from - to) * sizeof(*b->entry));
    }
    b->entry[to] = new;
}

/* All nodes a unit can climb to, into `met`, from the lowest. */
static void climb_all(struct nearest *n, const struct nearest_unit *u)
{
    const struct hierarchy *h = n->times->h;
    uint32_t v;
    uint32_t ms;

    n->met_count = 0;
    climb_start(&n->climb, u->seeds, u->seed_count);
    while ((v = climb_next(&n->climb, h, &ms)) != NODE_NONE) {
        if (ms < ETA_INF_MS) {
            n->met[n->met_count++] = (struct bucket_spot){ .node = v, .ms = ms };
            climb_spread(&n->climb, n->times, v, ms, CLIMB_AWAY);
        }
    }
}

/* Room for one more wherever the unit will stand, so that nothing fails half way. */
static bool make_rooms(struct nearest *n, struct nearest_unit *u)
{
    if (!nearest_spots_(u, n->met_count)) {
        return false;
    }
    for (uint32_t i = 0; i < n->met_count; i++) {
        if (!bucket_room_(&n->bucket[n->met[i].node])) {
            return false;
        }
    }
    return true;
}

static void leave_buckets(struct nearest *n, uint32_t unit)
{
    struct nearest_unit *u = &n->unit[unit];

    for (uint32_t i = 0; i < u->spot_count; i++) {
        take_out(&n->bucket[u->spot[i].node],
                 (struct bucket_entry){ .ms = u->spot[i].ms, .unit = unit });
    }
    u->spot_count = 0;
}

/* From the buckets of `spot` into those of `met`; where both are the same, only what differs is
 * touched. Both rise by node. */
static void change_buckets(struct nearest *n, uint32_t unit)
{
    struct nearest_unit *u = &n->unit[unit];
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < u->spot_count || k < n->met_count) {
        uint32_t old_node = i < u->spot_count ? u->spot[i].node : NODE_NONE;
        uint32_t new_node = k < n->met_count ? n->met[k].node : NODE_NONE;
        struct bucket *b = &n->bucket[old_node < new_node ? old_node : new_node];
        struct bucket_entry old = { .unit = unit };
        struct bucket_entry new = { .unit = unit };

        if (old_node <= new_node) {
            old.ms = u->spot[i++].ms;
        }
        if (new_node <= old_node) {
            new.ms = n->met[k++].ms;
        }
        if (old_node < new_node) {
            take_out(b, old);
        } else if (new_node < old_node) {
            insert(b, new);
        } else if (old.ms != new.ms) {
            replace(b, old, new);
        }
    }
    memcpy(u->spot, n->met, n->met_count * sizeof(*u->spot));
    u->spot_count = n->met_count;
}

bool nearest_move_(struct nearest *n, uint32_t unit)
{
    if (!make_rooms(n, &n->unit[unit])) {
        nearest_drop(n, unit);
        return false;
    }
    change_buckets(n, unit);
    return true;
}

bool nearest_stand_(struct nearest *n, uint32_t unit)
{
    climb_all(n, &n->unit[unit]);
    return nearest_move_(n, unit);
}

enum err nearest_put(struct nearest *n, uint32_t unit, const struct seed *seeds, uint32_t count,
                     struct fault *f)
{
    must(unit < n->unit_max);
    must(count >= 1 && count <= CLIMB_SEEDS_MAX);
    memcpy(n->unit[unit].seeds, seeds, count * sizeof(*seeds));
    n->unit[unit].seed_count = count;
    return nearest_stand_(n, unit) ? OK : nearest_no_room_(f);
}

void nearest_drop(struct nearest *n, uint32_t unit)
{
    must(unit < n->unit_max);
    leave_buckets(n, unit);
    n->unit[unit].seed_count = 0;
}

/* The best so far, by time, then by number; each unit once. */
struct best {
    struct nearest_hit *hits;
    uint32_t count;
    uint32_t want;
};

/* Nothing that takes longer than this can still be among the best. */
static inline uint32_t bound(const struct best *b)
{
    return b->count == b->want ? b->hits[b->count - 1].ms : ETA_INF_MS - 1;
}

static void offer(struct best *b, struct nearest_hit hit)
{
    uint32_t at = 0;

    while (at < b->count && b->hits[at].unit != hit.unit) {
        at++;
    }
    if (at < b->count && b->hits[at].ms <= hit.ms) {
        return;
    }
    if (at == b->count && b->count < b->want) {
        b->count++;
    } else if (at == b->count) {
        at--; /* takes the place of the last */
    }
    for (; at > 0 && (b->hits[at - 1].ms > hit.ms ||
                      (b->hits[at - 1].ms == hit.ms && b->hits[at - 1].unit > hit.unit));
         at--) {
        b->hits[at] = b->hits[at - 1];
    }
    b->hits[at] = hit;
}

static void look_into(const struct bucket *bucket, uint32_t ms, struct best *b,
                      nearest_filter_fn *filter, void *arg)
{
    for (uint32_t i = 0; i < bucket->count; i++) {
        struct nearest_hit hit = { .unit = bucket->entry[i].unit, .ms = bucket->entry[i].ms + ms };

        if (hit.ms > bound(b)) {
            break;
        }
        if (b->count == b->want && hit.ms == bound(b) && hit.unit > b->hits[b->count - 1].unit) {
            continue;
        }
        if (filter == NULL || filter(arg, hit.unit)) {
            offer(b, hit);
        }
    }
}

uint32_t nearest_find(const struct nearest *n, struct climb *climb, const struct seed *seeds,
                      uint32_t count, uint32_t want, nearest_filter_fn *filter, void *arg,
                      struct nearest_hit *hits)
{
    struct best best = { .hits = hits, .want = want };
    uint32_t v;
    uint32_t ms;

    must(want >= 1 && want <= NEAREST_MAX);
    climb_start(climb, seeds, count);
    while ((v = climb_next(climb, n->times->h, &ms)) != NODE_NONE) {
        if (ms <= bound(&best)) {
            look_into(&n->bucket[v], ms, &best, filter, arg);
            if (ms <= bound(&best)) {
                climb_spread(climb, n->times, v, ms, CLIMB_TOWARDS);
            }
        }
    }
    return best.count;
}
