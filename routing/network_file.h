/* A road network in a file: a head, then arrays as they lie in memory (little-endian, each at a
 * multiple of 8), covered by a SHA-256 in the head. It is mapped, and read through once: a file
 * that was damaged or made with ill intent is refused, and nothing behind it is trusted before. */
#ifndef ROUTING_NETWORK_FILE_H
#define ROUTING_NETWORK_FILE_H

#include "routing/network.h"

#define NETWORK_FILE_VERSION 1

/* Writes a file that is there whole or not at all. `n` needs neither digest nor arcs by segment.
 * Fails: ERR_IO, ERR_NO_MEMORY. */
MUST_USE enum err network_write(const struct network *n, const char *path, struct fault *f);

/* Opens one. Owns; close by network_close. Fails: ERR_IO (not there, not readable), ERR_MALFORMED
 * (no network, another version, damaged), ERR_NO_MEMORY; then there is nothing to close. */
MUST_USE enum err network_open(struct network *n, const char *path, struct fault *f);
void network_close(struct network *n);

#endif
