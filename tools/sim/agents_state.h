/* What the simulated people know, and what their files share: agents*.c, crew*.c, desk.c, scene.c,
 * station.c, guest.c, link.c, floor*.c. Private to tools/sim. */
#ifndef TOOLS_SIM_AGENTS_STATE_H
#define TOOLS_SIM_AGENTS_STATE_H

#include "base/prng.h"
#include "tools/sim/agents.h"
#include "tools/sim/floor.h"
#include "tools/sim/ways.h"

#define CREW_STACK_MAX 8
#define SIGN_ON_US (60 * US_PER_S)     /* within which all crews sign on */
#define FIRST_CALL_US (75 * US_PER_S)  /* when the calls begin */
#define SOON_SIGN_ON_US (8 * US_PER_S) /* the same when somebody waits at a screen */
#define SOON_CALL_US (10 * US_PER_S)
#define SLOTS_MAX (REQUIREMENTS_MAX + 1)

enum act_kind {
    ACT_CALL,
    ACT_SETTLE,
    ACT_LINK,
    ACT_OPEN,
    ACT_DISPATCH,
    ACT_CLOSE,
    ACT_NOTE,
    ACT_AMEND,
    ACT_RETIER,
    ACT_HOLD,
    ACT_REOPEN,
    /* What callers and alarms ask of a desk (desk.c), to ACT_MERGE. */
    ACT_CONTACT,
    ACT_END_CALLBACK,
    ACT_SPEAK,
    ACT_ASK_SAFE,
    ACT_STAND_DOWN,
    ACT_NAME_FOR, /* a station's desk named nobody: the centre does */
    ACT_RELIEVE,
    ACT_LEAD,
    ACT_NOBODY_THERE, /* a guest's car that does not answer (guest.c) */
    ACT_ROADWORK,     /* something happens to a road (roadwork.c) */
    ACT_BLOCK,
    ACT_ROAD_OPEN,
    ACT_MERGE,
    ACT_ACKNOWLEDGE,
    ACT_DECLINE,
    ACT_SET_OUT,
    ACT_ARRIVE,
    ACT_CLEAR,
    ACT_FEEDBACK,
    ACT_SEE_CHANGE,
    ACT_REPORT,
    ACT_SAFE,
    ACT_SIGN_ON,
    ACT_SIGN_OFF,
    ACT_BREAK,
    ACT_BACK,
    ACT_PANIC,
    ACT_PANIC_ANSWER,
    ACT_STAGE,
    ACT_NAME,      /* a station's desk (station.c) */
    ACT_GUEST_OFF, /* guest.c */
    ACT_LINKS,     /* somebody's link is lost (link.c) */
    ACT_LINK_BACK,
    ACT_RETURN,    /* crew_drive.c */
    ACT_MOVE_SIGN, /* crew_move.c */
    ACT_MOVE_ARRIVE,
    /* The floor's own (floor_take.c); all after are. */
    ACT_COME,
    ACT_SIT,
    ACT_SHIFT_END,
    ACT_HAND_OVER,
    ACT_GO_HOME,
    ACT_GET_UP,
    ACT_SIGN_OUT,
    ACT_CONSOLE_DIES,
    ACT_MISSED,
    ACT_CONSOLE_BACK,
    ACT_READ,
    ACT_NOTICE,
    ACT_SHELVE,
    ACT_REVIEW,
    ACT_ALL_OUT
};

struct pending {
    int64_t at;
    uint64_t order;
    struct act act;
};

/* An incident as its operator knows it. */
struct job {
    uint32_t call; /* instance + 1 */
    struct point at;
    uint32_t seat; /* that owns it; 0: the commander's */
    bool unread;
    bool has_point, known, open, closed_once, ours, asked, queued, cleared, got_unit, led;
    uint8_t tier;
    uint32_t zone;
    uint8_t committed, owed;
    uint8_t slot_count;
    uint8_t standing[SLOTS_MAX]; /* orders that hold a slot */
    uint8_t slots[SLOTS_MAX];    /* numbers of the slots wanted */
    uint8_t types[SLOTS_MAX];    /* enum police_type by slot number */
    int64_t held_until;
    uint32_t merged_into; /* 0: not merged */
    uint32_t road;        /* notice of the road it blocks; 0: none stands */
    bool blocked;         /* there was one */
};

/* An assignment. */
struct task {
    uint32_t incident, unit;
    uint32_t station; /* whose desk names the unit; 0: the unit itself is sent */
    uint8_t slot, status;
    uint8_t
        ahead; /* the status the crew is in, which the server hears of once their link is back; 0 */
    bool was_there, owes, spoken, taken_away;
    int64_t made, since; /* when it was ordered, and when its last step came */
};

