/* Laws of the spool of accesses. */
#include "server/spool.h"
#include "tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static char path[128];
static struct arena arena;

static struct spool *open_spool(void)
{
    struct spool *s = NULL;
    struct fault f = { .err = OK };
    ck_assert_msg(spool_open(folder, STR("live"), &s, &f) == OK, "%s %s", f.primary, f.detail);
    return s;
}

static struct spool *begin(void)
{
    (void)snprintf(folder, sizeof(folder), "/tmp/tocsin-spool-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/access-spool-live", folder);
    arena_init(&arena, (size_t)1 << 20);
    return open_spool();
}

static void end(struct spool *s)
{
    char command[128];
    spool_close(s);
    arena_fini(&arena);
    (void)snprintf(command, sizeof(command), "rm -r '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static enum err append(struct spool *s, const char *incident, struct fault *f)
{
    const struct access_entry e = { .at_us = 1795406800000000,
                                    .actor = STR("operator"),
                                    .incident = str_of(incident),
                                    .purpose = STR("callback: \"the line\" was cut"),
                                    .fields = STR("report.live-r1.narrative") };
    return spool_append(s, &e, f);
}

static void expect(struct spool *s, const char *incident, char *id)
{
    struct access_entry e;
    ck_assert(spool_next(s, &arena, &e));
    ck_assert_msg(str_is(e.incident, incident), STR_FMT, STR_ARG(e.incident));
    ck_assert(e.at_us == 1795406800000000 && str_is(e.actor, "operator"));
    ck_assert(str_is(e.purpose, "callback: \"the line\" was cut"));
    ck_assert(str_is(e.fields, "report.live-r1.narrative"));
    ck_assert_uint_eq(e.spooled.len, ACCESS_SPOOLED_SIZE);
    memcpy(id, e.spooled.at, ACCESS_SPOOLED_SIZE);
}

static void add_bytes(const char *text)
{
    FILE *file = fopen(path, "a");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static long size_now(void)
{
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    return (long)st.st_size;
}

START_TEST(entries_come_back_in_order_and_the_file_is_empty_behind_the_last)
{
    struct spool *s = begin();
    struct fault f = { .err = OK };
    struct access_entry e;
    char id[2][ACCESS_SPOOLED_SIZE];
    ck_assert_int_eq(append(s, "live-i1", &f), OK);
    ck_assert_int_eq(append(s, "live-i2", &f), OK);
    expect(s, "live-i1", id[0]);
    ck_assert_int_eq(spool_taken(s, &f), OK);
    ck_assert_int_gt(size_now(), 0);
    ck_assert(!spool_done(s));
    expect(s, "live-i2", id[1]);
    ck_assert_mem_ne(id[0], id[1], ACCESS_SPOOLED_SIZE);
    ck_assert_int_eq(spool_taken(s, &f), OK);
    ck_assert_int_eq(size_now(), 0);
    ck_assert(!spool_next(s, &arena, &e));
    ck_assert(spool_done(s));
    end(s);
}
END_TEST

START_TEST(a_crash_before_the_file_is_emptied_brings_an_entry_again_under_its_id)
{
    struct spool *s = begin();
    struct fault f = { .err = OK };
    char id[2][ACCESS_SPOOLED_SIZE];
    ck_assert_int_eq(append(s, "live-i1", &f), OK);
    ck_assert_int_eq(append(s, "live-i2", &f), OK);
    expect(s, "live-i1", id[0]);
    ck_assert_int_eq(spool_taken(s, &f), OK);
    spool_close(s);
    s = open_spool();
    expect(s, "live-i1", id[1]);
    ck_assert_mem_eq(id[0], id[1], ACCESS_SPOOLED_SIZE);
    end(s);
}
END_TEST

START_TEST(a_torn_last_line_is_cut_off)
{
    struct spool *s = begin();
    struct fault f = { .err = OK };
    char id[ACCESS_SPOOLED_SIZE];
    ck_assert_int_eq(append(s, "live-i1", &f), OK);
    long whole = size_now();
    spool_close(s);
    add_bytes("{\"id\":\"0123");
    s = open_spool();
    ck_assert_int_eq(size_now(), whole);
    ck_assert_int_eq(append(s, "live-i2", &f), OK);
    expect(s, "live-i1", id);
    ck_assert_int_eq(spool_taken(s, &f), OK);
    expect(s, "live-i2", id);
    end(s);
}
END_TEST

START_TEST(a_line_that_is_none_is_passed_over_and_its_file_kept)
{
    struct spool *s = begin();
    struct fault f = { .err = OK };
    char id[ACCESS_SPOOLED_SIZE];
    char command[160];
    spool_close(s);
    add_bytes("{\"id\":7}\nnot even that\n");
    s = open_spool();
    ck_assert_int_eq(append(s, "live-i1", &f), OK);
    expect(s, "live-i1", id);
    ck_assert_int_eq(spool_taken(s, &f), OK);
    ck_assert_int_eq(size_now(), 0);
    (void)snprintf(command, sizeof(command), "grep -q 'not even that' '%s'/*.unreadable-*", folder);
    ck_assert_int_eq(system(command), 0);
    end(s);
}
END_TEST

START_TEST(what_a_full_disk_does_not_take_is_refused_and_leaves_nothing)
{
    struct spool *s = begin();
    struct fault f = { .err = OK };
    char id[ACCESS_SPOOLED_SIZE];
    ck_assert_int_eq(append(s, "live-i1", &f), OK);
    long whole = size_now();
    const struct rlimit small = { (rlim_t)whole + 20, (rlim_t)whole + 20 };
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    ck_assert_int_eq(append(s, "live-i2", &f), ERR_LOG_UNAVAILABLE);
    ck_assert_int_eq(size_now(), whole);
    expect(s, "live-i1", id);
    ck_assert_int_eq(spool_taken(s, &f), OK);
    ck_assert_int_eq(append(s, "live-i3", &f), OK);
    expect(s, "live-i3", id);
    end(s);
}
END_TEST

START_TEST(two_do_not_share_a_spool)
{
    struct spool *s = begin();
    struct spool *other = NULL;
    struct fault f = { .err = OK };
    ck_assert_int_eq(spool_open(folder, STR("live"), &other, &f), ERR_IO);
    ck_assert_int_eq(spool_open("/nowhere", STR("live"), &other, &f), ERR_IO);
    end(s);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = entries_come_back_in_order_and_the_file_is_empty_behind_the_last },
        { .test = a_crash_before_the_file_is_emptied_brings_an_entry_again_under_its_id },
        { .test = a_torn_last_line_is_cut_off },
        { .test = a_line_that_is_none_is_passed_over_and_its_file_kept },
        { .test = what_a_full_disk_does_not_take_is_refused_and_leaves_nothing },
        { .test = two_do_not_share_a_spool },
    };
    return SUITE_RUN("server/spool", rows);
}
