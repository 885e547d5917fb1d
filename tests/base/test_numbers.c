#include "base/buf.h"
#include "base/hash.h"
#include "base/prng.h"
#include "tests/suite.h"

#include <math.h>
#include <signal.h>

static void ck_hex(const uint8_t *bytes, size_t len, const char *expected)
{
    char text[129] = "";
    struct buf b;

    buf_fixed(&b, text, sizeof text - 1);
    buf_hex(&b, bytes, len);
    ck_assert(buf_ok(&b));
    ck_assert_str_eq(text, expected);
}

START_TEST(sha256_meets_the_standards_examples)
{
    struct sha256 h;

    hash_sha256(STR(""), STR(""), &h);
    ck_hex(h.at, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    hash_sha256(STR("abc"), STR(""), &h);
    ck_hex(h.at, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash_sha256(STR("a"), STR("bc"), &h);
    ck_hex(h.at, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash_sha256(str_of(NULL), STR("abc"), &h);
    ck_hex(h.at, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

/* The first rows of the vectors in the SipHash paper's reference code: key 00..0f, input 00, 00 01,
 * ... */
START_TEST(siphash_meets_the_papers_vectors)
{
    static const uint64_t expected[] = {
        UINT64_C(0x726fdb47dd0e0e31), UINT64_C(0x74f839c593dc67fd), UINT64_C(0x0d6c8009d9a94f5a),
        UINT64_C(0x85676696d7fb7e2d), UINT64_C(0xcf2794e0277187b7), UINT64_C(0x18765564cd99a68d),
        UINT64_C(0xcbc9466e58fee3ce), UINT64_C(0xab0200f58b01d137), UINT64_C(0x93f5f5799a932462),
    };
    uint8_t key[16];
    char input[16];

    for (int i = 0; i < 16; i++) {
        key[i] = (uint8_t)i;
        input[i] = (char)i;
    }
    for (size_t len = 0; len < sizeof expected / sizeof expected[0]; len++) {
        ck_assert_uint_eq(hash_sip((struct str){ input, len }, key), expected[len]);
    }
    ck_assert_uint_eq(hash_sip(str_of(NULL), key), expected[0]);
}
END_TEST

START_TEST(mixing_spreads_near_numbers)
{
    for (uint64_t i = 1; i < 1000; i++) {
        int changed = __builtin_popcountll(hash_mix(i) ^ hash_mix(i + 1));

        ck_assert_int_gt(changed, 8);
    }
}
END_TEST

/* From the authors' reference code, state filled by splitmix64 from the seed. */
START_TEST(a_seed_gives_the_authors_numbers)
{
    struct prng p = { .s = { 1, 2, 3, 4 } };

    ck_assert_uint_eq(prng_next(&p), UINT64_C(11520));
    ck_assert_uint_eq(prng_next(&p), UINT64_C(0));
    ck_assert_uint_eq(prng_next(&p), UINT64_C(1509978240));
    ck_assert_uint_eq(prng_next(&p), UINT64_C(1215971899390074240));
    prng_seed(&p, 0);
    ck_assert_uint_eq(p.s[0], UINT64_C(0xe220a8397b1dcdaf));
    ck_assert_uint_eq(p.s[1], UINT64_C(0x6e789e6aa1b965f4));
}
END_TEST

START_TEST(equal_seeds_give_equal_streams)
{
    struct prng a;
    struct prng b;
    struct prng c;
    bool differs = false;

    prng_seed(&a, 5);
    prng_seed(&b, 5);
    prng_seed(&c, 6);
    for (int i = 0; i < 1000; i++) {
        uint64_t value = prng_next(&a);

        ck_assert_uint_eq(value, prng_next(&b));
        differs |= value != prng_next(&c);
    }
    ck_assert(differs);
}
END_TEST

START_TEST(below_stays_below_and_is_even)
{
    struct prng p;
    int counts[7] = { 0 };

    prng_seed(&p, 11);
    for (int i = 0; i < 70000; i++) {
        uint64_t value = prng_below(&p, 7);

        ck_assert_uint_lt(value, 7);
        counts[value]++;
    }
    for (int i = 0; i < 7; i++) {
        ck_assert_int_gt(counts[i], 9500);
        ck_assert_int_lt(counts[i], 10500);
    }
    ck_assert_uint_eq(prng_below(&p, 1), 0);
}
END_TEST

START_TEST(below_nothing_is_a_bug)
{
    struct prng p;

    prng_seed(&p, 1);
    prng_below(&p, 0);
}
END_TEST

START_TEST(exponential_is_the_inverse_transform)
{
    struct prng p;
    struct prng twin;
    double sum = 0;
    const int count = 100000;

    prng_seed(&p, 3);
    twin = p;
    for (int i = 0; i < count; i++) {
        uint64_t got = prng_exponential(&p, 1000000);
        double expected = -log((double)prng_next(&twin) / 18446744073709551616.0) * 1e6;

        ck_assert(fabs((double)got - expected) < 2);
        sum += (double)got;
    }
    ck_assert(fabs(sum / count - 1e6) < 1e4);
    ck_assert_uint_eq(prng_exponential(&p, 0), 0);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = sha256_meets_the_standards_examples },
        { .test = siphash_meets_the_papers_vectors },
        { .test = mixing_spreads_near_numbers },
        { .test = a_seed_gives_the_authors_numbers },
        { .test = equal_seeds_give_equal_streams },
        { .test = below_stays_below_and_is_even },
        { .test = below_nothing_is_a_bug, .signal = SIGABRT },
        { .test = exponential_is_the_inverse_transform },
    };

    return SUITE_RUN("base/numbers", rows);
}
