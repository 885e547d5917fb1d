/* The things the world keeps: one struct each, plain data, no pointers, so that an image of them is
 * their bytes by table. Members after "derived" are not in images, digests or screens: they are
 * rebuilt from the rest. */
#ifndef DISPATCH_MODEL_ENTITIES_H
#define DISPATCH_MODEL_ENTITIES_H

#include "dispatch/model/place.h"
#include "dispatch/model/situation.h"

#define USER_ZONES_MAX 16
#define INCIDENT_RULES_MAX 8
#define MERGED_MAX 16 /* incidents that one has taken in */
#define SEATS_MAX 128
#define SEAT_ZONES_MAX 16
#define ROAD_NOTICES_MAX 256
#define ROAD_POINTS_MAX 16

/* A report (报警): what one caller told us. */
struct report {
    report_id id;
    incident_id incident; /* 0: none yet */
    uint8_t status;       /* enum report_status */
    uint8_t channel;
    uint8_t call;
    uint8_t priority;
    uint8_t outcome; /* enum report_outcome, once settled */
    uint8_t contact;
    bool confidential;
    struct text16 type; /* code; empty: unclassified */
    uint16_t cues;
    uint16_t cues_denied; /* asked for, and denied */
    struct text32 owner;  /* who took it in; empty: a rule */
    struct number number;
    int64_t received_at; /* `at` of its row */
    int64_t rang_at;
    int64_t answered_at;
    int64_t ended_at;
    int64_t settled_at;
    struct place place;
    struct text64 external_id;
    struct text64 recording;
    struct sealed narrative;
    struct sealed caller_name;
    struct sealed caller_phone;
    struct sealed caller_place;
    struct sealed caller_language;
    struct sealed note;
    uint32_t alarmed;   /* bits of enum alarm_kind that stand open for it */
    bool callback;      /* somebody must reach the caller, send units there, or settle it by name */
    bool opened;        /* its incident was opened from it: at its place or its caller's */
    uint8_t tries;      /* to reach the caller */
    uint8_t try_how;    /* enum contact_way of the last one */
    uint8_t try_result; /* enum contact_result */
    int64_t tried_at;   /* 0: never */
    int64_t callback_at;      /* when the next try is due; 0: no call-back is */
    int64_t contacted_at;     /* 0: not yet */
    int32_t caller_lon_e7;    /* centre of the 500 m cell the caller's phone was in; 0, 0 none */
    int32_t caller_lat_e7;    /* the exact place is sealed (caller_place) */
    uint32_t caller_radius_m; /* of the fix */
    struct text32 settled_by; /* who ended it, or its call-back */
    incident_id came_from;    /* whose report it was before incidents were merged; 0: of its own */
    seat_id seat;             /* that owns it while it is open; 0: the commander's */
    bool unread;              /* came over to its seat, and nobody there has read it yet */
    /* derived */
    uint32_t next_in_incident; /* slot + 1 */
    uint32_t next_hash;
    uint32_t due_slot;
    seat_id counted; /* seat whose load it is part of */
    bool counted_unread;
};

/* One need of an incident: a slot that one unit fills. */
struct requirement {
    uint8_t slot;
    uint8_t police_type;
    struct text32 capability;
    struct text32 rule;
    uint8_t offers; /* orders sent for it that nobody signed */
    int64_t due_at; /* when it must be on its way; 0 none */
    unit_id meant;  /* whom the last recommendation chose; 0: nobody */
};

/* An incident that another one has taken in: both numbers are kept. */
struct merged_part {
    incident_id incident;
    struct number number;
    uint16_t cues;      /* that came with it */
    struct text16 type; /* the survivor's before, where the other's took its place */
    uint8_t priority;   /* the same */
    bool typed;         /* so it did */
    bool urgent;        /* priority did */
    bool placed;        /* the survivor had no place before */
    bool verified;      /* the survivor was not before */
    bool led;           /* the survivor had no scene commander before */
    bool tiered;        /* the survivor has the tier that a person gave the other */
};

