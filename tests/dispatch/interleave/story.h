/* A story of two people, read from a file: what stands before they begin, what each of them sends,
 * and what must hold of every order in which that can happen.
 *
 *   # What they do, in a sentence.
 *   place NAME LON LAT          a point: place=@NAME
 *   > USER command.word k=v …   before they begin (must be accepted)
 *   + DURATION                  the same: time passes
 *   a USER command.word k=v …   the next command of the first person (a1, a2 …); b: of the second
 *   = THING word …              what the command above makes true: these words of the thing (i1,
 *                               r1, u1, a1, m1, s1) show at once, and go on to show until another
 *                               row names the thing; "key=" is not there, "gone" there is none,
 *                               "… | …" these or those
 *   may code …                  refusals the command above may meet since somebody else, or the
 *                               clock, did something to what it names
 *   own code …                  refusals it may meet without that, by what its person did before or
 *                               by what stood from the beginning
 *   waits N                     so many times the next deadline may come in between (else 1)
 *   agree THING …               without a deadline in between these end alike in every order; also
 *                               `orders`, without their ids, and `alarms`
 *
 * Words are those of scenario files (tests/scenarios/runner.h). %a1 is the order that command a1
 * made, %a1i the incident, %a1r the report; a command that names what was never made is not sent:
 * its person would not know it. expect=i1:seen is the version that its person has on the screen,
 * which is the one at the time of sending; expect=i1:2 is what they looked at before. */
#ifndef TESTS_DISPATCH_INTERLEAVE_STORY_H
#define TESTS_DISPATCH_INTERLEAVE_STORY_H

#include "base/str.h"
#include "dispatch/model/refusal.h"

#include <stdint.h>

#define STEPS_MAX 4
#define SHOWS_MAX 3
#define BEFORE_MAX 48
#define PLACES_MAX_HERE 8

struct show {
    struct str thing, words;
};

struct step {
    uint32_t line;
    struct str principal, word, rest;
    struct show shows[SHOWS_MAX];
    uint32_t show_count;
    bool may[REFUSAL_COUNT], own[REFUSAL_COUNT];
    /* Counted over all orders. */
    uint64_t accepted, refused[REFUSAL_COUNT];
};

struct side {
    struct step steps[STEPS_MAX];
    uint32_t count;
};

struct story {
    const char *path;
    struct str text; /* the file; everything points into it */
    struct str title;
    struct {
        char name[16], lon[16], lat[16];
    } places[PLACES_MAX_HERE];
    uint32_t place_count;
    struct {
        uint32_t line;
        struct str text; /* with its mark */
    } before[BEFORE_MAX];
    uint32_t before_count;
    struct side sides[2];
    uint32_t waits;
    struct str agree; /* empty: nothing */
};

/* False after printing "path:line: …" for what is wrong. `text` must live as long. */
bool story_read(struct story *s, const char *path, struct str text);

#endif
