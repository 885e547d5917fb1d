/* The folder of snapshots: which one to begin with. */
#ifndef SERVER_SNAPSHOTS_H
#define SERVER_SNAPSHOTS_H

#include "server/recover.h"

/* Brings both worlds to the newest snapshot that verifies and whose (seq, hash) is in the log;
 * leaves them empty when there is none. Fails: as log_hash_at. */
MUST_USE enum err snapshots_restore(struct recovery *r, struct fault *f);

#endif
