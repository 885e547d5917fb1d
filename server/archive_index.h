/* What the archive knows without a world: users' rights, where incidents and reports can be seen,
 * and which rows tell of an incident. Bounded; the oldest give way. Fed by the view's notes.
 * Private to the archive. */
#ifndef SERVER_ARCHIVE_INDEX_H
#define SERVER_ARCHIVE_INDEX_H

#include "dispatch/core/world.h"
#include "server/archive.h"

struct archive_index;

/* Begins with what the world holds. NULL when memory is out. */
struct archive_index *archive_index_new(const struct world *w);
void archive_index_free(struct archive_index *x);

/* Takes a note with what stands behind it. */
void archive_index_note(struct archive_index *x, const struct archive_note *head,
                        const void *behind);

/* The newest row screens know of. */
struct archive_stand {
    uint64_t seq;
    uint8_t hash8[8];
    uint64_t epoch;
};

struct archive_stand archive_index_stand(const struct archive_index *x);

/* NULL: no such user. */
const struct door_rights *archive_index_rights(const struct archive_index *x, struct str name);

/* Zone bits; 0: not known any more, so that only those who see everything may. */
uint64_t archive_index_incident(const struct archive_index *x, uint32_t id);
uint64_t archive_index_report(const struct archive_index *x, uint32_t id);

/* Rows that name an incident, the newest `max` of them, ascending. `*whole`: there were none before
 * these. */
uint32_t archive_index_rows(const struct archive_index *x, uint32_t incident, uint64_t *seqs,
                            uint32_t max, bool *whole);

/* Rows from before the server started, added once (in order). */
void archive_index_old(struct archive_index *x, uint32_t incident, uint64_t seq);
void archive_index_old_done(struct archive_index *x, bool from_the_beginning);
bool archive_index_has_old(const struct archive_index *x);

/* The row the index began at. */
uint64_t archive_index_began(const struct archive_index *x);

#endif
