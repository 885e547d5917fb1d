#include "routing/nearest.h"

#include <stdlib.h>
#include <string.h>

enum err nearest_init(struct nearest *n, const struct times *t, uint32_t unit_max, struct fault *f)
{
    size_t nodes = (size_t)t->h->node_count + 1;

    *n = (struct nearest){ .times = t, .unit_max = unit_max };
    bool ok = climb_init(&n->climb, t->h->node_count);

    n->bucket = calloc(nodes, sizeof(*n->bucket));
    n->unit = calloc((size_t)unit_max + 1, sizeof(*n->unit));
    n->true_ms = malloc(nodes * sizeof(*n->true_ms));
    n->met = malloc(nodes * sizeof(*n->met));
    if (!ok || n->bucket == NULL || n->unit == NULL || n->true_ms == NULL || n->met == NULL) {
        nearest_fini(n);
        return fault_set(f, ERR_NO_MEMORY, "no memory for an index of units", NULL, NULL);
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
    free(n->true_ms);
    free(n->met);
    climb_fini(&n->climb);
    *n = (struct nearest){ 0 };
}

static bool earlier(struct bucket_entry a, struct bucket_entry b)
{
    return a.ms != b.ms ? a.ms < b.ms : a.unit < b.unit;
}

/* The place of the first entry that is not earlier than `e`. */
static uint32_t place_of(const struct bucket *b, struct bucket_entry e)
{
    uint32_t lo = 0;
    uint32_t hi = b->count;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (earlier(b->entry[mid], e)) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

static bool insert(struct bucket *b, struct bucket_entry e)
{
    if (b->count == b->room) {
        uint32_t room = b->room == 0 ? 4 : b->room * 2;
        struct bucket_entry *bigger = realloc(b->entry, room * sizeof(*bigger));

        if (bigger == NULL) {
            return false;
        }
        b->entry = bigger;
        b->room = room;
    }
    uint32_t at = place_of(b, e);

    memmove(b->entry + at + 1, b->entry + at, (b->count - at) * sizeof(*b->entry));
    b->entry[at] = e;
    b->count++;
    return true;
}

static void take_out(struct bucket *b, struct bucket_entry e)
{
    uint32_t at = place_of(b, e);

    must(at < b->count && b->entry[at].unit == e.unit);
    b->count--;
    memmove(b->entry + at, b->entry + at + 1, (b->count - at) * sizeof(*b->entry));
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

/* All ancestors a unit can climb to, with times as the climb tells them. */
static uint32_t climb_all(struct nearest *n, const struct nearest_unit *u)
{
    const struct hierarchy *h = n->times->h;
    uint32_t count = 0;
    uint32_t v;
    uint32_t ms;

    climb_start(&n->climb, u->seeds, u->seed_count);
    while ((v = climb_next(&n->climb, h, &ms)) != NODE_NONE) {
        if (ms < ETA_INF_MS) {
            n->met[count++] = (struct bucket_spot){ .node = v, .ms = ms };
            climb_spread(&n->climb, n->times, v, ms, CLIMB_AWAY);
        }
        n->true_ms[v] = ms;
    }
    return count;
}

/* From the root down: a node that is reached sooner by a way that comes down again is top of no
 * quickest way, and the unit needs not stand in its bucket. */
static uint32_t keep_tops(struct nearest *n, uint32_t count)
{
    const struct hierarchy *h = n->times->h;
    uint32_t kept = 0;

    for (uint32_t i = count; i-- > 0;) {
        uint32_t v = n->met[i].node;
        uint32_t ms = n->met[i].ms;

        for (uint32_t a = h->first_up[v]; a < h->first_up[v + 1]; a++) {
            uint32_t over = n->true_ms[h->head[a]] + n->times->arc[a].down_ms;

            ms = over < ms ? over : ms;
        }
        n->true_ms[v] = ms;
        n->met[i].ms = ms < n->met[i].ms ? ETA_INF_MS : ms;
        kept += n->met[i].ms < ETA_INF_MS;
    }
    return kept;
}

static bool enter_buckets(struct nearest *n, uint32_t unit)
{
    struct nearest_unit *u = &n->unit[unit];
    uint32_t count = climb_all(n, u);
    uint32_t kept = keep_tops(n, count);

    if (kept > u->spot_room) {
        struct bucket_spot *bigger = realloc(u->spot, kept * sizeof(*bigger));

        if (bigger == NULL) {
            return false;
        }
        u->spot = bigger;
        u->spot_room = kept;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct bucket_spot s = n->met[i];

        if (s.ms == ETA_INF_MS) {
            continue;
        }
        if (!insert(&n->bucket[s.node], (struct bucket_entry){ .ms = s.ms, .unit = unit })) {
            return false;
        }
        u->spot[u->spot_count++] = s;
    }
    return true;
}

enum err nearest_put(struct nearest *n, uint32_t unit, const struct seed *seeds, uint32_t count,
                     struct fault *f)
{
    must(unit < n->unit_max);
    must(count >= 1 && count <= CLIMB_SEEDS_MAX);
    struct nearest_unit *u = &n->unit[unit];

    leave_buckets(n, unit);
    memcpy(u->seeds, seeds, count * sizeof(*seeds));
    u->seed_count = count;
    if (!enter_buckets(n, unit)) {
        nearest_drop(n, unit);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a unit's place", NULL, NULL);
    }
    return OK;
}

void nearest_drop(struct nearest *n, uint32_t unit)
{
    must(unit < n->unit_max);
    leave_buckets(n, unit);
    n->unit[unit].seed_count = 0;
}

enum err nearest_refill(struct nearest *n, struct fault *f)
{
    for (uint32_t v = 0; v < n->times->h->node_count; v++) {
        n->bucket[v].count = 0;
    }
    for (uint32_t u = 0; u < n->unit_max; u++) {
        n->unit[u].spot_count = 0;
    }
    for (uint32_t u = 0; u < n->unit_max; u++) {
        if (n->unit[u].seed_count > 0 && !enter_buckets(n, u)) {
            nearest_drop(n, u);
            return fault_set(f, ERR_NO_MEMORY, "no memory for a unit's place", NULL, NULL);
        }
    }
    return OK;
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
