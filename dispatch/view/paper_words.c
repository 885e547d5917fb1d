/* Words for people of the tables that the sheet names. */
#include "dispatch/view/paper.h"

const struct paper_word paper_incident_status[] = {
#define INCIDENT_STATUS(NAME, word, zh_, en_, final) { zh_, en_ },
#include "dispatch/model/incident_status.def"
#undef INCIDENT_STATUS
};
const struct paper_word paper_unit_status[] = {
#define UNIT_STATUS(NAME, word, zh_, en_, phase) { zh_, en_ },
#include "dispatch/model/unit_status.def"
#undef UNIT_STATUS
};
const struct paper_word paper_assignment_status[] = {
#define ASSIGNMENT_STATUS(NAME, word, zh_, en_, phase) { zh_, en_ },
#include "dispatch/model/assignment_status.def"
#undef ASSIGNMENT_STATUS
};
const struct paper_word paper_deadlines[] = {
#define DEADLINE(NAME, word, zh_, en_) { zh_, en_ },
#include "dispatch/model/deadlines.def"
#undef DEADLINE
};
const struct paper_word paper_cues[] = {
#define CUE(NAME, word, zh_, en_) { zh_, en_ },
#include "dispatch/model/cues.def"
#undef CUE
};
const struct paper_word paper_police_types[] = {
#define POLICE_TYPE(NAME, word, zh_, en_) { zh_, en_ },
#include "dispatch/model/police_types.def"
#undef POLICE_TYPE
};
const struct paper_word paper_place_states[] = {
#define PLACE_STATE(NAME, word, zh_, en_) { zh_, en_ },
#include "dispatch/model/place_states.def"
#undef PLACE_STATE
};
const struct paper_word paper_channels[] = {
#define CHANNEL(NAME, word, zh_, en_, verified) { zh_, en_ },
#include "dispatch/model/channels.def"
#undef CHANNEL
};
const struct paper_word paper_dispositions[] = {
#define DISPOSITION(NAME, word, zh_, en_) { zh_, en_ },
#include "dispatch/model/dispositions.def"
#undef DISPOSITION
};
