/* Commands as typed values: complete or refused at the door, never half of one. Strings point into
 * the turn's arena. */
#ifndef DISPATCH_MODEL_COMMAND_H
#define DISPATCH_MODEL_COMMAND_H

#include "dispatch/model/city.h"
#include "dispatch/model/entities.h"

enum command_type {
    COMMAND_NONE = 0,
#define COMMAND(NAME, word, struct_, roles, zh, en) COMMAND_##NAME,
#include "dispatch/model/commands.def"
#undef COMMAND
    COMMAND_TYPE_COUNT
};

/* Cues come as {"weapon":true,…}. */
struct cues_in {
    bool weapon, injured, trapped, dead, hazard, crowd, vulnerable;
};

struct caller_in {
    struct personal_in name;
    struct personal_in phone;
    struct personal_in language;
    uint8_t contact;
    bool confidential;
};

struct caller_place_in {
    int32_t lon;
    int32_t lat;
    uint32_t radius_m;
    int64_t at;
    struct str source;
};

struct report_receive {
    uint8_t channel;
    uint8_t call;
    int64_t rang_at;
    int64_t answered_at;
    int64_t ended_at;
    int64_t at;
    struct str recording;
    struct str type; /* code; empty: unclassified */
    uint8_t priority;
    struct place_in place;
    struct caller_place_in caller_place;
    struct personal_in narrative;
    struct caller_in caller;
    struct cues_in cues;
    bool on_scene;
    bool no_open; /* wire: "open", standard true */
    struct str external_id;
    unit_id unit;               /* officer-initiated, spoken by radio: whose */
    incident_id incident;       /* join this incident instead of opening one */
    struct cues_in cues_denied; /* asked for, and denied; what is named is not denied */
};

/* What is said later; a caller's own words are added to, the rest takes the place of what stood. */
struct caller_more {
    struct personal_in name;
    struct personal_in phone;
    struct personal_in language;
    uint8_t contact; /* enum contact_change */
    bool confidential;
};

struct report_amend {
    report_id report;
    uint8_t call; /* speech: as it was */
    int64_t rang_at;
    int64_t answered_at;
    int64_t ended_at;
    struct str recording;
    struct str type;
    uint8_t priority;
    bool has_place;
    struct place_in place;
    bool has_caller_place;
    struct caller_place_in caller_place;
    struct personal_in narrative;
    struct caller_more caller;
    bool has_cues;
    struct cues_in cues;
    struct str external_id;
};
struct report_contact {
    report_id report;
    uint8_t how;
    uint8_t result;
    struct personal_in note;
};
struct report_message {
    report_id report;
    bool from_caller; /* else to the caller */
    struct personal_in text;
};

struct report_settle {
    report_id report;
    uint8_t outcome;
    struct personal_in note;
};
struct report_link {
    report_id report;
    incident_id incident;
};
struct report_unlink {
    report_id report;
    bool no_open;
};

struct incident_open {
    report_id report; /* an open report, or 0 for an incident of its own */
    struct str type;
    uint8_t priority;
    uint8_t channel;
    struct place_in place;
    struct cues_in cues;
    struct personal_in note;
    bool on_scene;
    unit_id unit;
    bool at_caller; /* with a report: where its caller's phone was */
    struct cues_in cues_denied;
};

struct incident_amend {
    incident_id incident;
    struct str type;
    uint8_t priority;
    uint8_t grade;
    bool has_place;
    struct place_in place;
    bool has_cues;
    struct cues_in cues;
    bool at_caller; /* the place is where a caller's phone was */
    bool has_cues_denied;
    struct cues_in cues_denied;
};

struct incident_note {
    incident_id incident;
    struct personal_in note;
    bool caution; /* goes to every committed unit as a change to acknowledge */
};
struct incident_retier {
    incident_id incident;
    uint8_t tier;
    struct personal_in reason;
};
struct incident_hold {
    incident_id incident;
    int64_t until;
    struct personal_in reason;
};
struct incident_close {
    incident_id incident;
    uint8_t disposition;
    struct str type;
    struct personal_in note;
    bool force;
};
struct incident_reopen {
    incident_id incident;
    struct personal_in reason;
};

#define PAPER_UNITS_MAX 12

/* Work of one unit as the paper has it; a time that was not written is 0. */
struct paper_unit {
    unit_id unit;
    int64_t dispatched_at;
    int64_t on_scene_at;
    int64_t cleared_at;
};
struct paper_enter {
    struct number number;
    struct str writer; /* user name of who wrote the paper */
    int64_t received_at;
    struct str type;
    uint8_t tier; /* as it was worked; 0: not written */
    struct place_in place;
    struct cues_in cues;
    struct personal_in narrative;
    struct caller_in caller;
    struct list units; /* of struct paper_unit */
    int64_t closed_at;
    uint8_t disposition;
    struct personal_in note;
    bool still_open; /* it goes on as an ordinary incident from now */
};
struct incident_merge {
    incident_id incident;
    incident_id into;
    struct personal_in reason;
    bool confirm; /* although victims or weapons differ */
};
struct incident_split {
    incident_id incident;
    struct personal_in reason;
};

