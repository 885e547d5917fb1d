/* Records to the view, archive and auth threads. */
#include "ws/inside.h"

static bool archived(enum door_read what)
{
    return what == READ_EVENTS || what == READ_ROW || what == READ_TIMELINE || what == READ_PLACES;
}

bool ask_read(struct gateway *g, enum door_read what, uint64_t request, uint64_t number,
              uint64_t min_seq, struct str principal, struct str query, bool geojson, bool ndjson)
{
    struct door_way *way = archived(what) ? &g->setup.door.to_archive : &g->setup.door.to_view;
    struct door_read_ask ask = {
        .kind = DOOR_READ,
        .what = what,
        .request = request,
        .number = number,
        .min_seq = min_seq,
        .principal_len = (uint32_t)principal.len,
        .query_len = (uint32_t)query.len,
        .geojson = geojson,
        .ndjson = ndjson,
    };
    char *at = door_reserve(way, sizeof(ask) + principal.len + query.len);

    if (at == NULL) {
        return false;
    }
    memcpy(at, &ask, sizeof(ask));
    at += sizeof(ask);
    if (principal.len != 0) {
        memcpy(at, principal.at, principal.len);
    }
    if (query.len != 0) {
        memcpy(at + principal.len, query.at, query.len);
    }
    door_commit(way);
    return true;
}

bool ask_auth(struct gateway *g, enum door_auth what, uint64_t request, uint64_t number,
              const struct str strings[3])
{
    struct door_auth_ask ask = {
        .kind = DOOR_AUTH, .what = what, .request = request, .number = number
    };
    size_t len = sizeof(ask);
    char *at;

    for (int i = 0; i < 3; i++) {
        ask.len[i] = (uint32_t)strings[i].len;
        len += strings[i].len;
    }
    at = door_reserve(&g->setup.door.to_auth, len);
    if (at == NULL) {
        return false;
    }
    memcpy(at, &ask, sizeof(ask));
    at += sizeof(ask);
    for (int i = 0; i < 3; i++) {
        if (strings[i].len != 0) {
            memcpy(at, strings[i].at, strings[i].len);
            at += strings[i].len;
        }
    }
    door_commit(&g->setup.door.to_auth);
    return true;
}
