/* Laws of who waits for a password to be hashed, and of who is known. */
#include "base/network.h"
#include "server/auth_inside.h"
#include "tests/suite.h"

#include <stdio.h>

static bool put(struct auth_lanes *l, enum auth_lane lane, uint32_t address)
{
    char text[16];
    int n = snprintf(text, sizeof(text), "%u", address);
    return auth_lanes_put(l, lane, (struct str){ .at = text, .len = (size_t)n }, address, "job", 3);
}

/* The `gateway` of the next job; it carries what put() was told. */
static uint32_t take(struct auth_lanes *l)
{
    struct auth_job *j = auth_lanes_take(l);
    ck_assert_ptr_nonnull(j);
    uint32_t got = j->gateway;
    ck_assert_mem_eq(j->record, "job", 3);
    auth_job_free(j);
    return got;
}

START_TEST(a_lane_is_first_come_first_served)
{
    struct auth_lanes *l = auth_lanes_new();
    for (uint32_t n = 0; n < 20; n++) {
        ck_assert(put(l, LANE_STRANGER, n));
    }
    for (uint32_t n = 0; n < 20; n++) {
        ck_assert_uint_eq(take(l), n);
    }
    ck_assert_ptr_null(auth_lanes_take(l));
    auth_lanes_free(l);
}
END_TEST

START_TEST(every_lane_goes_on_and_the_known_one_fastest)
{
    struct auth_lanes *l = auth_lanes_new();
    uint32_t taken[AUTH_LANES] = { 0 };
    for (uint32_t n = 0; n < 100; n++) {
        ck_assert(put(l, LANE_KNOWN, 1000 + n));
        ck_assert(put(l, LANE_PASSWORD, 2000 + n));
        ck_assert(put(l, LANE_STRANGER, 3000 + n));
    }
    for (uint32_t n = 0; n < 60; n++) {
        taken[take(l) / 1000 - 1]++;
    }
    ck_assert_uint_eq(taken[LANE_KNOWN], 40);
    ck_assert_uint_eq(taken[LANE_PASSWORD], 10);
    ck_assert_uint_eq(taken[LANE_STRANGER], 10);
    auth_lanes_free(l);
}
END_TEST

START_TEST(a_full_lane_leaves_the_others_open)
{
    struct auth_lanes *l = auth_lanes_new();
    uint32_t n = 0;
    while (put(l, LANE_STRANGER, n)) {
        n++;
        ck_assert_uint_lt(n, 10000);
    }
    ck_assert(put(l, LANE_KNOWN, 1));
    ck_assert(put(l, LANE_PASSWORD, 1));
    (void)take(l);
    (void)take(l);
    (void)take(l);
    ck_assert(put(l, LANE_STRANGER, n));
    auth_lanes_free(l);
}
END_TEST

START_TEST(one_address_does_not_fill_a_lane)
{
    struct auth_lanes *l = auth_lanes_new();
    uint32_t n = 0;
    while (put(l, LANE_STRANGER, 7)) {
        n++;
        ck_assert_uint_lt(n, 10000);
    }
    ck_assert_uint_ge(n, 100); /* a whole shift behind one address is no flood */
    for (uint32_t other = 100; other < 200; other++) {
        ck_assert(put(l, LANE_STRANGER, other));
    }
    auth_lanes_free(l);
}
END_TEST

static struct str number(char out[16], uint32_t n)
{
    int len = snprintf(out, 16, "%u", n);
    return (struct str){ .at = out, .len = (size_t)len };
}

START_TEST(a_pair_is_known_once_it_was_told_and_no_other_is)
{
    struct auth_known *k = auth_known_new();
    ck_assert(!auth_known_has(k, STR("a"), STR("1")));
    auth_known_add(k, STR("a"), STR("1"));
    auth_known_add(k, STR("b"), STR("2"));
    ck_assert(auth_known_has(k, STR("a"), STR("1")));
    ck_assert(auth_known_has(k, STR("b"), STR("2")));
    ck_assert(!auth_known_has(k, STR("a"), STR("2")));
    ck_assert(!auth_known_has(k, STR("1"), STR("a")));
    auth_known_free(k);
}
END_TEST

START_TEST(of_too_many_pairs_the_latest_stay)
{
    struct auth_known *k = auth_known_new();
    char text[16];
    uint32_t found = 0;
    for (uint32_t n = 0; n < 4 * AUTH_KNOWN_MOST; n++) {
        auth_known_add(k, STR("u"), number(text, n));
        auth_known_add(k, STR("always"), STR("here"));
    }
    for (uint32_t n = 3 * AUTH_KNOWN_MOST; n < 4 * AUTH_KNOWN_MOST; n++) {
        found += auth_known_has(k, STR("u"), number(text, n)) ? 1 : 0;
    }
    ck_assert(auth_known_has(k, STR("always"), STR("here")));
    ck_assert_uint_gt(found, AUTH_KNOWN_MOST / 10 * 9);
    auth_known_free(k);
}
END_TEST

START_TEST(a_whole_network_of_ipv6_counts_as_one_address)
{
    uint8_t a[16];
    uint8_t b[16];
    ck_assert(
        str_eq(network_of(STR("2001:db8:1:2::7"), a), network_of(STR("2001:db8:1:2:9::1"), b)));
    ck_assert(
        !str_eq(network_of(STR("2001:db8:1:2::7"), a), network_of(STR("2001:db8:1:3::7"), b)));
    ck_assert(str_is(network_of(STR("10.0.0.7"), a), "10.0.0.7"));
    ck_assert(str_is(network_of(STR("::ffff:10.0.0.7"), a), "::ffff:10.0.0.7"));
    struct auth_brake *brake = auth_brake_new();
    for (int n = 0; n < 5; n++) {
        (void)auth_brake_failed(brake, STR("operator"), STR("2001:db8:1:2::7"), 1000000);
    }
    ck_assert_int_gt(
        auth_brake_wait(brake, STR("operator"), STR("2001:db8:1:2::8"), false, 1000000), 0);
    ck_assert_int_eq(
        auth_brake_wait(brake, STR("operator"), STR("2001:db8:1:3::8"), false, 1000000), 0);
    auth_brake_free(brake);
    struct auth_lanes *l = auth_lanes_new();
    int taken = 0;
    for (int n = 0; n < 256; n++) {
        char text[40];
        (void)snprintf(text, sizeof(text), "2001:db8:1:2::%d", n + 1);
        taken += auth_lanes_put(l, LANE_STRANGER, str_of(text), 0, "job", 3) ? 1 : 0;
    }
    ck_assert_int_lt(taken, 256);
    auth_lanes_free(l);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = a_whole_network_of_ipv6_counts_as_one_address },
        { a_lane_is_first_come_first_served, 0, 0 },
        { every_lane_goes_on_and_the_known_one_fastest, 0, 0 },
        { a_full_lane_leaves_the_others_open, 0, 0 },
        { one_address_does_not_fill_a_lane, 0, 0 },
        { a_pair_is_known_once_it_was_told_and_no_other_is, 0, 0 },
        { of_too_many_pairs_the_latest_stay, 0, 0 },
    };
    return SUITE_RUN("server/auth_lanes", rows);
}
