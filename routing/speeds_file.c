#include "routing/speeds_file.h"

#include "base/file.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char magic[8] = "TOCSNSPD";

struct head {
    char magic[8];
    uint32_t version;
    uint32_t byte_order; /* BYTE_ORDER_MARK as the writer's machine stores it */
    uint64_t size;       /* of the file */
    uint8_t digest[32];  /* SHA-256 of all behind it: the counts, then the arrays */
    uint8_t network[32];
    int64_t from_us, to_us, made_us;
    uint64_t drives, seen;
    uint32_t hours, classes;
    uint32_t known_count, cell_count;
    char zone[SPEEDS_ZONE_SIZE];
};

#define BYTE_ORDER_MARK UINT32_C(0x01020304)
#define DIGESTED_FROM (offsetof(struct head, network))

_Static_assert(sizeof(struct head) % 8 == 0, "arrays begin at a multiple of 8");
_Static_assert(sizeof(struct speeds_cell) == 8, "as in the file");

enum part { CLASSES, KNOWN, FIRST_CELL, CELLS, PART_COUNT };

struct layout {
    uint64_t offset[PART_COUNT];
    uint64_t size[PART_COUNT];
    uint64_t end;
};

static struct layout lay_out(const struct head *h)
{
    struct layout l = { .end = sizeof(*h) };

    l.size[CLASSES] = (uint64_t)SPEEDS_HOURS * ROAD_CLASS_COUNT;
    l.size[KNOWN] = (uint64_t)h->known_count * sizeof(struct speeds_cell);
    l.size[FIRST_CELL] = (SPEEDS_HOURS + 1) * sizeof(uint32_t);
    l.size[CELLS] = (uint64_t)h->cell_count * sizeof(struct speeds_cell);
    for (int p = 0; p < PART_COUNT; p++) {
        l.offset[p] = l.end;
        l.end += (l.size[p] + 7) / 8 * 8;
    }
    return l;
}

static void name_version(struct speeds *s)
{
    const uint8_t *d = s->digest;

    (void)snprintf(s->version, sizeof(s->version), "%02x%02x%02x%02x", d[0], d[1], d[2], d[3]);
}

static struct head head_of(const struct speeds *s)
{
    struct head h = { .version = SPEEDS_FILE_VERSION,
                      .byte_order = BYTE_ORDER_MARK,
                      .from_us = s->from_us,
                      .to_us = s->to_us,
                      .made_us = s->made_us,
                      .drives = s->drives,
                      .seen = s->seen,
                      .hours = SPEEDS_HOURS,
                      .classes = ROAD_CLASS_COUNT,
                      .known_count = s->known_count,
                      .cell_count = s->first_cell[SPEEDS_HOURS] };

    memcpy(h.magic, magic, sizeof(magic));
    memcpy(h.network, s->network, sizeof(h.network));
    memcpy(h.zone, s->zone, sizeof(h.zone));
    return h;
}

enum err speeds_write(struct speeds *s, const char *path, struct fault *f)
{
    struct head h = head_of(s);
    struct layout l = lay_out(&h);
    uint8_t *all = calloc(1, l.end);
    struct sha256 digest;

    if (all == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for learned speeds", path, NULL);
    }
    h.size = l.end;
    memcpy(all + l.offset[CLASSES], s->class_percent, l.size[CLASSES]);
    memcpy(all + l.offset[FIRST_CELL], s->first_cell, l.size[FIRST_CELL]);
    if (l.size[KNOWN] > 0) {
        memcpy(all + l.offset[KNOWN], s->known, l.size[KNOWN]);
    }
    if (l.size[CELLS] > 0) {
        memcpy(all + l.offset[CELLS], s->cell, l.size[CELLS]);
    }
    memcpy(all, &h, sizeof(h));
    struct str body = { .at = (const char *)all + DIGESTED_FROM, .len = l.end - DIGESTED_FROM };

    hash_sha256(body, (struct str){ 0 }, &digest);
    memcpy(all + offsetof(struct head, digest), &digest, sizeof(h.digest));
    memcpy(s->digest, &digest, sizeof(s->digest));
    name_version(s);
    enum err err = file_put(path, all, l.end, f);

    free(all);
    return err;
}

static enum err no_speeds(const char *path, const char *why, struct fault *f)
{
    return fault_set(f, ERR_MALFORMED, "not learned speeds", path, why);
}

static enum err read_head(const struct speeds *s, const char *path, struct head *h, struct fault *f)
{
    struct sha256 digest;

