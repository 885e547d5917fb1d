/* How base speaks: faults, settings, log lines, must(). */
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/must.h"
#include "tests/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

START_TEST(every_error_has_a_word_and_a_status)
{
    for (int e = 0; e < ERR_COUNT; e++) {
        ck_assert_ptr_nonnull(err_word((enum err)e));
        ck_assert_ptr_nonnull(err_title((enum err)e));
        ck_assert(err_http((enum err)e) == 200 || err_http((enum err)e) >= 400);
        for (int other = 0; other < e; other++) {
            ck_assert_str_ne(err_word((enum err)e), err_word((enum err)other));
        }
    }
    ck_assert_str_eq(err_word(ERR_LOG_UNAVAILABLE), "log_unavailable");
    ck_assert_int_eq(err_http(ERR_OUTCOME_UNKNOWN), 504);
}
END_TEST

START_TEST(a_fault_is_told_on_one_line)
{
    struct fault f;
    char line[256];
    char tiny[8];

    ck_assert_int_eq(fault_set(&f, ERR_IO, "could not append", "server said\nno", "look there"),
                     ERR_IO);
    ck_assert_str_eq(fault_line(&f, line, sizeof line),
                     "could not append: server said no (look there)");
    fault_set(&f, ERR_IO, NULL, NULL, NULL);
    ck_assert_str_eq(fault_line(&f, line, sizeof line), "input or output failed");
    ck_assert_int_eq(fault_field(&f, ERR_INVALID, "grade", "is %d, expected 1 to 3", 9),
                     ERR_INVALID);
    ck_assert_str_eq(f.field, "grade");
    ck_assert_str_eq(fault_line(&f, line, sizeof line), "is 9, expected 1 to 3");
    ck_assert_str_eq(fault_line(&f, tiny, sizeof tiny), "is 9, e");
    ck_assert_int_eq(fault_set(NULL, ERR_IO, "nobody listens", NULL, NULL), ERR_IO);
}
END_TEST

static const char *conf_file(const char *text)
{
    static char path[] = "/tmp/tocsin-test-conf-XXXXXX";
    int fd = mkstemp(path);
    size_t len = strlen(text);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    close(fd);
    return path;
}

START_TEST(settings_are_read_over_their_standards)
{
    struct conf c;
    struct fault f;
    const char *path = conf_file("# a comment\n\n  port=9000 \r\nworld = harbour\n"
                                 "database = host=/run/x dbname=tocsin\ntls_key =");

    conf_init(&c);
    ck_assert_int_eq(c.port, 8420);
    ck_assert_str_eq(c.world, "live");
    ck_assert_int_eq(conf_read(&c, path, &f), OK);
    unlink(path);
    ck_assert_int_eq(c.port, 9000);
    ck_assert_str_eq(c.world, "harbour");
    ck_assert_str_eq(c.database, "host=/run/x dbname=tocsin");
    ck_assert_str_eq(c.tls_key, "");
    ck_assert_int_eq(c.gateways, 2);
}
END_TEST

struct wrong_row {
    const char *text;
    const char *says;
};

static const struct wrong_row wrong_rows[] = {
    { "prot = 1",
      "there is no setting \"prot\": %s line 1 (tocsind --help-config lists every setting)" },
    { "\nport", "expected \"name = value\": %s line 2" },
    { "port = 65536", "port is \"65536\", expected a whole number from 0 to 65535 (-): %s line 1" },
    { "port = 80x", "port is \"80x\", expected a whole number from 0 to 65535 (-): %s line 1" },
    { "port =", "port is \"\", expected a whole number from 0 to 65535 (-): %s line 1" },
    { "port = +80", "port is \"+80\", expected a whole number from 0 to 65535 (-): %s line 1" },
    { "port = 99999999999999999999",
      "port is \"99999999999999999999\", expected a whole number from 0 to 65535 (-): %s line 1" },
    { "port = 1\n#\nport = 2", "port is given twice: %s line 3" },
    { "world = abcdefghijklmnopqrstuvwx", "world has 24 bytes, expected at most 23: %s line 1" },
    { "world = a\xff",
      "world is not a text: expected UTF-8 without control characters: %s line 1" },
    { "world = a\tb", "world is not a text: expected UTF-8 without control characters: %s line 1" },
};

START_TEST(a_wrong_setting_is_named_with_file_and_line)
{
    const struct wrong_row *row = &wrong_rows[_i];
    struct conf c;
    struct fault f;
    char line[768];
    char expected[768];
    const char *path = conf_file(row->text);
    const char *mark = strstr(row->says, "%s");

    conf_init(&c);
    ck_assert_int_eq(conf_read(&c, path, &f), ERR_CONFIG);
    unlink(path);
    ck_assert_ptr_nonnull(mark);
    snprintf(expected, sizeof expected, "%.*s%s%s", (int)(mark - row->says), row->says, path,
             mark + 2);
    ck_assert_str_eq(fault_line(&f, line, sizeof line), expected);
}
END_TEST

