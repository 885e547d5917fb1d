/* Laws of what callers said, held in memory. */
#include "server/callers.h"
#include "tests/suite.h"

#include <stdio.h>
#include <string.h>

static struct arena arena;

static struct callers *begin(uint32_t values, size_t bytes)
{
    struct callers *c = callers_new(values, bytes);
    ck_assert_ptr_nonnull(c);
    arena_init(&arena, (size_t)1 << 20);
    return c;
}

static void end(struct callers *c)
{
    callers_free(c);
    arena_fini(&arena);
}

static void put(struct callers *c, uint64_t ref, const char *text)
{
    const struct personal_value v = { .ref = ref,
                                      .state = PERSONAL_FOUND,
                                      .value = str_of(text),
                                      .sha256 = { .at = { (uint8_t)ref } } };
    callers_put(c, &v);
}

static const char *get(const struct callers *c, uint64_t ref)
{
    static char text[2048];
    struct personal_value v;
    if (!callers_get(c, ref, &arena, &v)) {
        return "-";
    }
    struct str s = v.state == PERSONAL_FOUND ? v.value : v.rule;
    ck_assert(v.state != PERSONAL_FOUND || v.sha256.at[0] == (uint8_t)ref);
    (void)snprintf(text, sizeof(text), "%s" STR_FMT, v.state == PERSONAL_ERASED ? "erased " : "",
                   STR_ARG(s));
    return text;
}

START_TEST(what_an_incident_has_is_wanted_newest_first_and_then_held)
{
    struct callers *c = begin(8, 4096);
    const uint64_t refs[] = { 1, 2, 3 };
    uint64_t wanted[8];
    callers_note(c, 7, refs, 3);
    ck_assert_uint_eq(callers_wanted(c, wanted, 2), 2);
    ck_assert_uint_eq(wanted[0], 3);
    ck_assert_uint_eq(wanted[1], 2);
    put(c, 2, "two");
    put(c, 9, "nobody wants it");
    ck_assert_str_eq(get(c, 2), "two");
    ck_assert_str_eq(get(c, 1), "-");
    ck_assert_str_eq(get(c, 9), "-");
    ck_assert_uint_eq(callers_wanted(c, wanted, 8), 2);
    const struct personal_value missing = { .ref = 3, .state = PERSONAL_MISSING };
    callers_put(c, &missing);
    ck_assert_uint_eq(callers_wanted(c, wanted, 8), 1);
    end(c);
}
END_TEST

START_TEST(what_an_incident_has_no_more_is_gone)
{
    struct callers *c = begin(8, 4096);
    const uint64_t refs[] = { 1, 2, 3 };
    uint64_t wanted[8];
    callers_note(c, 7, refs, 3);
    for (uint64_t k = 1; k <= 3; k++) {
        put(c, k, "text");
    }
    callers_note(c, 8, &refs[1], 1); /* a report that moved */
    callers_note(c, 7, refs, 1);
    ck_assert_str_eq(get(c, 1), "text");
    ck_assert_str_eq(get(c, 2), "text");
    ck_assert_str_eq(get(c, 3), "-");
    callers_note(c, 7, NULL, 0);
    ck_assert_str_eq(get(c, 1), "-");
    ck_assert_str_eq(get(c, 2), "text");
    callers_forget(c);
    ck_assert_str_eq(get(c, 2), "-");
    ck_assert_uint_eq(callers_wanted(c, wanted, 8), 0);
    end(c);
}
END_TEST

START_TEST(the_oldest_give_way_and_long_texts_come_back_whole)
{
    struct callers *c = begin(4, 10 * 128);
    char text[601];
    memset(text, 'x', 600);
    text[600] = '\0';
    for (uint64_t ref = 1; ref <= 6; ref++) {
        callers_note(c, (uint32_t)ref, &ref, 1);
        put(c, ref, "short");
    }
    ck_assert_str_eq(get(c, 2), "-");
    ck_assert_str_eq(get(c, 3), "short");
    for (uint64_t ref = 7; ref <= 9; ref++) {
        callers_note(c, (uint32_t)ref, &ref, 1);
        put(c, ref, text);
    }
    ck_assert_str_eq(get(c, 7), "-");
    ck_assert_str_eq(get(c, 8), text);
    ck_assert_str_eq(get(c, 9), text);
    uint64_t ref = 10;
    char huge[1400];
    memset(huge, 'y', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = '\0';
    callers_note(c, 10, &ref, 1);
    put(c, ref, huge);
    ck_assert_str_eq(get(c, 10), "-");
    end(c);
}
END_TEST

START_TEST(what_was_erased_leaves_and_says_so)
{
    struct callers *c = begin(8, 4096);
    const uint64_t refs[] = { 1, 2 };
    uint64_t held[8];
    uint32_t at = 0;
    callers_note(c, 7, refs, 2);
    put(c, 1, "one");
    put(c, 2, "two");
    ck_assert_uint_eq(callers_held(c, &at, held, 8), 2);
    callers_erased(c, 1, 5, STR("retention"));
    ck_assert_str_eq(get(c, 1), "erased retention");
    ck_assert_uint_eq(callers_held(c, &at, held, 8), 1);
    ck_assert_uint_eq(held[0], 2);
    end(c);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = what_an_incident_has_is_wanted_newest_first_and_then_held },
        { .test = what_an_incident_has_no_more_is_gone },
        { .test = the_oldest_give_way_and_long_texts_come_back_whole },
        { .test = what_was_erased_leaves_and_says_so },
    };
    return SUITE_RUN("server/callers", rows);
}
