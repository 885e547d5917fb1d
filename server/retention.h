/* How long protected values and tracks are kept, by kind (retention.def). */
#ifndef SERVER_RETENTION_H
#define SERVER_RETENTION_H

#include "base/str.h"

#include <stdint.h>

/* Days that a kind is kept. */
uint32_t retention_days(struct str kind);

/* The instant (µs UTC) after which a value of this kind, taken in at `at`, is erased. */
int64_t retention_until(struct str kind, int64_t at);

#endif
