/* Events: facts that stay true in ten years. They carry results (chosen unit, ETA, engine version),
 * never questions to be asked again; evolve needs nothing but the event and the world. Strings and
 * lists point into the turn's arena. */
#ifndef DISPATCH_MODEL_EVENT_H
#define DISPATCH_MODEL_EVENT_H

#include "dispatch/model/city.h"
#include "dispatch/model/entities.h"
#include "dispatch/model/event_moves.h"
#include "dispatch/model/event_orders.h"

enum event_kind {
    EVENT_NONE = 0,
#define EVENT(n, NAME, word, struct_, topic, zh, en) EVENT_##NAME = n,
#include "dispatch/model/events.def"
#undef EVENT
    EVENT_KIND_COUNT
};

struct world_created {
    struct str world;
    struct str world_id;
};
struct city_loaded {
    struct city city;
};
struct zones_loaded {
    struct list zones; /* of struct city_zone, whole */
    uint32_t reach_m;  /* 0: as it was */
};
struct plan_activated {
    struct plan plan;
};
struct user_created {
    struct user user;
};
struct user_granted {
    struct user user;
};
struct user_disabled {
    struct text32 username;
};
struct user_present {
    struct text32 username;
};

/* Whole entities travel in the events that create them: the screen and the world take the same
 * bytes. */
struct report_received {
    struct report report;
};
struct report_settled {
    report_id report;
    uint8_t outcome;
    struct sealed note;
    struct text32 person; /* who settled it */
};
struct report_linked {
    report_id report;
    incident_id incident;
    uint16_t cues;
    uint32_t report_count;
    bool opened;     /* the incident was opened from it */
    uint8_t contact; /* of the incident from now on */
};
struct report_unlinked {
    report_id report;
    incident_id incident;
    uint32_t report_count;
    uint8_t contact;      /* of the incident from now on */
    uint16_t cues_denied; /* that its caller denied: they are denied no longer */
};

/* What stands at its standard value was not said. */
struct report_amended {
    report_id report;
    incident_id incident;
    uint8_t call;
    uint8_t priority;
    struct text16 type;
    int64_t rang_at;
    int64_t answered_at;
    int64_t ended_at;
    struct text64 external_id;
    struct text64 recording;
    bool place_changed;
    struct place place;
    bool cues_changed;
    uint16_t cues;
    bool contact_changed;
    uint8_t contact;
    uint8_t incident_contact; /* of the incident from now on, with contact_changed */
    bool confidential;
    struct sealed narrative; /* further words; the first ones stay */
    struct sealed caller_name;
    struct sealed caller_phone;
    struct sealed caller_language;
    struct sealed caller_place;
    int32_t caller_lon_e7; /* centre of a 500 m cell, with caller_place */
    int32_t caller_lat_e7;
    uint32_t caller_radius_m;
    int64_t callback_at; /* a call-back is due from now on; 0: as before */
};
struct report_contacted {
    report_id report;
    incident_id incident;
    uint8_t how;
    uint8_t result;
    uint8_t tries;       /* with this one */
    int64_t callback_at; /* the next one is due; 0: none is */
    struct sealed note;
};
struct report_messaged {
    report_id report;
    incident_id incident;
    bool from_caller;
    uint8_t tries;
    int64_t callback_at;
    struct sealed text;
};
/* A call-back that ended otherwise than by reaching the caller or settling an open report. */
struct report_callback_ended {
    report_id report;
    incident_id incident;
    bool dispatched;      /* units were sent to the caller's place; else a person settled it */
    struct text32 person; /* who */
    struct sealed note;
};

struct incident_opened {
    struct incident incident;
};

struct rule_named {
    struct text32 rule;
};
struct incident_tiered {
    incident_id incident;
    uint8_t tier;
    bool by_person;
    struct text32 plan;
    uint32_t plan_version;
    struct list rules; /* of struct rule_named: every rule that contributed */
    struct list open;  /* of struct rule_named: rules left open because something was unknown */
    struct list requirements; /* of struct requirement */
    bool truncated;
    struct sealed reason;
};