    memcpy(h, s->map, sizeof(*h));
    if (memcmp(h->magic, magic, sizeof(magic)) != 0) {
        return no_speeds(path, "make them with: tocsin learn-speeds", f);
    }
    if (h->version != SPEEDS_FILE_VERSION || h->byte_order != BYTE_ORDER_MARK ||
        h->hours != SPEEDS_HOURS || h->classes != ROAD_CLASS_COUNT) {
        return no_speeds(path, "they were made by another version: learn them again", f);
    }
    if (h->size != s->map_size || lay_out(h).end != h->size) {
        return no_speeds(path, "its size is not the one it was written with", f);
    }
    struct str body = { .at = (const char *)s->map + DIGESTED_FROM,
                        .len = s->map_size - DIGESTED_FROM };

    hash_sha256(body, (struct str){ 0 }, &digest);
    if (memcmp(h->digest, &digest, sizeof(h->digest)) != 0) {
        return no_speeds(path, "it was damaged after it was written", f);
    }
    if (memchr(h->zone, '\0', sizeof(h->zone)) == NULL) {
        return no_speeds(path, "its head is none", f);
    }
    return OK;
}

static void point_at_parts(struct speeds *s, const struct head *h)
{
    struct layout l = lay_out(h);
    const uint8_t *all = s->map;

    memcpy(s->network, h->network, sizeof(s->network));
    memcpy(s->digest, h->digest, sizeof(s->digest));
    memcpy(s->zone, h->zone, sizeof(s->zone));
    name_version(s);
    s->from_us = h->from_us;
    s->to_us = h->to_us;
    s->made_us = h->made_us;
    s->drives = h->drives;
    s->seen = h->seen;
    s->class_percent = all + l.offset[CLASSES];
    s->known_count = h->known_count;
    s->known = (const struct speeds_cell *)(const void *)(all + l.offset[KNOWN]);
    s->first_cell = (const uint32_t *)(const void *)(all + l.offset[FIRST_CELL]);
    s->cell = (const struct speeds_cell *)(const void *)(all + l.offset[CELLS]);
}

static bool percent_holds(uint8_t percent)
{
    return percent >= SPEEDS_PERCENT_MIN && percent <= SPEEDS_PERCENT_MAX;
}

/* In the order of their segments, each once. */
static bool cells_hold(const struct speeds_cell *cell, uint32_t from, uint32_t to,
                       uint32_t segments)
{
    for (uint32_t i = from; i < to; i++) {
        if (cell[i].segment >= segments || (i > from && cell[i].segment <= cell[i - 1].segment)) {
            return false;
        }
    }
    return true;
}

static bool parts_hold(const struct speeds *s, uint32_t cell_count, uint32_t segments)
{
    for (uint32_t i = 0; i < SPEEDS_HOURS * ROAD_CLASS_COUNT; i++) {
        if (!percent_holds(s->class_percent[i])) {
            return false;
        }
    }
    if (s->first_cell[0] != 0 || s->first_cell[SPEEDS_HOURS] != cell_count ||
        !cells_hold(s->known, 0, s->known_count, segments)) {
        return false;
    }
    for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
        if (s->first_cell[h] > s->first_cell[h + 1] || s->first_cell[h + 1] > cell_count ||
            !cells_hold(s->cell, s->first_cell[h], s->first_cell[h + 1], segments)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < cell_count; i++) {
        if (!percent_holds(s->cell[i].percent)) {
            return false;
        }
    }
    return true;
}

enum err speeds_open(struct speeds *s, const char *path, const struct network *n, struct fault *f)
{
    struct head h;

    *s = (struct speeds){ 0 };
    enum err err = file_map(path, &s->map, &s->map_size, f);

    if (err == OK && s->map_size < sizeof(h)) {
        err = no_speeds(path, "it is too short", f);
    }
    if (err == OK) {
        err = read_head(s, path, &h, f);
    }
    if (err == OK) {
        point_at_parts(s, &h);
        if (memcmp(s->network, n->digest, sizeof(s->network)) != 0) {
            err = fault_set(f, ERR_INVALID, "these speeds were learned on other roads", path,
                            "learn them again on this network: tocsin learn-speeds");
        } else if (!parts_hold(s, h.cell_count, 2 * n->piece_count)) {
            err = no_speeds(path, "its parts do not fit each other", f);
        }
    }
    if (err != OK) {
        speeds_close(s);
    }
    return err;
}

void speeds_close(struct speeds *s)
{
    file_unmap(s->map, s->map_size);
    *s = (struct speeds){ 0 };
}
