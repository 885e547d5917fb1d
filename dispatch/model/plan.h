/* A response plan: a decision table of rules that map what is known of an incident to a tier and to
 * the units it needs. Every rule that matches contributes; the gravest tier wins (1 is the
 * gravest); requirements merge by maximum per police type or capability; the last rule always
 * fires. The whole text of the active plan stands in the log. */
#ifndef DISPATCH_MODEL_PLAN_H
#define DISPATCH_MODEL_PLAN_H

#include "dispatch/model/fields.h"

#define PLAN_RULES_MAX 512
#define REQUIREMENTS_MAX 16
#define RULES_FIRED_MAX 16
#define PLAN_CLOCKS_MAX 64
#define PLAN_GROUPS_MAX 8 /* in `any`, and in `none` */

/* One need: `count` units of a police type, or that have a capability (word of the city), or both.
 * With neither it is a floor: so many units altogether, those of other needs included; a slot that
 * only the floor asks for takes any police officer, no partner. */
struct plan_need {
    uint8_t police_type;   /* enum police_type; NONE: any */
    struct str capability; /* empty: none */
    uint16_t count;
};

/* A daily window in local time; `days` bit 0 Monday .. bit 6 Sunday, 0 every day; until < from runs
 * over midnight. */
struct plan_hours {
    uint16_t from_min;
    uint16_t until_min;
    uint8_t days;
};

/* Questions; those left out do not ask. All that are given must hold (and). Beside them stand
 * groups of further questions, which have no groups of their own: of `any` one must hold, of `none`
 * none may. So every condition can be written that and, or and not can say, and still reads as a
 * table. */
struct plan_when {
    struct list types; /* of struct str: "10.02.*.*"; any of them */
    uint16_t cues_any; /* bits of enum cue */
    uint16_t cues_all;
    uint32_t place_any; /* bits of enum place_flag */
    struct list zones;  /* of struct str: zone codes; the incident's zone or one that contains it */
    struct list hours;  /* of struct plan_hours; any of them */
    uint32_t channels_any; /* bits of enum channel */
    uint8_t priority_max;  /* 0 does not ask; 1 is the most urgent: holds for 1..priority_max */
    bool always;           /* the rule that fires when nothing else is known; must be the last */
    struct list any;       /* of struct plan_when */
    struct list none;      /* of struct plan_when */
};

struct plan_rule {
    struct str id;
    struct str name_zh;
    struct str name_en;
    struct str source;
    struct plan_when when;
    uint8_t tier;      /* 1..4, 0: does not speak of the tier */
    struct list needs; /* of struct plan_need */
};

/* Limits in ms of what a row names; 0: the row does not speak of it. The plain rows, one for each
 * tier, name neither types nor zones; further rows say what differs. plan/clocks.h has which row
 * counts. */
struct plan_clocks {
    uint8_t tier;      /* 0: every tier */
    struct list types; /* of struct str patterns; empty: every type */
    struct list zones; /* of struct str zone codes; empty: everywhere */
    uint32_t dispatch_ms;
    uint32_t sign_ms;
    uint32_t arrive_ms;
    uint32_t feedback_ms;
    uint32_t close_ms;
    uint32_t answer_ms;   /* from ringing to the answer */
    uint32_t classify_ms; /* from opening to the type */
    uint32_t report_ms;   /* from a report to its link or end */
    uint32_t name_ms;     /* from an order to a station to the unit its desk names; 0: sign_ms */
    uint32_t change_ms;   /* from a change to its acknowledgement */
    uint32_t first_ms;    /* from the first arrival to the first word from the scene */
    uint32_t safety_ms;   /* between two confirmations that officers on scene are safe */
    uint32_t hold_ms;     /* a hold is reviewed after so long at the latest */
};

/* Where automatic dispatch is allowed: all of what is given must hold; an empty list allows every
 * value. */
struct plan_automation {
    struct list types; /* of struct str patterns */
    struct list zones; /* of struct str zone codes */
    uint32_t channels; /* bits of enum channel, 0: every verified one */
};

/* Panic alarms of one zone and what lies in it. */
struct plan_panic_zone {
    struct str zone; /* code */
    uint32_t radius_m;
};
struct plan_panic {
    struct str type;   /* code of the incident that opens; empty: unclassified */
    uint32_t radius_m; /* within which units are told; 0: three kilometres */
    struct list zones; /* of struct plan_panic_zone: other radii */
    uint32_t quiet_m;  /* within which nothing sounds for a silent call; 0: 200 m */
};

struct plan {
    struct str id;
    uint32_t version;
    struct str name_zh;
    struct str name_en;
    uint32_t classify_ms;
    uint32_t report_ms;
    uint8_t offers_max;        /* orders offered per slot before the commander is asked */
    struct list clocks;        /* of struct plan_clocks: one plain row per tier 1..4, then others */
    struct list automation;    /* of struct plan_automation; empty: off */
    struct list rules;         /* of struct plan_rule */
    struct list default_types; /* of struct str patterns: types that only stand for "not known yet";
                                  never automatic */
    uint32_t callback_ms;      /* between tries to reach a silent caller; 0: two minutes */
    uint8_t callback_tries;    /* after which a person decides; 0: three */
    uint32_t locate_ms;        /* how long a place may stay unknown; 0: five minutes */
    uint32_t answer_ms;  /* ringing to answer: target, and clock of a call that rings; 0: none */
    uint32_t process_ms; /* target: answer to the first order; 0: none */
    struct plan_panic panic;
    uint32_t move_sign_ms; /* from an order to move up to its signature; 0: two minutes */
};

extern const struct shape plan_need_shape, plan_hours_shape, plan_group_shape, plan_when_shape,
    plan_rule_shape, plan_clocks_shape, plan_automation_shape, plan_panic_zone_shape,
    plan_panic_shape, plan_shape;

#endif
