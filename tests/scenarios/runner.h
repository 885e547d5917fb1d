/* One scenario file: a world of its own, run line by line. Marks, one thing a line:
 *   > USER command.word key=value …   a command; reserved keys: id (its id), expect (i1:2)
 *   = …                               an event it must make, in order (after + those of a tick)
 *   ! code …                          its refusal
 *   ? THING …                         a thing of the world: i1, r1, a1, u1, m1, alarms, due
 *   ? timeline i1, ? stats            what the rows say of an incident; the figures of the whole
 *   + DURATION                        time passes: 30s, 2:00, 1us, 24h; what is due happens
 * Before the first mark: `limits NAME=N …` for small worlds, `empty` for one without city and
 * users. `place NAME LON LAT` names a point: place=@NAME. Values: i1, r1, u1, a1, z1 are ids of
 * this world, units=u1,u2 a list of units, +600s an instant from now, -8s one before it, {…} […]
 * "…" JSON, the rest texts. `crash` on a line of its own: the world is made anew from its rows and
 * from an image, and must be the same; so it is at the end of every scenario. Lines with # are for
 * people. SCN_UPDATE=1 writes = ! ? lines anew. */
#ifndef TESTS_SCENARIOS_RUNNER_H
#define TESTS_SCENARIOS_RUNNER_H

#include "tests/scenarios/runner_rows.h"
#include "tools/sim/engine.h"
#include "tools/sim/town.h"

#define PLACES_MAX 32

#define PAST_MAX 16

struct runner {
    struct incident past[PAST_MAX]; /* by number: as they were last seen in memory */
    const char *path;
    const struct town *town;
    struct engine *engine;
    struct rows *rows; /* what the engine made */
    struct world_limits limits;
    bool empty;
    int64_t start_us;
    uint32_t line;
    uint32_t next_id;
    struct {
        char name[16];
        char lon[16], lat[16];
    } places[PLACES_MAX];
    uint32_t place_count;
    struct buf out;      /* the file as it should be */
    struct buf expected; /* = and ! lines that follow the last action */
    uint32_t failed;
    /* Refusals met: bit by command type and refusal. */
    bool (*met)[REFUSAL_COUNT];
};

/* Runs the text; `r` has path, town and met set. Prints what is wrong. */
void runner_run(struct runner *r, struct str text);
void runner_free(struct runner *r);

/* The data of a command as JSON from "key=value …". False: a value is none. */
bool runner_data(const struct runner *r, struct str words, struct buf *json, struct str *id,
                 struct str *expect);

/* Reads a duration; false: it is none. */
bool runner_duration(struct str word, int64_t *us);

/* The next word of a line, braces and quotes held together. */
struct str runner_word(struct str *line);

#endif
