/* Plays a story in every order: each interleaving of the two persons' commands, the next deadline
 * coming in between (with what it brings happening at once, or after the next command only), and
 * one of the commands sent a second time at every later moment. After each step the laws:
 *
 *  - the world is sound, and the rows, and an image, make the same one (stage_look);
 *  - a command is accepted, or refused as the story says; a refused one changed nothing;
 *  - what an accepted one makes true shows at once, and goes on to show until a row names it:
 *    nothing is undone without a word of it in the record;
 *  - who is refused is told why: a row of somebody else's, or of the clock, names a thing that the
 *    command is about;
 *  - a command sent again has the first answer and no second effect. */
#ifndef TESTS_DISPATCH_INTERLEAVE_EXPLORE_H
#define TESTS_DISPATCH_INTERLEAVE_EXPLORE_H

#include "tests/dispatch/interleave/stage.h"

struct explored {
    uint64_t orders; /* ways through the story */
    uint64_t steps;  /* commands, waits and resends played */
    uint64_t refused, again;
    uint64_t skipped; /* commands not sent since what they name was never made */
    uint64_t agreed;  /* ends that were compared */
    uint64_t broken;
};

/* Prints what is wrong with the order in which it is: "a1 b1 ~ a1!": ~ the clock comes to a
 * deadline, . what is due happens, ! sent again. */
void explore(struct story *story, const struct town *town, struct explored *out);

#endif