/* An incident (警情). */
struct incident {
    incident_id id;
    struct number number;
    uint32_t rev;                  /* grows when people change the incident's own fields */
    struct text16 type_reported;   /* as the caller said */
    struct text16 type_dispatched; /* as decided on */
    struct text16 type_handled;    /* as found on scene */
    uint8_t grade;
    uint8_t tier; /* 1..4 */
    uint8_t priority;
    uint8_t status;  /* enum incident_status */
    uint8_t channel; /* of the report that opened it */
    uint8_t disposition;
    bool by_person;  /* a person opened it, not a rule */
    bool unverified; /* came from a channel that does not count as verified */
    bool tier_by_person;
    bool withheld;
    uint16_t cues;
    uint16_t cues_denied; /* asked for, and denied; one that was named since is named */
    struct text32 owner;  /* the person who opened it and has not passed it on; else empty */
    unit_id lead;
    struct place place;
    int64_t opened_at;
    int64_t status_since;
    int64_t held_until;
    int64_t closed_at;
    int64_t first_dispatched_at;
    int64_t first_on_scene_at;
    struct text32 plan;
    uint32_t plan_version;
    struct text32 rules[INCIDENT_RULES_MAX];
    uint8_t rule_count;
    struct requirement requirements[REQUIREMENTS_MAX];
    uint8_t requirement_count;
    uint32_t alarmed; /* bits of enum alarm_kind that stand open for it */
    uint32_t report_count;
    struct text32 paper_by;  /* worked on paper: who wrote it */
    int64_t paper_closed_at; /* and when it ended, as that says */
    uint8_t contact;         /* enum contact: the strictest mark of its callers */
    incident_id merged_into; /* 0: not merged */
    struct merged_part merged[MERGED_MAX];
    uint8_t merged_count;
    seat_id seat;       /* that owns it; 0: the commander's */
    bool unread;        /* came over to its seat, and nobody there has read it yet */
    bool panic;         /* an officer in need who has not been reached: every zone sees it */
    bool panic_silent;  /* called for help unheard: nobody rings or calls them openly */
    unit_id panic_unit; /* whose officer; 0: an ordinary incident */
    int64_t place_at;   /* when the unit was last seen there; 0: its post */
    int64_t review_at;  /* of a hold, where the plan asks for it before its end; 0: at its end */
    int64_t first_report_at; /* first word from the scene */
    incident_id split_from;  /* taken out of that one again, the last time; 0: never */
    /* derived */
    uint32_t first_report;     /* slot + 1 */
    uint32_t first_assignment; /* slot + 1 */
    uint32_t next_hash;
    uint32_t due_slot;
    seat_id counted; /* seat whose load it is part of */
    bool counted_unread;
};

#define ALERTS_MAX 4

/* A panic incident near a unit, which it is shown though nobody ordered it there. */
struct unit_alert {
    incident_id incident;
    bool quiet; /* that officer called unheard and is near: nothing may sound here */
};

/* An order to stand somewhere else so that the city is covered (调度补位): no incident, and the
 * unit stays available. number 0: none stands. */
struct unit_move {
    uint32_t number; /* of the unit's orders to move up, from 1 on */
    int32_t lon_e7;
    int32_t lat_e7;
    struct text32 circle; /* code of the response circle it is to keep; empty: none */
    uint8_t why;          /* enum move_reason */
    struct text32 person; /* who ordered it */
    seat_id seat;         /* where they sat; 0: nowhere */
    int64_t ordered_at;
    uint32_t eta_ms;         /* from where the unit was then; 0: nobody can tell */
    int64_t due_at;          /* of the signature */
    int64_t acknowledged_at; /* 0: not yet; from then on the unit is under way */
    uint8_t by;              /* enum step_by: how it was signed */
    int64_t expires_at;      /* a unit that is not there by then is not waited for any more */
    struct text64 name_zh;   /* of the circle */
    struct text64 name_en;
    zone_id zone; /* that the place lies in */
};

/* A unit (巡组). Its status is derived from its active assignment, else from its duty. */
struct unit {
    unit_id id;
    struct text32 callsign;
    uint8_t police_type;
    bool voice_only;
    bool on_duty;
    uint8_t reason; /* enum unit_reason; NONE: available when on duty */
    uint8_t status; /* enum unit_status, kept for screens; always equals what the rest implies */
    uint8_t crew;
    bool silent; /* no fix for long while on duty */
    bool panic;
    uint64_t capabilities; /* bits of the city's list */
    zone_id zone;
    int32_t home_lon_e7;
    int32_t home_lat_e7;
    int64_t status_since;
    int64_t signed_on_at;
    int64_t silent_since;
    int64_t panic_at;
    incident_id panic_incident;
    bool panic_silent;
    struct unit_alert alerts[ALERTS_MAX];
    uint8_t alert_count;
    bool terminal_lost; /* no live terminal: led by voice until it is back */
    int64_t terminal_lost_at;
    struct text32 phone; /* duty numbers of the unit, not of a person */
    struct text32 radio;
    int64_t duty_until; /* when its shift ends, as said at sign-on or later; 0: nobody said */
    uint32_t moves;     /* orders to move up so far */
    struct unit_move move;
    /* derived */
    uint32_t active;           /* slot + 1 of the active assignment */
    uint32_t first_assignment; /* slot + 1; all that are not ended: the active one and the stack */
    uint32_t due_slot;
};

