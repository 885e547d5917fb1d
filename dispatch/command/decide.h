/* decide: one function per command, each in a file of its own. On top of a file stand its refusals
 * in order of precedence, the last lines state what happened. A decide function reads the world and
 * emits events; it changes nothing else. */
#ifndef DISPATCH_COMMAND_DECIDE_H
#define DISPATCH_COMMAND_DECIDE_H

#include "dispatch/core/turn.h"

/* Decides and applies one command at `now` (server clock). Accepted: one row is open in the world
 * (seq, at, events) and must be closed by turn_seal once its hash is known; repeated and refused
 * commands leave the world untouched. An accepted command without events leaves no row (a tick with
 * nothing due): out->count is 0. */
void turn_decide(struct turn *t, int64_t now);

#define COMMAND(NAME, word, struct_, roles, zh, en) \
    void decide_##struct_(struct turn *t, const struct struct_ *c);
#include "dispatch/model/commands.def"
#undef COMMAND

#endif
