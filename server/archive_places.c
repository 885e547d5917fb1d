/* Places by name, for GET /places. The names are those of the map: open to whoever may read
 * anything. */
#include "server/archive_inside.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/codec/scan.h"
#include "dispatch/model/words.h"
#include "dispatch/view/query.h"
#include "sql/places.h"

#include <string.h>

#define TEXT_CHARACTERS_MIN 2
#define TEXT_CHARACTERS_MAX 100
#define FOUND_STANDARD 10
#define FOUND_MAX 50
#define LON_MAX INT32_C(1800000000)
#define LAT_MAX INT32_C(900000000)

static enum err read_text(struct str query, struct place_asked *a, struct fault *f)
{
    bool given = query_get(query, "q", &a->text) && str_utf8(a->text);
    size_t characters = given ? str_utf8_count(a->text) : 0;

    if (characters < TEXT_CHARACTERS_MIN || characters > TEXT_CHARACTERS_MAX ||
        !scan_printable(a->text, false)) {
        return fault_field(f, ERR_INVALID, "q", "expected %d to %d characters of a name",
                           TEXT_CHARACTERS_MIN, TEXT_CHARACTERS_MAX);
    }
    return OK;
}

/* "123.9012,29.0034" */
static enum err read_near(struct str query, struct place_asked *a, struct fault *f)
{
    struct str text;

    if (!query_get(query, "near", &text)) {
        return OK;
    }
    const char *comma = text.len > 0 ? memchr(text.at, ',', text.len) : NULL;
    size_t front = comma != NULL ? (size_t)(comma - text.at) : 0;

    a->near_given =
        comma != NULL && scan_deg((struct str){ text.at, front }, LON_MAX, &a->near.lon_e7) &&
        scan_deg((struct str){ comma + 1, text.len - front - 1 }, LAT_MAX, &a->near.lat_e7);
    return a->near_given
               ? OK
               : fault_field(f, ERR_INVALID, "near", "expected longitude,latitude in degrees");
}

struct answer {
    struct buf *out;
    uint32_t count;
};

static void put_member(struct buf *b, const char *member, struct str text)
{
    if (text.len > 0) {
        buf_fmt(b, ",\"%s\":", member);
        buf_json_str(b, text);
    }
}

/* What is at its point is a known place; what reaches farther, or is only near what was asked for,
 * an approximate one. */
static void put_place(void *arg, const struct place_found *p)
{
    struct answer *to = arg;
    struct buf *b = to->out;
    enum place_state state = p->radius_m > 0 ? PLACE_APPROXIMATE : PLACE_KNOWN;

    buf_text(b, to->count++ > 0 ? ",{\"kind\":" : "{\"kind\":");
    buf_json_str(b, p->kind);
    put_member(b, "name", p->name);
    put_member(b, "name_en", p->name_en);
    put_member(b, "zone", p->zone);
    buf_text(b, ",\"lon\":");
    json_out_deg(b, p->at.lon_e7);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, p->at.lat_e7);
    buf_fmt(b, ",\"state\":\"%s\"", word_of(&place_state_words, state));
    if (p->radius_m > 0) {
        buf_fmt(b, ",\"radius_m\":%u", p->radius_m);
    }
    if (p->metres >= 0) {
        buf_fmt(b, ",\"distance_m\":%lld", (long long)p->metres);
    }
    buf_char(b, '}');
}

enum err archive_places(struct archive *a, struct str query, struct buf *out, struct fault *f)
{
    struct place_asked asked = { .near_given = false };
    struct answer to = { .out = out };
    uint64_t limit = FOUND_STANDARD;
    enum err err = read_text(query, &asked, f);

    err = err == OK ? read_near(query, &asked, f) : err;
    err = err == OK ? query_u64(query, "limit", FOUND_MAX, &limit, f) : err;
    if (err == OK && limit == 0) {
        err = fault_field(f, ERR_INVALID, "limit", "expected 1 to %d", FOUND_MAX);
    }
    err = err == OK ? archive_open(a, f) : err;
    if (err != OK) {
        return err;
    }
    asked.limit = (uint32_t)limit;
    asked.ms_max = (uint32_t)a->setup.conf->place_search_ms_max;
    buf_text(out, "{\"places\":[");
    err = places_find(a->pg, &asked, put_place, &to, f);
    buf_text(out, "]}");
    return err;
}
