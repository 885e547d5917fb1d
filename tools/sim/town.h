/* A city folder as simulate, demo-setup and the benches read it:
 *   city.json    zones, units, offsets, and types unless incident_types.json stands beside
 *   plan.json    the response plan (else the standard one of the seeds)
 *   calls.jsonl  one call a line (tocsin import-calls), or calls.json {"calls":[…]} (the seeds,
 *                tocsin make-calls, which adds "stretch_percent")
 * A call is {"t": ms after the start (or "at_s"), "data": report.receive, "play": how it ends}.
 * play: ends (incident, duplicate, settle), of (external id of the call it repeats), outcome,
 * disposition, scene_ms or scene_min, unit (callsign of the officer who was there), units (how many
 * went in reality), scenes_ms (how long each that arrived stayed), intake_ms, turnout_ms, fleet
 * (fire, police, traffic); source (police, fire_ems). */
#ifndef TOOLS_SIM_TOWN_H
#define TOOLS_SIM_TOWN_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/model/command.h"

enum town_end { TOWN_INCIDENT, TOWN_DUPLICATE, TOWN_SETTLE };

struct town_call {
    int64_t at_us; /* after the start */
    struct report_receive report;
    enum town_end ends;
    uint32_t of; /* index + 1 of the call it repeats; 0 none */
    uint8_t outcome;
    uint8_t disposition;
    uint8_t priority;
    uint16_t units;     /* that went in reality; 0 not recorded */
    uint32_t unit;      /* index + 1 in city.units of the officer who was there; 0 not said */
    int64_t scene_us;   /* time on scene; 0 not recorded */
    struct list scenes; /* of uint32_t: ms on scene of each unit that arrived, the first first */
    int64_t intake_us;  /* from receipt until somebody could be sent; 0 not recorded */
    int64_t turnout_us; /* from the order until the first unit set out; -1 not recorded */
    struct str fleet;   /* whose work it is; empty: not said */
    bool unasked;       /* nobody sent who was there */
    bool onview;        /* an officer came upon it */
    bool fire_ems;
};

struct town {
    struct arena arena;
    struct city city;
    struct plan plan;
    struct town_call *calls; /* in order of time */
    uint32_t count;
    int64_t span_us;          /* whole hours that hold all calls */
    uint32_t stretch_percent; /* of the times between calls; calls.json asks for 250: its hour is
                                 dense, for people who look at one hour only */
    uint32_t scene_percent;   /* of the times on scene */
    uint32_t drive_percent;   /* of the estimated times on the way */
    bool invented;            /* calls.json */
    bool paced;               /* it says by "stretch_percent" how far apart its calls come */
};

/* The pace of a demo: a call about every half minute, quick drives and short scenes, so that who
 * looks for some minutes sees incidents begin and end. */
void town_pace_demo(struct town *t);

/* Reads the folder. `world` stands before ids in calls. Owns: free by town_free, also after a
 * failure. Fails: ERR_IO, ERR_MALFORMED and others naming the file. */
MUST_USE enum err town_load(struct town *t, const char *dir, struct str world, struct fault *f);
void town_free(struct town *t);

/* Multiplies the fleet: `times` units in the place of one, the further ones named "X/2", "X/3" … */
void town_grow_fleet(struct town *t, uint32_t times);

/* The bytes of a file, in the arena. */
MUST_USE enum err town_read(struct arena *a, const char *path, struct str *out, struct fault *f);

#endif