/* An assignment (派警): one unit on one incident. Status belongs to this pair. */
struct assignment {
    assignment_id id;
    incident_id incident;
    unit_id unit;    /* 0: ordered to a station whose desk has not named one yet */
    zone_id station; /* the order went to this station; its desk signs and names the unit */
    uint8_t slot;
    uint8_t status; /* enum assignment_status */
    uint8_t by;     /* enum step_by of the last step */
    bool active;    /* the unit works on this one; else it is stacked behind */
    bool automatic;
    bool on_view;    /* the officer was there first */
    bool change_due; /* a change to the incident waits for the unit's acknowledgement */
    bool feedback_due;
    bool feedback_given;
    uint8_t decline_reason;
    uint8_t disposition;
    struct text16 handled_type;
    uint16_t persons_helped;
    uint16_t injured;
    uint32_t eta_ms;
    int64_t since;
    int64_t due_at; /* of the present step; 0 none */
    int64_t reserved_at;
    int64_t dispatched_at;
    int64_t acknowledged_at;
    int64_t en_route_at;
    int64_t staged_at;
    int64_t on_scene_at;
    int64_t transporting_at;
    int64_t cleared_at;
    int64_t ended_at;
    int64_t at_device; /* device time of the last step */
    uint32_t alarmed;  /* bits of enum alarm_kind that stand open for it */
    struct sealed note;
    incident_id came_from;   /* the incident it was ordered for, before incidents were merged */
    uint8_t came_slot;       /* its slot there */
    uint16_t changes;        /* bits of enum change: what the unit has not acknowledged yet */
    uint16_t change_no;      /* changes told so far */
    int64_t changed_at;      /* the first one not acknowledged */
    int64_t change_due_at;   /* when that must be acknowledged; 0 none */
    int64_t named_at;        /* the station's desk, or the centre for it, named the unit */
    int64_t spoken_at;       /* the order was spoken to a unit without a live terminal */
    struct text32 spoken_by; /* user name */
    uint8_t destination;     /* enum destination, of a unit that transports */
    struct sealed destination_place;
    assignment_id relieves;      /* takes over from that one, which waits until this one is there */
    assignment_id relieved_by;   /* the other way round */
    assignment_id diverted_from; /* the order that its unit left for this one */
    incident_id diverted_to;     /* the incident its unit left for */
    bool kept;                   /* the seat keeps it beside another that signed for the slot */
    int64_t safety_due_at;       /* when the officers must have been confirmed safe; 0 none */
    int64_t safe_at;             /* when they were last */
    bool quiet;      /* for an officer who called unheard and is near: told without a sound */
    int64_t free_at; /* on scene: when it is expected to have done; 0: nobody can tell */
    bool free_said;  /* they said so themselves; else it is what the type usually takes */
    /* derived */
    uint32_t next_in_incident;
    uint32_t next_of_unit;
    uint32_t next_hash;
    uint32_t due_slot;
};

/* A zone: city, district, station area or beat. */
struct zone {
    zone_id id;
    struct text32 code;
    struct text64 name_zh;
    struct text64 name_en;
    uint8_t kind;
    uint8_t bit; /* of its district in zone bits, 1..63; 0: the city */
    zone_id parent;
    uint32_t first_ring; /* in the world's rings */
    uint32_t ring_count;
    int32_t west_e7, south_e7, east_e7, north_e7;
};

/* A closed ring of a zone; its corners stand in the world's points. */
struct zone_ring {
    uint32_t first;
    uint32_t count;
    bool hole; /* what lies inside is not the zone's; its outer ring stands before it */
};

/* A public place that plans may ask for. */
struct premise {
    struct text64 name_zh;
    struct text64 name_en;
    uint32_t flags;
    int32_t lon_e7;
    int32_t lat_e7;
    uint32_t radius_m;
};

/* A response circle (快反圈): somebody of a police type must be able to be there within minutes. */
struct circle {
    struct text32 code;
    struct text64 name_zh;
    struct text64 name_en;
    int32_t lon_e7;
    int32_t lat_e7;
    uint8_t minutes;
    uint8_t police_type; /* POLICE_TYPE_NONE: any police */
};

