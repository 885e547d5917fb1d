/* What several intake commands share: places, cues and callers as they come in, and opening an
 * incident. */
#ifndef DISPATCH_COMMAND_TAKE_H
#define DISPATCH_COMMAND_TAKE_H

#include "dispatch/core/turn.h"

/* False after refusing: a known or approximate place without a point, or a point outside the Earth.
 */
bool take_place_valid(struct turn *t, const struct place_in *in);

/* The place as events hold it: of a protected one the exact part is sealed and only the 500 m cell
 * stays open. */
struct place take_place(struct turn *t, const struct place_in *in);

/* Where the caller's phone was, sealed. */
struct sealed take_caller_place(struct turn *t, const struct caller_place_in *in);

uint16_t take_cues(const struct cues_in *in);

/* What an incident is opened from. */
struct opening {
    struct str type;
    uint8_t priority;
    uint8_t channel;
    uint16_t cues;
    struct place place;
    const struct report *report; /* NULL: none */
    bool by_person;
    unit_id officer; /* on scene already; 0 none */
};

/* Emits incident.opened and links the report. An officer who was there first gets the assignment,
 * dispatched and arrived in the same row, as soon as the plan has said which slots there are
 * (core/follow). */
incident_id take_open(struct turn *t, const struct opening *o);

/* True when there is room for one more report and incident; else refuses. */
bool take_room(struct turn *t);

/* The unit an officer's own incident belongs to: the sender's, or the one named by radio. False
 * after refusing. */
bool take_officer(struct turn *t, unit_id named, bool on_scene, unit_id *out);

#endif