START_TEST(a_missing_file_is_a_fault_of_the_world)
{
    struct conf c;
    struct fault f;
    char line[768];

    conf_init(&c);
    ck_assert_int_eq(conf_read(&c, "/nonexistent/tocsin.conf", &f), ERR_IO);
    ck_assert_str_eq(fault_line(&f, line, sizeof line),
                     "could not read the configuration: /nonexistent/tocsin.conf: "
                     "No such file or directory");
    ck_assert_int_eq(conf_read(&c, "/", NULL), ERR_IO);
}
END_TEST

START_TEST(printed_settings_can_be_read_again)
{
    struct conf c;
    struct conf again;
    struct fault f;
    const char *path = conf_file("");

    conf_init(&c);
    ck_assert_int_eq(conf_set(&c, STR("port"), STR("1234"), &f), OK);
    ck_assert_ptr_nonnull(freopen(path, "w", stdout));
    conf_print(&c);
    fflush(stdout);
    conf_init(&again);
    ck_assert_int_eq(conf_read(&again, path, &f), OK);
    unlink(path);
    ck_assert_mem_eq(&c, &again, sizeof c);
}
END_TEST

/* What one call writes to stderr. */
static void caught(char *out, size_t size, int pipe_fds[2])
{
    ssize_t got = read(pipe_fds[0], out, size - 1);

    out[got > 0 ? got : 0] = '\0';
}

START_TEST(a_log_line_is_one_line_with_its_values_behind)
{
    int fds[2];
    char out[4096];
    char large[3000];

    ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
    ck_assert_int_eq(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
    log_info("turn", "batch written", "rows=%d name=%s", 4, "a\nlevel=error\x1b[2J");
    caught(out, sizeof out, fds);
    ck_assert_int_eq(strncmp(out, "at=20", 5), 0);
    ck_assert_str_eq(out + 30, " level=info in=turn msg=\"batch written\" rows=4 name=a "
                               "level=error [2J\n");
    log_warn("turn", "nothing to tell", "");
    caught(out, sizeof out, fds);
    ck_assert_str_eq(out + 30, " level=warn in=turn msg=\"nothing to tell\"\n");
    log_debug("turn", "not shown", "");
    caught(out, sizeof out, fds);
    ck_assert_str_eq(out, "");
    log_level_set(LOG_DEBUG);
    log_debug("turn", "shown", "");
    caught(out, sizeof out, fds);
    ck_assert_str_eq(out + 30, " level=debug in=turn msg=\"shown\"\n");
    memset(large, 'x', sizeof large);
    large[sizeof large - 1] = '\0';
    log_error("turn", "large", "%s", large);
    caught(out, sizeof out, fds);
    ck_assert_uint_le(strlen(out), 2048);
    ck_assert_int_eq(out[strlen(out) - 1], '\n');
}
END_TEST

START_TEST(a_failed_must_ends_the_process)
{
    must(1 + 1 == 3);
}
END_TEST

static void hook(void *arg)
{
    /* The hook ran with its argument: leave by another signal than abort's. */
    if (*(int *)arg == 42) {
        raise(SIGUSR1);
    }
}

START_TEST(the_hook_runs_before_the_end)
{
    int arg = 42;

    must_hook_set(hook, &arg);
    must(arg == 0);
}
END_TEST

static void failing_hook(void *arg)
{
    must(arg != NULL);
}

START_TEST(a_hook_that_fails_itself_does_not_run_for_ever)
{
    must_hook_set(failing_hook, NULL);
    must(_i != 0);
}
END_TEST

int main(void)
{
    static const int wrongs = sizeof wrong_rows / sizeof wrong_rows[0];
    const struct suite_row rows[] = {
        { .test = every_error_has_a_word_and_a_status },
        { .test = a_fault_is_told_on_one_line },
        { .test = settings_are_read_over_their_standards },
        { .test = a_wrong_setting_is_named_with_file_and_line, .loops = wrongs },
        { .test = a_missing_file_is_a_fault_of_the_world },
        { .test = printed_settings_can_be_read_again },
        { .test = a_log_line_is_one_line_with_its_values_behind },
        { .test = a_failed_must_ends_the_process, .signal = SIGABRT },
        { .test = the_hook_runs_before_the_end, .signal = SIGUSR1 },
        { .test = a_hook_that_fails_itself_does_not_run_for_ever, .signal = SIGABRT },
    };

    return SUITE_RUN("base/speech", rows);
}