struct unit_ref {
    unit_id unit;
};
struct assignment_reserve {
    incident_id incident;
    struct list units;
    uint8_t slot;
};
struct assignment_dispatch {
    incident_id incident;
    struct list units;
    uint8_t slot;
    zone_id station;
    struct personal_in reason;
};
struct assignment_acknowledge {
    assignment_id assignment;
    uint8_t by;
    int64_t at_device;
};
struct assignment_acknowledge_change {
    assignment_id assignment;
    uint8_t by;
    int64_t at_device;
    uint16_t change_no; /* the last one the sender has seen; 0: not said */
};
struct assignment_decline {
    assignment_id assignment;
    uint8_t reason;
    uint8_t by;
    int64_t at_device;
};
struct assignment_progress {
    assignment_id assignment;
    uint8_t status;
    uint8_t by;
    int64_t at_device;
    uint8_t destination; /* of transporting */
    struct personal_in destination_place;
};
struct assignment_feedback {
    assignment_id assignment;
    struct str type;
    uint8_t disposition;
    uint16_t persons_helped;
    uint16_t injured;
    struct personal_in note;
    uint8_t by;
    int64_t at_device;
};
struct assignment_cancel {
    assignment_id assignment;
    struct personal_in reason;
};

struct assignment_name {
    assignment_id assignment;
    unit_id unit;
    uint8_t by;
    int64_t at_device;
};
struct assignment_speak {
    assignment_id assignment;
    uint8_t by;
    int64_t at_device;
};
struct assignment_divert {
    assignment_id assignment;
    incident_id incident; /* where the unit goes now */
    struct personal_in reason;
};
struct assignment_relieve {
    assignment_id assignment;
    unit_id unit; /* who takes over */
    struct personal_in reason;
};
struct assignment_keep {
    assignment_id assignment;
};
struct assignment_safe_in {
    assignment_id assignment;
    uint8_t by;
    int64_t at_device;
};
struct assignment_expect {
    assignment_id assignment;
    int64_t free_at;
    uint8_t by;
    int64_t at_device;
};
struct assignment_report {
    assignment_id assignment;
    struct personal_in note;
    uint8_t by;
    int64_t at_device;
};
struct incident_lead {
    incident_id incident;
    unit_id unit;
};

struct unit_sign_on {
    unit_id unit;
    uint8_t crew;
    struct list capabilities;
    int64_t until; /* when the shift ends; 0: not said */
    uint8_t by;
    int64_t at_device;
};
struct unit_sign_off {
    unit_id unit;
    uint8_t by;
    int64_t at_device;
};
struct unit_status_set {
    unit_id unit;
    bool available;
    uint8_t reason;
    int64_t until; /* of the shift from now on; 0: as before */
    uint8_t by;
    int64_t at_device;
};
struct unit_panic {
    unit_id unit;
    uint8_t by;
    int64_t at_device;
    bool cancel;
    bool silent; /* nothing may sound or speak at the officer */
};
struct unit_panic_answer {
    unit_id unit;
    uint8_t reached; /* enum panic_reach */
    struct personal_in how;
};

/* What an officer saw of a proposal that they accept (GET /coverage/moves), in ten-thousandths of
 * the city's weight. */
struct move_proposal {
    uint64_t seq;      /* the row it was true for */
    struct str engine; /* of the travel times */
    uint32_t eta_ms;
    uint32_t length_m;
    uint32_t gained; /* once the unit stands there */
    uint32_t lost;
    uint32_t lost_on_way;
    int32_t net; /* over the next half hour */
};
struct unit_move_up {
    unit_id unit;
    bool has_at; /* else where the circle is */
    struct point at;
    struct str circle; /* code; empty: none */
    uint8_t why;
    bool confirm; /* although another unit moves up to there */
    bool has_proposal;
    struct move_proposal proposal;
};
/* `number`: of the order meant; 0: the one that stands. */
struct unit_move_up_acknowledge {
    unit_id unit;
    uint32_t number;
    uint8_t by;
    int64_t at_device;
};
struct unit_move_up_refuse {
    unit_id unit;
    uint32_t number;
    uint8_t reason; /* enum decline_reason */
    uint8_t by;
    int64_t at_device;
};
struct unit_move_up_arrive {
    unit_id unit;
    uint32_t number;
    uint8_t by;
    int64_t at_device;
};
struct unit_move_up_recall {
    unit_id unit;
    uint32_t number;
};
struct unit_move_up_reached {
    unit_id unit;
    uint32_t number;
    struct point at; /* the fix */
};

