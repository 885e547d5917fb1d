/* The people at the desks of a simulated floor: two for each seat they work at, in turns. They
 * come, take their seat, hand it over, get up, sign off without a word, have consoles that die and
 * come back, read what came over, and take notice of alarms. Private to tools/sim. */
#ifndef TOOLS_SIM_FLOOR_H
#define TOOLS_SIM_FLOOR_H

#include "dispatch/model/command.h"
#include "dispatch/model/event.h"

#define POSTS_MAX 5 /* the commander's and four more */
#define PEOPLE_MAX (2 * POSTS_MAX)
#define PERSON_NAME_SIZE 16
#define READ_MAX 256 /* things that one command names as read */

struct agents;
struct act;

/* A person. Those of post k are 2k and 2k + 1. */
struct person {
    char name[PERSON_NAME_SIZE];
    bool there;    /* in front of a console that is connected */
    bool seated;   /* at the seat of their post, as far as is told */
    uint8_t stint; /* of sitting there: what was meant for an earlier one is void */
};

/* A seat they work at. */
struct post {
    uint32_t seat;
    bool commander;
    bool silent;  /* as told */
    bool guest;   /* somebody who is none of ours sits there */
    bool reading; /* somebody is about to read */
    bool worked;  /* a first shift has begun */
    uint8_t turn; /* whose shift it is: 0 or 1 */
};

/* A report as its seat knows it. */
struct paper {
    bool known;
    uint32_t seat;
    uint32_t incident; /* 0: none */
    bool open, unread;
    bool callback; /* somebody must reach the caller */
    uint8_t contact, tries;
    uint8_t looked; /* reviews it lay through */
};

/* An alarm as far as people act on it. */
struct bell {
    uint32_t seat;
    uint8_t kind;
    bool over, climbed;
};

struct floor {
    struct post posts[POSTS_MAX];
    struct person people[PEOPLE_MAX];
    uint32_t post_count;  /* 0: there are no seats, "operator" and "commander" do everything */
    struct paper *papers; /* by report id */
    uint32_t paper_cap;
    struct bell *bells; /* by alarm id */
    uint32_t bell_cap;
    struct incident_ref incidents[READ_MAX];
    struct report_ref reports[READ_MAX];
};

void floor_fini(struct floor *f);

/* The shift begins: who has the first turn at each post comes. */
void floor_begin(struct agents *a, int64_t start_us);

/* Length of a shift, and what takes so long in one of eight hours. */
int64_t floor_shift_us(const struct agents *a);
int64_t floor_paced(const struct agents *a, int64_t us);

/* What will happen to who sits there from now on. */
void floor_plan_stint(struct agents *a, int64_t at, uint32_t person);

void floor_see(struct agents *a, int64_t at, const struct event *e);

/* A person's act as a command; false: needless, or somebody else's business now. */
bool floor_take(struct agents *a, int64_t now, struct act *act, struct command *c);
void floor_refused(struct agents *a, int64_t now, const struct act *act, const char *code);

/* The report's paper, made when it is new. */
struct paper *floor_paper(struct agents *a, report_id report);

/* Who acts for that seat (0: the commander's); empty: nobody is there. */
struct str floor_at(const struct agents *a, uint32_t seat);

/* Whoever of those at the seats; empty: nobody is there. */
struct str floor_anyone(struct agents *a);

/* Whoever takes the next call: a call taker, or of those at the seats; empty: nobody is there. */
struct str floor_taker(struct agents *a);

struct str floor_commander(const struct agents *a);

/* One of those who work here, and no guest. */
bool floor_has(const struct agents *a, struct str person);

/* The seat is one that our people work at. */
bool floor_ours(const struct agents *a, uint32_t seat);

#endif
