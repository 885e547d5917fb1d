/* What a plan may know of an incident when it is asked. Filled by the core from the world; plain
 * values. */
#ifndef DISPATCH_MODEL_SITUATION_H
#define DISPATCH_MODEL_SITUATION_H

#include "dispatch/model/plan.h"

enum verdict { VERDICT_NO, VERDICT_YES, VERDICT_UNKNOWN };

struct situation {
    struct str type; /* dotted 4-level code; empty: unclassified */
    uint16_t cues;
    uint16_t cues_denied; /* asked for, and denied */
    uint32_t place_flags;
    bool place_known;        /* false: flags and zone are unknown */
    const struct str *zones; /* code of the incident's zone, then of each zone that contains it */
    uint32_t zone_count;
    uint8_t channel;
    uint8_t priority; /* 1 most urgent .. 9; 0 unknown */
    int64_t local_us; /* opening instant shifted to local time */
    bool cautious; /* a danger that nobody named is not known rather than absent: asked where a rule
                      would do less if it were absent */
};

/* The parts of a rule's condition. */
enum when_part { WHEN_ALL, WHEN_ANY, WHEN_NONE };

/* What one rule said. */
struct rule_trace {
    struct str rule;      /* id */
    struct str predicate; /* the predicate that decided: word of predicates.def, empty when the rule
                             fired */
    uint8_t verdict;      /* enum verdict of the whole rule */
    uint8_t part;         /* enum when_part: where that predicate stands */
    uint8_t group;        /* from 0, within its part */
};

/* What plan/price is reckoned from, beside the units; nothing at all: the parts of it are 0. */
struct slot_price {
    bool first;         /* whoever goes to this slot is the first at the incident */
    uint32_t limit_ms;  /* somebody is to be there so long after it was opened; 0: no limit */
    uint32_t waited_ms; /* so long ago that was */
    uint32_t calls; /* urgent ones to be expected while a unit is away, in 2^-PRICE_CALLS_SHIFT */
    uint8_t cover;  /* enum cover_part: whether cover is weighed; what it says is only told */
};

/* The merged need of one slot. */
struct slot_need {
    uint8_t slot; /* 1.. */
    uint8_t police_type;
    struct str capability;
    struct str rule;  /* first rule that asked for it */
    uint8_t tier;     /* of the incident, 1..4; 0: not graded */
    uint32_t work_ms; /* what is to be done there usually takes so long */
    struct slot_price price;
    bool joint; /* others wait as well: being late counts first, by tier (plan/surge) */
    bool leave; /* and it may be better to leave the slot to nobody for now */
};

struct evaluation {
    uint8_t tier;
    struct str fired[RULES_FIRED_MAX];
    uint32_t fired_count;
    struct slot_need slots[REQUIREMENTS_MAX]; /* one per unit needed, in order of the table */
    uint32_t slot_count;
    uint32_t unknown_count; /* rules left open because something was unknown: ids that stand in
                               unknown[] */
    struct str unknown[RULES_FIRED_MAX]; /* their ids */
    bool truncated;                      /* needs beyond REQUIREMENTS_MAX slots were dropped */
    uint32_t fired_dropped;              /* rules that fired beyond those named */
    uint32_t unknown_dropped;            /* open rules beyond those named */
};

/* Another waiting incident that a unit is meant for, and what all others together would lose if it
 * did not go there (plan/surge): first how late they are, weighed by tier, then score. The second
 * may be below 0 where the first is not 0. */
struct wanted {
    uint32_t incident; /* 0: none */
    uint8_t slot;
    uint32_t late_ms;
    int32_t score_ms;
};

