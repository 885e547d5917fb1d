/* Files that anybody may have: the console and the interface documents. Names are taken segment by
 * segment, so that no path leads out of the folder. A .br or .gz beside a file is sent instead of
 * it to clients that can read it; nothing is compressed here. */
#include "ws/http.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX (32 * 1024 * 1024)

static const char page_headers[] =
    "Content-Security-Policy: default-src 'self'; worker-src 'self'; img-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(self)\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Vary: Accept-Encoding\r\n";

static const struct {
    const char *end;
    const char *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json" },
    { ".map", "application/json" },
    { ".webmanifest", "application/manifest+json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".ico", "image/vnd.microsoft.icon" },
    { ".woff2", "font/woff2" },
    { ".pbf", "application/x-protobuf" },
    { ".wasm", "application/wasm" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".yaml", "application/yaml" },
};

static const char *type_of(const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        size_t end = strlen(types[i].end);

        if (len > end && strcmp(name + len - end, types[i].end) == 0) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

/* Segments of letters, digits, . _ - that do not begin with a dot. */
static bool name_safe(const char *name)
{
    bool start = true;

    for (; *name != '\0'; name++) {
        if (*name == '/') {
            if (start) {
                return false;
            }
            start = true;
            continue;
        }
        if ((*name == '.' && start) ||
            strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *name) ==
                NULL) {
            return false;
        }
        start = false;
    }
    return true;
}

static int open_file(const char *dir, const char *name, const char *suffix, struct stat *st)
{
    char path[2048];
    int len = snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix);
    int fd;

    if (len < 0 || (size_t)len >= sizeof(path)) {
        return -1;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && (fstat(fd, st) != 0 || !S_ISREG(st->st_mode) || st->st_size > FILE_BYTES_MAX)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool read_all(int fd, size_t size, struct buf *b)
{
    char *at = buf_room(b, size != 0 ? size : 1);
    size_t len = 0;

    if (at == NULL) {
        return false;
    }
    while (len < size) {
        ssize_t n = read(fd, at + len, size - len);

        if (n <= 0) {
            return false;
        }
        len += (size_t)n;
    }
    buf_took(b, size);
    return true;
}

static void not_found(struct http_call *call)
{
    struct fault f = { .err = OK };

    (void)fault_set(&f, ERR_NOT_FOUND, "there is no such file", "", "");
    http_fault(call, &f);
}

/* Answers with an open file; `coding` NULL: as it is. */
static void send_file(struct http_call *call, int fd, const struct stat *st, const char *name,
                      const char *coding)
{
    struct buf headers;
    struct buf body;
    char etag[64];

    buf_init(&headers);
    buf_init(&body);
    (void)snprintf(etag, sizeof(etag), "\"%llx-%llx%s%s\"",
                   (unsigned long long)st->st_mtim.tv_sec * 1000000000ull +
                       (unsigned long long)st->st_mtim.tv_nsec,
                   (unsigned long long)st->st_size, coding != NULL ? "-" : "",
                   coding != NULL ? coding : "");
    buf_text(&headers, page_headers);
    buf_fmt(&headers, "ETag: %s\r\n", etag);
    /* Built files carry their hash in the name; pages are asked for anew each time. */
    buf_text(&headers, strncmp(name, "assets/", 7) == 0
                           ? "Cache-Control: public, max-age=31536000, immutable\r\n"
                           : "Cache-Control: no-cache\r\n");
    if (coding != NULL) {
        buf_fmt(&headers, "Content-Encoding: %s\r\n", coding);
    }
    if (strcmp(call->etag, etag) == 0) {
        http_answer(call, 304, NULL, buf_view(&headers), STR(""));
    } else if (read_all(fd, (size_t)st->st_size, &body)) {
        http_answer(call, 200, type_of(name), buf_view(&headers), buf_view(&body));
    } else {
        not_found(call);
    }
    buf_fini(&headers);
    buf_fini(&body);
}

static bool try_file(struct http_call *call, const char *dir, const char *name)
{
    static const struct {
        const char *suffix;
        const char *coding;
    } ways[] = { { ".br", "br" }, { ".gz", "gzip" }, { "", NULL } };
    bool can[] = { call->brotli, call->gzip, true };
    struct stat st;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        int fd = can[i] ? open_file(dir, name, ways[i].suffix, &st) : -1;

        if (fd >= 0) {
            send_file(call, fd, &st, name, ways[i].coding);
            close(fd);
            return true;
        }
    }
    return false;
}

void call_file(struct http_call *call)
{
    const char *dir = call->conn->g->conf->console_dir;
    const char *name = call->argument.at; /* ends where the path ends */
    const char *last = strrchr(name, '/');
    char index[PATH_MAX_LEN + 16];
    bool page = strchr(last != NULL ? last : name, '.') == NULL; /* a page has no ending */
    size_t len = strlen(name);

    if (dir[0] == '\0' || !name_safe(name)) {
        not_found(call);
        return;
    }
    if (len != 0 && name[len - 1] != '/' && try_file(call, dir, name)) {
        return;
    }
    (void)snprintf(index, sizeof(index), "%s%sindex.html", name,
                   len == 0 || name[len - 1] == '/' ? "" : "/");
    /* A page of the console that it knows itself: the console's one document decides. */
    if (!page || (!try_file(call, dir, index) && !try_file(call, dir, "index.html"))) {
        not_found(call);
    }
}

void call_home(struct http_call *call)
{
    http_answer(call, 302, NULL, STR("Location: /console/\r\nCache-Control: no-store\r\n"),
                STR(""));
}

void call_document(struct http_call *call)
{
    const char *dir = call->conn->g->conf->api_dir;

    if (dir[0] == '\0' || !try_file(call, dir, call->path + strlen("/api/"))) {
        not_found(call);
    }
}

enum err files_check(const struct conf *conf, struct fault *f)
{
    const char *dirs[] = { conf->console_dir, conf->api_dir };
    const char *names[] = { "console_dir", "api_dir" };
    struct stat st;

    for (size_t i = 0; i < 2; i++) {
        if (dirs[i][0] != '\0' && (stat(dirs[i], &st) != 0 || !S_ISDIR(st.st_mode))) {
            return fault_field(f, ERR_CONFIG, names[i], "%s: there is no such folder", names[i]);
        }
    }
    return OK;
}
