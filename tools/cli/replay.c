/* tocsin replay: evolves a world from the log, from nothing, and prints its digest. */
#include "tools/sim/replay.h"

#include "dispatch/core/digest.h"
#include "sql/log_reader.h"
#include "tools/cli/cli.h"
#include "tools/sim/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define NAME "replay"

static const char about[] =
    "Reads the log in order, checks every hash, evolves a world from it, and prints seq, hash,\n"
    "digest and counts. A server's published digest at that seq must be the same. --digests-at "
    "names\n"
    "a file of seqs, one a line, rising: \"digests\" then lists [seq, digest] for each of them.";

/* A replay under way, and the rows at which its digest is to be told. */
struct telling {
    struct replay r;
    FILE *at;      /* NULL: none are asked for */
    uint64_t next; /* 0: no more */
    struct buf digests;
};

/* Fails: ERR_INVALID for a line that is no number or does not rise. */
static enum err next_seq(struct telling *t, struct fault *f)
{
    uint64_t before = t->next;

    t->next = 0;
    if (t->at == NULL) {
        return OK;
    }
    int got = fscanf(t->at, "%" SCNu64, &t->next);

    if (got == EOF && ferror(t->at) == 0) {
        t->next = 0;
        return OK;
    }
    if (got != 1 || t->next <= before) {
        return fault_field(f, ERR_INVALID, "digests-at", "after %" PRIu64 " comes no higher seq",
                           before);
    }
    return OK;
}

static enum err on_row(void *arg, const struct log_row *row, struct fault *f)
{
    struct telling *t = arg;
    enum err err = replay_next(&t->r, row, f);
    char digest[33];

    if (err != OK || row->seq != t->next) {
        return err;
    }
    digest_text(digest_kept(&t->r.world), digest);
    buf_fmt(&t->digests, "%s[%" PRIu64 ",\"%s\"]", t->digests.len != 0 ? "," : "", row->seq,
            digest);
    return next_seq(t, f);
}

/* Fails: ERR_IO, and as next_seq. */
static enum err open_list(struct telling *t, const char *path, struct fault *f)
{
    if (path[0] == '\0') {
        return OK;
    }
    t->at = fopen(path, "re");
    if (t->at == NULL) {
        return fault_field(f, ERR_IO, "digests-at", "%s: %s", path, strerror(errno));
    }
    return next_seq(t, f);
}

static int64_t monotonic_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct replay_opts {
    const char *database, *world, *snapshot, *digests_at;
    uint64_t to;
};

/* A snapshot counts only when its row is in this log. */
static enum err begin_at_snapshot(struct pg *pg, struct replay *r, const struct replay_opts *o,
                                  struct fault *f)
{
    struct sha256 hash;

    if (o->snapshot == NULL) {
        return OK;
    }
    if (replay_snapshot(r, o->snapshot, f) != OK ||
        log_hash_at(pg, o->world, r->world.seq, &hash, f) != OK) {
        return f->err;
    }
    return memcmp(hash.at, r->world.hash.at, SHA256_SIZE) == 0
               ? OK
               : fault_set(f, ERR_CORRUPT, "the snapshot is not of this log", o->snapshot, NULL);
}

static enum err read_log(struct telling *t, const struct replay_opts *o, struct fault *f)
{
    struct pg *pg;
    const struct pg_opts opts = { .conninfo = o->database,
                                  .world = o->world,
                                  .role = "tocsin_auditor",
                                  .application = "tocsin replay" };

    if (pg_open(&opts, &pg, f) != OK) {
        return f->err;
    }
    enum err err = begin_at_snapshot(pg, &t->r, o, f);
    const struct log_read read = { .after_seq = t->r.world.seq,
                                   .to_seq = o->to != 0 ? o->to : LOG_READ_ALL,
                                   .on_row = on_row,
                                   .arg = t };

    if (t->at != NULL) {
        digest_start(&t->r.world);
    }
    err = err == OK ? log_read(pg, &read, NULL, NULL, f) : err;
    pg_close(pg);
    if (err == OK && o->to != 0 && t->r.world.seq != o->to) {
        return fault_field(f, ERR_NOT_FOUND, "to", "the log ends at row %" PRIu64, t->r.world.seq);
    }
    return err;
}

static int print(const struct telling *t, int64_t ms)
{
    struct buf b;

    buf_init(&b);
    replay_json(&t->r, &b);
    if (t->at != NULL) {
        buf_text(&b, ",\"digests\":[");
        buf_str(&b, buf_view(&t->digests));
        buf_char(&b, ']');
    }
    buf_fmt(&b, ",\"replay_ms\":%" PRId64 "}", ms);
    int code = cli_print(NAME, &b);

    buf_fini(&b);
    return code;
}

int cli_replay(int argc, char **argv)
{
    struct replay_opts o = { .database = "", .world = "live", .digests_at = "" };
    bool json = false;
    const struct cli_option options[] = {
        { "--database", CLI_TEXT, &o.database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &o.world, false, "name of the world, live unless said" },
        { "--to", CLI_NUMBER, &o.to, false, "last row to apply; else the whole log" },
        { "--digests-at", CLI_TEXT, &o.digests_at, false, "file of seqs to tell the digest at" },
        { "--snapshot", CLI_TEXT, &o.snapshot, false, "begin with this snapshot file of a server" },
        { "--json", CLI_FLAG, &json, false, "accepted: the result is always one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);
    struct world_limits limits = engine_limits();
    struct fault f = { 0 };
    struct telling t = { .at = NULL };

    if (code != CLI_DONE || help) {
        return code;
    }
    int64_t start = monotonic_ms();
    enum err err = replay_init(&t.r, str_of(o.world), &limits, &f);

    buf_init(&t.digests);
    err = err == OK ? open_list(&t, o.digests_at, &f) : err;
    err = err == OK ? read_log(&t, &o, &f) : err;
    code = err == OK ? print(&t, monotonic_ms() - start) : cli_failed(NAME, &f);
    if (t.at != NULL) {
        (void)fclose(t.at);
    }
    buf_fini(&t.digests);
    replay_fini(&t.r);
    return code;
}
