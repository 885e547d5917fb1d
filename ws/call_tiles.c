/* The base map on the way out: its description and its tiles. Anybody may have them, as the
 * console's files; they say nothing that is not on a printed street map. */
#include "dispatch/codec/scan.h"
#include "ws/http.h"
#include "ws/tiles.h"

#include <stdio.h>

enum err map_start(struct gateway *g, struct fault *f)
{
    char hash[TILES_HASH_LEN + 1];
    const char *path = g->conf->basemap;
    const char *known = g->setup.tiles_hash;

    if (path[0] == '\0') {
        return OK;
    }
    if (known == NULL) {
        enum err e = tiles_hash(path, hash, f);

        if (e != OK) {
            return e;
        }
        known = hash;
    }
    return tiles_open(path, known, &g->tiles, f);
}

static void no_tile(struct http_call *call)
{
    struct fault f = { .err = OK };

    (void)fault_set(&f, ERR_NOT_FOUND, "there is no such tile", "",
                    "GET /tiles says where the tiles are");
    http_fault(call, &f);
}

void call_map(struct http_call *call)
{
    const struct tiles *t = call->conn->g->tiles;
    struct buf headers, body;

    if (t == NULL) {
        http_answer(call, 204, NULL, STR("Cache-Control: no-cache\r\n"), STR(""));
        return;
    }
    buf_init(&headers);
    buf_init(&body);
    buf_fmt(&headers, "Cache-Control: no-cache\r\nETag: \"%s\"\r\n", tiles_name(t));
    if (strlen(call->etag) == TILES_HASH_LEN + 2 &&
        strncmp(call->etag + 1, tiles_name(t), TILES_HASH_LEN) == 0) {
        http_answer(call, 304, NULL, buf_view(&headers), STR(""));
    } else {
        tiles_describe(t, &body);
        http_answer(call, 200, "application/json", buf_view(&headers), buf_view(&body));
    }
    buf_fini(&headers);
    buf_fini(&body);
}

/* The next segment of "hash/zoom/x/y". */
static struct str segment(const char **at)
{
    struct str s = str_from(*at, strcspn(*at, "/"));

    *at += s.len + ((*at)[s.len] == '/');
    return s;
}

static void send_tile(struct http_call *call, struct tiles *t, const uint64_t at[3])
{
    struct str tile;
    struct buf headers;
    char etag[sizeof(call->etag)];
    enum tile_found found = tiles_get(t, (unsigned)at[0], (uint32_t)at[1], (uint32_t)at[2], &tile);
    bool gzip = tile.len > 2 && (uint8_t)tile.at[0] == 0x1f && (uint8_t)tile.at[1] == 0x8b;

    buf_init(&headers);
    (void)snprintf(etag, sizeof(etag), "\"%s-%u-%u-%u\"", tiles_name(t), (unsigned)at[0],
                   (unsigned)at[1], (unsigned)at[2]);
    buf_fmt(&headers, "Cache-Control: public, max-age=31536000, immutable\r\nETag: %s\r\n", etag);
    if (gzip) {
        buf_text(&headers, "Content-Encoding: gzip\r\n"); /* every map client reads it */
    }
    if (found == TILE_BROKEN) {
        struct fault f = { .err = OK };

        call->conn->g->metrics.tiles_broken++;
        (void)fault_set(&f, ERR_CORRUPT, "the base map cannot be read here", "",
                        "make it anew with tools/basemap");
        http_fault(call, &f);
    } else if (strcmp(call->etag, etag) == 0) {
        http_answer(call, 304, NULL, buf_view(&headers), STR(""));
    } else if (found == TILE_NONE) {
        http_answer(call, 204, NULL, buf_view(&headers), STR(""));
    } else {
        http_answer(call, 200, "application/vnd.mapbox-vector-tile", buf_view(&headers), tile);
    }
    tiles_done(t);
    buf_fini(&headers);
}

void call_tile(struct http_call *call)
{
    struct tiles *t = call->conn->g->tiles;
    const char *at = call->path + strlen("/tiles/");
    struct str hash = segment(&at);
    uint64_t place[3];

    for (size_t i = 0; i < 3; i++) {
        uint64_t max = i == 0 ? TILE_ZOOM_MAX : (UINT64_C(1) << place[0]) - 1;

        if (!scan_u64(segment(&at), max, &place[i])) {
            no_tile(call);
            return;
        }
    }
    /* The tiles of another map: a page that was open while the map changed asks anew. */
    if (t == NULL || !str_is(hash, tiles_name(t))) {
        no_tile(call);
        return;
    }
    send_tile(call, t, place);
}
