#include "tools/sim/accounts.h"

#include "base/buf.h"
#include "dispatch/codec/json_in.h"
#include "tools/sim/virtual.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void add(struct arena *a, struct accounts *out, struct str name, enum role role)
{
    out->at[out->count++] =
        (struct account){ .username = arena_str(a, name), .role = (uint8_t)role };
}

static struct str zone_code(struct arena *a, const struct city *city, uint32_t zone)
{
    const struct city_zone *z = city->zones.at;

    return zone != 0 ? arena_str(a, z[zone - 1].code) : (struct str){ 0 };
}

/* One a role; who plays a guest's unit needs the unit's account too. */
static void add_guests(struct arena *a, const struct city *city, const struct cast *cast,
                       struct accounts *out)
{
    for (uint32_t i = 0; i < town_account_count; i++) {
        add(a, out, str_of(town_accounts[i].name), town_accounts[i].role);
        if (town_accounts[i].role == ROLE_STATION_DESK) {
            out->at[out->count - 1].zone = zone_code(a, city, cast->guest_station);
            add(a, out, STR("station_relief"), ROLE_STATION_DESK); /* whom a shift is handed to */
            out->at[out->count - 1].zone = zone_code(a, city, cast->guest_station);
        }
    }
    if (cast->guest_unit != 0) {
        add(a, out, STR("unit"), ROLE_UNIT);
        out->at[out->count - 1].unit = cast->guest_unit;
    }
}

static void add_floor(struct arena *a, const struct city *city, const struct cast *cast,
                      struct accounts *out)
{
    char name[CAST_NAME_SIZE];

    for (uint32_t k = 0; k < 2 * CAST_POSTS; k++) {
        add(a, out, agents_person_name(k, name), town_person_role(k));
    }
    for (uint32_t k = 0; k < CAST_TAKERS; k++) {
        add(a, out, cast_taker_name(k, name), ROLE_OPERATOR);
    }
    for (uint32_t k = 0; k < cast->desk_count; k++) {
        add(a, out, cast_desk_name(k, name), ROLE_STATION_DESK);
        out->at[out->count - 1].zone = zone_code(a, city, cast->desks[k]);
    }
}

enum err accounts_plan(struct arena *a, const struct city *city, const struct cast *cast,
                       struct accounts *out, struct fault *f)
{
    uint32_t most = town_account_count + 2 + 2 * CAST_POSTS + CAST_TAKERS + cast->desk_count +
                    city->units.count;

    *out = (struct accounts){ .at = arena_alloc(a, (size_t)most * sizeof(*out->at)) };
    if (out->at == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the accounts", NULL, NULL);
    }
    add_guests(a, city, cast, out);
    add_floor(a, city, cast, out);
    for (uint32_t u = 1; u <= city->units.count; u++) {
        char name[AGENTS_NAME_SIZE];

        add(a, out, agents_unit_name(u, name), ROLE_UNIT);
        out->at[out->count - 1].unit = u;
    }
    return OK;
}

struct account *accounts_find(const struct accounts *accounts, struct str username)
{
    for (uint32_t i = 0; i < accounts->count; i++) {
        if (str_eq(accounts->at[i].username, username)) {
            return &accounts->at[i];
        }
    }
    return NULL;
}

static enum err read_one(struct arena *a, const struct json_doc *doc, struct account *out,
                         struct fault *f)
{
    struct str name;
    struct str role;
    struct str password;
    uint64_t unit;
    uint32_t value;

    if (!json_doc_str(doc, "username", &name) || !json_doc_str(doc, "role", &role) ||
        !json_doc_str(doc, "password", &password) || !word_find(&role_words, role, &value)) {
        return fault_set(f, ERR_MALFORMED, "an account needs username, role and password", NULL,
                         NULL);
    }
    *out = (struct account){ .username = arena_str(a, name),
                             .password = arena_str(a, password),
                             .role = (uint8_t)value };
    if (json_doc_u64(doc, "unit", &unit) && unit < UINT32_MAX) {
        out->unit = (uint32_t)unit;
    }
    if (json_doc_str(doc, "zone", &name)) {
        out->zone = arena_str(a, name);
    }
    return OK;
}

enum err accounts_read(struct arena *a, const char *path, struct accounts *out, struct fault *f)
{
    struct str text;
    struct json_doc *doc;

    if (town_read(a, path, &text, f) != OK || json_doc_parse(text, &doc, f) != OK) {
        return f->err;
    }
    const struct json_doc *list = json_doc_member(doc, "accounts");
    size_t count = json_doc_count(list);
    enum err err = OK;

    out->at = arena_alloc(a, (count + 1) * sizeof(*out->at));
    out->count = (uint32_t)count;
    for (size_t i = 0; i < count && err == OK; i++) {
        err = read_one(a, json_doc_at(list, i), &out->at[i], f);
    }
    json_doc_free(doc);
    return err;
}

static void put(struct buf *b, const struct account *a)
{
    buf_text(b, "{\"username\":");
    buf_json_str(b, a->username);
    buf_fmt(b, ",\"role\":\"%s\",\"password\":", word_of(&role_words, a->role));
    buf_json_str(b, a->password);
    if (a->unit != 0) {
        buf_fmt(b, ",\"unit\":%" PRIu32, a->unit);
    }
    if (a->zone.len > 0) {
        buf_text(b, ",\"zone\":");
        buf_json_str(b, a->zone);
    }
    buf_char(b, '}');
}

/* A new file beside the old one takes its name, so that no reader meets half of it. */
static bool replace(const char *path, struct str text)
{
    char beside[PATH_MAX];
    int n = snprintf(beside, sizeof(beside), "%s.new", path);

    if (n < 0 || n >= PATH_MAX) {
        return false;
    }
    (void)unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, text.at, text.len) == (ssize_t)text.len && fsync(fd) == 0;

    good = fd >= 0 && close(fd) == 0 && good;
    return good && rename(beside, path) == 0;
}

enum err accounts_write(const char *path, const struct accounts *accounts, struct fault *f)
{
    struct buf b;

    buf_init(&b);
    buf_text(&b, "{\"accounts\":[\n");
    for (uint32_t i = 0; i < accounts->count; i++) {
        put(&b, &accounts->at[i]);
        buf_text(&b, i + 1 < accounts->count ? ",\n" : "\n");
    }
    buf_text(&b, "]}\n");
    bool good = buf_ok(&b) && replace(path, buf_view(&b));

    buf_fini(&b);
    return good ? OK : fault_set(f, ERR_IO, "could not write the accounts", path, strerror(errno));
}