struct considered_unit {
    unit_id unit;
    struct considered as;
};
struct passed_count {
    uint8_t reason;
    uint32_t count;
};
struct slot_advice {
    uint8_t slot;
    uint8_t police_type;
    struct text32 capability;
    unit_id chosen;
    bool first;             /* as of struct slot_price */
    bool leave;             /* as of struct slot_need */
    struct list considered; /* of struct considered_unit */
    struct list passed;     /* of struct passed_count */
};
struct incident_recommended {
    incident_id incident;
    struct text32 plan;
    uint32_t plan_version;
    struct text64 engine;
    struct text16 weights; /* version of the score's weights */
    bool coarse;
    uint8_t tier;                        /* of the incident then; 0 in rows of before "w3" */
    uint32_t work_ms;                    /* as of struct slot_need */
    uint32_t limit_ms, waited_ms, calls; /* as of struct slot_price; 0 in rows of before "w4" */
    uint8_t cover;                       /* enum cover_part */
    /* Chosen together with other waiting incidents (plan/surge); the rest is of that choice: open
     * slots that were assigned, those beyond its bound that were not, and by how much at most a
     * better way could be had: how late, weighed by tier, and only where that is 0 of scores. */
    bool joint;
    uint16_t joint_slots, joint_beyond;
    uint64_t gap_late_ms, gap_ms;
    struct list slots; /* of struct slot_advice */
};

struct incident_amended {
    incident_id incident;
    uint32_t rev;
    struct text16 type; /* dispatched type, empty unchanged */
    uint8_t priority;   /* 0 unchanged */
    uint8_t grade;      /* 0 unchanged */
    bool place_changed;
    struct place place;
    bool cues_changed;
    uint16_t cues;
    bool cues_denied_changed;
    uint16_t cues_denied;
};
struct incident_noted {
    incident_id incident;
    struct sealed note;
    bool caution; /* for the safety of who goes there */
};
struct incident_held {
    incident_id incident;
    int64_t until;
    struct sealed reason;
    int64_t review_at; /* 0: at its end */
};
struct incident_closed {
    incident_id incident;
    uint8_t disposition;
    struct text16 type;
    bool forced;
    struct sealed note;
};
struct incident_reopened {
    struct incident incident;
    bool departed;
    struct sealed reason;
};
struct incident_owned {
    incident_id incident;
    struct text32 owner; /* of rows before there were seats */
    seat_id seat;
    bool unread;  /* the seat did not ask for it */
    bool by_rule; /* the seat before was empty or silent, or does not cover the tier */
    struct sealed reason;
};
struct report_owned {
    report_id report;
    seat_id seat;
    bool unread;
    bool by_rule;
    struct sealed reason;
};

struct seat_taken {
    seat_id seat;
    struct text32 person;
    struct text32 from;    /* who sat there; empty: nobody */
    bool handed_over;      /* they signed the sheet before */
    struct list incidents; /* of struct incident_ref: read with the sheet; the rest is unread */
    struct list reports;   /* of struct report_ref: the same */
    struct sealed reason;
};
struct seat_left {
    seat_id seat;
    struct text32 person;
    bool by_rule; /* signed out, disabled, or without the right */
};
/* The sheet as it was signed: what is not in it came later. */
struct seat_handing_over {
    seat_id seat;
    struct text32 person;
    struct text32 to;      /* empty: the hand-over is taken back */
    struct list incidents; /* of struct incident_ref: open */
    struct list held;      /* of struct incident_ref: of these, on hold */
    struct list unsigned_; /* of struct assignment_ref: orders that nobody has signed */
    struct list reports;   /* of struct report_ref: open, call-backs among them */
    struct list alarms;    /* of struct alarm_ref: standing at the seat */
    struct list shelved;   /* of struct alarm_ref: put aside */
    struct sealed note;
};
struct seat_work_read {
    seat_id seat;
    struct list incidents; /* of struct incident_ref */
    struct list reports;   /* of struct report_ref */
};
struct seat_silenced {
    seat_id seat;
    int64_t since;
};
struct seat_heard_again {
    seat_id seat;
};

