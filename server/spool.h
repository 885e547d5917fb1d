/* The spool: readings of protected fields that happened while the log was down, in a file until
 * access_log has them. One JSON object a line,
 *   {"id":"<32 hex digits>","at":<µs UTC>,"actor":…,"incident":…,"purpose":…,"fields":…}
 * in `access-spool-<world>` of the snapshot folder, for its owner only. A line is on the disk
 * before the values leave; the file is emptied after the database has all of it. A crash between
 * the two leaves lines that are appended again and told apart by their id. One process and one
 * thread. */
#ifndef SERVER_SPOOL_H
#define SERVER_SPOOL_H

#include "base/arena.h"
#include "sql/access_log.h"

#include <stdbool.h>
#include <stddef.h>

#define SPOOL_BYTES_MAX ((size_t)16 << 20) /* then nothing more is shown until the log is back */

struct spool;

/* Opens or makes the file; a torn last line, whose values never left, is cut off. Fails: ERR_IO,
 * also when another process has it; ERR_NO_MEMORY. */
MUST_USE enum err spool_open(const char *folder, struct str world, struct spool **out,
                             struct fault *f);
void spool_close(struct spool *s);

/* Returns when the entry is on the disk; it gets an id of its own. Fails: ERR_LOG_UNAVAILABLE when
 * it cannot be kept (nothing is then), ERR_INVALID as access_check. */
MUST_USE enum err spool_append(struct spool *s, const struct access_entry *e, struct fault *f);

/* The oldest entry not yet taken; texts stand in the arena. False: there is none. A line that is no
 * entry is told in the process log and passed over; the file is then kept under another name. */
bool spool_next(struct spool *s, struct arena *arena, struct access_entry *out);

/* Nothing is left to be taken; else spool_next returned false because the file could not be read.
 */
bool spool_done(const struct spool *s);

/* The database has it. Behind the last one the file is emptied. Fails: ERR_IO, to be tried again
 * with the next one. */
MUST_USE enum err spool_taken(struct spool *s, struct fault *f);

#endif
