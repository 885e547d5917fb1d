/* GeoJSON (RFC 7946) to shapes: everything that is foreign is looked at here. */
#include "tools/zones/zones.h"

#include "base/units.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/model/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CODE_MAX 31u
#define NAME_MAX 63u
#define SPOT_MAX 200000u /* corners of one ring */

/* Where the reader stands, for its faults: "features[3].geometry.coordinates[0][2]". */
struct path {
    char at[112];
};

struct reader {
    struct zones *z;
    const char *file;
    struct path path;
    struct zone_item *item;
};

static enum err wrong(const struct reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static enum err wrong(const struct reader *r, const char *fmt, ...)
{
    char say[160];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(say, sizeof(say), fmt, ap);
    va_end(ap);
    (void)fault_field(r->z->fault, ERR_INVALID, r->path.at, "%s %s", r->path.at, say);
    (void)snprintf(r->z->fault->detail, sizeof(r->z->fault->detail), "%s", r->file);
    return ERR_INVALID;
}

static struct path under(const struct path *p, const char *member)
{
    struct path out;

    (void)snprintf(out.at, sizeof(out.at), "%.80s%s%.28s", p->at, p->at[0] != '\0' ? "." : "",
                   member);
    return out;
}

static struct path item_of(const struct path *p, size_t index)
{
    struct path out;

    (void)snprintf(out.at, sizeof(out.at), "%.88s[%zu]", p->at, index);
    return out;
}

/* ---- which coordinates ---- */

static bool holds_word(struct str s, const char *word)
{
    size_t len = strlen(word);

    for (size_t k = 0; k + len <= s.len; k++) {
        size_t n = 0;

        while (n < len && (s.at[k + n] | 0x20) == (word[n] | 0x20)) {
            n++;
        }
        if (n == len) {
            return true;
        }
    }
    return false;
}

/* CGCS2000 (4490) differs from WGS 84 by centimetres. */
static enum err crs_valid(struct reader *r, struct str name)
{
    static const char *const same[] = { "CRS84", "4326", "WGS84", "WGS 84", "4490", "CGCS2000" };
    static const char *const shifted[] = { "GCJ", "BD09", "BD-09", "\xe7\x81\xab\xe6\x98\x9f",
                                           "\xe7\x99\xbe\xe5\xba\xa6" }; /* 火星, 百度 */

    for (size_t k = 0; k < sizeof(shifted) / sizeof(shifted[0]); k++) {
        if (holds_word(name, shifted[k]) && !(r->z->wish.from_gcj02 && k == 0)) {
            return wrong(r, "is \"%.40s\", expected WGS 84%s", name.at,
                         k == 0 ? " (--from-gcj02 converts)" : "");
        }
    }
    if (r->z->wish.from_gcj02 && holds_word(name, "GCJ")) {
        return OK;
    }
    for (size_t k = 0; k < sizeof(same) / sizeof(same[0]); k++) {
        if (holds_word(name, same[k])) {
            return OK;
        }
    }
    return wrong(r, "is \"%.60s\", expected WGS 84 (CRS84, EPSG:4326 or EPSG:4490)", name.at);
}

static enum err collection_crs(struct reader *r, const struct json_doc *doc)
{
    const struct json_doc *crs = json_doc_member(doc, "crs");
    const struct json_doc *properties = crs != NULL ? json_doc_member(crs, "properties") : NULL;
    struct str name;

    if (crs == NULL || !json_doc_is_object(crs)) {
        return OK; /* none, or null */
    }
    r->path = (struct path){ .at = "crs.properties.name" };
    if (properties == NULL || !json_doc_str(properties, "name", &name)) {
        return wrong(r, "is not there, expected WGS 84 or no crs at all");
    }
    return crs_valid(r, name);
}

static enum err feature_crs(struct reader *r, const struct json_doc *properties)
{
    static const char *const said[] = { "crs", "coord_type", "coordtype", "coordinate_system",
                                        "datum" };

    for (size_t k = 0; k < sizeof(said) / sizeof(said[0]); k++) {
        struct str name;
        struct path before = r->path;

        if (json_doc_str(properties, said[k], &name) && name.len > 0) {
            r->path = under(&before, said[k]);
            if (crs_valid(r, name) != OK) {
                return ERR_INVALID;
            }
        }
        r->path = before;
    }
    return OK;
}

/* ---- corners ---- */

struct ring_in {
    double *xy; /* pairs, whole 1e-7 degrees */
    uint32_t count;
    bool open, turned;
    uint32_t repeated;
};

static enum err read_corner(struct reader *r, const struct json_doc *pair, double xy[2])
{
    double lon = 0;
    double lat = 0;

    if (!json_doc_is_array(pair) || json_doc_count(pair) < 2 ||
        !json_doc_value_number(json_doc_at(pair, 0), &lon) ||
        !json_doc_value_number(json_doc_at(pair, 1), &lat)) {
        return wrong(r, "is no position, expected [longitude, latitude]");
    }
    if (!(lon >= -180 && lon <= 180)) {
        return wrong(r, "has longitude %.9g, expected -180 to 180 degrees (WGS 84)", lon);
    }
    if (!(lat >= -90 && lat <= 90)) {
        return wrong(r, "has latitude %.9g, expected -90 to 90 degrees (longitude stands first)",
                     lat);
    }
    if (r->z->wish.from_gcj02) {
        zones_from_gcj02(lon, lat, &lon, &lat);
    }
    xy[0] = round(lon * 1e7);
    xy[1] = round(lat * 1e7);
    return OK;
}

/* Twice the area inside, positive when it runs against the clock. */
static double turn_of(const struct ring_in *in)
{
    double sum = 0;

    for (uint32_t k = 0; k < in->count; k++) {
        const double *a = &in->xy[(size_t)2 * k];
        const double *b = &in->xy[(size_t)2 * ((k + 1) % in->count)];

        sum += (a[0] - in->xy[0]) * (b[1] - in->xy[1]) - (b[0] - in->xy[0]) * (a[1] - in->xy[1]);
    }
    return sum;
}

/* Without the corner that repeats the first. */
static enum err read_ring(struct reader *r, const struct json_doc *doc, struct ring_in *in)
{
    size_t count = json_doc_count(doc);
    struct path here = r->path;

    if (!json_doc_is_array(doc)) {
        return wrong(r, "is no ring, expected an array of positions");
    }
    if (count > SPOT_MAX) {
        return wrong(r, "has %zu corners, expected at most %u", count, SPOT_MAX);
    }
    in->xy = arena_alloc(&r->z->arena, (count + 1) * 2 * sizeof(*in->xy));
    if (in->xy == NULL) {
        return fault_set(r->z->fault, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);
    }
    for (size_t k = 0; k < count; k++) {
        double *xy = &in->xy[(size_t)2 * in->count];

        r->path = item_of(&here, k);
        if (read_corner(r, json_doc_at(doc, k), xy) != OK) {
            return r->z->fault->err;
        }
        if (in->count > 0 && xy[0] == xy[-2] && xy[1] == xy[-1]) {
            in->repeated++;
        } else {
            in->count++;
        }
    }
    r->path = here;
    in->open = true;
    if (in->count > 1 && in->xy[0] == in->xy[(size_t)2 * in->count - 2] &&
        in->xy[1] == in->xy[(size_t)2 * in->count - 1]) {
        in->open = false;
        in->count--;
    }
    in->turned = in->count >= 3 && turn_of(in) < 0;
    return OK;
}

static GEOSGeometry *ring_shape(struct zones *z, const struct ring_in *in)
{
    GEOSCoordSequence *s = GEOSCoordSeq_create_r(z->geos, in->count + 1, 2);

    must(s != NULL);
    for (uint32_t k = 0; k <= in->count; k++) {
        const double *xy = &in->xy[(size_t)2 * (k % in->count)];

        (void)GEOSCoordSeq_setXY_r(z->geos, s, k, xy[0], xy[1]);
    }
    GEOSGeometry *ring = GEOSGeom_createLinearRing_r(z->geos, s);

    must(ring != NULL);
    return ring;
}

static void note_ring(struct reader *r, const struct ring_in *in, bool hole)
{
    const struct str none = { 0 };

    if (in->count < 3) {
        (void)zones_note(r->z, r->item, ZONE_NOTE_NO_RING, 0, none);
        return;
    }
    if (in->open) {
        (void)zones_note(r->z, r->item, ZONE_NOTE_OPEN_RING, 0, none);
    }
    for (uint32_t k = 0; k < in->repeated; k++) {
        (void)zones_note(r->z, r->item, ZONE_NOTE_REPEATED, 0, none);
    }
    if (in->turned != hole) {
        (void)zones_note(r->z, r->item, ZONE_NOTE_TURNED, 0, none);
    }
}

/* NULL in *out: its outer ring bounds nothing. */
static enum err read_polygon(struct reader *r, const struct json_doc *doc, GEOSGeometry **out)
{
    size_t count = json_doc_count(doc);
    struct path here = r->path;

    *out = NULL;
    if (!json_doc_is_array(doc) || count == 0) {
        return wrong(r, "is no polygon, expected an array of rings");
    }
    GEOSGeometry **rings = arena_alloc(&r->z->arena, count * sizeof(*rings));
    unsigned n = 0;
    enum err err = rings != NULL
                       ? OK
                       : fault_set(r->z->fault, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);

    for (size_t k = 0; k < count && err == OK; k++) {
        struct ring_in in = { .count = 0 };

        r->path = item_of(&here, k);
        err = read_ring(r, json_doc_at(doc, k), &in);
        if (err != OK) {
            break;
        }
        note_ring(r, &in, k > 0);
        if (in.count >= 3) {
            rings[n++] = ring_shape(r->z, &in);
        } else if (k == 0) {
            break; /* its holes are in nothing */
        }
    }
    r->path = here;
    if (err == OK && n > 0) {
        *out = GEOSGeom_createPolygon_r(r->z->geos, rings[0], rings + 1, n - 1);
        return OK;
    }
    for (unsigned k = 0; k < n; k++) {
        GEOSGeom_destroy_r(r->z->geos, rings[k]);
    }
    return err;
}

static enum err read_geometry(struct reader *r, const struct json_doc *geometry)
{
    const struct json_doc *at = geometry != NULL ? json_doc_member(geometry, "coordinates") : NULL;
    struct str type = { 0 };

    if (geometry == NULL || !json_doc_str(geometry, "type", &type) ||
        (!str_is(type, "Polygon") && !str_is(type, "MultiPolygon"))) {
        return wrong(r, "is \"%.40s\", expected a Polygon or MultiPolygon",
                     type.len > 0 ? type.at : "none");
    }
    bool multi = str_is(type, "MultiPolygon");
    struct path here = under(&r->path, "coordinates");
    size_t count = multi ? json_doc_count(at) : 1;

    r->path = here;
    if (at == NULL || !json_doc_is_array(at)) {
        return wrong(r, "is not there, expected an array");
    }
    GEOSGeometry **parts = arena_alloc(&r->z->arena, (count + 1) * sizeof(*parts));
    unsigned n = 0;
    enum err err = parts != NULL
                       ? OK
                       : fault_set(r->z->fault, ERR_NO_MEMORY, "no memory for zones", NULL, NULL);

    for (size_t k = 0; k < count && err == OK; k++) {
        r->path = multi ? item_of(&here, k) : here;
        err = read_polygon(r, multi ? json_doc_at(at, k) : at, &parts[n]);
        n += err == OK && parts[n] != NULL ? 1 : 0;
    }
    r->path = here;
    r->item->shape = GEOSGeom_createCollection_r(r->z->geos, GEOS_MULTIPOLYGON, parts, n);
    return err;
}

/* ---- properties ---- */

/* A text, or a whole number as one. */
static struct str text_of(struct reader *r, const struct json_doc *doc)
{
    char digits[24];
    struct str s = { 0 };
    uint64_t n;

    if (doc != NULL && !json_doc_value_str(doc, &s) && json_doc_value_u64(doc, &n)) {
        (void)snprintf(digits, sizeof(digits), "%" PRIu64, n);
        s = arena_str(&r->z->arena, str_of(digits));
    }
    return s.len > 0 ? arena_str(&r->z->arena, s) : s;
}

static struct str property(struct reader *r, const struct json_doc *properties, const char *wish,
                           const char *const standard[3])
{
    if (wish != NULL) {
        return text_of(r, json_doc_member(properties, wish));
    }
    for (size_t k = 0; k < 3 && standard[k] != NULL; k++) {
        struct str s = text_of(r, json_doc_member(properties, standard[k]));

        if (s.len > 0) {
            return s;
        }
    }
    return (struct str){ 0 };
}

static bool kind_of(struct str word, uint8_t *kind)
{
    static const struct {
        const char *word;
        uint8_t kind;
    } also[] = {
#define ZONE_KIND(NAME, word, zh, en) { zh, ZONE_##NAME }, { en, ZONE_##NAME },
#include "dispatch/model/zone_kinds.def"
#undef ZONE_KIND
        { "grid", ZONE_BEAT },      { "市", ZONE_CITY },   { "分局", ZONE_DISTRICT },
        { "派出所", ZONE_STATION }, { "网格", ZONE_BEAT },
    };

    uint32_t value;

    if (word_find(&zone_kind_words, word, &value)) {
        *kind = (uint8_t)value;
        return true;
    }
    for (size_t k = 0; k < sizeof(also) / sizeof(also[0]); k++) {
        if (str_is(word, also[k].word)) {
            *kind = also[k].kind;
            return true;
        }
    }
    return false;
}

static enum err limited(struct reader *r, const struct path *at, const char *member, struct str s,
                        size_t most)
{
    if (s.len <= most) {
        return OK;
    }
    r->path = under(at, member);
    return wrong(r, "has %zu bytes, expected at most %zu", s.len, most);
}

static enum err read_kind(struct reader *r, const struct json_doc *properties,
                          const struct path *at)
{
    static const char *const levels[3] = { "level", "kind", NULL };
    const struct zones_wish *w = &r->z->wish;
    struct str word = property(r, properties, w->level, levels);

    if (word.len > 0 && kind_of(word, &r->item->kind)) {
        return OK;
    }
    if (word.len == 0 && w->kind != NULL && kind_of(str_of(w->kind), &r->item->kind)) {
        return OK;
    }
    if (word.len == 0) {
        r->item->kind = ZONE_KIND_COUNT; /* of the city's own zone of this code */
        return OK;
    }
    r->path = under(at, w->level != NULL ? w->level : "level");
    return wrong(r, "is \"%.40s\", expected city, district, station or beat", word.at);
}

static enum err read_properties(struct reader *r, const struct json_doc *feature,
                                const struct json_doc *properties)
{
    static const char *const codes[3] = { "code", "id", "ref" };
    static const char *const names[3] = { "name_zh", "name", NULL };
    static const char *const english[3] = { "name_en", NULL, NULL };
    static const char *const parents[3] = { "parent", NULL, NULL };
    const struct zones_wish *w = &r->z->wish;
    struct zone_item *it = r->item;
    struct path at = r->path;

    it->code = property(r, properties, w->code, codes);
    if (it->code.len == 0 && w->code == NULL) {
        it->code = text_of(r, json_doc_member(feature, "id"));
    }
    it->zh = property(r, properties, w->name, names);
    it->en = property(r, properties, w->name_en, english);
    it->parent = property(r, properties, w->parent, parents);
    if (it->code.len == 0) {
        r->path = under(&at, w->code != NULL ? w->code : "code");
        return wrong(r, "is not there, expected the zone's code");
    }
    if (limited(r, &at, "code", it->code, CODE_MAX) != OK ||
        limited(r, &at, "name", it->zh, NAME_MAX) != OK ||
        limited(r, &at, "name_en", it->en, NAME_MAX) != OK ||
        limited(r, &at, "parent", it->parent, CODE_MAX) != OK) {
        return ERR_INVALID;
    }
    return read_kind(r, properties, &at);
}

static enum err read_feature(struct reader *r, const struct json_doc *feature, size_t index)
{
    struct zones *z = r->z;
    struct path here = item_of(&(struct path){ .at = "features" }, index);
    const struct json_doc *properties = json_doc_member(feature, "properties");
    struct str type;

    r->path = here;
    if (z->count == ZONES_MAX) {
        return wrong(r, "is one too many, expected at most %u zones", ZONES_MAX);
    }
    if (!json_doc_str(feature, "type", &type) || !str_is(type, "Feature")) {
        return wrong(r, "is no Feature");
    }
    r->item = &z->items[z->count++];
    *r->item = (struct zone_item){ .file = r->file,
                                   .feature = (uint32_t)index + 1,
                                   .rank = ZONES_MAX + z->from_files++ };
    r->path = under(&here, "properties");
    if (properties == NULL || !json_doc_is_object(properties)) {
        return wrong(r, "is not there, expected an object");
    }
    if (read_properties(r, feature, properties) != OK || feature_crs(r, properties) != OK) {
        return z->fault->err;
    }
    r->path = under(&here, "geometry");
    enum err err = read_geometry(r, json_doc_member(feature, "geometry"));

    if (err == OK && z->wish.from_gcj02) {
        (void)zones_note(z, r->item, ZONE_NOTE_CONVERTED, 0, (struct str){ 0 });
    }
    return err;
}

enum err zones_read(struct zones *z, const char *file, struct str text)
{
    const struct json_limits limits = { .bytes_max = ZONES_BYTES_MAX,
                                        .depth_max = 16,
                                        .values_max = 8000000 };
    struct reader r = { .z = z, .file = file };
    struct json_doc *doc = NULL;
    struct str type = { 0 };
    enum err err = json_in_parse(text, limits, &doc, z->fault);

    if (err != OK) {
        return err;
    }
    const struct json_doc *list = json_doc_member(doc, "features");
    bool one = json_doc_str(doc, "type", &type) && str_is(type, "Feature");
    size_t count = one ? 1 : json_doc_count(list);

    r.path = (struct path){ .at = "type" };
    if (!one && (!str_is(type, "FeatureCollection") || list == NULL || !json_doc_is_array(list))) {
        err = wrong(&r, "is \"%.40s\", expected a FeatureCollection of zones",
                    type.len > 0 ? type.at : "none");
    }
    err = err == OK ? collection_crs(&r, doc) : err;
    for (size_t k = 0; k < count && err == OK; k++) {
        err = read_feature(&r, one ? doc : json_doc_at(list, k), k);
        if (z->wish.progress != NULL) {
            z->wish.progress(z->wish.arg, "read", (uint32_t)k + 1, (uint32_t)count);
        }
    }
    json_doc_free(doc);
    return err;
}
