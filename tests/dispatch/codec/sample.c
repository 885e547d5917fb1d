#include "tests/dispatch/codec/sample.h"

#include "base/must.h"

static const char *const colour_at[] = { "none", "red", "green", "blue" };
const struct words colour_words = { .name = "colour", .at = colour_at, .count = 4 };

static const struct field sample_leaf_fields[] = {
    FIELD(sample_leaf, name, F_STR, .limit = 40),
    FIELD(sample_leaf, colour, F_WORD, .words = &colour_words),
    FIELD(sample_leaf, weight, F_UINT),
};
SHAPE(sample_leaf);

static const struct field sample_branch_fields[] = {
    FIELD(sample_branch, lon, F_DEG),
    FIELD(sample_branch, lat, F_DEG, .limit = 90),
    FIELD(sample_branch, kind, F_WORD_ONE, .words = &colour_words),
    FIELD(sample_branch, leaf, F_STRUCT, .sub = &sample_leaf_shape),
};
SHAPE(sample_branch);

static const struct field sample_fields[] = {
    FIELD(sample, flag, F_BOOL),
    FIELD_AS(sample, "open", closed, F_NOT),
    FIELD(sample, u8, F_UINT),
    FIELD(sample, u16, F_UINT),
    FIELD(sample, u32, F_UINT),
    FIELD(sample, u64, F_UINT),
    FIELD(sample, limited, F_UINT, .limit = 1000),
    FIELD(sample, i32, F_INT),
    FIELD(sample, i64, F_INT),
    FIELD(sample, text, F_STR, .limit = 60),
    FIELD(sample, short_text, F_TEXT),
    FIELD(sample, at, F_INSTANT),
    FIELD(sample, lon, F_DEG),
    FIELD(sample, lat, F_DEG, .limit = 90),
    FIELD(sample, colour, F_WORD, .words = &colour_words),
    FIELD(sample, always, F_WORD_ONE, .words = &colour_words),
    FIELD(sample, bits8, F_BITS, .words = &colour_words),
    FIELD(sample, bits64, F_BITS, .words = &police_type_words),
    FIELD(sample, incident, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(sample, type, F_ID, .letter = 't'),
    FIELD(sample, number, F_NUMBER),
    FIELD(sample, hash, F_HASH),
    FIELD(sample, note, F_SEALED),
    FIELD(sample, leaf, F_STRUCT, .sub = &sample_leaf_shape),
    FIELD_MAYBE(sample, branch, has_branch, &sample_branch_shape),
    FIELD(sample, leaves, F_LIST, .sub = &sample_leaf_shape, .limit = 5),
    FIELD(sample, names, F_STRS, .limit = 6, .limit2 = 30),
    FIELD(sample, ring, F_POINTS, .limit = 8),
    FIELD_ARRAY(sample, rows, row_count, &sample_leaf_shape),
    FIELD(sample, secret, F_UINT, .privacy = TACTICAL),
};
SHAPE(sample);

static const struct field sample_command_fields[] = {
    FIELD(sample_command, incident, F_ID, .letter = ID_LETTER_INCIDENT, .need = true),
    FIELD(sample_command, colour, F_WORD, .words = &colour_words),
    FIELD(sample_command, note, F_PERSONAL, .limit = 50),
    FIELD(sample_command, leaf, F_STRUCT, .sub = &sample_leaf_shape),
    FIELD(sample_command, names, F_STRS, .limit = 6, .limit2 = 30),
    FIELD(sample_command, lat, F_DEG, .limit = 90),
    FIELD(sample_command, at, F_INSTANT),
};
SHAPE(sample_command);

static bool often(struct prng *p)
{
    return prng_below(p, 3) != 0;
}

/* Up to `size` bytes of characters that are plain, must be escaped, or are wide; control characters
 * if `wild`. */
static struct str random_text(struct prng *p, struct arena *a, size_t size, bool wild)
{
    static const char *const plain[] = { "a", "Z", " ", "\"", "\\", "/", "{", "é", "警", "🚓", "'" };
    static const char *const control[] = { "\n", "\t", "\x01", "\x1f", "\x7f", "\r", "\b", "\f" };
    char text[256];
    size_t len = 0;

    for (uint64_t n = prng_below(p, 24); n > 0; n--) {
        const char *z =
            wild && prng_below(p, 4) == 0 ? control[prng_below(p, 8)] : plain[prng_below(p, 11)];
        size_t z_len = strlen(z);

        if (len + z_len > size) {
            break;
        }
        memcpy(text + len, z, z_len);
        len += z_len;
    }
    return arena_str(a, (struct str){ .at = text, .len = len });
}

static void leaf_random(struct prng *p, struct arena *a, bool wild, struct sample_leaf *out)
{
    if (often(p)) {
        out->name = random_text(p, a, 40, wild);
        out->colour = (uint8_t)prng_below(p, 4);
        out->weight = (uint16_t)prng_next(p);
    }
}

static int32_t deg_random(struct prng *p, int32_t max)
{
    static const int32_t corners[] = { 0, 1, -1, 10000000, -5000000, 1234500 };

    if (prng_below(p, 4) == 0) {
        return corners[prng_below(p, 6)];
    }
    return (int32_t)((int64_t)prng_below(p, (uint64_t)max * 2 + 1) - max);
}

static void numbers_random(struct prng *p, struct sample *out)
{
    out->u8 = (uint8_t)prng_next(p);
    out->u16 = (uint16_t)prng_next(p);
    out->u32 = (uint32_t)prng_next(p);
    out->u64 = prng_next(p) >> prng_below(p, 64);
    out->limited = (uint32_t)prng_below(p, 1001);
    out->i32 = (int32_t)(uint32_t)prng_next(p);
    out->i32 = out->i32 == INT32_MIN ? 0 : out->i32;
    out->i64 = (int64_t)(prng_next(p) >> 1) * (prng_below(p, 2) == 0 ? 1 : -1);
}

static void lists_random(struct prng *p, struct arena *a, struct sample *out)
{
    struct sample_leaf *leaves = arena_alloc(a, 5 * sizeof(*leaves));
    struct str *names = arena_alloc(a, 6 * sizeof(*names));
    struct point *ring = arena_alloc(a, 8 * sizeof(*ring));

    must(leaves != NULL && names != NULL && ring != NULL);
    out->leaves = (struct list){ .at = leaves, .count = (uint32_t)prng_below(p, 6) };
    out->names = (struct list){ .at = names, .count = (uint32_t)prng_below(p, 7) };
    out->ring = (struct list){ .at = ring, .count = (uint32_t)prng_below(p, 9) };
    for (uint32_t i = 0; i < out->leaves.count; i++) {
        leaf_random(p, a, true, &leaves[i]);
    }
    for (uint32_t i = 0; i < out->names.count; i++) {
        names[i] = random_text(p, a, 30, true);
    }
    for (uint32_t i = 0; i < out->ring.count; i++) {
        ring[i] = (struct point){ deg_random(p, 1800000000), deg_random(p, 900000000) };
    }
    out->row_count = (uint16_t)prng_below(p, SAMPLE_ROWS_MAX + 1);
    for (uint32_t i = 0; i < out->row_count; i++) {
        leaf_random(p, a, true, &out->rows[i]);
    }
}

static void bytes_random(struct prng *p, uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        at[i] = (uint8_t)prng_next(p);
    }
}

