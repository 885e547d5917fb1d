/* Random commands about a world as it stands: what people might do next with reports, incidents,
 * orders and units, sensible or not; seats and alarms are left alone. Every text that is said is
 * planted, so that it can be looked for where it must not be. */
#ifndef TESTS_SERVER_WHIM_H
#define TESTS_SERVER_WHIM_H

#include "base/prng.h"
#include "dispatch/core/world.h"
#include "dispatch/model/command.h"

#define PLANTED_NAME "植桃花"
#define PLANTED_PHONE "13955550123"
#define PLANTED_WORDS "歹徒拿刀在植字楼"
#define PLANTED_ADDRESS "植树路 77 号"
#define PLANTED_HIDDEN "植隐巷 9 号" /* of protected and withheld places */

struct whim {
    const struct world *world;
    int64_t now;
    uint32_t units; /* the first so many are spoken of */
    uint32_t back;  /* things are named up to so many numbers behind the newest */
    bool wild;      /* things that never were, and steps nobody would take, are asked for too */
};

/* `principal` is one of those a bed has, and in wild moods nobody's. */
void whim_command(const struct whim *w, struct prng *p, struct command *c, const char **principal);

/* A report by itself. */
void whim_report(const struct whim *w, struct prng *p, struct command *c);

/* A personal value as the door makes it, and a known place with a planted address. */
struct personal_in whim_words(const char *text);
struct place_in whim_place(int32_t lon, int32_t lat);

#endif
