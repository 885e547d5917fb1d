/* Where a story is played: the core (tools/sim/engine), and beside it a world that follows from the
 * rows alone, as on a server. Both can be brought back to what they were. */
#ifndef TESTS_DISPATCH_INTERLEAVE_STAGE_H
#define TESTS_DISPATCH_INTERLEAVE_STAGE_H

#include "tests/dispatch/interleave/story.h"
#include "tools/sim/engine.h"
#include "tools/sim/town.h"

struct stage;
struct stage_mark;

/* A city with seats and people, no work yet. must() that there is memory. */
struct stage *stage_new(const struct town *town, const struct story *story);
void stage_free(struct stage *s);

/* Does what stands before; false after printing what is wrong. */
bool stage_begin(struct stage *s, const struct story *story);

struct stage_mark *stage_mark_new(struct stage *s);
void stage_mark_set(struct stage_mark *m, struct stage *s);
void stage_return(struct stage *s, const struct stage_mark *m);
void stage_mark_free(struct stage_mark *m);

/* What a console is told. */
struct answer {
    bool accepted;
    bool again; /* it was accepted before; this is that answer */
    enum refusal refusal;
    uint64_t seq;
    uint8_t hash8[8];
    uint32_t assignment, incident, report; /* that it made; 0: none */
};

/* Appends the words of a command with what is meant by "now" in them: +600s as an instant,
 * expect=i1:seen as the version that the incident has. */
void stage_now(struct stage *s, struct str words, struct buf *out);

/* Sends a command as a console does: its fields in words. False after printing what is wrong with
 * them. */
bool stage_send(struct stage *s, const char *where, struct str principal, struct str word,
                struct str rest, struct str id, struct answer *out);

/* The clock comes to the next deadline, if one comes within two hours; nothing happens yet. */
bool stage_wait(struct stage *s);

/* Something is due now. */
bool stage_due(struct stage *s);

/* What is due happens. */
void stage_tick(struct stage *s);

/* Text of the last row, in which a thing is named as "t-i1". */
struct str stage_row(const struct stage *s);

/* The row names the thing i1, u1 … */
bool stage_names(struct str row, struct str thing);

/* The words show in the thing as it is; "gone": there is none; "… | …": these or those. */
bool stage_shows(struct stage *s, struct str thing, struct str words);

/* What a thing belongs to: the incident of an order or an alarm, the seat of an incident or a
 * report; "" when there is none. */
#define STAGE_AROUND_SIZE 16
void stage_around(struct stage *s, struct str thing, char out[STAGE_AROUND_SIZE]);

/* Appends the thing as it is, for people and for comparing. */
void stage_put(struct stage *s, struct str thing, struct buf *b);

/* Appends what does not hold of the worlds: each by itself (core/sound.h), and the one of the rows
 * against the other; with `image`, also that one read back from an image. */
void stage_look(struct stage *s, bool image, struct buf *wrong);

struct world *stage_world(struct stage *s);

#endif