/* The survivor of a merge. Values are its own from now on. */
struct incident_absorbed {
    incident_id incident;
    incident_id from;
    struct number number; /* of the other */
    uint32_t rev;
    uint16_t cues; /* that it did not have */
    uint32_t report_count;
    uint8_t contact;
    uint8_t priority;   /* 0 unchanged */
    struct text16 type; /* empty unchanged */
    bool place_changed;
    struct place place;
    bool verified; /* one of its reports came from a verified channel */
    unit_id lead;  /* 0 unchanged */
    uint8_t tier;  /* that a person gave the other, graver than its own; 0 none */
    int64_t first_dispatched_at;
    int64_t first_on_scene_at;
    struct list parts; /* of struct merged_part: what the other had taken in itself */
};
#define ORDERS_MOVED_MAX 64

struct order_moved {
    assignment_id assignment;
    unit_id unit;
    uint8_t slot;
};
/* Live orders go on as they are, under another incident. */
struct incident_orders_moved {
    incident_id incident;
    incident_id from;
    struct list orders; /* of struct order_moved */
};
struct incident_merged {
    incident_id incident;
    incident_id into;
    struct number number; /* of the other */
    bool confirmed;       /* victims or weapons differed */
    struct sealed reason;
};
struct incident_parted {
    incident_id incident;
    incident_id gone;
    uint32_t rev;
    uint16_t cues; /* all that are left */
    uint32_t report_count;
    uint8_t contact;
    bool type_changed; /* what came with the other goes with it, where nobody changed it since */
    struct text16 type;
    bool priority_changed;
    uint8_t priority;
    bool place_changed;
    struct place place;
    bool unverified;
    bool lead_ended;
    bool tier_ended; /* the plan decides it again */
    int64_t first_dispatched_at;
    int64_t first_on_scene_at;
    struct list parts; /* of struct merged_part: what goes with it */
};
struct incident_split_off {
    incident_id incident;
    incident_id from;
    uint32_t rev;
    uint32_t report_count;
    uint8_t contact;
    struct sealed reason;
    struct text32 person; /* who took it out; empty in older rows, whose actor it is */
};

struct incident_led {
    incident_id incident;
    unit_id unit; /* 0: nobody any more */
};
struct unit_terminal_changed {
    unit_id unit;
};
struct unit_signed_on {
    unit_id unit;
    uint8_t crew;
    bool has_capabilities;
    uint64_t capabilities;
    int64_t until; /* of the shift; 0: not said */
    uint8_t by;
    int64_t at_device;
};
struct unit_signed_off {
    unit_id unit;
    uint8_t by;
    int64_t at_device;
};
struct unit_changed {
    unit_id unit;
    uint8_t reason;
    int64_t until; /* of the shift from now on; 0: as before */
    uint8_t by;
    int64_t at_device;
};
#define PANIC_NEAR_MAX 200

struct unit_named {
    unit_id unit;
    bool quiet; /* so near to one who calls unheard that nothing may sound */
};
struct unit_panicked {
    unit_id unit;
    incident_id incident;
    uint8_t by;
    int64_t at_device;
    int32_t lon_e7;
    int32_t lat_e7;
    uint32_t position_age_ms; /* the same */
    bool silent;
    uint32_t radius_m;
    struct list near; /* of struct unit_named: those within the radius, nearest first */
};
struct unit_panic_noted {
    unit_id unit;
    incident_id incident;
    uint8_t by;
    int64_t at_device;
};
struct unit_panic_answered {
    unit_id unit;
    incident_id incident;
    uint8_t reached; /* enum panic_reach */
    struct sealed how;
};
struct unit_silenced {
    unit_id unit;
    int64_t since;
};
struct unit_heard_again {
    unit_id unit;
};
struct automation_changed {
    struct sealed reason;
};
struct alarm_raised {
    struct alarm alarm;
};
struct alarm_cleared {
    alarm_id alarm;
    uint8_t kind;
    incident_id incident;
    unit_id unit;
    assignment_id assignment;
    report_id report;
    struct text32 person;
    seat_id about;
};
/* Acknowledged, off the shelf, climbed, or over before anybody took notice. */
struct alarm_noticed {
    alarm_id alarm;
    struct text32 person; /* empty: the clock */
};
struct alarm_shelved {
    alarm_id alarm;
    struct text32 person;
    int64_t until;
    struct sealed reason;
};