struct crew {
    struct point from, to;
    int64_t depart, arrive;
    uint32_t current; /* assignment it works on */
    uint32_t stack[CREW_STACK_MAX];
    uint8_t stacked;
    bool on_duty, away, panic;
    bool cut;    /* has no link to the server */
    bool speaks; /* and tells its steps by radio in the meantime */
    bool lost;   /* the server misses its terminal */
    int64_t cut_at;
    uint32_t panic_incident; /* where its officer is in need */
    /* Who has a road (crew_drive.c). */
    struct ways_trip way;  /* the drive of now or the last one; empty: a straight line */
    struct ways_trip beat; /* a round from the post, counted from 0 µs on */
    int64_t beat_from;     /* since when it drives the beat, or will; 0: it does not */
    uint32_t bound;        /* call instance + 1 of what it is about to come upon; 0: nothing */
    uint64_t trips;
    bool lights;
    struct act arrival; /* what it does when it is there */
    /* An order to stand somewhere else (crew_move.c). */
    uint32_t move; /* its number; 0: none stands */
    struct point move_to;
    bool moving; /* signed, and on the way */
    bool stays;  /* it came there, and waits for what comes */
};

struct agents {
    struct agents_opts opts;
    struct prng prng;
    int64_t calls_us; /* when the calls begin */
    int64_t now;
    struct pending *heap;
    uint32_t heap_count, heap_cap;
    uint64_t order;
    struct job *jobs;
    uint32_t jobs_cap;
    struct task *tasks;
    uint32_t tasks_cap;
    uint32_t *report_calls; /* by report id: call instance + 1 */
    uint32_t reports_cap;
    uint32_t *call_incidents; /* by instance */
    uint32_t calls_cap;
    struct crew *crews; /* by unit id */
    uint32_t crew_count;
    uint32_t *waiting; /* incidents that found nobody, first come first served */
    uint32_t waiting_first, waiting_count, waiting_cap;
    uint32_t next_call;
    bool calls_over;
    uint64_t open, idle, unsettled;
    struct floor floor;
    int64_t *rang; /* by call instance: when it rang */
    uint32_t rang_cap;
    struct str desk; /* who does what is due at a desk */
    struct agents_counts counts;
    uint64_t next_id;
    uint32_t cuts;        /* links that are cut now */
    uint64_t road_change; /* of the roads, that is in force */
    uint64_t moves;       /* changes of where units drive */
    bool guest_desk;      /* a guest has signed in at the desk left free */
    char id[64], external[64], principal[AGENTS_NAME_SIZE], taker[CAST_NAME_SIZE];
    struct unit_ref unit_refs[1];
    struct point drawing[4]; /* of what is said of roads */
    uint32_t drawing_count;
};

/* Somebody will do this at `at`. */
void agents_plan(struct agents *a, int64_t at, struct act act);

/* Takes the soonest act off the heap. */
struct act agents_pop(struct agents *a);

/* Memory for entry `n` of a vector, zeroed; without memory a simulation has no way on. */
void *agents_grow(void *at, uint32_t *cap, uint32_t n, size_t size);

/* A protected value with salt and hash of the seed, as the door makes it. */
struct personal_in agents_say(struct agents *a, struct str text);

/* crew.c and crew_take.c: units. */
void crew_see(struct agents *a, int64_t at, const struct event *e);
bool crew_take_step(struct agents *a, const struct act *act, struct command *c);
bool crew_take_duty(struct agents *a, int64_t now, const struct act *act, struct command *c);

/* A guest's, which nobody here plays. */
bool crew_is_guest(const struct agents *a, uint32_t unit);

/* On duty, there, and without an order. */
bool crew_free(const struct crew *c);

/* What a crew is looked for for: a police type (NONE: any police), near a place or one of a
 * station's own (0: anybody's). */
struct wanted_crew {
    uint8_t police_type;
    uint32_t station;
    bool has_point;
    struct point at;
};

/* The free one with a terminal that stands nearest; 0: none. Never a guest's. */
uint32_t crew_nearest(const struct agents *a, const struct wanted_crew *w);

/* A step of their order as the crew knows it, before or after the server does. */
void crew_step(struct agents *a, int64_t at, const struct assignment_progressed *e);

/* station.c: orders to a station, whose desk names the unit. */
void station_see(struct agents *a, int64_t at, const struct event *e);
void station_ordered(struct agents *a, int64_t at, uint32_t assignment);
bool station_takes(struct agents *a, const struct job *j, uint8_t slot, struct command *c);
bool station_take(struct agents *a, int64_t now, struct act *act, struct command *c);

/* scene.c: diverting, relieving, commanding the scene. */
void scene_see(struct agents *a, int64_t at, const struct event *e);
bool scene_diverts(struct agents *a, uint32_t incident, uint8_t slot, struct command *c);
bool scene_take(struct agents *a, const struct act *act, struct command *c);

