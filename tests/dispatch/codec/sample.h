/* A struct with a field of every type, and random values of it, for the codecs' tests and fuzz
 * targets. */
#ifndef TESTS_DISPATCH_CODEC_SAMPLE_H
#define TESTS_DISPATCH_CODEC_SAMPLE_H

#include "base/arena.h"
#include "base/prng.h"
#include "dispatch/model/fields.h"
#include "dispatch/model/text.h"

#define SAMPLE_WORLD STR("live")

enum colour { COLOUR_NONE, COLOUR_RED, COLOUR_GREEN, COLOUR_BLUE };

/* An id of two bytes. */
struct sample_short_id {
    uint16_t n;
};

struct sample_leaf {
    struct str name;
    uint8_t colour;
    uint16_t weight;
};

struct sample_branch {
    int32_t lon;
    int32_t lat;
    uint8_t kind; /* has no standard value, so that the branch is always written */
    struct sample_leaf leaf;
};

#define SAMPLE_ROWS_MAX 4

struct sample {
    bool flag;
    bool closed; /* wire: "open" */
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    uint32_t limited;
    int32_t i32;
    int64_t i64;
    struct str text;
    struct text32 short_text;
    int64_t at;
    int32_t lon;
    int32_t lat;
    uint8_t colour;
    uint8_t always;
    uint8_t bits8;
    uint64_t bits64;
    incident_id incident;
    struct sample_short_id type;
    struct number number;
    struct sha256 hash;
    struct sealed note;
    struct sample_leaf leaf;
    bool has_branch;
    struct sample_branch branch;
    struct list leaves; /* of struct sample_leaf */
    struct list names;  /* of struct str */
    struct list ring;   /* of struct point */
    struct sample_leaf rows[SAMPLE_ROWS_MAX];
    uint16_t row_count;
    uint32_t secret; /* tactical */
};

/* The same in a command: personal words instead of sealed ones. */
struct sample_command {
    incident_id incident;
    uint8_t colour;
    struct personal_in note;
    struct sample_leaf leaf;
    struct list names;
    int32_t lat;
    int64_t at;
};

extern const struct words colour_words;
extern const struct shape sample_leaf_shape, sample_branch_shape, sample_shape,
    sample_command_shape;

/* A random value: each field is at its standard value now and then, texts hold whatever JSON must
 * escape. */
void sample_random(struct prng *p, struct arena *a, struct sample *out);
void sample_command_random(struct prng *p, struct arena *a, struct sample_command *out);

#endif
