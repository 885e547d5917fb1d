/* What the commands of seats and alarms look like. Lists hold what one seat owns: 4096 things. */
#include "dispatch/model/command.h"

#define SEAT(s) FIELD(s, seat, F_ID, .letter = ID_LETTER_SEAT, .need = true)
#define ALARM(s) FIELD(s, alarm, F_ID, .letter = ID_LETTER_ALARM, .need = true)
#define NOTE_LIMIT 2000

static const struct field seat_take_fields[] = {
    SEAT(seat_take),
    FIELD(seat_take, incidents, F_LIST, .sub = &incident_ref_shape, .limit = 4096),
    FIELD(seat_take, reports, F_LIST, .sub = &report_ref_shape, .limit = 4096),
    FIELD(seat_take, reason, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(seat_take);

static const struct field seat_hand_over_fields[] = {
    SEAT(seat_hand_over),
    FIELD(seat_hand_over, to, F_STR, .limit = 31),
    FIELD(seat_hand_over, note, F_PERSONAL, .limit = NOTE_LIMIT),
};
SHAPE(seat_hand_over);

static const struct field seat_read_fields[] = {
    SEAT(seat_read), FIELD(seat_read, incidents, F_LIST, .sub = &incident_ref_shape, .limit = 4096),
    FIELD(seat_read, reports, F_LIST, .sub = &report_ref_shape, .limit = 4096)
};
SHAPE(seat_read);

static const struct field seat_leave_fields[] = { SEAT(seat_leave) };
SHAPE(seat_leave);

static const struct field incident_pass_fields[] = {
    FIELD(incident_pass, incident, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(incident_pass, report, F_ID, .letter = ID_LETTER_REPORT),
    SEAT(incident_pass),
    FIELD(incident_pass, reason, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(incident_pass);

static const struct field incident_take_fields[] = {
    FIELD(incident_take, incident, F_ID, .letter = ID_LETTER_INCIDENT),
    FIELD(incident_take, report, F_ID, .letter = ID_LETTER_REPORT),
    FIELD(incident_take, reason, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(incident_take);

static const struct field seat_silent_fields[] = { SEAT(seat_silent),
                                                   FIELD(seat_silent, since, F_INSTANT) };
SHAPE(seat_silent);

static const struct field seat_heard_fields[] = { SEAT(seat_heard) };
SHAPE(seat_heard);

static const struct field alarm_acknowledge_fields[] = { ALARM(alarm_acknowledge) };
SHAPE(alarm_acknowledge);

static const struct field alarm_shelve_fields[] = {
    ALARM(alarm_shelve),
    FIELD(alarm_shelve, until, F_INSTANT, .need = true),
    FIELD(alarm_shelve, reason, F_PERSONAL, .limit = NOTE_LIMIT, .need = true),
};
SHAPE(alarm_shelve);

static const struct field alarm_unshelve_fields[] = { ALARM(alarm_unshelve) };
SHAPE(alarm_unshelve);
