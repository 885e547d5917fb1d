/* MBTiles: https://github.com/mapbox/mbtiles-spec (1.3): tables metadata(name, value) and
 * tiles(zoom_level, tile_column, tile_row, tile_data). */
#include "ws/tiles.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEPS_MAX 200 /* of 1,000 machine instructions of SQLite that one query may take */
#define TEXT_MAX 512
#define CHUNK (256 * 1024)

struct box {
    double west, south, east, north;
};

struct tiles {
    sqlite3 *db;
    sqlite3_stmt *get;
    int steps; /* of the present query */
    char hash[TILES_HASH_LEN + 1];
    char name[TEXT_MAX];
    char credit[TEXT_MAX];
    struct box bounds;
    bool has_bounds;
    unsigned zoom_min, zoom_max;
};

static enum err unusable(struct fault *f, const char *path, const char *what)
{
    enum err e =
        fault_field(f, ERR_CONFIG, "basemap", "basemap is not a usable map file: %s", what);

    if (f != NULL) {
        (void)snprintf(f->detail, sizeof(f->detail), "%s", path);
        (void)snprintf(f->hint, sizeof(f->hint), "an MBTiles file as tools/basemap makes it");
    }
    return e;
}

enum err tiles_hash(const char *path, char out[TILES_HASH_LEN + 1], struct fault *f)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    uint8_t *chunk = malloc(CHUNK);
    struct sha256_ctx ctx;
    struct stat st;
    uint8_t digest[SHA256_DIGEST_SIZE];
    ssize_t n = -1;
    enum err e = OK;

    if (chunk == NULL) {
        e = fault_set(f, ERR_NO_MEMORY, "no memory to read the map", "", "");
    } else if (fd < 0 || fstat(fd, &st) != 0) {
        e = unusable(f, path, strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        e = unusable(f, path, "it is no file");
    } else {
        sha256_init(&ctx);
        while ((n = read(fd, chunk, CHUNK)) > 0) {
            sha256_update(&ctx, (size_t)n, chunk);
        }
        e = n < 0 ? unusable(f, path, strerror(errno)) : OK;
    }
    if (e == OK) {
        sha256_digest(&ctx, sizeof(digest), digest);
        for (size_t i = 0; i < TILES_HASH_LEN / 2; i++) {
            (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
        }
    }
    free(chunk);
    if (fd >= 0) {
        close(fd);
    }
    return e;
}

/* A view under the name of a table may hold anything, even a query without an end. */
static int too_long(void *arg)
{
    return ++((struct tiles *)arg)->steps > STEPS_MAX;
}

static int step(struct tiles *t, sqlite3_stmt *s)
{
    t->steps = 0;
    return sqlite3_step(s);
}

/* The path as an SQLite URI: what could be read as a part of one is escaped. */
static bool write_uri(const char *path, struct buf *b)
{
    buf_text(b, path[0] == '/' ? "file://" : "file:");
    for (; *path != '\0'; path++) {
        if (strchr("%?#", *path) != NULL) {
            buf_fmt(b, "%%%02x", (unsigned)(unsigned char)*path);
        } else {
            buf_char(b, *path);
        }
    }
    buf_text(b, "?mode=ro&immutable=1");
    buf_char(b, '\0');
    return buf_ok(b);
}

static enum err open_database(struct tiles *t, const char *path, struct fault *f)
{
    struct buf uri;
    int rc = SQLITE_NOMEM;

    buf_init(&uri);
    if (write_uri(path, &uri)) {
        rc = sqlite3_open_v2(uri.at, &t->db,
                             SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
                                 SQLITE_OPEN_PRIVATECACHE,
                             NULL);
    }
    buf_fini(&uri);
    if (rc != SQLITE_OK) {
        return unusable(f, path, t->db != NULL ? sqlite3_errmsg(t->db) : "out of memory");
    }
    (void)sqlite3_limit(t->db, SQLITE_LIMIT_LENGTH, (int)TILE_BYTES_MAX);
    (void)sqlite3_limit(t->db, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_db_config(t->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(t->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_progress_handler(t->db, 1000, too_long, t);
    return OK;
}

/* The value of one row of the table metadata; empty when it has none, or one too long. */
static int read_text(struct tiles *t, sqlite3_stmt *s, const char *name, char out[TEXT_MAX])
{
    int rc = sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);

    out[0] = '\0';
    rc = rc == SQLITE_OK ? step(t, s) : rc;
    if (rc == SQLITE_ROW) {
        const unsigned char *at = sqlite3_column_text(s, 0);
        struct str text = { .at = (const char *)at, .len = (size_t)sqlite3_column_bytes(s, 0) };

        if (at != NULL && text.len < TEXT_MAX && str_utf8(text)) {
            memcpy(out, text.at, text.len);
            out[text.len] = '\0';
        }
    }
    (void)sqlite3_reset(s);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static bool read_box(const char *text, struct box *b)
{
    char end;

    return sscanf(text, "%lf,%lf,%lf,%lf%c", &b->west, &b->south, &b->east, &b->north, &end) == 4 &&
           b->west >= -180 && b->west < b->east && b->east <= 180 && b->south >= -90 &&
           b->south < b->north && b->north <= 90;
}

static bool read_zoom(const char *text, unsigned standard, unsigned *zoom)
{
    char end;

    *zoom = standard;
    return text[0] == '\0' || (sscanf(text, "%2u%c", zoom, &end) == 1 && *zoom <= TILE_ZOOM_MAX);
}

static enum err take_metadata(struct tiles *t, sqlite3_stmt *s, const char *path, struct fault *f)
{
    char format[TEXT_MAX], bounds[TEXT_MAX], least[TEXT_MAX], most[TEXT_MAX];
    struct {
        const char *name;
        char *out;
    } rows[] = { { "format", format }, { "bounds", bounds }, { "minzoom", least },
                 { "maxzoom", most },  { "name", t->name },  { "attribution", t->credit } };
    char what[192];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (read_text(t, s, rows[i].name, rows[i].out) != SQLITE_OK) {
            return unusable(f, path, sqlite3_errmsg(t->db));
        }
    }
    if (strcmp(format, "pbf") != 0) {
        (void)snprintf(what, sizeof(what),
                       "its format is \"%.40s\", expected \"pbf\" (vector tiles)", format);
        return unusable(f, path, what);
    }
    if (!read_zoom(least, 0, &t->zoom_min) || !read_zoom(most, 14, &t->zoom_max) ||
        t->zoom_min > t->zoom_max) {
        (void)snprintf(what, sizeof(what), "its zooms are \"%.8s\" to \"%.8s\", expected 0 to 24",
                       least, most);
        return unusable(f, path, what);
    }
    t->has_bounds = bounds[0] != '\0';
    if (t->has_bounds && !read_box(bounds, &t->bounds)) {
        (void)snprintf(what, sizeof(what),
                       "its bounds are \"%.60s\", expected west,south,east,north in degrees",
                       bounds);
        return unusable(f, path, what);
    }
    return OK;
}

static enum err read_metadata(struct tiles *t, const char *path, struct fault *f)
{
    sqlite3_stmt *s = NULL;
    enum err e;

    if (sqlite3_prepare_v2(t->db, "SELECT value FROM metadata WHERE name = ?1", -1, &s, NULL) !=
        SQLITE_OK) {
        return unusable(f, path, sqlite3_errmsg(t->db));
    }
    e = take_metadata(t, s, path, f);
    (void)sqlite3_finalize(s);
    return e;
}

static enum err prepare(struct tiles *t, const char *path, struct fault *f)
{
    static const char sql[] = "SELECT tile_data FROM tiles "
                              "WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3";
    struct str tile;

    if (sqlite3_prepare_v3(t->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &t->get, NULL) != SQLITE_OK) {
        return unusable(f, path, sqlite3_errmsg(t->db));
    }
    if (tiles_get(t, t->zoom_max, 0, 0, &tile) == TILE_BROKEN) {
        char what[160];

        (void)snprintf(what, sizeof(what), "%s", sqlite3_errmsg(t->db));
        tiles_done(t);
        return unusable(f, path, what);
    }
    tiles_done(t);
    return OK;
}

enum err tiles_open(const char *path, const char *hash, struct tiles **out, struct fault *f)
{
    struct tiles *t = calloc(1, sizeof(*t));
    enum err e;

    *out = NULL;
    if (t == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the map", "", "");
    }
    (void)snprintf(t->hash, sizeof(t->hash), "%s", hash);
    e = open_database(t, path, f);
    e = e == OK ? read_metadata(t, path, f) : e;
    e = e == OK ? prepare(t, path, f) : e;
    if (e != OK) {
        tiles_free(t);
        return e;
    }
    *out = t;
    return OK;
}

void tiles_free(struct tiles *t)
{
    if (t != NULL) {
        (void)sqlite3_finalize(t->get);
        (void)sqlite3_close(t->db);
        free(t);
    }
}

const char *tiles_name(const struct tiles *t)
{
    return t->hash;
}

enum tile_found tiles_get(struct tiles *t, unsigned zoom, uint32_t x, uint32_t y, struct str *out)
{
    uint32_t across;
    int rc;

    *out = STR("");
    if (zoom > TILE_ZOOM_MAX || x >= (across = UINT32_C(1) << zoom) || y >= across) {
        return TILE_NONE;
    }
    (void)sqlite3_bind_int(t->get, 1, (int)zoom);
    (void)sqlite3_bind_int64(t->get, 2, x);
    (void)sqlite3_bind_int64(t->get, 3, across - 1 - y);
    rc = step(t, t->get);
    if (rc == SQLITE_ROW) {
        const void *at = sqlite3_column_blob(t->get, 0);
        int len = sqlite3_column_bytes(t->get, 0);

        if (at == NULL || len <= 0) {
            return TILE_NONE;
        }
        *out = (struct str){ .at = at, .len = (size_t)len };
        return TILE_FOUND;
    }
    return rc == SQLITE_DONE ? TILE_NONE : TILE_BROKEN;
}

void tiles_done(struct tiles *t)
{
    (void)sqlite3_reset(t->get);
}

void tiles_describe(const struct tiles *t, struct buf *b)
{
    buf_text(b, "{\"tilejson\":\"2.2.0\",\"scheme\":\"xyz\",\"name\":");
    buf_json_str(b, str_of(t->name));
    buf_text(b, ",\"attribution\":");
    buf_json_str(b, str_of(t->credit));
    buf_fmt(b, ",\"minzoom\":%u,\"maxzoom\":%u", t->zoom_min, t->zoom_max);
    if (t->has_bounds) {
        buf_fmt(b, ",\"bounds\":[%.7g,%.7g,%.7g,%.7g]", t->bounds.west, t->bounds.south,
                t->bounds.east, t->bounds.north);
    }
    buf_fmt(b, ",\"tiles\":[\"/tiles/%s/{z}/{x}/{y}\"]}", t->hash);
}
