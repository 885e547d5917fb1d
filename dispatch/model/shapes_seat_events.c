/* What the events of seats and alarms look like. Lists hold what one seat owns: 4096 things. */
#include "dispatch/model/event.h"

#define SEAT(s) FIELD(s, seat, F_ID, .letter = ID_LETTER_SEAT)
#define ALARM(s) FIELD(s, alarm, F_ID, .letter = ID_LETTER_ALARM)

static const struct field report_owned_fields[] = {
    FIELD(report_owned, report, F_ID, .letter = ID_LETTER_REPORT),
    SEAT(report_owned),
    FIELD(report_owned, unread, F_BOOL, .privacy = TACTICAL),
    FIELD(report_owned, by_rule, F_BOOL, .privacy = TACTICAL),
    FIELD(report_owned, reason, F_SEALED, .privacy = TACTICAL),
};
SHAPE(report_owned);

static const struct field seat_taken_fields[] = {
    SEAT(seat_taken),
    FIELD(seat_taken, person, F_TEXT),
    FIELD(seat_taken, from, F_TEXT),
    FIELD(seat_taken, handed_over, F_BOOL),
    FIELD(seat_taken, incidents, F_LIST, .sub = &incident_ref_shape, .limit = 4096),
    FIELD(seat_taken, reports, F_LIST, .sub = &report_ref_shape, .limit = 4096),
    FIELD(seat_taken, reason, F_SEALED, .privacy = TACTICAL),
};
SHAPE(seat_taken);

static const struct field seat_left_fields[] = {
    SEAT(seat_left),
    FIELD(seat_left, person, F_TEXT),
    FIELD(seat_left, by_rule, F_BOOL),
};
SHAPE(seat_left);

static const struct field seat_handing_over_fields[] = {
    SEAT(seat_handing_over),
    FIELD(seat_handing_over, person, F_TEXT),
    FIELD(seat_handing_over, to, F_TEXT),
    FIELD(seat_handing_over, incidents, F_LIST, .sub = &incident_ref_shape, .limit = 4096),
    FIELD(seat_handing_over, held, F_LIST, .sub = &incident_ref_shape, .limit = 4096),
    FIELD_AS(seat_handing_over, "unsigned", unsigned_, F_LIST, .sub = &assignment_ref_shape,
             .limit = 4096),
    FIELD(seat_handing_over, reports, F_LIST, .sub = &report_ref_shape, .limit = 4096),
    FIELD(seat_handing_over, alarms, F_LIST, .sub = &alarm_ref_shape, .limit = 4096),
    FIELD(seat_handing_over, shelved, F_LIST, .sub = &alarm_ref_shape, .limit = 4096),
    FIELD(seat_handing_over, note, F_SEALED, .privacy = TACTICAL),
};
SHAPE(seat_handing_over);

static const struct field seat_work_read_fields[] = {
    SEAT(seat_work_read),
    FIELD(seat_work_read, incidents, F_LIST, .sub = &incident_ref_shape, .limit = 4096),
    FIELD(seat_work_read, reports, F_LIST, .sub = &report_ref_shape, .limit = 4096)
};
SHAPE(seat_work_read);

static const struct field seat_silenced_fields[] = { SEAT(seat_silenced),
                                                     FIELD(seat_silenced, since, F_INSTANT) };
SHAPE(seat_silenced);

static const struct field seat_heard_again_fields[] = { SEAT(seat_heard_again) };
SHAPE(seat_heard_again);

static const struct field alarm_noticed_fields[] = {
    ALARM(alarm_noticed),
    FIELD(alarm_noticed, person, F_TEXT, .privacy = TACTICAL),
};
SHAPE(alarm_noticed);

static const struct field alarm_shelved_fields[] = {
    ALARM(alarm_shelved),
    FIELD(alarm_shelved, person, F_TEXT, .privacy = TACTICAL),
    FIELD(alarm_shelved, until, F_INSTANT),
    FIELD(alarm_shelved, reason, F_SEALED, .privacy = TACTICAL),
};
SHAPE(alarm_shelved);
