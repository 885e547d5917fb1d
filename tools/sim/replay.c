#include "tools/sim/replay.h"

#include "dispatch/core/digest.h"
#include "server/replay.h"
#include "server/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>

#define ARENA_LIMIT ((size_t)1 << 30)

enum err replay_init(struct replay *r, struct str name, const struct world_limits *limits,
                     struct fault *f)
{
    memset(r, 0, sizeof(*r));
    r->name = name;
    arena_init(&r->arena, ARENA_LIMIT);
    r->memory = calloc(1, world_size(limits) + 64);
    if (r->memory == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the world", NULL, NULL);
    }
    world_init(&r->world, limits, (void *)(((uintptr_t)r->memory + 63) / 64 * 64));
    log_genesis_hash(name, &r->world.hash);
    return OK;
}

void replay_fini(struct replay *r)
{
    if (r->memory != NULL) {
        world_fini(&r->world);
        free(r->memory);
    }
    arena_fini(&r->arena);
}

static enum err at_row(const struct log_row *row, const char *what, struct fault *f)
{
    return fault_field(f, ERR_CORRUPT, "hash", "row %" PRIu64 " %s", row->seq, what);
}

enum err replay_next(struct replay *r, const struct log_row *row, struct fault *f)
{
    struct world *world = &r->world;
    struct sha256 hash;

    if (row->seq != r->world.seq + 1) {
        return at_row(row, "does not follow the one before", f);
    }
    if (memcmp(row->prev_hash.at, r->world.hash.at, SHA256_SIZE) != 0) {
        return at_row(row, "does not name the hash of the row before", f);
    }
    if (!log_row_hash(row, &hash) || memcmp(hash.at, row->hash.at, SHA256_SIZE) != 0) {
        return at_row(row, "has another hash than its content", f);
    }
    return replay_row(&world, 1, row, &r->arena, NULL, f);
}

enum err replay_snapshot(struct replay *r, const char *path, struct fault *f)
{
    return snapshot_load(path, &r->world, NULL, &r->arena, f);
}

void replay_json(const struct replay *r, struct buf *b)
{
    const struct world *w = &r->world;
    char digest[33];
    char at[INSTANT_TEXT_SIZE];

    digest_text(digest_computed(w), digest);
    instant_text(w->at, at);
    buf_fmt(b, "{\"seq\":%" PRIu64 ",\"at\":\"%s\",\"hash\":\"", w->seq, at);
    buf_hex(b, w->hash.at, SHA256_SIZE);
    buf_fmt(b,
            "\",\"digest\":\"%s\",\"digest_version\":%d,\"counts\":{\"incidents\":%u,"
            "\"reports\":%u,\"assignments\":%u,\"units\":%u,\"users\":%u,\"zones\":%u,"
            "\"alarms\":%u}",
            digest, DIGEST_VERSION, w->incidents_pool.live, w->reports_pool.live,
            w->assignments_pool.live, w->unit_count, w->users_pool.live, w->zone_count,
            w->alarms_pool.live);
}