struct seat_take {
    seat_id seat;
    struct list incidents; /* of struct incident_ref: read with the sheet */
    struct list reports;   /* of struct report_ref: the same */
    struct personal_in reason;
};
struct seat_hand_over {
    seat_id seat;
    struct str to; /* user name; empty: takes a hand-over back */
    struct personal_in note;
};
struct seat_read {
    seat_id seat;
    struct list incidents;
    struct list reports;
};
struct seat_leave {
    seat_id seat;
};
struct incident_pass {
    incident_id incident; /* this or the report */
    report_id report;
    seat_id seat;
    struct personal_in reason;
};
struct incident_take {
    incident_id incident; /* this or the report */
    report_id report;
    struct personal_in reason;
};
struct alarm_acknowledge {
    alarm_id alarm;
};
struct alarm_shelve {
    alarm_id alarm;
    int64_t until;
    struct personal_in reason;
};
struct alarm_unshelve {
    alarm_id alarm;
};

/* Roads: see struct road_notice. */
struct road_close {
    struct list points; /* of struct point */
    bool area;
    uint8_t reason;
    int64_t until;
    incident_id incident;
};
struct road_slow {
    struct list points;
    bool area;
    uint8_t percent;
    uint8_t reason;
    int64_t until;
    incident_id incident;
};
struct road_open {
    road_id road;
};
struct road_weights_ready {
    uint64_t change;   /* up to this change of the roads travel times are ready */
    struct str speeds; /* version of the learned speeds in them; empty: none */
    uint32_t hour;     /* of the speeds */
};

/* A unit of another incident that is better for a slot than its own; what others lose by it. */
struct joint_wish {
    incident_id incident;
    uint8_t slot;
    unit_id unit;
    uint32_t late_ms;
    int32_t score_ms;
};
/* So many incidents are told anew in one row: each costs the travel times of all its units. */
#define JOINT_TOLD_MAX 2
struct joint_incident {
    incident_id incident;
};
struct advice_join {
    struct list incidents; /* of struct joint_incident: to be told anew */
    struct list wishes;    /* of struct joint_wish */
    bool joint;            /* what follows is as of struct incident_recommended */
    uint16_t slots, beyond;
    uint64_t gap_late_ms, gap_ms;
};
struct city_load {
    struct city city;
};
struct zones_load_in {
    struct list zones; /* of struct city_zone */
    uint32_t reach_m;  /* 0: as it was */
};
struct plan_activate {
    struct plan plan;
};
struct automation_stop {
    struct personal_in reason;
};
struct automation_resume {
    struct personal_in reason;
};
struct user_create {
    struct str username;
    uint8_t role;
    struct list zones;
    unit_id unit;
};
struct user_disable {
    struct str username;
};
struct user_grant {
    struct str username;
    uint8_t role;
    struct list zones;
    unit_id unit;
    bool enable;
};

struct world_create {
    struct str world;
    struct str world_id;
};
struct clock_tick {
    int64_t now;
};
struct unit_silent {
    unit_id unit;
    int64_t since;
};
struct unit_heard {
    unit_id unit;
};
struct unit_terminal {
    unit_id unit;
    bool live;
};
struct capacity_warn {
    struct str what;
    uint32_t percent;
};
struct glass_warn {
    incident_id incident; /* or else */
    report_id report;     /* one without an incident */
    struct str person;
    uint8_t purpose;
    bool spooled; /* read while the log was down; else the glass was broken */
};
struct user_presence {
    struct str username;
    bool present;
};
struct seat_silent {
    seat_id seat;
    int64_t since;
};
struct seat_heard {
    seat_id seat;
};

/* Whether the log had a number of paper before, looked for outside: memory forgets after 72 h. */
enum number_past { NUMBER_NOT_ASKED, NUMBER_FREE, NUMBER_TAKEN };

/* Who sent it, as the door knows: the core looks the rights up in the world. */
struct command {
    enum command_type type;
    struct str id;        /* client's, 1..64 of [A-Za-z0-9_.:-] */
    struct str principal; /* user name; "system" for the core's own */
    struct str terminal;  /* where it came from: address or seat name */
    uint8_t salt[16];     /* random, for values that the core seals itself */
    uint8_t content[16];  /* first 16 bytes of SHA-256 of the canonical command */
    int64_t at_device;
    incident_id expect_incident; /* with rev, or 0 */
    uint32_t expect_rev;
    bool unsynchronised;         /* the server clock's state */
    const struct incident *past; /* of incident.reopen: the closed incident as its rows have it,
                                    read outside when it has left the memory; else NULL */
    uint8_t number_past;         /* enum number_past, of paper.enter */
    union {
#define COMMAND(NAME, word, struct_, roles, zh, en) struct struct_ struct_;
#include "dispatch/model/commands.def"
#undef COMMAND
    } as;
};

struct command_info {
    const char *word;
    const struct shape *shape;
    const char *zh;
    const char *en;
};

extern const struct command_info command_infos[COMMAND_TYPE_COUNT];

#define COMMAND(NAME, word, struct_, roles, zh, en) extern const struct shape struct_##_shape;
#include "dispatch/model/commands.def"
#undef COMMAND
extern const struct shape cues_in_shape, caller_in_shape, caller_place_in_shape, caller_more_shape,
    unit_ref_shape, paper_unit_shape, move_proposal_shape;

/* Bits of enum role that may send it; 0: the core alone. */
uint32_t command_roles(enum command_type type);

/* COMMAND_NONE when there is no such word. */
enum command_type command_find(struct str word);

#endif
