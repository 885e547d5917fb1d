#include "server/callers.h"

#include "base/must.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define PART_BYTES 124u /* of a text in one part */

enum hold { FREE, WANTED, HELD, HOLDS };

/* A text is a chain of parts of one size, so that leaving makes room for whatever comes. */
struct part {
    uint32_t next;
    char bytes[PART_BYTES];
};

struct value {
    uint64_t ref;
    uint32_t incident;
    uint32_t of_ref;      /* next in the bucket of its ref */
    uint32_t of_incident; /* next in the bucket of its incident */
    uint32_t newer, older;
    uint32_t first; /* part of the text, or of the rule of an erased one */
    uint32_t len;
    uint8_t hold; /* enum hold */
    bool erased;
    uint8_t salted[SHA256_SIZE];
    int64_t erased_us;
};

struct ends {
    uint32_t newest, oldest;
};

struct callers {
    struct value *values;
    struct part *parts;
    uint32_t *by_ref; /* a bucket a value, a power of two */
    uint32_t *by_incident;
    uint32_t mask;
    uint32_t count;
    uint32_t held;
    uint32_t part_count;
    uint32_t free_part;
    struct ends ends[HOLDS];
};

static uint32_t mixed(uint64_t n)
{
    return (uint32_t)(n * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* ---- the list of each hold, by age ---- */

static void join(struct callers *c, uint32_t k, enum hold hold)
{
    struct ends *e = &c->ends[hold];
    struct value *v = &c->values[k];
    v->hold = (uint8_t)hold;
    c->held += hold == HELD ? 1 : 0;
    v->newer = NONE;
    v->older = e->newest;
    if (e->newest != NONE) {
        c->values[e->newest].newer = k;
    } else {
        e->oldest = k;
    }
    e->newest = k;
}

static void leave(struct callers *c, uint32_t k)
{
    struct value *v = &c->values[k];
    struct ends *e = &c->ends[v->hold];
    c->held -= v->hold == HELD ? 1 : 0;
    *(v->newer != NONE ? &c->values[v->newer].older : &e->newest) = v->older;
    *(v->older != NONE ? &c->values[v->older].newer : &e->oldest) = v->newer;
}

/* ---- life ---- */

static void clear(struct callers *c)
{
    c->held = 0;
    for (int h = 0; h < HOLDS; h++) {
        c->ends[h] = (struct ends){ NONE, NONE };
    }
    for (uint32_t k = 0; k < c->count; k++) {
        c->values[k] = (struct value){ .first = NONE };
        join(c, k, FREE);
    }
    for (uint32_t k = 0; k < c->part_count; k++) {
        c->parts[k].next = k + 1 < c->part_count ? k + 1 : NONE;
    }
    c->free_part = 0;
    memset(c->by_ref, 0xff, ((size_t)c->mask + 1) * sizeof(*c->by_ref));
    memset(c->by_incident, 0xff, ((size_t)c->mask + 1) * sizeof(*c->by_incident));
}

struct callers *callers_new(uint32_t values, size_t bytes)
{
    struct callers *c = calloc(1, sizeof(*c));
    uint32_t buckets = 1;
    if (c == NULL) {
        return NULL;
    }
    while (buckets < values) {
        buckets *= 2;
    }
    c->mask = buckets - 1;
    c->count = values;
    c->part_count = (uint32_t)(bytes / sizeof(struct part));
    must(c->part_count > 0 && values > 0);
    c->values = calloc(values, sizeof(*c->values));
    c->parts = calloc(c->part_count, sizeof(*c->parts));
    c->by_ref = calloc(buckets, sizeof(*c->by_ref));
    c->by_incident = calloc(buckets, sizeof(*c->by_incident));
    if (c->values == NULL || c->parts == NULL || c->by_ref == NULL || c->by_incident == NULL) {
        callers_free(c);
        return NULL;
    }
    /* Where the limit on locked memory is lower they are at least no part of core dumps. */
    (void)sodium_mlock(c->parts, c->part_count * sizeof(*c->parts));
    clear(c);
    return c;
}

void callers_free(struct callers *c)
{
    if (c == NULL) {
        return;
    }
    if (c->parts != NULL) {
        (void)sodium_munlock(c->parts, c->part_count * sizeof(*c->parts)); /* wipes */
    }
    free(c->values);
    free(c->parts);
    free(c->by_ref);
    free(c->by_incident);
    free(c);
}

void callers_forget(struct callers *c)
{
    sodium_memzero(c->parts, c->part_count * sizeof(*c->parts));
    clear(c);
}

/* ---- texts ---- */

static void drop_text(struct callers *c, struct value *v)
{
    while (v->first != NONE) {
        struct part *p = &c->parts[v->first];
        uint32_t next = p->next;
        sodium_memzero(p->bytes, sizeof(p->bytes));
        p->next = c->free_part;
        c->free_part = v->first;
        v->first = next;
    }
    v->len = 0;
}

static void remove_value(struct callers *c, uint32_t k);

/* The oldest give way until there is a part. False: `keep` is the only one left. */
static bool make_part(struct callers *c, uint32_t keep)
{
    while (c->free_part == NONE) {
        uint32_t oldest = c->ends[HELD].oldest;
        if (oldest == NONE || oldest == keep) {
            return false;
        }
        remove_value(c, oldest);
    }
    return true;
}

static bool keep_text(struct callers *c, uint32_t k, struct str text)
{
    struct value *v = &c->values[k];
    uint32_t *link = &v->first;
    drop_text(c, v);
    for (size_t at = 0; at < text.len; at += PART_BYTES) {
        size_t some = text.len - at < PART_BYTES ? text.len - at : PART_BYTES;
        if (!make_part(c, k)) {
            drop_text(c, v);
            return false;
        }
        uint32_t part = c->free_part;
        c->free_part = c->parts[part].next;
        c->parts[part].next = NONE;
        memcpy(c->parts[part].bytes, text.at + at, some);
        *link = part;
        link = &c->parts[part].next;
    }
    v->len = (uint32_t)text.len;
    return true;
}

static bool copy_text(const struct callers *c, const struct value *v, struct arena *arena,
                      struct str *out)
{
    char *to = arena_alloc(arena, v->len + 1);
    size_t at = 0;
    if (to == NULL) {
        return false;
    }
    for (uint32_t p = v->first; p != NONE; p = c->parts[p].next) {
        size_t some = v->len - at < PART_BYTES ? v->len - at : PART_BYTES;
        memcpy(to + at, c->parts[p].bytes, some);
        at += some;
    }
    must(at == v->len);
    *out = (struct str){ to, v->len };
    return true;
}

/* ---- values ---- */

static uint32_t find(const struct callers *c, uint64_t ref)
{
    uint32_t k = c->by_ref[mixed(ref) & c->mask];
    while (k != NONE && c->values[k].ref != ref) {
        k = c->values[k].of_ref;
    }
    return k;
}

static void unlink_incident(struct callers *c, uint32_t k)
{
    uint32_t *link = &c->by_incident[mixed(c->values[k].incident) & c->mask];
    while (*link != k) {
        link = &c->values[*link].of_incident;
    }
    *link = c->values[k].of_incident;
}

static void link_incident(struct callers *c, uint32_t k, uint32_t incident)
{
    uint32_t *bucket = &c->by_incident[mixed(incident) & c->mask];
    c->values[k].incident = incident;
    c->values[k].of_incident = *bucket;
    *bucket = k;
}

static void remove_value(struct callers *c, uint32_t k)
{
    struct value *v = &c->values[k];
    uint32_t *link = &c->by_ref[mixed(v->ref) & c->mask];
    while (*link != k) {
        link = &c->values[*link].of_ref;
    }
    *link = v->of_ref;
    unlink_incident(c, k);
    drop_text(c, v);
    leave(c, k);
    *v = (struct value){ .first = NONE };
    join(c, k, FREE);
}

static void want(struct callers *c, uint32_t incident, uint64_t ref)
{
    uint32_t k = c->ends[FREE].newest;
    if (k == NONE) {
        k = c->ends[HELD].oldest != NONE ? c->ends[HELD].oldest : c->ends[WANTED].oldest;
        remove_value(c, k);
    }
    struct value *v = &c->values[k];
    uint32_t *bucket = &c->by_ref[mixed(ref) & c->mask];
    leave(c, k);
    *v = (struct value){ .ref = ref, .of_ref = *bucket, .first = NONE };
    *bucket = k;
    link_incident(c, k, incident);
    join(c, k, WANTED);
}

static bool listed(uint64_t ref, const uint64_t *refs, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        if (refs[k] == ref) {
            return true;
        }
    }
    return false;
}

void callers_note(struct callers *c, uint32_t incident, const uint64_t *refs, uint32_t count)
{
    uint32_t next;
    for (uint32_t k = c->by_incident[mixed(incident) & c->mask]; k != NONE; k = next) {
        next = c->values[k].of_incident;
        if (c->values[k].incident == incident && !listed(c->values[k].ref, refs, count)) {
            remove_value(c, k);
        }
    }
    for (uint32_t n = 0; n < count; n++) {
        uint32_t k = find(c, refs[n]);
        if (k == NONE) {
            want(c, incident, refs[n]);
        } else if (c->values[k].incident != incident) {
            unlink_incident(c, k);
            link_incident(c, k, incident);
        }
    }
}

uint32_t callers_wanted(const struct callers *c, uint64_t *refs, uint32_t most)
{
    uint32_t n = 0;
    for (uint32_t k = c->ends[WANTED].newest; k != NONE && n < most; k = c->values[k].older) {
        refs[n++] = c->values[k].ref;
    }
    return n;
}

static void hold(struct callers *c, uint32_t k, struct str text)
{
    if (!keep_text(c, k, text)) {
        remove_value(c, k); /* larger than everything that may be held */
        return;
    }
    leave(c, k);
    join(c, k, HELD);
}

void callers_put(struct callers *c, const struct personal_value *v)
{
    uint32_t k = find(c, v->ref);
    if (k == NONE) {
        return;
    }
    if (v->state == PERSONAL_MISSING) {
        remove_value(c, k);
    } else if (v->state == PERSONAL_ERASED) {
        callers_erased(c, v->ref, v->erased_us, v->rule);
    } else {
        memcpy(c->values[k].salted, v->sha256.at, SHA256_SIZE);
        hold(c, k, v->value);
    }
}

void callers_erased(struct callers *c, uint64_t ref, int64_t erased_us, struct str rule)
{
    uint32_t k = find(c, ref);
    if (k != NONE && !c->values[k].erased) {
        c->values[k].erased = true;
        c->values[k].erased_us = erased_us;
        hold(c, k, rule);
    }
}

bool callers_get(const struct callers *c, uint64_t ref, struct arena *arena,
                 struct personal_value *out)
{
    uint32_t k = find(c, ref);
    const struct value *v = k != NONE ? &c->values[k] : NULL;
    *out = (struct personal_value){ .ref = ref, .state = PERSONAL_MISSING };
    if (v == NULL || v->hold != HELD) {
        return false;
    }
    if (v->erased) {
        out->state = PERSONAL_ERASED;
        out->erased_us = v->erased_us;
        return copy_text(c, v, arena, &out->rule);
    }
    out->state = PERSONAL_FOUND;
    memcpy(out->sha256.at, v->salted, SHA256_SIZE);
    return copy_text(c, v, arena, &out->value);
}

uint32_t callers_held(const struct callers *c, uint32_t *at, uint64_t *refs, uint32_t most)
{
    uint32_t n = 0;
    for (uint32_t looked = 0; looked < c->count && n < most; looked++) {
        const struct value *v = &c->values[*at];
        *at = *at + 1 < c->count ? *at + 1 : 0;
        if (v->hold == HELD && !v->erased) {
            refs[n++] = v->ref;
        }
    }
    return n;
}

uint32_t callers_at_hand(const struct callers *c)
{
    return c->held;
}
