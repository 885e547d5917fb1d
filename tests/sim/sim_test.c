/* Runs seeds: `sim_test [--seed N] [--count N] [--seconds N] [--trace]`. Each seed in a process of
 * its own; one that fails prints its trace and the command that repeats it. */
#include "tests/sim/sim.h"

#include "base/log.h"
#include "tests/server/bed.h"

#include <check.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEP_US (5 * US_PER_MS)
#define CALM_US_MOST (60 * US_PER_S)
#define TRACE_BYTES 65536
#define TRACE_SHOWN 6000

struct sim sim;

static struct {
    char text[TRACE_BYTES];
    size_t len; /* ever written */
} trace;

static struct {
    uint64_t rows, commands, answers, resent, resumed, snapshots, cuts, kills;
    struct sim_base_counts base;
} * counts;

uint32_t sim_below(uint32_t n)
{
    return (uint32_t)prng_below(&sim.prng, n);
}

bool sim_one_in(uint32_t n)
{
    return sim_below(n) == 0;
}

void sim_say(const char *fmt, ...)
{
    char line[600];
    va_list args;
    int n = snprintf(line, sizeof(line), "%8.3f ", (double)sim.now_us / US_PER_S);

    va_start(args, fmt);
    n += vsnprintf(line + n, sizeof(line) - (size_t)n - 2, fmt, args);
    va_end(args);
    n = n > (int)sizeof(line) - 2 ? (int)sizeof(line) - 2 : n;
    line[n++] = '\n';
    for (int k = 0; k < n; k++) {
        trace.text[trace.len++ % TRACE_BYTES] = line[k];
    }
    if (sim.verbose) {
        (void)fwrite(line, 1, (size_t)n, stdout);
    }
}

void sim_broken(const char *fmt, ...)
{
    va_list args;
    size_t kept = trace.len < TRACE_SHOWN ? trace.len : TRACE_SHOWN;

    for (size_t k = trace.len - kept; !sim.verbose && k < trace.len; k++) {
        (void)putchar(trace.text[k % TRACE_BYTES]);
    }
    (void)printf("%8.3f BROKEN: ", (double)sim.now_us / US_PER_S);
    va_start(args, fmt);
    (void)vprintf(fmt, args);
    va_end(args);
    (void)printf("\nagain: tests/sim/sim_test --seed %" PRIu64 "\n", sim.seed);
    (void)fflush(stdout);
    _exit(1);
}

/* ---- one run ---- */

/* The bed is libcheck's elsewhere; here its assertions end the run. */
void _mark_point(const char *file, int line)
{
    (void)file;
    (void)line;
}

void _ck_assert_failed(const char *file, int line, const char *expr, const char *msg, ...)
{
    sim_broken("%s:%d: %s %s", file, line, expr, msg != NULL ? msg : "");
}

static void on_row(const struct bed *b)
{
    base_put_first(&b->last);
}

static void make_user(struct bed *b, const char *name, enum role role, uint32_t unit)
{
    struct command c = { .type = COMMAND_USER_CREATE };

    c.as.user_create =
        (struct user_create){ .username = str_of(name), .role = (uint8_t)role, .unit = { unit } };
    must(bed_do(b, "admin", &c) == REFUSED_NOT);
}

/* The city, its people and units on duty are there before the first server begins. */
static void begin_log(void)
{
    static struct bed bed;

    bed_init_seen(&bed, 512, on_row);
    make_user(&bed, "operator2", ROLE_OPERATOR, 0);
    make_user(&bed, "publicity", ROLE_PUBLICITY, 0);
    make_user(&bed, "u2", ROLE_UNIT, 2);
    make_user(&bed, "u3", ROLE_UNIT, 3);
    for (uint32_t k = 1; k <= 4; k++) {
        struct command c = { .type = COMMAND_UNIT_SIGN_ON };

        c.as.unit_sign_on = (struct unit_sign_on){ .unit = { k }, .crew = 2 };
        must(bed_do(&bed, "commander", &c) == REFUSED_NOT);
    }
    bed_fini(&bed);
}

static void trouble(void)
{
    struct node *n = node_of(sim_below(NODES));

    if (!node_up(n)) {
        return;
    }
    switch (sim_below(6)) {
    case 0:
        node_kill(n, "SIGKILL");
        counts->kills++;
        return;
    case 1:
        node_pause(n, sim.now_us + (int64_t)sim_below(8000) * US_PER_MS);
        return;
    case 2:
        base_part(n, sim.now_us + (int64_t)sim_below(7000) * US_PER_MS);
        return;
    default:
        base_drop_link(n);
        return;
    }
}

