/* The memory of command ids: an accepted command is remembered for 48 h of log time, per principal;
 * a refusal is not. */
#ifndef DISPATCH_CORE_COMMAND_IDS_H
#define DISPATCH_CORE_COMMAND_IDS_H

#include "dispatch/core/world.h"

/* The memory of this principal's id, or NULL. Borrowed until the next row. */
const struct command_memory *command_ids_find(const struct world *w, struct str principal,
                                              struct str id);

/* Remembers one. The oldest is forgotten when its 48 h are over or the ring is full
 * (world.ids.overflowed). */
void command_ids_add(struct world *w, struct str principal, struct str id,
                     const uint8_t content[16], uint64_t seq, int64_t at,
                     const struct sha256 *hash);

/* Forgets what is older than 48 h at `at`. */
void command_ids_expire(struct world *w, int64_t at);

/* Puts one back as a snapshot had it. */
void command_ids_restore(struct world *w, const struct command_memory *m);

#endif
