/* Positions from outside. A fix is a small message that comes two hundred thousand times a second,
 * so the usual form is read by a scanner of its own, without a tree:
 *   {"op":"position","unit":"live-u17","lon":-122.41,"lat":37.77,"heading":90,"speed":31,
 *    "fix_at":"2026-11-23T04:05:06Z"}
 * in any order of members and with any white space between. Whatever is not exactly that (escapes,
 * exponents, unknown or doubled members) is left to the codec, which says what is wrong. */
#include "ws/inside.h"

#include "dispatch/codec/json_in.h"
#include "dispatch/codec/scan.h"

struct scan {
    const char *at;
    const char *end;
};

static void skip_space(struct scan *s)
{
    while (s->at < s->end &&
           (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) {
        s->at++;
    }
}

static bool take_char(struct scan *s, char want)
{
    skip_space(s);
    if (s->at < s->end && *s->at == want) {
        s->at++;
        return true;
    }
    return false;
}

static bool take_string(struct scan *s, struct str *out)
{
    if (!take_char(s, '"')) {
        return false;
    }
    out->at = s->at;
    while (s->at < s->end && *s->at != '"') {
        if ((unsigned char)*s->at < 0x20 || (unsigned char)*s->at >= 0x7f || *s->at == '\\') {
            return false;
        }
        s->at++;
    }
    if (s->at == s->end) {
        return false;
    }
    out->len = (size_t)(s->at - out->at);
    s->at++;
    return true;
}

static bool take_number(struct scan *s, struct str *out)
{
    skip_space(s);
    out->at = s->at;
    while (s->at < s->end && ((*s->at >= '0' && *s->at <= '9') || *s->at == '-' || *s->at == '.')) {
        s->at++;
    }
    out->len = (size_t)(s->at - out->at);
    return out->len != 0;
}

enum {
    SEEN_OP = 1,
    SEEN_UNIT = 2,
    SEEN_LON = 4,
    SEEN_LAT = 8,
    SEEN_HEADING = 16,
    SEEN_SPEED = 32,
    SEEN_FIX_AT = 64
};
#define SEEN_NEEDED (SEEN_OP | SEEN_UNIT | SEEN_LON | SEEN_LAT | SEEN_FIX_AT)

static bool take_uint16(struct scan *s, uint64_t max, uint16_t *out)
{
    struct str text;
    uint64_t v;

    if (!take_number(s, &text) || !scan_u64(text, max, &v)) {
        return false;
    }
    *out = (uint16_t)v;
    return true;
}

static bool take_deg(struct scan *s, int32_t max_deg, int32_t *out)
{
    struct str text;

    return take_number(s, &text) && scan_deg(text, max_deg * DEG_E7, out);
}

/* One member after its name; which one it was, or 0. */
static unsigned take_member(struct scan *s, struct str key, struct str world, struct door_fix *out)
{
    struct str text;

    if (str_is(key, "lon")) {
        return take_deg(s, 180, &out->lon_e7) ? SEEN_LON : 0;
    }
    if (str_is(key, "lat")) {
        return take_deg(s, 90, &out->lat_e7) ? SEEN_LAT : 0;
    }
    if (str_is(key, "heading")) {
        return take_uint16(s, 359, &out->heading) ? SEEN_HEADING : 0;
    }
    if (str_is(key, "speed")) {
        return take_uint16(s, 2000, &out->speed_kmh) ? SEEN_SPEED : 0;
    }
    if (!take_string(s, &text)) {
        return 0;
    }
    if (str_is(key, "op")) {
        return str_is(text, "position") ? SEEN_OP : 0;
    }
    if (str_is(key, "unit")) {
        return scan_id(text, world, 'u', UINT32_MAX, &out->unit) == SCAN_ID_OK ? SEEN_UNIT : 0;
    }
    if (str_is(key, "fix_at")) {
        return instant_read(text.at, text.len, &out->fix_at) == 0 && out->fix_at > 0 ? SEEN_FIX_AT
                                                                                     : 0;
    }
    return 0;
}

bool fix_scan(struct str text, struct str world, struct door_fix *out)
{
    struct scan s = { text.at, text.at + text.len };
    unsigned seen = 0;
    struct str key;

    *out = (struct door_fix){ .heading = UINT16_MAX, .speed_kmh = UINT16_MAX };
    if (!take_char(&s, '{')) {
        return false;
    }
    do {
        unsigned member;

        if (!take_string(&s, &key) || !take_char(&s, ':')) {
            return false;
        }
        member = take_member(&s, key, world, out);
        if (member == 0 || (seen & member) != 0) {
            return false;
        }
        seen |= member;
    } while (take_char(&s, ','));
    if (!take_char(&s, '}') || (seen & SEEN_NEEDED) != SEEN_NEEDED) {
        return false;
    }
    skip_space(&s);
    return s.at == s.end;
}

struct position_in {
    struct str op;
    unit_id unit;
    int32_t lon;
    int32_t lat;
    uint16_t heading;
    uint16_t speed;
    int64_t fix_at;
};
static const struct field position_in_fields[] = {
    FIELD(position_in, op, F_STR, .limit = 16),
    FIELD(position_in, unit, F_ID, .letter = ID_LETTER_UNIT, .need = true),
    FIELD(position_in, lon, F_DEG, .need = true),
    FIELD(position_in, lat, F_DEG, .limit = 90, .need = true),
    FIELD(position_in, heading, F_UINT, .limit = 359),
    FIELD(position_in, speed, F_UINT, .limit = 2000),
    FIELD(position_in, fix_at, F_INSTANT, .need = true),
};
SHAPE(position_in);

bool fix_read(const struct json_doc *doc, struct str world, struct arena *a, struct door_fix *out,
              struct fault *f)
{
    struct position_in in = { .unit = { 0 } };

    if (json_in_struct(&position_in_shape, doc, world, a, &in, f) != OK) {
        return false;
    }
    *out = (struct door_fix){
        .unit = in.unit.n, .lon_e7 = in.lon, .lat_e7 = in.lat, .fix_at = in.fix_at
    };
    out->heading = json_doc_member(doc, "heading") != NULL ? in.heading : UINT16_MAX;
    out->speed_kmh = json_doc_member(doc, "speed") != NULL ? in.speed : UINT16_MAX;
    return true;
}