/* Roads. Each change has a number, from 1 on; travel times name the last one that they take in. */
struct road_noticed {
    struct road_notice notice;
};
struct road_opened {
    road_id road;
    uint64_t change;
    bool by_rule; /* its time was over */
};
struct road_weights_applied {
    uint64_t change;
    struct text16 speeds; /* version of the learned ones; empty: the network's own */
    uint32_t hour;        /* of them: 0 to 23 of working days, 24 to 47 of weekends */
};

struct incident_departed {
    incident_id incident;
};

struct event {
    enum event_kind kind;
    union {
        struct world_created world_created;
        struct city_loaded city_loaded;
        struct zones_loaded zones_loaded;
        struct plan_activated plan_activated;
        struct user_created user_created;
        struct user_granted user_granted;
        struct user_disabled user_disabled;
        struct user_present user_present;
        struct report_received report_received;
        struct report_settled report_settled;
        struct report_linked report_linked;
        struct report_unlinked report_unlinked;
        struct report_amended report_amended;
        struct report_contacted report_contacted;
        struct report_messaged report_messaged;
        struct report_callback_ended report_callback_ended;
        struct incident_opened incident_opened;
        struct incident_tiered incident_tiered;
        struct incident_recommended incident_recommended;
        struct incident_amended incident_amended;
        struct incident_noted incident_noted;
        struct incident_held incident_held;
        struct incident_closed incident_closed;
        struct incident_reopened incident_reopened;
        struct incident_owned incident_owned;
        struct incident_absorbed incident_absorbed;
        struct incident_orders_moved incident_orders_moved;
        struct incident_merged incident_merged;
        struct incident_parted incident_parted;
        struct incident_split_off incident_split_off;
        struct assignment_made assignment_made;
        struct assignment_progressed assignment_progressed;
        struct assignment_changed assignment_changed;
        struct assignment_fed_back assignment_fed_back;
        struct assignment_named assignment_named;
        struct assignment_marked assignment_marked;
        struct assignment_diverted assignment_diverted;
        struct assignment_safe assignment_safe;
        struct assignment_reported assignment_reported;
        struct assignment_expected assignment_expected;
        struct incident_led incident_led;
        struct unit_terminal_changed unit_terminal_changed;
        struct unit_signed_on unit_signed_on;
        struct unit_signed_off unit_signed_off;
        struct unit_changed unit_changed;
        struct unit_move_up_ordered unit_move_up_ordered;
        struct unit_move_up_acknowledged unit_move_up_acknowledged;
        struct unit_move_up_ended unit_move_up_ended;
        struct unit_panicked unit_panicked;
        struct unit_panic_noted unit_panic_noted;
        struct unit_panic_answered unit_panic_answered;
        struct unit_silenced unit_silenced;
        struct unit_heard_again unit_heard_again;
        struct automation_changed automation_changed;
        struct alarm_raised alarm_raised;
        struct alarm_cleared alarm_cleared;
        struct incident_departed incident_departed;
        struct seat_taken seat_taken;
        struct seat_left seat_left;
        struct seat_handing_over seat_handing_over;
        struct seat_work_read seat_work_read;
        struct seat_silenced seat_silenced;
        struct seat_heard_again seat_heard_again;
        struct report_owned report_owned;
        struct alarm_noticed alarm_noticed;
        struct alarm_shelved alarm_shelved;
        struct road_noticed road_noticed;
        struct road_opened road_opened;
        struct road_weights_applied road_weights_applied;
    } as;
};

struct event_info {
    const char *word;
    const struct shape *shape;
    uint8_t topic;
    const char *zh;
    const char *en;
};

/* Indexed by kind; holes have a NULL word. */
extern const struct event_info event_infos[EVENT_KIND_COUNT];

/* EVENT_NONE when there is no such word. */
enum event_kind event_find(struct str word);

/* Who did it: stands beside the events in every row. */
struct by {
    struct str person; /* user name, "system" for the core */
    uint8_t role;
    struct str seat;
    struct str terminal;
    bool unsynchronised; /* the server's clock was not synchronised */
};

#define EVENT(n, NAME, word, struct_, topic, zh, en) extern const struct shape struct_##_shape;
#include "dispatch/model/events.def"
#undef EVENT
extern const struct shape by_shape, slot_advice_shape, considered_unit_shape, order_moved_shape,
    unit_named_shape;

#endif
