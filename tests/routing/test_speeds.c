/* Files of learned speeds: what is read is what was written, and a file that is damaged or made
 * with ill intent is refused. */
#include "base/hash.h"
#include "routing/speeds_file.h"
#include "tests/routing/driving.h"
#include "tests/routing/streets.h"
#include "tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DIGEST_AT 24
#define DIGESTED_FROM 56

struct stage {
    struct road road;
    struct driving driving;
    struct learned learned;
    char path[64];
};

static void raise_stage(struct stage *s, uint64_t seed)
{
    struct fault f;

    for (streets_open(&s->road, seed); s->road.network.piece_count < 60;
         streets_open(&s->road, ++seed)) {
        road_close(&s->road);
    }
    driving_open(&s->driving, &s->road, seed);
    driving_go(&s->driving, 150, 8);
    driving_go(&s->driving, 150, 11);
    ck_assert_int_eq(learn_finish(&s->driving.learn, &s->learned, &f), OK);
    (void)snprintf(s->path, sizeof(s->path), "/tmp/tocsin-speeds-XXXXXX");
    ck_assert_int_ge(mkstemp(s->path), 0);
    (void)snprintf(s->learned.speeds.zone, sizeof(s->learned.speeds.zone), "Asia/Shanghai");
    s->learned.speeds.from_us = 5;
    s->learned.speeds.to_us = 6;
    ck_assert_int_eq(speeds_write(&s->learned.speeds, s->path, &f), OK);
}

static void strike_stage(struct stage *s)
{
    (void)unlink(s->path);
    learned_free(&s->learned);
    driving_close(&s->driving);
    road_close(&s->road);
}

START_TEST(what_is_read_is_what_was_written)
{
    static struct stage s;
    struct speeds read;
    struct fault f;

    raise_stage(&s, (uint64_t)_i);
    const struct network *n = &s.road.network;
    uint8_t *a = malloc(2 * (size_t)n->piece_count);
    uint8_t *b = malloc(2 * (size_t)n->piece_count);

    ck_assert_int_eq(speeds_open(&read, s.path, n, &f), OK);
    ck_assert_str_eq(read.version, s.learned.speeds.version);
    ck_assert_uint_eq(strlen(read.version), 8);
    ck_assert_str_eq(read.zone, "Asia/Shanghai");
    ck_assert_int_eq(read.from_us, 5);
    ck_assert_uint_eq(read.drives, s.driving.learn.counts.drives);
    ck_assert_uint_gt(read.known_count, 20);
    ck_assert_uint_gt(read.first_cell[SPEEDS_HOURS], 20);
    for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
        speeds_at(&s.learned.speeds, n, h, a);
        speeds_at(&read, n, h, b);
        ck_assert_int_eq(memcmp(a, b, 2 * (size_t)n->piece_count), 0);
        for (uint32_t g = 0; g < 2 * n->piece_count; g++) {
            ck_assert_uint_ge(a[g], SPEEDS_PERCENT_MIN);
            ck_assert_uint_le(a[g], SPEEDS_PERCENT_MAX);
        }
    }
    free(a);
    free(b);
    speeds_close(&read);
    strike_stage(&s);
}
END_TEST

static uint8_t *bytes_of(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);

    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    ck_assert_int_eq(fclose(file), 0);
    return bytes;
}

static void put_bytes(const char *path, uint8_t *bytes, size_t size, bool digest_again)
{
    FILE *file = fopen(path, "wb");
    struct sha256 digest;

    if (digest_again && size > DIGESTED_FROM) {
        hash_sha256(
            (struct str){ .at = (const char *)bytes + DIGESTED_FROM, .len = size - DIGESTED_FROM },
            (struct str){ 0 }, &digest);
        memcpy(bytes + DIGEST_AT, &digest, 32);
    }
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_damaged_file_is_refused)
{
    static struct stage s;
    struct speeds read;
    struct fault f;
    struct prng random;
    size_t size;

    raise_stage(&s, 3);
    uint8_t *bytes = bytes_of(s.path, &size);

    prng_seed(&random, 4);
    for (int i = 0; i < 200; i++) {
        size_t at = prng_below(&random, size);

        bytes[at] ^= (uint8_t)(1 + prng_below(&random, 255));
        uint8_t was = bytes[at];

        put_bytes(s.path, bytes, size, false);
        ck_assert_int_eq(speeds_open(&read, s.path, &s.road.network, &f), ERR_MALFORMED);
        free(bytes);
        ck_assert_int_eq(speeds_write(&s.learned.speeds, s.path, &f), OK);
        bytes = bytes_of(s.path, &size);
        ck_assert_uint_ne(bytes[at], was);
    }
    for (size_t shorter = 0; shorter < size; shorter += size / 7) {
        put_bytes(s.path, bytes, shorter, true);
        ck_assert_int_eq(speeds_open(&read, s.path, &s.road.network, &f), ERR_MALFORMED);
    }
    free(bytes);
    strike_stage(&s);
}
END_TEST

