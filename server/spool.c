#include "server/spool.h"

#include "base/buf.h"
#include "base/log.h"
#include "dispatch/codec/json_in.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_BYTES_MAX (16u << 10)

struct spool {
    int fd;
    int folder_fd;
    char name[64];
    off_t size; /* of whole lines; what stands behind is none */
    off_t at;   /* of the next entry */
    off_t next; /* of the one behind */
    bool unreadable;
};

static enum err io_fault(struct fault *f, const char *what)
{
    return fault_set(f, ERR_IO, what, strerror(errno), "look at the snapshot folder and its disk");
}

/* ---- opening ---- */

/* Where the last whole line ends. */
static enum err find_end(struct spool *s, struct fault *f)
{
    char bytes[4096];
    struct stat st;
    if (fstat(s->fd, &st) != 0) {
        return io_fault(f, "the spool of accesses cannot be read");
    }
    for (off_t end = st.st_size; end > 0;) {
        size_t some = end < (off_t)sizeof(bytes) ? (size_t)end : sizeof(bytes);
        off_t from = end - (off_t)some;
        if (pread(s->fd, bytes, some, from) != (ssize_t)some) {
            return io_fault(f, "the spool of accesses cannot be read");
        }
        for (size_t k = some; k > 0; k--) {
            if (bytes[k - 1] == '\n') {
                s->size = from + (off_t)k;
                return OK;
            }
        }
        end = from;
    }
    s->size = 0;
    return OK;
}

static enum err open_file(struct spool *s, struct fault *f)
{
    s->fd = openat(s->folder_fd, s->name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->fd < 0 || fchmod(s->fd, 0600) != 0 || fsync(s->folder_fd) != 0) {
        return io_fault(f, "the spool of accesses cannot be opened");
    }
    if (flock(s->fd, LOCK_EX | LOCK_NB) != 0) {
        return io_fault(f, "another process has the spool of accesses");
    }
    enum err err = find_end(s, f);
    if (err == OK && ftruncate(s->fd, s->size) != 0) {
        err = io_fault(f, "the spool of accesses cannot be written");
    }
    return err;
}

enum err spool_open(const char *folder, struct str world, struct spool **out, struct fault *f)
{
    struct spool *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the spool of accesses", NULL, NULL);
    }
    (void)snprintf(s->name, sizeof(s->name), "access-spool-" STR_FMT, STR_ARG(world));
    s->fd = -1;
    s->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err err = s->folder_fd < 0 ? io_fault(f, "the folder of the spool cannot be opened")
                                    : open_file(s, f);
    if (err != OK) {
        spool_close(s);
        return err;
    }
    *out = s;
    return OK;
}

void spool_close(struct spool *s)
{
    if (s == NULL) {
        return;
    }
    if (s->fd >= 0) {
        close(s->fd);
    }
    if (s->folder_fd >= 0) {
        close(s->folder_fd);
    }
    free(s);
}

/* ---- writing ---- */

static void put_line(struct buf *b, const struct access_entry *e)
{
    uint8_t id[ACCESS_SPOOLED_SIZE / 2];
    randombytes_buf(id, sizeof(id));
    buf_text(b, "{\"id\":\"");
    buf_hex(b, id, sizeof(id));
    buf_fmt(b, "\",\"at\":%lld,\"actor\":", (long long)e->at_us);
    buf_json_str(b, e->actor);
    buf_text(b, ",\"incident\":");
    buf_json_str(b, e->incident);
    buf_text(b, ",\"purpose\":");
    buf_json_str(b, e->purpose);
    buf_text(b, ",\"fields\":");
    buf_json_str(b, e->fields);
    buf_text(b, "}\n");
}

static bool write_all(int fd, const char *at, size_t len, off_t to)
{
    while (len > 0) {
        ssize_t n = pwrite(fd, at, len, to);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        at += n;
        to += n;
        len -= (size_t)n;
    }
    return true;
}

