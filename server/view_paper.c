/* Sheets of paper. The view composes one from its world, which has durable rows only, also while
 * the database is down: a few things each time round, so that frames never wait for very many open
 * incidents. A thread of its own puts it into the folder, so that they do not wait for a disk
 * either. A file appears whole or not at all. */
#include "server/view_inside.h"

#include "base/log.h"
#include "base/must.h"
#include "dispatch/view/paper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE 768
#define STAMP_SIZE 24
#define STAMP_LEN 15u /* 20261124-180530 */
#define NAMES_MAX 65536u
#define SLICE_THINGS 64 /* about a millisecond */
#define KEYS_BYTES ((size_t)64 << 20)
#define LAST_WAIT_US (5 * US_PER_S)

struct sheet {
    char stamp[STAMP_SIZE]; /* of the city's time */
    struct buf html, text, form;
};

struct view_paper {
    const struct conf *conf;
    struct sheet *draft; /* the view's: what is being composed; NULL: nothing */
    struct paper paper;  /* the walk over it */
    struct arena arena;  /* its keys */
    pthread_t thread;
    sem_t more;
    _Atomic(struct sheet *) work; /* NULL: idle */
    _Atomic bool stopping;
    _Atomic uint64_t written, failed;
    _Atomic int64_t last_us; /* µs UTC, of the system's clock */
};

/* ---- files ---- */

static enum err io_fault(struct fault *f, const char *what, const char *path)
{
    char detail[384];
    (void)snprintf(detail, sizeof(detail), "%.250s: %.100s", path, strerror(errno));
    return fault_set(f, ERR_IO, what, detail, NULL);
}

/* Sheets name places and people at work: nobody else may look into their folder. */
static enum err check_folder(const char *dir, struct fault *f)
{
    struct stat st;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return io_fault(f, "could not make the folder of paper", dir);
    }
    if (stat(dir, &st) != 0) {
        return io_fault(f, "could not look at the folder of paper", dir);
    }
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077) != 0) {
        return fault_set(f, ERR_CONFIG, "the folder of paper is not its owner's alone", dir,
                         "chmod 700, owned by the server's user");
    }
    return OK;
}

static bool write_all(int fd, struct str s)
{
    while (s.len > 0) {
        ssize_t n = write(fd, s.at, s.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        s = (struct str){ s.at + n, s.len - (size_t)n };
    }
    return true;
}

static enum err put_file(const struct view_paper *p, const char *name, const char *end,
                         const struct buf *b, struct fault *f)
{
    const char *dir = p->conf->paper_folder;
    char path[PATH_SIZE];
    char temporary[PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/%s-%s.%s", dir, p->conf->world, name, end);
    (void)snprintf(temporary, sizeof(temporary), "%s/.%s-new", dir, p->conf->world);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return io_fault(f, "could not create a sheet of paper", temporary);
    }
    bool good = fchmod(fd, 0600) == 0 && write_all(fd, buf_view(b)) && fsync(fd) == 0;
    enum err err = good ? OK : io_fault(f, "could not write a sheet of paper", temporary);
    close(fd);
    if (err == OK && rename(temporary, path) != 0) {
        err = io_fault(f, "could not put a sheet of paper in place", path);
    }
    if (err != OK) {
        (void)unlink(temporary);
    }
    return err;
}

/* "<world>-20261124-180530.html" */
static bool is_stamped(const char *name, const char *world)
{
    size_t skip = strlen(world);
    if (strncmp(name, world, skip) != 0 || name[skip] != '-') {
        return false;
    }
    name += skip + 1;
    for (size_t k = 0; k < STAMP_LEN; k++) {
        bool digit = name[k] >= '0' && name[k] <= '9';
        if (k == 8 ? name[k] != '-' : !digit) {
            return false;
        }
    }
    return strcmp(name + STAMP_LEN, ".html") == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void drop_pair(const struct view_paper *p, const char *html)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/%s", p->conf->paper_folder, html);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/%.*stxt", p->conf->paper_folder, (int)(strlen(html) - 4),
                   html);
    (void)unlink(path);
}