/* Its digest is right, whatever stands in it: it is refused, or it can be read to its end. */
START_TEST(a_hostile_file_is_refused_or_harmless)
{
    static struct stage s;
    struct fault f;
    struct prng random;
    size_t size;
    uint32_t refused = 0;

    raise_stage(&s, 5);
    uint8_t *good = bytes_of(s.path, &size);
    uint8_t *bytes = malloc(size);
    uint8_t *percent = malloc(2 * (size_t)s.road.network.piece_count);

    prng_seed(&random, 6);
    for (int i = 0; i < 400; i++) {
        struct speeds read;
        uint64_t from = i % 2 == 0 ? DIGESTED_FROM : 0;
        uint64_t span = i % 4 == 0 ? 200 : size - from;

        memcpy(bytes, good, size);
        for (uint64_t k = 0; k <= prng_below(&random, 4); k++) {
            bytes[from + prng_below(&random, span)] = (uint8_t)prng_next(&random);
        }
        put_bytes(s.path, bytes, size, true);
        if (speeds_open(&read, s.path, &s.road.network, &f) != OK) {
            refused++;
            continue;
        }
        for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
            speeds_at(&read, &s.road.network, h, percent);
        }
        speeds_close(&read);
    }
    ck_assert_uint_gt(refused, 100);
    free(good);
    free(bytes);
    free(percent);
    strike_stage(&s);
}
END_TEST

START_TEST(speeds_of_other_roads_are_refused)
{
    static struct stage s;
    struct road other;
    struct speeds read;
    struct fault f;

    raise_stage(&s, 7);
    streets_open(&other, 4711);
    ck_assert_int_eq(speeds_open(&read, s.path, &other.network, &f), ERR_INVALID);
    road_close(&other);
    strike_stage(&s);
}
END_TEST

START_TEST(hours_of_working_days_and_of_weekends)
{
    int64_t thursday = 0; /* 1 January 1970 */

    ck_assert_uint_eq(speeds_hour(thursday), 0);
    ck_assert_uint_eq(speeds_hour(thursday + 8 * US_PER_HOUR - 1), 7);
    ck_assert_uint_eq(speeds_hour(thursday + 8 * US_PER_HOUR), 8);
    ck_assert_uint_eq(speeds_hour(thursday + 2 * US_PER_DAY - 1), 23);
    ck_assert_uint_eq(speeds_hour(thursday + 2 * US_PER_DAY), 24);
    ck_assert_uint_eq(speeds_hour(thursday + 4 * US_PER_DAY - 1), 47);
    ck_assert_uint_eq(speeds_hour(thursday + 4 * US_PER_DAY), 0);
    ck_assert_uint_eq(speeds_ms(1000, 50), 2000);
    ck_assert_uint_eq(speeds_ms(0, 50), 0);
    ck_assert_uint_eq(speeds_ms(ETA_INF_MS, 150), ETA_INF_MS);
    ck_assert_uint_eq(speeds_ms(ETA_INF_MS - 1, 20), ETA_INF_MS - 1);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { what_is_read_is_what_was_written, 0, 3 },
        { a_damaged_file_is_refused, 0, 0 },
        { a_hostile_file_is_refused_or_harmless, 0, 0 },
        { speeds_of_other_roads_are_refused, 0, 0 },
        { hours_of_working_days_and_of_weekends, 0, 0 },
    };

    return SUITE_RUN("routing/speeds", rows);
}
