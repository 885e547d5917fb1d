#include "server/ways.h"

#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define ROWS_BYTES ((size_t)64 << 20)
#define READ_BYTES ((size_t)1 << 20)
#define ANSWER_BYTES ((size_t)16 << 20)
#define SMALL_BYTES ((size_t)1 << 20)

static int new_fd(void)
{
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

static struct door_way way(size_t bytes, int fd)
{
    return (struct door_way){ .queue = queue_new(bytes), .wake_fd = fd };
}

static bool complete(const struct door *d)
{
    return d->to_core.queue != NULL && d->from_core.queue != NULL && d->to_view.queue != NULL &&
           d->from_view.queue != NULL && d->to_auth.queue != NULL && d->from_auth.queue != NULL &&
           d->to_archive.queue != NULL && d->from_archive.queue != NULL;
}

enum err ways_open(const struct conf *conf, struct ways *out, struct fault *f)
{
    *out = (struct ways){ .gateways = (unsigned)conf->gateways };
    out->core_fd = new_fd();
    out->view_fd = new_fd();
    out->auth_fd = new_fd();
    out->archive_fd = new_fd();
    out->cover_fd = new_fd();
    out->rows = way(ROWS_BYTES, out->view_fd);
    out->rows_archive = way(ANSWER_BYTES, out->archive_fd);
    out->auth_core = way(SMALL_BYTES, out->core_fd);
    out->view_auth = queue_new(SMALL_BYTES);
    out->view_cover = way(ANSWER_BYTES, out->cover_fd);
    out->cover_view = way(ANSWER_BYTES, out->view_fd);
    out->core_archive = way(SMALL_BYTES, out->archive_fd);
    out->archive_core = way(SMALL_BYTES, out->core_fd);
    bool good = out->rows.queue != NULL && out->rows_archive.queue != NULL &&
                out->auth_core.queue != NULL && out->core_archive.queue != NULL &&
                out->archive_core.queue != NULL && out->view_auth != NULL &&
                out->view_cover.queue != NULL && out->cover_view.queue != NULL &&
                out->archive_fd >= 0 && out->cover_fd >= 0;
    for (unsigned g = 0; g < out->gateways; g++) {
        int fd = new_fd();
        out->gateway_fd[g] = fd;
        out->doors[g] = (struct door){
            .index = g,
            .to_core = way((size_t)conf->inbox_bytes, out->core_fd),
            .from_core = way(ANSWER_BYTES, fd),
            .to_view = way(READ_BYTES, out->view_fd),
            .from_view = way(ANSWER_BYTES, fd),
            .to_auth = way(SMALL_BYTES, out->auth_fd),
            .from_auth = way(SMALL_BYTES, fd),
            .to_archive = way(READ_BYTES, out->archive_fd),
            .from_archive = way(ANSWER_BYTES, fd),
            .ended = &out->ended,
        };
        good = good && fd >= 0 && complete(&out->doors[g]);
    }
    if (!good) {
        ways_close(out);
        return fault_set(f, ERR_NO_MEMORY,
                         "no memory or descriptors for the queues between threads", NULL, NULL);
    }
    return OK;
}

static void close_way(struct door_way *w)
{
    queue_free(w->queue);
    w->queue = NULL;
}

void ways_close(struct ways *w)
{
    close_way(&w->rows);
    close_way(&w->rows_archive);
    close_way(&w->auth_core);
    close_way(&w->view_cover);
    close_way(&w->cover_view);
    queue_free(w->view_auth);
    w->view_auth = NULL;
    close_way(&w->core_archive);
    close_way(&w->archive_core);
    for (unsigned g = 0; g < w->gateways; g++) {
        struct door *d = &w->doors[g];
        struct door_way *all[] = { &d->to_core, &d->from_core, &d->to_view,    &d->from_view,
                                   &d->to_auth, &d->from_auth, &d->to_archive, &d->from_archive };
        for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
            close_way(all[i]);
        }
        close(w->gateway_fd[g]);
    }
    close(w->core_fd);
    close(w->view_fd);
    close(w->auth_fd);
    close(w->archive_fd);
    close(w->cover_fd);
}