/* The oldest give way. */
static void drop_old(const struct view_paper *p)
{
    DIR *dir = opendir(p->conf->paper_folder);
    char **names = calloc(NAMES_MAX, sizeof(*names));
    size_t count = 0;
    for (struct dirent *e; dir != NULL && names != NULL && (e = readdir(dir)) != NULL;) {
        if (count < NAMES_MAX && is_stamped(e->d_name, p->conf->world) &&
            (names[count] = strdup(e->d_name)) != NULL) {
            count++;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    if (count > 0) {
        qsort(names, count, sizeof(*names), by_name);
    }
    for (size_t k = 0; k < count; k++) {
        if (k + (size_t)p->conf->paper_keep < count) {
            drop_pair(p, names[k]);
        }
        free(names[k]);
    }
    free(names);
}

static enum err put_sheet(const struct view_paper *p, const struct sheet *s, struct fault *f)
{
    enum err err = check_folder(p->conf->paper_folder, f);
    err = err == OK ? put_file(p, s->stamp, "txt", &s->text, f) : err;
    err = err == OK ? put_file(p, s->stamp, "html", &s->html, f) : err;
    err = err == OK ? put_file(p, "latest", "txt", &s->text, f) : err;
    err = err == OK ? put_file(p, "latest", "html", &s->html, f) : err;
    err = err == OK ? put_file(p, "form", "html", &s->form, f) : err;
    if (err == OK) {
        drop_old(p);
    }
    return err;
}

/* ---- the thread ---- */

static void sheet_free(struct sheet *s)
{
    buf_fini(&s->html);
    buf_fini(&s->text);
    buf_fini(&s->form);
    free(s);
}

static void take_sheet(struct view_paper *p, const struct sheet *s)
{
    struct fault f = { .err = OK };
    char line[800];
    if (put_sheet(p, s, &f) == OK) {
        atomic_fetch_add(&p->written, 1);
        atomic_store(&p->last_us, view_wall_us());
    } else {
        atomic_fetch_add(&p->failed, 1);
        log_error("paper", "no sheet of paper", "error=\"%s\"", fault_line(&f, line, sizeof(line)));
    }
}

static void *run(void *arg)
{
    struct view_paper *p = arg;
    pthread_setname_np(pthread_self(), "paper");
    for (;;) {
        while (sem_wait(&p->more) != 0) {
        }
        struct sheet *s = atomic_load(&p->work);
        if (s == NULL && atomic_load(&p->stopping)) {
            return NULL;
        }
        if (s != NULL) {
            take_sheet(p, s);
            sheet_free(s);
            atomic_store(&p->work, NULL);
        }
    }
}

enum err view_paper_start(const struct conf *conf, struct view_paper **out, struct fault *f)
{
    struct view_paper *p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for paper", NULL, NULL);
    }
    p->conf = conf;
    arena_init(&p->arena, KEYS_BYTES);
    if (sem_init(&p->more, 0, 0) != 0 || pthread_create(&p->thread, NULL, run, p) != 0) {
        arena_fini(&p->arena);
        free(p);
        return fault_set(f, ERR_NO_MEMORY, "could not start the thread that writes paper", NULL,
                         NULL);
    }
    *out = p;
    return OK;
}

void view_paper_stop(struct view_paper *p)
{
    if (p == NULL) {
        return;
    }
    atomic_store(&p->stopping, true);
    sem_post(&p->more);
    pthread_join(p->thread, NULL);
    sem_destroy(&p->more);
    arena_fini(&p->arena);
    free(p);
}

/* ---- the view's side ---- */

static void put_stamp(char out[STAMP_SIZE], const struct paper *p)
{
    struct civil c;
    civil_of(world_local(p->world, p->now), &c);
    (void)snprintf(out, STAMP_SIZE, "%04d%02d%02d-%02d%02d%02d", c.year % 10000, c.month % 100,
                   c.day % 100, c.hour % 100, c.minute % 100, c.second % 100);
}

static void no_memory(const struct view *v)
{
    log_error("paper", "no memory for a sheet of paper", "seq=%llu",
              (unsigned long long)v->world->seq);
}

static void drop_draft(struct view_paper *p)
{
    if (p->draft != NULL) {
        paper_end(&p->paper);
        sheet_free(p->draft);
        p->draft = NULL;
    }
}

static void begin_draft(struct view *v)
{
    struct view_paper *p = v->paper;
    struct sheet *s = calloc(1, sizeof(*s));
    arena_reset(&p->arena);
    p->paper = (struct paper){ .world = v->world, .name = v->setup.world_name, .arena = &p->arena };
    p->paper.now = v->setup.conf->clock_rate > 1 ? v->world->at : view_wall_us();
    p->paper.lost_since = v->setup.log_lost != NULL ? v->setup.log_lost(v->setup.more_arg) : 0;
    if (s == NULL || !paper_begin(&p->paper)) {
        no_memory(v);
        free(s);
        return;
    }
    buf_init(&s->html);
    buf_init(&s->text);
    buf_init(&s->form);
    put_stamp(s->stamp, &p->paper);
    paper_form(&s->form, &p->paper);
    p->draft = s;
}

/* Hands the whole sheet to the thread. */
static void end_draft(struct view *v)
{
    struct view_paper *p = v->paper;
    struct sheet *s = p->draft;
    if (!buf_ok(&s->html) || !buf_ok(&s->text) || !buf_ok(&s->form)) {
        no_memory(v);
        drop_draft(p);
        return;
    }
    paper_end(&p->paper);
    p->draft = NULL;
    atomic_store(&p->work, s);
    sem_post(&p->more);
}

static bool idle(const struct view_paper *p)
{
    return atomic_load(&p->work) == NULL;
}

bool view_paper_when_due(struct view *v)
{
    struct view_paper *p = v->paper;
    int64_t at = p != NULL ? view_mono_us() : 0;
    if (p == NULL) {
        return false;
    }
    if (p->draft == NULL && at >= v->paper_next_us && idle(p)) {
        v->paper_next_us = at + v->setup.conf->paper_every_s * US_PER_S;
        begin_draft(v);
    }
    if (p->draft != NULL && paper_step(&p->paper, &p->draft->html, &p->draft->text, SLICE_THINGS)) {
        end_draft(v);
    }
    return p->draft != NULL;
}

void view_paper_last(struct view *v)
{
    struct view_paper *p = v->paper;
    if (p == NULL) {
        return;
    }
    for (int64_t until = view_mono_us() + LAST_WAIT_US; !idle(p) && view_mono_us() < until;) {
        nanosleep(&(struct timespec){ .tv_nsec = US_PER_MS * 1000 }, NULL);
    }
    drop_draft(p); /* of what was before */
    if (idle(p)) {
        begin_draft(v);
    }
    if (p->draft != NULL) {
        while (!paper_step(&p->paper, &p->draft->html, &p->draft->text, UINT32_MAX)) {
        }
        end_draft(v);
    }
}

void view_paper_metrics(const struct view_paper *p, struct buf *b)
{
    buf_fmt(b,
            "# TYPE tocsin_paper_sheets_total counter\ntocsin_paper_sheets_total %llu\n"
            "# TYPE tocsin_paper_failed_total counter\ntocsin_paper_failed_total %llu\n"
            "# TYPE tocsin_paper_written_seconds gauge\ntocsin_paper_written_seconds %lld\n",
            (unsigned long long)atomic_load(&p->written),
            (unsigned long long)atomic_load(&p->failed),
            (long long)(atomic_load(&p->last_us) / US_PER_S));
}