enum err spool_append(struct spool *s, const struct access_entry *e, struct fault *f)
{
    char bytes[LINE_BYTES_MAX];
    struct buf b;
    enum err err = access_check(e, f);
    if (err != OK) {
        return err;
    }
    buf_fixed(&b, bytes, sizeof(bytes));
    put_line(&b, e);
    if (!buf_ok(&b) || (size_t)s->size + b.len > SPOOL_BYTES_MAX) {
        return fault_set(f, ERR_LOG_UNAVAILABLE,
                         "the log is down and the spool of accesses is full", NULL, NULL);
    }
    if (!write_all(s->fd, b.at, b.len, s->size) || fdatasync(s->fd) != 0) {
        int number = errno;
        if (ftruncate(s->fd, s->size) != 0) {
            log_error("spool", "half a line stays behind the end", "error=\"%s\"", strerror(errno));
        }
        return fault_set(f, ERR_LOG_UNAVAILABLE,
                         "the log is down and the access cannot be kept on the disk either",
                         strerror(number), NULL);
    }
    s->size += (off_t)b.len;
    return OK;
}

/* ---- reading ---- */

static bool take_text(const struct json_doc *doc, const char *key, struct arena *arena,
                      struct str *out)
{
    struct str text;
    if (!json_doc_str(doc, key, &text)) {
        return false;
    }
    *out = arena_str(arena, text);
    return out->at != NULL;
}

static bool read_line(struct str line, struct arena *arena, struct access_entry *out)
{
    struct json_doc *doc = NULL;
    struct fault f = { .err = OK };
    uint64_t at = 0;
    *out = (struct access_entry){ .at_us = 0 };
    if (json_doc_parse(line, &doc, &f) != OK) {
        return false;
    }
    bool good = json_doc_u64(doc, "at", &at) && at <= INT64_MAX && at > 0 &&
                take_text(doc, "id", arena, &out->spooled) &&
                take_text(doc, "actor", arena, &out->actor) &&
                take_text(doc, "incident", arena, &out->incident) &&
                take_text(doc, "purpose", arena, &out->purpose) &&
                take_text(doc, "fields", arena, &out->fields) &&
                out->spooled.len == ACCESS_SPOOLED_SIZE && out->actor.len > 0;
    json_doc_free(doc);
    out->at_us = (int64_t)at;
    return good && access_check(out, &f) == OK;
}

/* The line at s->at, without its end; s->next is behind it. A line longer than any of ours is cut
 * into such that are none. False: it cannot be read. */
static bool next_line(struct spool *s, char *bytes, struct str *line)
{
    size_t left = (size_t)(s->size - s->at);
    ssize_t n = pread(s->fd, bytes, left < LINE_BYTES_MAX ? left : LINE_BYTES_MAX, s->at);
    if (n <= 0) {
        log_error("spool", "the spool of accesses cannot be read", "error=\"%s\"", strerror(errno));
        return false;
    }
    const char *end = memchr(bytes, '\n', (size_t)n);
    *line = (struct str){ bytes, end != NULL ? (size_t)(end - bytes) : (size_t)n };
    s->next = s->at + (off_t)line->len + (end != NULL ? 1 : 0);
    return true;
}

bool spool_next(struct spool *s, struct arena *arena, struct access_entry *out)
{
    char bytes[LINE_BYTES_MAX];
    struct str line;
    while (s->at < s->size && next_line(s, bytes, &line)) {
        if (read_line(line, arena, out)) {
            return true;
        }
        log_error("spool", "a line of the spool of accesses is none", "at=%lld", (long long)s->at);
        s->unreadable = true;
        s->at = s->next;
    }
    return false;
}

/* A file with lines that are none is for a person to look at. */
static enum err set_aside(struct spool *s, struct fault *f)
{
    char name[sizeof(s->name) + 32];
    (void)snprintf(name, sizeof(name), "%s.unreadable-%08x", s->name, randombytes_random());
    if (renameat(s->folder_fd, s->name, s->folder_fd, name) != 0) {
        return io_fault(f, "the spool of accesses cannot be set aside");
    }
    close(s->fd);
    s->fd = -1;
    s->unreadable = false;
    s->at = s->next = s->size = 0; /* also when the new one cannot be opened */
    return open_file(s, f);
}

bool spool_done(const struct spool *s)
{
    return s->at >= s->size;
}

enum err spool_taken(struct spool *s, struct fault *f)
{
    enum err err = OK;
    off_t before = s->at;
    s->at = s->next;
    if (s->at < s->size) {
        return OK;
    }
    if (s->unreadable) {
        err = set_aside(s, f);
    } else if (ftruncate(s->fd, 0) != 0 || fsync(s->fd) != 0) {
        err = io_fault(f, "the spool of accesses cannot be emptied");
    }
    if (err != OK) {
        s->at = s->size > 0 ? before : 0;
        return err;
    }
    s->at = s->next = s->size = 0;
    return OK;
}