/* guest.c: the car nobody plays must not keep an order that nobody reads. */
void guest_ordered(struct agents *a, int64_t at, uint32_t assignment, uint32_t unit);
void guest_see(struct agents *a, int64_t at, const struct event *e);
bool guest_take(struct agents *a, int64_t now, struct act *act, struct command *c);

/* link.c: units lose their links and come back with what they did in the meantime. */
void link_begin(struct agents *a, int64_t start_us);
void link_take(struct agents *a, int64_t now, const struct act *act);
bool link_keeps_from(const struct agents *a, const struct act *act);
void link_kept(struct agents *a, int64_t now, const struct act *act, struct command *c);

/* crew_drive.c: who has a road takes it. */
bool drive_by_road(const struct agents *a, const struct crew *c);
void drive_init(struct agents *a);
void drive_fini(struct agents *a);
struct point drive_place(const struct agents *a, const struct crew *c);
bool drive_on(const struct agents *a, const struct crew *c, struct snap *out);
void drive_halt(struct agents *a, struct crew *c);
void drive_go(struct agents *a, int64_t at, struct crew *c, struct point to, bool lights);
void drive_home(struct agents *a, int64_t at, struct crew *c);
void drive_plan_return(struct agents *a, int64_t at, const struct crew *c);
void drive_take(struct agents *a, int64_t now, const struct act *act);
void drive_see(struct agents *a, int64_t at, const struct event *e);

/* The act is about being somewhere, and the unit is not there yet: it comes again on arrival. */
bool drive_early(struct agents *a, const struct act *act, uint32_t unit);

/* crew_move.c: orders to move up. */
void move_see(struct agents *a, int64_t at, const struct event *e);
bool move_take(struct agents *a, int64_t now, const struct act *act, struct command *c);

/* roadwork.c: roads close and open again. */
void roadwork_begin(struct agents *a, int64_t start_us);
void roadwork_see(struct agents *a, int64_t at, const struct event *e);
bool roadwork_take(struct agents *a, int64_t now, const struct act *act, struct command *c);

/* Speaks for a unit: at its own terminal, or for one without a terminal by radio. False: nobody is
 * at a desk to hear the radio. */
bool crew_speaks(struct agents *a, uint32_t unit, struct command *c, uint8_t *by);

/* Nothing is left to do: it is closed soon (agents_see.c). */
void agents_close_when_over(struct agents *a, int64_t at, uint32_t incident);

/* desk.c: what callers and alarms ask for, and duplicates that were taken for incidents. */
void desk_see(struct agents *a, int64_t at, const struct event *e);
bool desk_take(struct agents *a, int64_t now, const struct act *act, struct command *c);

/* Who does it at a desk: the seat that owns the work, a commander, or whoever is there; empty:
 * nobody is there now. */
struct str agents_desk(struct agents *a, const struct act *act);
bool agents_needs_desk(enum act_kind kind);

/* What was to be done is done, or cannot be any more, whoever sits there. */
bool desk_needless(struct agents *a, const struct act *act);

/* Somebody rings the caller of a report that waits for it. */
void desk_call_back(struct agents *a, int64_t at, report_id report);

/* A duplicate that nobody recognises at first: it is merged later. */
bool desk_merges(const struct agents *a, uint32_t instance);

/* The desks look over what is open and does not move, and move it. */
void agents_review(struct agents *a, int64_t at);

/* What happens besides on an ordinary day to an incident. */
void agents_everyday(struct agents *a, int64_t at, uint32_t incident);

/* The desk looks for a unit, unless that is under way (agents_see.c). */
void agents_ask(struct agents *a, int64_t at, uint32_t incident, int64_t from, int64_t to);

/* An incident of ours ended inside another one (agents_see.c). */
void agents_see_merged(struct agents *a, uint32_t incident, uint32_t into);

/* The incident found nobody: the next crew that comes free is asked. */
void agents_wait_for_unit(struct agents *a, uint32_t incident, struct job *j);

/* The moment passed unused: again in some seconds. False, for those who return it. */
bool agents_later(struct agents *a, int64_t now, const struct act *act);

/* A whole number in from..to. */
int64_t agents_between(struct agents *a, int64_t from, int64_t to);
bool agents_chance(struct agents *a, uint32_t permille);

/* The entry of that number, made when it is new. */
struct job *agents_job(struct agents *a, uint32_t incident);
struct task *agents_task(struct agents *a, uint32_t assignment);
struct crew *agents_crew(struct agents *a, uint32_t unit);

const struct town_call *agents_call(const struct agents *a, uint32_t instance);

/* One more call of its file. */
void agents_count(struct agents_file files[AGENTS_FILES], const struct town_call *call);

/* An incident that others closed without our hearing of it. */
void agents_lost_incident(struct agents *a, uint32_t incident);

/* The first slot of a job that nobody fills; 0: none. */
uint8_t agents_open_slot(const struct job *j);

struct point agents_place(const struct agents *a, const struct crew *c);

#endif
