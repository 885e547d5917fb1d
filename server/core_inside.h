/* What the files of the core share: core.c (inbox and log), core_turn.c (one command),
 * core_chores.c (ten times a second). Nobody else includes this. */
#ifndef SERVER_CORE_INSIDE_H
#define SERVER_CORE_INSIDE_H

#include "base/buf.h"
#include "dispatch/command/decide.h"
#include "routing/travel.h"
#include "server/batch.h"
#include "server/core.h"
#include "server/crew.h"
#include "server/outbox.h"

#define BATCHES 3 /* one gathers, one flies, one is handed on */
#define TURN_BYTES_MAX ((size_t)256 << 20)
#define ANSWER_ROOM 65536u

struct core {
    struct core_setup s;
    struct ports ports;
    struct travel travel;
    struct arena arena; /* of the turn */
    struct arena body;  /* of the command's lists */
    struct decision *decision;
    struct turn turn;
    struct by by;       /* of the row being written */
    struct buf data;    /* of the row being written */
    struct buf events;  /* of the answer being written */
    struct buf by_text; /* who, in the answer's events */
    struct batch batch[BATCHES];
    struct batch *gather;
    struct batch *flying; /* NULL: none */
    struct outbox *outbox;
    struct crew *crew;
    struct event *timer;
    uint64_t durable_seq;
    int64_t flying_since; /* monotonic µs */
    bool open;            /* the log takes rows */
    bool quiescing;
    bool unsynchronised;
    unsigned chore;
    struct {
        bool due;      /* something happened that may change who goes where */
        bool waits;    /* somebody did when it was last looked at */
        int64_t since; /* monotonic µs of that look */
        uint32_t next; /* incident of the answer that is to be told */
    } round;
    struct {
        uint64_t rows, batches, append_us, refusals, repeats;
    } state;
};

/* core_turn.c: decides a command (an accepted one with events is in the gathering batch
 * afterwards), and a gateway's with its answer in the outbox. */
void core_run(struct core *c, const struct command *cmd);
void core_take_command(struct core *c, const struct door_command *ask);

/* The id was used before: core_take_past decides nothing then, it answers. */
bool core_knows(const struct core *c, const struct door_command *ask);

/* The same of a command that the archive was asked about: `past` is the incident as its rows have
 * it, NULL where there is none; `taken`: the log has the number of the paper. */
void core_take_past(struct core *c, const struct door_command *ask, const struct incident *past,
                    bool taken);

/* Nothing was done of it: what it needs cannot be read now. */
void core_tell_later(struct core *c, const struct door_command *ask);

/* core.c: travel times are those of the change that the world names. */
void core_use_roads(struct core *c);

/* core_rounds.c: what a decision means for the incidents that wait, and the next step of assigning
 * them together (server/rounds.h). */
void core_rounds_touch(struct core *c);
void core_rounds(struct core *c);

/* core_chores.c: tells gateways and readers how things stand. */
void core_tell_state(struct core *c);

#endif