static void words_random(struct prng *p, struct arena *a, struct sample *out)
{
    out->text = random_text(p, a, 60, true);
    text_set(&out->short_text, random_text(p, a, 31, true));
    out->colour = (uint8_t)prng_below(p, 4);
    out->bits8 = (uint8_t)prng_below(p, 16);
    out->bits64 = prng_below(p, UINT64_C(1) << POLICE_TYPE_COUNT);
    out->incident.n = (uint32_t)prng_next(p);
    out->type.n = (uint16_t)prng_next(p);
    out->number = (struct number){ 20260101 + (uint32_t)prng_below(p, 28),
                                   1 + (uint32_t)prng_below(p, 3000000) };
    bytes_random(p, out->hash.at, sizeof(out->hash.at));
    out->note.ref = 1 + prng_below(p, 1u << 30);
    bytes_random(p, out->note.hash.at, sizeof(out->note.hash.at));
}

void sample_random(struct prng *p, struct arena *a, struct sample *out)
{
    *out = (struct sample){ .flag = prng_below(p, 2) != 0, .closed = prng_below(p, 2) != 0 };
    out->always = (uint8_t)prng_below(p, 4);
    if (often(p)) {
        numbers_random(p, out);
    }
    if (often(p)) {
        words_random(p, a, out);
    }
    if (often(p)) {
        out->at = (int64_t)(1 + prng_below(p, UINT64_C(253402300799999999)));
        out->lon = deg_random(p, 1800000000);
        out->lat = deg_random(p, 900000000);
        out->secret = (uint32_t)prng_next(p);
    }
    leaf_random(p, a, true, &out->leaf);
    out->has_branch = prng_below(p, 2) != 0;
    if (out->has_branch && often(p)) {
        out->branch.lon = deg_random(p, 1800000000);
        out->branch.lat = deg_random(p, 900000000);
        out->branch.kind = (uint8_t)prng_below(p, 4);
        leaf_random(p, a, true, &out->branch.leaf);
    }
    if (often(p)) {
        lists_random(p, a, out);
    }
}

void sample_command_random(struct prng *p, struct arena *a, struct sample_command *out)
{
    struct str *names = arena_alloc(a, 6 * sizeof(*names));

    must(names != NULL);
    *out = (struct sample_command){ .incident = { 1 + (uint32_t)prng_below(p, 1u << 20) } };
    out->colour = (uint8_t)prng_below(p, 4);
    out->note.value = random_text(p, a, 50, false);
    if (out->note.value.len > 0) {
        bytes_random(p, out->note.salt, sizeof(out->note.salt));
        bytes_random(p, out->note.hash.at, sizeof(out->note.hash.at));
    }
    leaf_random(p, a, false, &out->leaf);
    out->names = (struct list){ .at = names, .count = (uint32_t)prng_below(p, 7) };
    for (uint32_t i = 0; i < out->names.count; i++) {
        names[i] = random_text(p, a, 30, false);
    }
    out->lat = deg_random(p, 900000000);
    out->at = (int64_t)prng_below(p, UINT64_C(253402300800000000));
}
