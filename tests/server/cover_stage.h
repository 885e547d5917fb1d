/* The thread of coverage over a random town, with the test in the place of the view. */
#ifndef TESTS_SERVER_COVER_STAGE_H
#define TESTS_SERVER_COVER_STAGE_H

#include "server/cover.h"

#include "dispatch/codec/json_in.h"
#include "tests/routing/streets.h"

#define UNITS 12
#define CROWD 63 /* one below a number of slots: the last one is of what-ifs */
#define CIRCLES 10

struct stage {
    struct road road;
    struct roads_live *roads;
    struct prng random;
    struct conf conf;
    struct door_way to_cover, from_cover;
    struct cover *cover;
    int64_t past_every_us;
    uint64_t token;                /* of the last question */
    uint64_t told[COVER_ASKS_MAX]; /* whom the last answer was for */
    uint32_t told_count;
    char *answer; /* the last one, ended by NUL */
    struct json_doc *doc;
    enum err err;

    /* As it was told. */
    struct cover_unit_told unit[UNITS + 1];
    struct cover_circle_told circle[CIRCLES];
};

/* Starts the thread, over roads or by straight line; strike_stage is due. */
void raise_stage(struct stage *s, uint64_t seed, bool by_road);

/* The two halves of it: what is told between them lies there when the thread begins. */
void set_stage(struct stage *s, uint64_t seed);
void start_stage(struct stage *s, bool by_road);

/* The same by road, with the past of a database, read all the time. */
void raise_stage_with_past(struct stage *s, uint64_t seed, const char *database, const char *world);
void strike_stage(struct stage *s);

/* A record for the thread; one that is a head alone. */
void tell(struct stage *s, const void *at, size_t len);
void tell_kind(struct stage *s, enum cover_kind kind, uint64_t seq);

/* What the thread says next, into `answer`. False: nothing within twenty seconds. */
bool take(struct stage *s, enum cover_kind *kind);

/* `answer` into `doc`. */
void parse(struct stage *s);

/* Asks, and waits for the answer: in `answer`, `err` and, when it is no problem, `doc`. */
void ask(struct stage *s, struct cover_ask a);

#endif
