/* Learned speeds in a file: a head, then arrays as they lie in memory (little-endian, each at a
 * multiple of 8), covered by a SHA-256 in the head. It is mapped and read through once: a file that
 * was damaged, made with ill intent or belongs to other roads is refused. */
#ifndef ROUTING_SPEEDS_FILE_H
#define ROUTING_SPEEDS_FILE_H

#include "routing/speeds.h"

#define SPEEDS_FILE_VERSION 1

/* Writes a file that is there whole or not at all; fills in the digest and version of `s`. Fails:
 * ERR_IO, ERR_NO_MEMORY. */
MUST_USE enum err speeds_write(struct speeds *s, const char *path, struct fault *f);

/* Opens speeds of the network `n`. Owns; close by speeds_close. Fails: ERR_IO (not there, not
 * readable), ERR_MALFORMED (no speeds, another version, damaged), ERR_INVALID (of other roads);
 * then there is nothing to close. */
MUST_USE enum err speeds_open(struct speeds *s, const char *path, const struct network *n,
                              struct fault *f);
void speeds_close(struct speeds *s);

#endif
