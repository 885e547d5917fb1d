#include "server/snapshots.h"

#include "base/log.h"
#include "server/snapshot.h"
#include "sql/log_reader.h"

#define SNAPSHOTS_TRIED 8

/* Whether an image is one of this log's rows. */
static bool belongs(struct recovery *r, struct str bytes, uint64_t *seq)
{
    struct sha256 hash;
    struct sha256 logged;
    struct fault f = { .err = OK };
    if (snapshot_stand(bytes, seq, &hash, &f) != OK) {
        log_warn("recovery", "snapshot does not verify", "error=\"%s\"", f.primary);
        return false;
    }
    if (log_hash_at(r->pg, r->conf->world, *seq, &logged, &f) != OK ||
        memcmp(&hash, &logged, sizeof(hash)) != 0) {
        log_warn("recovery", "snapshot is not of this log", "seq=%llu", (unsigned long long)*seq);
        return false;
    }
    return true;
}

/* An image that verifies and does not fit is a fault to be told, not a reason to go on with half a
 * world. */
static enum err take(struct recovery *r, struct str bytes, struct fault *f)
{
    enum err e = snapshot_read(bytes, r->worlds[0], NULL, &r->arena, f);
    arena_reset(&r->arena);
    e = e == OK ? snapshot_read(bytes, r->worlds[1], r->side, &r->arena, f) : e;
    arena_reset(&r->arena);
    return e;
}

enum err snapshots_restore(struct recovery *r, struct fault *f)
{
    char path[SNAPSHOT_PATH_SIZE];
    struct buf bytes;
    enum err e = OK;
    r->snapshot_seq = 0;
    if (r->conf->snapshot_dir[0] == '\0') {
        return OK;
    }
    buf_init(&bytes);
    for (unsigned n = 0; n < SNAPSHOTS_TRIED && r->snapshot_seq == 0; n++) {
        uint64_t seq;
        if (!snapshot_find(r->conf->snapshot_dir, str_of(r->conf->world), n, path)) {
            break;
        }
        buf_reset(&bytes);
        if (snapshot_bytes(path, &bytes, f) == OK && belongs(r, buf_view(&bytes), &seq)) {
            e = take(r, buf_view(&bytes), f);
            r->snapshot_seq = seq;
        }
    }
    buf_fini(&bytes);
    if (e == OK) {
        log_info("recovery",
                 r->snapshot_seq != 0 ? "begins from a snapshot" : "begins from nothing",
                 "seq=%llu", (unsigned long long)r->snapshot_seq);
    }
    return e;
}
