/* What the events of reports look like in the log and on the wire. */
#include "dispatch/model/event.h"
#define INCIDENT(s) FIELD(s, incident, F_ID, .letter = ID_LETTER_INCIDENT)
#define REPORT(s) FIELD(s, report, F_ID, .letter = ID_LETTER_REPORT)
#define TACT .privacy = TACTICAL

static const struct field report_received_fields[] = {
    FIELD(report_received, report, F_STRUCT, .sub = &report_shape),
};
SHAPE(report_received);

static const struct field report_settled_fields[] = {
    REPORT(report_settled),
    FIELD(report_settled, outcome, F_WORD_ONE, .words = &report_outcome_words),
    FIELD(report_settled, note, F_SEALED, TACT),
    FIELD(report_settled, person, F_TEXT, TACT),
};
SHAPE(report_settled);

static const struct field report_linked_fields[] = {
    REPORT(report_linked),
    INCIDENT(report_linked),
    FIELD(report_linked, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(report_linked, report_count, F_UINT),
    FIELD(report_linked, opened, F_BOOL, TACT),
    FIELD(report_linked, contact, F_WORD, .words = &contact_words, TACT),
};
SHAPE(report_linked);

static const struct field report_unlinked_fields[] = {
    REPORT(report_unlinked),
    INCIDENT(report_unlinked),
    FIELD(report_unlinked, report_count, F_UINT),
    FIELD(report_unlinked, contact, F_WORD, .words = &contact_words, TACT),
    FIELD(report_unlinked, cues_denied, F_BITS, .words = &cue_words, TACT),
};
SHAPE(report_unlinked);

static const struct field report_amended_fields[] = {
    REPORT(report_amended),
    INCIDENT(report_amended),
    FIELD(report_amended, call, F_WORD, .words = &call_kind_words, TACT),
    FIELD(report_amended, priority, F_UINT),
    FIELD(report_amended, type, F_TEXT),
    FIELD(report_amended, rang_at, F_INSTANT, TACT),
    FIELD(report_amended, answered_at, F_INSTANT, TACT),
    FIELD(report_amended, ended_at, F_INSTANT, TACT),
    FIELD(report_amended, external_id, F_TEXT, TACT),
    FIELD(report_amended, recording, F_TEXT, TACT),
    FIELD_MAYBE(report_amended, place, place_changed, &place_shape),
    FIELD(report_amended, cues_changed, F_BOOL, TACT),
    FIELD(report_amended, cues, F_BITS, .words = &cue_words, TACT),
    FIELD(report_amended, contact_changed, F_BOOL, TACT),
    FIELD(report_amended, contact, F_WORD, .words = &contact_words, TACT),
    FIELD(report_amended, incident_contact, F_WORD, .words = &contact_words, TACT),
    FIELD(report_amended, confidential, F_BOOL, TACT),
    FIELD(report_amended, narrative, F_SEALED, TACT),
    FIELD(report_amended, caller_name, F_SEALED, TACT),
    FIELD(report_amended, caller_phone, F_SEALED, TACT),
    FIELD(report_amended, caller_language, F_SEALED, TACT),
    FIELD(report_amended, caller_place, F_SEALED, TACT),
    FIELD_AS(report_amended, "caller_lon", caller_lon_e7, F_DEG, TACT),
    FIELD_AS(report_amended, "caller_lat", caller_lat_e7, F_DEG, TACT),
    FIELD(report_amended, caller_radius_m, F_UINT, TACT),
    FIELD(report_amended, callback_at, F_INSTANT, TACT),
};
SHAPE(report_amended);

static const struct field report_contacted_fields[] = {
    REPORT(report_contacted),
    INCIDENT(report_contacted),
    FIELD(report_contacted, how, F_WORD_ONE, .words = &contact_way_words, TACT),
    FIELD(report_contacted, result, F_WORD_ONE, .words = &contact_result_words, TACT),
    FIELD(report_contacted, tries, F_UINT, TACT),
    FIELD(report_contacted, callback_at, F_INSTANT, TACT),
    FIELD(report_contacted, note, F_SEALED, TACT),
};
SHAPE(report_contacted);

static const struct field report_messaged_fields[] = {
    REPORT(report_messaged),
    INCIDENT(report_messaged),
    FIELD(report_messaged, from_caller, F_BOOL, TACT),
    FIELD(report_messaged, tries, F_UINT, TACT),
    FIELD(report_messaged, callback_at, F_INSTANT, TACT),
    FIELD(report_messaged, text, F_SEALED, TACT),
};
SHAPE(report_messaged);

static const struct field report_callback_ended_fields[] = {
    REPORT(report_callback_ended),
    INCIDENT(report_callback_ended),
    FIELD(report_callback_ended, dispatched, F_BOOL, TACT),
    FIELD(report_callback_ended, person, F_TEXT, TACT),
    FIELD(report_callback_ended, note, F_SEALED, TACT),
};
SHAPE(report_callback_ended);
