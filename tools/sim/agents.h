/* The people of a simulated city: callers, who sits at the seats (tools/sim/floor.h), a gateway of
 * channels, and the crew of every unit. They are told what happened (events) and say what they do
 * next (commands); who carries both is somebody else: simulate --virtual hands them to the core
 * itself, simulate
 * --url to a server through its public doors. Both meet the same people.
 *
 *   while ((at = agents_next(a)) != 0) {
 *       if (agents_take(a, at, &act, &command)) { …send…; agents_answer(a, at, &act, "code" or
 * NULL); } agents_see(a, at, &event) for each event that came
 *   }
 *
 * Deterministic: equal seeds, events and instants give equal commands. */
#ifndef TOOLS_SIM_AGENTS_H
#define TOOLS_SIM_AGENTS_H

#include "dispatch/model/command.h"
#include "dispatch/model/event.h"
#include "dispatch/model/ports.h"
#include "tools/sim/cast.h"
#include "tools/sim/laws_roads.h"
#include "tools/sim/town.h"
#include "tools/sim/ways.h"

struct agents;

/* What a person does with their console. */
enum agents_console { CONSOLE_COMES, CONSOLE_DIES, CONSOLE_SIGNS_OUT };

struct agents_opts {
    const struct town *town;
    uint64_t seed;
    struct str tag;   /* before every command id and external id, so that runs do not mix */
    int64_t until_us; /* no call comes at or after this; 0: no end */
    int64_t hours;    /* the same, so long after the beginning */
    bool loop;        /* the calls come again when all have come */
    uint32_t live;    /* 0: calls at their times; else about so many incidents are kept open */
    bool adopt;       /* the operator also works on incidents that were not opened by our calls */
    bool soon;        /* the first call comes within seconds: somebody waits at a screen */
    bool spare;       /* calls are put off while incidents wait for crews: a demo never jams */
    bool everyday;    /* shifts, breaks, notes, corrections, holds, panic: what calls do not tell */
    uint32_t posts;   /* seats that our people work at, the commander's first; 0: one "operator" and
                         one "commander" without seats */
    int64_t shift_us; /* 0: eight hours. A shorter one is for who watches: what happens in a shift
                         happens in it, and the floor is never left by all */
    const struct cast *cast; /* whose parts are played and whose are left to guests; NULL: all
                                units, no desks of stations */
    uint32_t takers;         /* call takers without a seat; 0: who sits at a seat takes calls */
    /* A person's console connects, goes or dies. NULL: nobody carries sockets, the core is told as
     * the server would tell it. */
    void (*console)(void *arg, struct str person, enum agents_console what);
    /* A unit's terminal loses its link, or has it again: what it does in the meantime is kept
     * there. NULL: links hold. */
    void (*link)(void *arg, uint32_t unit, bool up);
    void *arg;
    struct ways *ways; /* borrowed: units drive by road; NULL: by straight line */
    bool beats;        /* patrols drive about while they have nothing to do */
    uint32_t rate; /* speed of the clock against what goes wrong outside it (connections); 0: 1 */
};

/* What somebody set out to do. */
struct act {
    uint8_t kind;
    uint8_t slot;
    uint8_t command; /* enum command_type it was sent as */
    uint16_t tries;
    uint32_t of; /* call, incident, assignment, report or unit, by kind */
};

#define REFUSAL_CODES_MAX 32
#define REFUSAL_PAIRS_MAX 128

/* Calls of one file: police, or fire and ambulance. */
struct agents_file {
    uint64_t calls, onview, withheld, unlocated;
};
#define AGENTS_FILES 2

struct agents_counts {
    struct {
        char code[32];
        uint64_t count;
    } refusals[REFUSAL_CODES_MAX]; /* by code, as they first came */
    struct refused_pair {
        uint8_t command;
        char code[32];
        uint64_t count;
    } pairs[REFUSAL_PAIRS_MAX]; /* the same by command and code */