/* One unit as the recommendation sees it: values only, filled by the core. */
struct candidate {
    uint32_t unit; /* number of the unit; ties go to the lower */
    uint8_t police_type;
    uint64_t capabilities; /* bits of the city's capability list */
    uint8_t status;        /* enum unit_status */
    uint8_t
        barred; /* enum pass_reason, PASS_CHOSEN: not barred (declined, already here, reserved …) */
    uint32_t eta_ms;          /* ETA_INF_MS: unreachable */
    uint32_t position_age_ms; /* UINT32_MAX: unknown */
    struct point at;          /* where it was reckoned from: its fix, or its post */
    bool home_zone;           /* the incident lies in the unit's own zone */
    bool coarse;              /* the ETA is reckoned from a coarse place */
    uint32_t duty_ms;         /* so long its shift lasts, at least 1; 0: no end was said */
    uint32_t clear_ms;        /* on scene, and expected to have done after so long; 0: not so */
    uint32_t leaves;          /* incident it is on the way to and could leave; 0: none */
    uint32_t leaves_ms;       /* so much longer would that one wait for another */
    uint8_t leaves_tier;
    uint32_t stake; /* of what is to be covered, the part that rests on it, in 2^-20 of the whole */
    struct wanted wanted;
};

/* The age of a fix as events and answers have it: left out (0) where there is no fix, else at least
 * 1 ms, so that a fix of this very moment does not look like none. */
static inline uint32_t position_age_told(uint32_t age_ms)
{
    return age_ms == UINT32_MAX ? 0 : age_ms == 0 ? 1 : age_ms;
}

#define CONSIDERED_MAX 9 /* the chosen and the next 8 */

/* One unit beside the choice: why it stands where it stands. Score is in ms, lower is better, the
 * sum of its parts. */
struct considered {
    uint32_t unit;
    uint8_t reason; /* enum pass_reason */
    uint8_t status;
    uint32_t eta_ms;
    struct point at;
    uint32_t position_age_ms; /* in events and answers as position_age_told has it */
    uint32_t score_ms;        /* parts: eta_ms, clear_ms and all score_*_ms below */
    uint32_t score_eta_ms; /* in rows of before place was stored: the same as eta_ms; not written */
    uint32_t score_zone_ms; /* part: not of the home zone */
    uint32_t score_age_ms;  /* part: doubt from an old position */
    uint32_t detour_ms;     /* so much longer is the way than with nothing on the roads */
    uint32_t road;          /* number of the first notice in it; 0: none */
    uint32_t flip_ms; /* least fall of the travel time that would have chosen it, its bar lifted; 0
                         for the chosen. More than eta_ms: none would, the score would still be so
                         much too high. In rows of before "w4": least fall of the score */
    /* With status, eta_ms and position_age_ms what score and reason are reckoned from; in rows of
     * before "w2" they are not. */
    uint8_t barred; /* enum pass_reason, as of struct candidate */
    bool taken;     /* chosen for another slot of the same assignment */
    bool home_zone;
    /* In rows of before "w3" the following are not. */
    uint32_t duty_ms, clear_ms, leaves, leaves_ms; /* as of struct candidate */
    uint8_t leaves_tier;
    uint32_t score_duty_ms;  /* part: the shift ends before the work is done */
    uint32_t score_leave_ms; /* part: it would leave another incident */
    /* In rows of before "w4" the following are not. */
    uint32_t stake;          /* as of struct candidate */
    uint32_t score_late_ms;  /* part: the first one there may come later than the limit */
    uint32_t score_cover_ms; /* part: what others lose while it is away */
    /* In rows of before "w5" this is not. */
    struct wanted wanted;
};

struct slot_choice {
    uint8_t slot;
    uint8_t police_type;
    struct str capability;
    uint8_t tier;     /* of the incident */
    uint32_t work_ms; /* as of struct slot_need */
    struct slot_price price;
    bool joint, leave; /* as of struct slot_need */
    uint32_t chosen;   /* 0: nobody */
    struct considered considered[CONSIDERED_MAX];
    uint32_t considered_count;
    uint32_t passed[PASS_REASON_COUNT]; /* all other units, counted by reason */
};

#endif
