/* The core without a server: a world, a clock that is set by hand, positions that are told, and
 * straight lines for roads unless ports are given. The turn, the bytes of the rows and their hashes
 * are the server's own code, so that what is found here is true there.
 *
 *   e = engine_new(&opts);
 *   engine_at(e, now);
 *   if (engine_do(e, &command)) { events stand in engine_decision(e) }
 *   while (engine_tick(e)) { events of what was due }
 *
 * Deterministic: equal options and equal commands give equal rows, salts included. */
#ifndef TOOLS_SIM_ENGINE_H
#define TOOLS_SIM_ENGINE_H

#include "base/prng.h"
#include "dispatch/codec/event_row.h"
#include "dispatch/core/turn.h"

struct engine;

/* One accepted row with the personal values it brings; borrowed for the length of the call. */
typedef void engine_row_fn(void *arg, const struct log_row *row);

struct engine_opts {
    struct str world;
    struct world_limits limits;
    uint64_t seed;         /* of salts */
    int64_t start_us;      /* µs UTC */
    bool digesting;        /* keep the digest sums as the server's second world does */
    engine_row_fn *on_row; /* NULL: rows are hashed and forgotten */
    void *arg;
    /* Where a unit is; NULL: what engine_fix() was told. */
    bool (*fix)(void *arg, uint32_t unit, struct fix *out);
    void *fix_arg;
    const struct ports *ports; /* all of them, instead of straight lines and `fix`; may be NULL */
};

/* Capacities of a server at its standard settings. */
struct world_limits engine_limits(void);

/* NULL when memory is out. The world is empty: world.create has to come first (engine_begin). */
struct engine *engine_new(const struct engine_opts *o);
void engine_free(struct engine *e);

/* Sends world.create with a world id made of the seed. */
void engine_begin(struct engine *e);

/* Sets the clock; it never goes back. */
void engine_at(struct engine *e, int64_t now);
int64_t engine_now(const struct engine *e);

/* Decides a command. `content` and `salt` are filled here. True: accepted now (not repeated). */
bool engine_do(struct engine *e, struct command *c);

/* Lets what is due happen, one turn at a time. False: nothing was due. */
bool engine_tick(struct engine *e);

/* When something will be due by itself; 0: never. */
int64_t engine_due(const struct engine *e);

/* Of the last turn; valid until the next. */
const struct decision *engine_decision(const struct engine *e);

void engine_fix(struct engine *e, uint32_t unit, const struct fix *fix);

/* As if there were coverage by road (ports calls and stake): so many calls of each tier are to be
 * expected, in 2^-8; 0: the record is too short to say. */
void engine_cover(struct engine *e, uint32_t calls);

/* And so much rests on a unit, in 2^-20. */
void engine_stake(struct engine *e, uint32_t unit, uint32_t stake);

/* Assigns all that waits together, as a server does in a round; then engine_join_next decides one
 * row of what came out after the other, until false: there is no more news. The first call also
 * lets decisions know who is meant for whom. */
void engine_join(struct engine *e);
bool engine_join_next(struct engine *e);

/* What the world and the clock are now, to come back to: for who tries every order of what follows.
 * NULL when memory is out. Not over a plan.activate, whose memory grows elsewhere. */
struct engine_mark *engine_mark_new(const struct engine *e);
void engine_mark_set(struct engine_mark *m, const struct engine *e);
void engine_return(struct engine *e, const struct engine_mark *m);
void engine_mark_free(struct engine_mark *m);

struct world *engine_world(struct engine *e);
struct arena *engine_arena(struct engine *e); /* of the turn: emptied at the next one */

/* Random bytes of the seed, as codec/json_in takes them. */
void engine_random(void *engine, uint8_t *bytes, size_t size);

/* First bytes of SHA-256 of a command's canonical form: its type, a newline, its fields. */
void engine_content(const struct command *c, struct str world, struct buf *scratch,
                    uint8_t out[16]);

#endif
