/* What the commands of moving up look like. */
#include "dispatch/model/command.h"

#define UNIT(s) FIELD(s, unit, F_ID, .letter = ID_LETTER_UNIT, .need = true)
#define BY(s) FIELD(s, by, F_WORD, .words = &step_by_words), FIELD(s, at_device, F_INSTANT)
#define WHOLE 10000 /* parts of the city's weight */

static const struct field move_proposal_fields[] = {
    FIELD(move_proposal, seq, F_UINT, .need = true),
    FIELD(move_proposal, engine, F_STR, .limit = 63),
    FIELD(move_proposal, eta_ms, F_UINT),
    FIELD(move_proposal, length_m, F_UINT),
    FIELD(move_proposal, gained, F_UINT, .limit = WHOLE),
    FIELD(move_proposal, lost, F_UINT, .limit = WHOLE),
    FIELD(move_proposal, lost_on_way, F_UINT, .limit = WHOLE),
    FIELD(move_proposal, net, F_INT, .limit = WHOLE),
};
SHAPE(move_proposal);

static const struct field move_point_fields[] = {
    { FIELD_NAMED("lon"), .type = F_DEG, .offset = offsetof(struct point, lon_e7),
      .size = sizeof(int32_t), .need = true },
    { FIELD_NAMED("lat"), .type = F_DEG, .offset = offsetof(struct point, lat_e7),
      .size = sizeof(int32_t), .limit = 90, .need = true },
};
static const struct shape move_point_shape = { "move_point", move_point_fields, 2,
                                               sizeof(struct point) };

static const struct field unit_move_up_fields[] = {
    UNIT(unit_move_up),
    FIELD_MAYBE(unit_move_up, at, has_at, &move_point_shape),
    FIELD(unit_move_up, circle, F_STR, .limit = 31),
    FIELD(unit_move_up, why, F_WORD, .words = &move_reason_words, .need = true),
    FIELD(unit_move_up, confirm, F_BOOL),
    FIELD_MAYBE(unit_move_up, proposal, has_proposal, &move_proposal_shape),
};
SHAPE(unit_move_up);

static const struct field unit_move_up_acknowledge_fields[] = {
    UNIT(unit_move_up_acknowledge),
    FIELD(unit_move_up_acknowledge, number, F_UINT),
    BY(unit_move_up_acknowledge),
};
SHAPE(unit_move_up_acknowledge);

static const struct field unit_move_up_refuse_fields[] = {
    UNIT(unit_move_up_refuse),
    FIELD(unit_move_up_refuse, number, F_UINT),
    FIELD(unit_move_up_refuse, reason, F_WORD_ONE, .words = &decline_reason_words, .need = true),
    BY(unit_move_up_refuse),
};
SHAPE(unit_move_up_refuse);

static const struct field unit_move_up_arrive_fields[] = {
    UNIT(unit_move_up_arrive),
    FIELD(unit_move_up_arrive, number, F_UINT),
    BY(unit_move_up_arrive),
};
SHAPE(unit_move_up_arrive);

static const struct field unit_move_up_recall_fields[] = {
    UNIT(unit_move_up_recall),
    FIELD(unit_move_up_recall, number, F_UINT),
};
SHAPE(unit_move_up_recall);

static const struct field unit_move_up_reached_fields[] = {
    UNIT(unit_move_up_reached),
    FIELD(unit_move_up_reached, number, F_UINT),
    FIELD(unit_move_up_reached, at, F_STRUCT, .sub = &move_point_shape),
};
SHAPE(unit_move_up_reached);