static void step(void)
{
    static int64_t boot_us[NODES];

    sim.now_us += STEP_US;
    base_step();
    for (unsigned k = 0; k < NODES; k++) {
        struct node *n = node_of(k);

        node_step(n);
        if (node_gone(n)) {
            boot_us[k] =
                boot_us[k] == 0 ? sim.now_us + (int64_t)sim_below(3000) * US_PER_MS : boot_us[k];
            if (sim.now_us >= boot_us[k]) {
                boot_us[k] = 0;
                node_boot(n);
            }
        }
    }
    wires_step();
    clients_step();
    if (sim.faults && sim_one_in(500)) {
        trouble();
    }
}

static void play(uint64_t seed, int64_t seconds)
{
    sim.seed = seed;
    prng_seed(&sim.prng, seed);
    prng_seed(&sim.secret, ~seed);
    laws_init();
    base_init();
    begin_log();
    clients_init();
    sim.faults = true;
    while (sim.now_us < seconds * US_PER_S) {
        step();
    }
    sim.faults = false;
    wires_calm();
    sim_say("calm");
    int64_t until = sim.now_us + CALM_US_MOST;

    while (!clients_calm()) {
        if (sim.now_us > until) {
            clients_say();
            sim_broken("a minute of calm, and not everybody is answered and shown row %" PRIu64,
                       base_seq());
        }
        step();
    }
    clients_hold_pictures();
    counts->rows += base_seq();
    clients_count(&counts->commands, &counts->answers, &counts->resent, &counts->resumed,
                  &counts->snapshots, &counts->cuts);
    counts->base.appends += base_counts()->appends;
    counts->base.fenced += base_counts()->fenced;
    counts->base.refused += base_counts()->refused;
    counts->base.lost_answers += base_counts()->lost_answers;
    counts->base.zombies += base_counts()->zombies;
    counts->base.takings += base_counts()->takings;
}

/* ---- seeds ---- */

static bool run_seed(uint64_t seed, int64_t seconds, bool verbose)
{
    int status = 0;

    (void)fflush(stdout);
    pid_t pid = fork();

    must(pid >= 0);
    if (pid == 0) {
        log_level_set((enum log_level)(LOG_ERROR + 1));
        sim.verbose = verbose;
        play(seed, seconds);
        (void)fflush(stdout);
        _exit(0);
    }
    must(waitpid(pid, &status, 0) == pid);
    if (WIFSIGNALED(status)) {
        (void)printf("seed %" PRIu64
                     " ended by signal %d\nagain: tests/sim/sim_test --seed %" PRIu64 " --trace\n",
                     seed, WTERMSIG(status), seed);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static uint64_t option(int argc, char **argv, const char *name, uint64_t standard)
{
    for (int k = 1; k + 1 < argc; k++) {
        if (strcmp(argv[k], name) == 0) {
            return strtoull(argv[k + 1], NULL, 10);
        }
    }
    return standard;
}

static void print_counts(void)
{
    const struct sim_base_counts *b = &counts->base;

    (void)printf("%" PRIu64 " rows in %" PRIu64 " appends, %" PRIu64 " commands, %" PRIu64
                 " answers, %" PRIu64 " sent again\n",
                 counts->rows, b->appends, counts->commands, counts->answers, counts->resent);
    (void)printf("%" PRIu64 " resumed, %" PRIu64 " snapshots, %" PRIu64 " cuts\n", counts->resumed,
                 counts->snapshots, counts->cuts);
    (void)printf("%" PRIu64 " kills, the log taken %" PRIu64 " times, %" PRIu64 " fenced, %" PRIu64
                 " refused, %" PRIu64 " done and not answered, %" PRIu64 " left behind\n",
                 counts->kills, b->takings, b->fenced, b->refused, b->lost_answers, b->zombies);
}

int main(int argc, char **argv)
{
    bool one = option(argc, argv, "--seed", 0) != 0;
    const char *soak = getenv("TOCSIN_SEED");
    uint64_t seed =
        option(argc, argv, "--seed", soak != NULL ? strtoull(soak, NULL, 10) * 1000 : 1);
    uint64_t count = option(argc, argv, "--count", one ? 1 : 8);
    int64_t seconds = (int64_t)option(argc, argv, "--seconds", 60);
    bool verbose = argc > 1 && strcmp(argv[argc - 1], "--trace") == 0;
    uint64_t failed = 0;

    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(counts != MAP_FAILED);
    must(sodium_init() >= 0);
    for (uint64_t k = 0; k < count; k++) {
        failed += run_seed(seed + k, seconds, verbose) ? 0 : 1;
    }
    print_counts();
    (void)printf("%" PRIu64 " passed, %" PRIu64 " failed\n", count - failed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