    struct agents_file came[AGENTS_FILES];
    struct agents_file ended[AGENTS_FILES]; /* closed, settled or linked, each once */
    uint64_t onview_as_calls;               /* on-view, but no officer was free to be there */
    uint64_t reports;                       /* received */
    uint64_t opened;                        /* incidents */
    uint64_t dispatched;                    /* incidents that got at least one unit */
    uint64_t closed;                        /* incidents, first closings only */
    uint64_t settled, linked;
    uint64_t commands, refused;
    uint64_t again; /* no answer came, or not yet: done again */
    uint64_t assignments, stacked, declined, expired, reopened, panics;
};

/* NULL when memory is out. */
struct agents *agents_new(const struct agents_opts *o);
void agents_free(struct agents *a);

/* The day begins: crews sign on, then the calls come. Nobody acts before. */
void agents_begin(struct agents *a, int64_t start_us);

/* An accepted event, in order. */
void agents_see(struct agents *a, int64_t at, const struct event *e);

/* When somebody will act next; 0: nobody ever. */
int64_t agents_next(const struct agents *a);

/* The act that is due at `now` as a command (its texts live until the next call). False: what was
 * due turned out to be needless, or nothing is due. */
bool agents_take(struct agents *a, int64_t now, struct act *act, struct command *c);

/* What became of it: NULL accepted, else the refusal's code. */
void agents_answer(struct agents *a, int64_t now, const struct act *act, const char *code);

/* Where a unit is at `now`; false while off duty or without a position. As ports.fix. */
void agents_at(struct agents *a, int64_t now);
bool agents_fix(void *agents, uint32_t unit, struct fix *out);

/* The same at this very instant, not at the terminal's last beat. */
bool agents_seen(struct agents *a, uint32_t unit, struct fix *out);

/* What stood before we came, from a snapshot: incidents first, then assignments. `ours`: the
 * operator brings the incident to its end. Those that are known already are brought up to date. */
void agents_adopt_incident(struct agents *a, int64_t at, const struct incident *i, bool ours);
void agents_adopt_assignment(struct agents *a, int64_t at, const struct assignment *as);

/* A unit that stood on duty before we came (0 < unit <= units of the city). */
void agents_adopt_unit(struct agents *a, int64_t at, uint32_t unit, bool on_duty,
                       struct point at_point);

/* A seat of the floor, first before agents_begin, again with each new snapshot. A guest's is left
 * out. */
void agents_adopt_seat(struct agents *a, const struct seat *s);

/* A report that stood before we came. `ours`: it came from a simulator and nobody else cares. */
void agents_adopt_report(struct agents *a, int64_t at, const struct report *r, bool ours);

/* What holds on roads, each of them, and then that these were all. */
void agents_adopt_road(struct agents *a, const struct road_notice *n);
void agents_adopted_roads(struct agents *a);

/* Where a unit with a road is at an instant no earlier than what was last done, for who watches
 * over laws; as laws_where_fn. And a number that changes with any way. */
bool agents_where(const struct agents *a, uint32_t unit, int64_t at, struct laws_where *out);
uint64_t agents_moves(const struct agents *a);

/* Whether the console of that person is connected; true for a person who is none of ours. */
bool agents_heard(const struct agents *a, struct str person);

/* True when no more call comes and every incident, report and feedback of ours has come to its end.
 */
bool agents_done(const struct agents *a);

const struct agents_counts *agents_counts_of(const struct agents *a);

/* Of all files together. */
struct agents_file agents_sum(const struct agents_file files[AGENTS_FILES]);

uint64_t agents_open(const struct agents *a); /* incidents open now */

/* Of the next open incident from `*k` on what its desk knows, in words; false: no more. */
bool agents_next_open(const struct agents *a, uint32_t *k, char *out, size_t size);

/* The name of a unit's account: "u-<n>". */
#define AGENTS_NAME_SIZE 16
struct str agents_unit_name(uint32_t unit, char out[AGENTS_NAME_SIZE]);

/* The accounts of who sits at the seats, two for each: "commander_a", "commander_b", "operator_1a",
 * "operator_1b" … (person < AGENTS_PEOPLE). The first two are commanders. */
#define AGENTS_PEOPLE 10
struct str agents_person_name(uint32_t person, char out[AGENTS_NAME_SIZE]);

#endif
