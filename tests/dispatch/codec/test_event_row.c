#include "dispatch/codec/event_row.h"
#include "tests/suite.h"

#include <stdio.h>

/* The worked example of docs/api/log-format.md; its hashes were made by Python's hashlib. */
static const char data_1[] =
    "{\"v\":1,\"content\":\"00112233445566778899aabbccddeeff\",\"by\":{\"user\":\"operator\"},"
    "\"events\":[{\"kind\":"
    "\"report.received\",\"report\":\"live-r1\",\"narrative\":{\"ref\":1,\"sha256\":"
    "\"f62eee46c49fe7db640f104ee5c20648b183dd01d2dfa7955da70d3e1a2bd003\"}}]}";
static const char data_2[] =
    "{\"v\":1,\"content\":\"ffeeddccbbaa99887766554433221100\",\"by\":{\"user\":\"core\"},"
    "\"events\":[]}";

static const char *hex(const struct sha256 *h)
{
    static char out[2 * SHA256_SIZE + 1];

    for (int i = 0; i < SHA256_SIZE; i++) {
        snprintf(out + (size_t)i * 2, 3, "%02x", h->at[i]);
    }
    return out;
}

static struct log_row example(void)
{
    struct log_row row = { .seq = 1,
                           .epoch = 1,
                           .at_us = INT64_C(1795406706000001),
                           .actor = STR("operator"),
                           .command_id = STR("c-1"),
                           .command = STR("report.receive"),
                           .data = STR(data_1) };

    log_genesis_hash(STR("live"), &row.prev_hash);
    return row;
}

START_TEST(the_worked_example_of_the_format_holds)
{
    struct log_row first = example();
    struct log_row second = { .seq = 2,
                              .epoch = 1,
                              .at_us = INT64_C(1795406706250000),
                              .actor = STR("core"),
                              .command_id = STR("tick-2"),
                              .command = STR("clock.tick"),
                              .data = STR(data_2) };
    struct sha256 hash;

    ck_assert_str_eq(hex(&first.prev_hash),
                     "b805ff05a4d7a3a23355fd7a9128dd11150a248d1e790448eeda79ddbfcb5f1a");
    ck_assert(log_row_hash(&first, &second.prev_hash));
    ck_assert_str_eq(hex(&second.prev_hash),
                     "99af9c0dd71b35ca686ee7853f6522caa407fc82135d83b6e4eb40e1248a551a");
    ck_assert(log_row_hash(&second, &hash));
    ck_assert_str_eq(hex(&hash),
                     "65384c3404bea9fccd48945f089eec3cc3e3839c98de17ec08b946b7f72c7441");
}
END_TEST

START_TEST(a_personal_value_is_hashed_with_its_salt)
{
    static const uint8_t salt[LOG_SALT_SIZE] = { 0, 1, 2,  3,  4,  5,  6,  7,
                                                 8, 9, 10, 11, 12, 13, 14, 15 };
    struct sha256 hash;

    log_personal_hash(salt, STR("有人被困"), &hash);
    ck_assert_str_eq(hex(&hash),
                     "f62eee46c49fe7db640f104ee5c20648b183dd01d2dfa7955da70d3e1a2bd003");
}
END_TEST

START_TEST(the_canonical_bytes_are_seven_lines)
{
    static const char begin[] = "1\n1\n1795406706000001\noperator\nc-1\nreport.receive\n{\"v\":1";
    struct log_row row = example();
    struct buf b;

    buf_init(&b);
    log_row_canonical(&row, &b);
    ck_assert(buf_ok(&b));
    ck_assert_uint_eq(b.len, 281);
    ck_assert_mem_eq(b.at, begin, sizeof begin - 1);
    buf_fini(&b);
}
END_TEST

START_TEST(every_field_changes_the_hash)
{
    struct log_row row = example();
    struct sha256 before;
    struct sha256 after;

    ck_assert(log_row_hash(&row, &before));
    switch (_i) {
    case 0:
        row.seq++;
        break;
    case 1:
        row.epoch++;
        break;
    case 2:
        row.at_us++;
        break;
    case 3:
        row.actor = STR("operatos");
        break;
    case 4:
        row.command_id = STR("c-2");
        break;
    case 5:
        row.command = STR("report.settle");
        break;
    case 6:
        row.data = STR("{}");
        break;
    case 7:
        row.prev_hash.at[31] ^= 1;
        break;
    default:
        row.actor = STR("operator\nc-1");
        row.command_id = STR("");
        break;
    }
    if (_i < 8) {
        ck_assert(log_row_hash(&row, &after));
        ck_assert_mem_ne(&before, &after, sizeof before);
    } else {
        ck_assert(!log_row_hash(
            &row, &after)); /* a newline could move words from one field to the next */
    }
}
END_TEST

START_TEST(a_field_too_long_has_no_hash)
{
    static char long_one[LOG_ACTOR_SIZE_MAX + 1];
    struct log_row row = example();
    struct sha256 hash;

    memset(long_one, 'x', sizeof long_one);
    row.actor = (struct str){ long_one, LOG_ACTOR_SIZE_MAX };
    row.seq = UINT64_MAX;
    row.epoch = UINT64_MAX;
    row.at_us = INT64_MIN;
    row.command_id = (struct str){ long_one, LOG_COMMAND_ID_SIZE_MAX };
    row.command = (struct str){ long_one, LOG_COMMAND_SIZE_MAX };
    ck_assert(log_row_hash(&row, &hash));
    row.actor.len++;
    ck_assert(!log_row_hash(&row, &hash));
}
END_TEST

#define H "f62eee46c49fe7db640f104ee5c20648b183dd01d2dfa7955da70d3e1a2bd003"

static const struct {
    const char *data;
    int mentions;
    bool broken;
} texts[] = {
    { "{}", 0, false },
    { "{\"a\":{\"ref\":7,\"sha256\":\"" H "\"}}", 1, false },
    { "[{\"ref\":7,\"sha256\":\"" H "\"},{\"ref\":8,\"sha256\":\"" H "\"}]", 2, false },
    { "{\"note\":\"{\\\"ref\\\":7,\\\"sha256\\\":\\\"" H "\\\"}\"}", 0,
      false }, /* spoken, not meant */
    { "{\"ref\":7,\"sha256\":\"" H, 0, true },
    { "{\"ref\":7,\"sha256\":\"F" H "\"}", 0, true },
    { "{\"ref\":,\"sha256\":\"" H "\"}", 0, true },
    { "{\"ref\":77777777777777777777777,\"sha256\":\"" H "\"}", 0, true },
    { "{\"ref\":", 0, true },
    { "", 0, false },
};

START_TEST(mentions_of_personal_values_are_found)
{
    struct log_mention m;
    size_t offset = 0;
    bool broken = false;
    int found = 0;

    while (log_mention_next(str_of(texts[_i].data), &offset, &m, &broken)) {
        ck_assert_uint_eq(m.ref, (uint64_t)(7 + found));
        ck_assert_str_eq(hex(&m.sha256), H);
        found++;
    }
    ck_assert_int_eq(found, texts[_i].mentions);
    ck_assert_int_eq(broken, texts[_i].broken);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = the_worked_example_of_the_format_holds },
        { .test = a_personal_value_is_hashed_with_its_salt },
        { .test = the_canonical_bytes_are_seven_lines },
        { .test = every_field_changes_the_hash, .loops = 9 },
        { .test = a_field_too_long_has_no_hash },
        { .test = mentions_of_personal_values_are_found, .loops = sizeof texts / sizeof texts[0] },
    };

    return SUITE_RUN("codec/event_row", rows);
}