/* An incident type (警情类别): dotted 4-level code. */
struct incident_type {
    struct text16 code;
    struct text64 name_zh;
    struct text64 name_en;
    uint8_t priority;
    bool feedback; /* who was on scene owes a feedback */
    bool sensitive;
    uint16_t scene_min; /* minutes on scene, usually; 0: as of the class above it */
};

/* A person or a program that may sign in. No secret stands here. */
struct user {
    user_id id;
    struct text32 name;
    uint8_t role;
    bool disabled;
    bool all_zones;
    unit_id unit; /* of role unit */
    zone_id zones[USER_ZONES_MAX];
    uint8_t zone_count;
    int64_t signed_in_at; /* since when they have a session; 0: none */
    uint64_t rights_seq;  /* row that changed its rights last */
    /* derived */
    uint32_t next_hash;
};

/* A seat (席位) of the floor: it covers zones, channels and tiers, and owns work. A person takes
 * it. */
struct seat {
    seat_id id;
    struct text32 code;
    struct text64 name_zh;
    struct text64 name_en;
    bool commander; /* the commander's: what nobody else owns is its */
    zone_id zones[SEAT_ZONES_MAX];
    uint8_t zone_count;   /* 0: the whole city */
    uint32_t channels;    /* bits of enum channel; 0: every one */
    uint8_t tiers;        /* bits of enum tier; 0: every one */
    struct text32 person; /* user name; empty: nobody sits there */
    int64_t person_since;
    int64_t vacant_since; /* nobody sits there, or nothing is heard of them, since; 0: staffed */
    bool silent;
    struct text32 handing_to; /* user name: who is to sign the sheet next; empty: no hand-over */
    uint64_t sheet_seq;       /* row with the sheet that was signed */
    /* derived */
    uint32_t load;   /* open incidents and reports that it owns */
    uint32_t unread; /* of these */
    bool rings;      /* the alarm about them stands */
    uint32_t due_slot;
};

/* Things by name, in lists. */
struct incident_ref {
    incident_id incident;
};
struct report_ref {
    report_id report;
};
struct alarm_ref {
    alarm_id alarm;
};
struct assignment_ref {
    assignment_id assignment;
};

/* An alarm that stands open: it asks a person for an action. */
struct alarm {
    alarm_id id;
    uint8_t kind;
    incident_id incident;
    unit_id unit;
    assignment_id assignment;
    report_id report;
    struct text32 owner; /* of rows before there were seats */
    zone_id zone;
    int64_t raised_at;
    struct text32 person; /* who broke the glass, and for what */
    uint8_t purpose;
    seat_id seat;   /* where it sounds first; 0: at the commander's */
    seat_id about;  /* the seat that the alarm is about */
    uint8_t state;  /* enum alarm_state */
    int64_t due_at; /* by when somebody should have acted; then it sounds at the commander's too */
    int64_t climbed_at; /* since when it does */
    int64_t state_since;
    struct text32 noticed_by; /* user name: who acknowledged or shelved it */
    int64_t shelved_until;
    struct sealed reason; /* of the shelf */
    /* derived */
    uint32_t next_hash;
    uint32_t due_slot;
};

/* What holds on some roads until somebody or its time ends it: closed, or slower than usual. */
struct road_notice {
    road_id id;
    uint8_t reason;  /* enum road_reason */
    uint8_t percent; /* of the usual speed that is left; 0: closed */
    bool area; /* the points bound an area, and every road in it is meant; else one point means
                  the road beside it, several mean a line, and every road that it crosses */
    struct point points[ROAD_POINTS_MAX];
    uint8_t point_count;
    struct text64 road; /* name of the road, as the map has it; empty: not known */
    zone_id zone;       /* of its first point */
    incident_id incident;
    struct text32 person; /* who gave it out */
    int64_t since;
    int64_t until;   /* 0: until somebody ends it */
    uint64_t change; /* the change of the roads that it was */
    /* derived */
    uint32_t due_slot;
};

/* Local time: from this instant on local = UTC + offset. */
struct offset {
    int64_t from;
    int32_t offset_min;
};

extern const struct shape report_shape, requirement_shape, merged_part_shape, unit_alert_shape,
    unit_move_shape, incident_shape, unit_shape, assignment_shape, zone_shape, zone_ring_shape,
    premise_shape, incident_type_shape, user_shape, alarm_shape, offset_shape, seat_shape,
    incident_ref_shape, report_ref_shape, alarm_ref_shape, assignment_ref_shape, road_notice_shape,
    circle_shape;

#endif
