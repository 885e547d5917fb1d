/* The whole server from one seed, in one thread, under a clock that stands still while anything is
 * reckoned. The server's own objects are linked as they are; what they ask of the world outside is
 * answered here:
 *
 *   clock.c     the clock, random bytes, threads and waiting (the linker's --wrap)
 *   loop.c      libevent's and libuv's timers and libuv's loop
 *   wire.c      libwebsockets' connections, and sockets that lie
 *   base.c      the database of the log (libpq's results with it)
 *   base_link.c connections to it, which fail
 *   node.c      a server: its parts put together as server/server.c does, killed and begun again
 *   client.c    consoles, phones and programs that connect, show, send and send again
 *   laws.c      what must hold, looked at as it happens
 *
 * docs/decisions/0014 says what is real and what is not. */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/must.h"
#include "base/prng.h"
#include "base/units.h"

#include <stdbool.h>
#include <stdint.h>

#define NODES 2
#define SIM_WORLD "live"
#define SIM_WORLD_ID "test-world"

struct node;

/* ---- the run ---- */

struct sim {
    uint64_t seed;
    struct prng prng;   /* of what happens */
    struct prng secret; /* of salts and the like */
    int64_t now_us;     /* since the run began */
    bool faults;        /* else calm */
    bool verbose;
    struct node *running; /* whose code runs now; NULL: nobody's */
};

extern struct sim sim;

uint32_t sim_below(uint32_t n);
bool sim_one_in(uint32_t n);

/* A line of the trace, kept for a failure. */
void sim_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A law does not hold: prints the trace and the command that repeats the run, and ends. */
_Noreturn void sim_broken(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* UTC of the run, µs. */
int64_t sim_wall_us(void);

/* ---- clock.c ---- */

/* The next thread that is begun becomes this coroutine; it runs until it waits. */
struct coroutine;
struct coroutine *coroutine_catch(void); /* before the call that begins a thread */
void coroutine_run(struct coroutine *c);

/* ---- loop.c ---- */

/* Timers of the node's libevent base and of its gateway's loop that are due; then what a libuv loop
 * does before it sleeps. */
void loop_run_events(struct node *n);
void loop_run_uv(struct node *n);
void loop_forget(struct node *n); /* of a server that was killed */

/* ---- wire.c ---- */

struct wire; /* one connection, both ends */

typedef void wire_text_fn(void *arg, struct str text);
typedef void wire_gone_fn(void *arg, int code); /* of the close frame; 0: cut off */

/* A client connects to the node's gateway; `arg` hears what arrives. */
struct wire *wire_connect(struct node *n, void *arg, wire_text_fn *on_text, wire_gone_fn *on_gone);
void wire_send(struct wire *w, struct str text, bool binary);
void wire_read_slowly(struct wire *w, int64_t until_us);
void wire_cut(struct wire *w); /* nobody hears of it at once */
void wires_step(void);         /* what arrives now, at both ends */
void wires_serve(struct node *n);
void wires_forget(struct node *n);
void wires_calm(void);
void wire_say(const struct wire *w); /* how it stands, to the trace */

/* ---- base.c ---- */

struct sim_base_counts {
    uint64_t appends, fenced, refused, lost_answers, zombies, takings;
};

void base_init(void);
void base_put_first(const void *log_row); /* rows of before the run */
void base_step(void);
void base_forget(struct node *n); /* its process is gone; what it sent may still be carried out */
void base_drop_link(struct node *n);
void base_part(struct node *n, int64_t until_us); /* cannot reach the database until then */
uint64_t base_seq(void);
const struct sim_base_counts *base_counts(void);

/* The row as it stands; NULL: there is none. */
const struct log_row *base_row(uint64_t seq);

/* ---- node.c ---- */

struct node *node_of(unsigned index);
unsigned node_index(const struct node *n);
void node_boot(struct node *n);
void node_kill(struct node *n, const char *why);
void node_pause(struct node *n, int64_t until_us);
bool node_up(const struct node *n);     /* its process runs */
bool node_gone(const struct node *n);   /* killed, and not begun again */
bool node_serves(const struct node *n); /* its doors are open */
void node_step(struct node *n);
const void *node_gateway_way(const struct node *n); /* struct door_way toward its gateway */

struct world;
const struct world *node_world(const struct node *n); /* that its core decides on */

/* ---- client.c ---- */

/* A server writes an answer to a client. */
void client_answered(void *client, const char *id, const char *code);

void clients_init(void);
void clients_step(void);
bool clients_calm(void); /* all connected and told of the newest row, nothing unanswered */
void clients_say(void);  /* how each of them stands, to the trace */
void clients_hold_pictures(void);
void clients_count(uint64_t *commands, uint64_t *answers, uint64_t *resent, uint64_t *resumed,
                   uint64_t *snapshots, uint64_t *cuts);

/* ---- laws.c ---- */

/* A row was committed. */
void law_committed(const struct log_row *row);

/* A server writes a whole message to a client, durable or not. */
void law_written(void *client, struct str text);

/* The world of a server that has read the log is the log's. */
void law_recovered(const struct world *live, const struct world *second);

/* What a view says of itself. */
void law_digest(uint64_t seq, const char *digest);

/* The world that the committed rows make. */
const struct world *law_truth(void);
void laws_init(void);

/* Row of a command, 0: there is none. */
uint64_t law_row_of(struct str actor, struct str id);

#endif
