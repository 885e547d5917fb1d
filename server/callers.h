/* The protected values of open incidents, and of open reports without one, in memory for the time
 * when the database is down: filled by the auth thread while it is up, shown by it while it is not
 * (server/auth_away.c). Bounded; the oldest give way. What leaves is wiped. One thread. */
#ifndef SERVER_CALLERS_H
#define SERVER_CALLERS_H

#include "base/arena.h"
#include "sql/personal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALLERS_VALUES_MAX 65536u            /* values held, and wanted */
#define CALLERS_BYTES_MAX ((size_t)16 << 20) /* of their texts */
#define CALLERS_REFS_MAX 2048u               /* of one incident */

/* Reports without an incident stand among the incidents, by their number with this bit. */
#define CALLERS_REPORT UINT32_C(0x80000000)

/* What the view tells of an incident, a record in a queue. Behind the head: uint64_t refs[count],
 * none for an incident that is closed or gone. Incident 0: forget everything, it is told anew. */
struct caller_note {
    uint32_t incident; /* or a report */
    uint32_t count;
};

struct callers;

/* `bytes` of texts are kept out of core dumps and swap where the system lets us. NULL when memory
 * is out. */
struct callers *callers_new(uint32_t values, size_t bytes);
void callers_free(struct callers *c); /* and wipes it */

/* An incident has these values and no others. Those that are not held are wanted from now on. */
void callers_note(struct callers *c, uint32_t incident, const uint64_t *refs, uint32_t count);
void callers_forget(struct callers *c);

/* Values that are wanted, newest first. Returns how many. */
uint32_t callers_wanted(const struct callers *c, uint64_t *refs, uint32_t most);

/* A wanted value as the database has it; one that is missing there is wanted no more. */
void callers_put(struct callers *c, const struct personal_value *v);

/* It was destroyed: what is held of it is day and rule. */
void callers_erased(struct callers *c, uint64_t ref, int64_t erased_us, struct str rule);

/* Texts are copied into the arena. False: it is not held, or the arena is full. */
bool callers_get(const struct callers *c, uint64_t ref, struct arena *arena,
                 struct personal_value *out);

/* Values held at or after *at, which goes round. Returns how many. */
uint32_t callers_held(const struct callers *c, uint32_t *at, uint64_t *refs, uint32_t most);

/* How many values are held. */
uint32_t callers_at_hand(const struct callers *c);

#endif
