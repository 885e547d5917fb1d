#include "server/recover.h"

#include "base/log.h"
#include "server/replay.h"
#include "server/snapshots.h"
#include "sql/log_reader.h"

#define ROW_BYTES_MAX ((size_t)512 << 20)

enum err recover_begin(struct recovery *r, const struct conf *conf, struct world *live,
                       struct world *second, struct fault *f)
{
    *r = (struct recovery){ .conf = conf, .worlds = { live, second } };
    arena_init(&r->arena, ROW_BYTES_MAX);
    const struct pg_opts opts = { .conninfo = conf->database,
                                  .world = conf->world,
                                  .role = "tocsin_writer",
                                  .application = "tocsind recovery" };
    r->side = side_new(&live->limits);
    if (r->side == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for recovery", NULL, NULL);
    }
    enum err e = pg_open(&opts, &r->pg, f);
    e = e == OK ? pg_check_server(r->pg, f) : e;
    if (e != OK) {
        return e;
    }
    for (int i = 0; i < 2; i++) {
        log_genesis_hash(str_of(conf->world), &r->worlds[i]->hash);
    }
    return snapshots_restore(r, f);
}

static enum err take_row(void *arg, const struct log_row *row, struct fault *f)
{
    struct recovery *r = arg;
    struct row_content content;
    enum err e = replay_row(r->worlds, 2, row, &r->arena, &content, f);
    if (e == OK) {
        side_row(r->side, row->seq, row->at_us, &content);
    }
    return e;
}

enum err recover_to_head(struct recovery *r, struct fault *f)
{
    const struct log_read q = { .after_seq = r->worlds[0]->seq,
                                .to_seq = LOG_READ_ALL,
                                .check = true,
                                .prev_hash = r->worlds[0]->hash,
                                .on_row = take_row,
                                .arg = r };
    uint64_t last = 0;
    return log_read(r->pg, &q, &last, NULL, f);
}

void recover_end(struct recovery *r)
{
    if (r->pg == NULL) {
        return;
    }
    pg_close(r->pg);
    arena_fini(&r->arena);
    r->pg = NULL;
}
