/* Snapshot files. The view serialises its world between two rows and hands the bytes to a thread
 * that writes them, so that frames never wait for a disk. */
#include "server/view_inside.h"

#include "base/log.h"
#include "base/must.h"
#include "server/snapshot.h"

#include <semaphore.h>
#include <stdlib.h>

struct cut {
    uint64_t seq;
    int64_t serialised_us;
    struct buf bytes;
};

struct view_cutter {
    const struct conf *conf;
    pthread_t thread;
    sem_t more;
    _Atomic(struct cut *) work; /* NULL: idle */
    _Atomic bool stopping;
};

static void write_file(struct view_cutter *c, struct cut *cut)
{
    struct fault f = { .err = OK };
    char line[800];
    int64_t begun = view_mono_us();
    if (snapshot_save(c->conf->snapshot_dir, str_of(c->conf->world), cut->seq,
                      buf_view(&cut->bytes), &f) != OK) {
        log_error("snapshot", "snapshot not written", "seq=%llu error=\"%s\"",
                  (unsigned long long)cut->seq, fault_line(&f, line, sizeof(line)));
        return;
    }
    log_info("snapshot", "snapshot written",
             "seq=%llu bytes=%zu serialised_ms=%lld written_ms=%lld", (unsigned long long)cut->seq,
             cut->bytes.len, (long long)(cut->serialised_us / US_PER_MS),
             (long long)((view_mono_us() - begun) / US_PER_MS));
}

static void *run(void *arg)
{
    struct view_cutter *c = arg;
    pthread_setname_np(pthread_self(), "snapshot file");
    for (;;) {
        while (sem_wait(&c->more) != 0) {
        }
        struct cut *cut = atomic_load(&c->work);
        if (cut == NULL && atomic_load(&c->stopping)) {
            return NULL;
        }
        if (cut != NULL) {
            write_file(c, cut);
            buf_fini(&cut->bytes);
            free(cut);
            atomic_store(&c->work, NULL);
        }
    }
}

enum err view_cutter_start(const struct conf *conf, struct view_cutter **out, struct fault *f)
{
    struct view_cutter *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for snapshots", NULL, NULL);
    }
    c->conf = conf;
    if (sem_init(&c->more, 0, 0) != 0 || pthread_create(&c->thread, NULL, run, c) != 0) {
        free(c);
        return fault_set(f, ERR_NO_MEMORY, "could not start the thread that writes snapshots", NULL,
                         NULL);
    }
    *out = c;
    return OK;
}

void view_cutter_stop(struct view_cutter *c)
{
    if (c == NULL) {
        return;
    }
    atomic_store(&c->stopping, true);
    sem_post(&c->more);
    pthread_join(c->thread, NULL);
    sem_destroy(&c->more);
    free(c);
}

bool view_cutter_idle(const struct view_cutter *c)
{
    return atomic_load(&c->work) == NULL;
}

void view_cut(struct view *v)
{
    struct cut *cut = calloc(1, sizeof(*cut));
    int64_t begun = view_mono_us();
    must(view_cutter_idle(v->cutter));
    if (cut == NULL) {
        return;
    }
    cut->seq = v->world->seq;
    buf_init(&cut->bytes);
    snapshot_write(&cut->bytes, v->world, v->side);
    cut->serialised_us = view_mono_us() - begun;
    if (!buf_ok(&cut->bytes)) {
        log_warn("snapshot", "no memory for a snapshot", "seq=%llu", (unsigned long long)cut->seq);
        buf_fini(&cut->bytes);
        free(cut);
        return;
    }
    atomic_store(&v->cutter->work, cut);
    sem_post(&v->cutter->more);
}
