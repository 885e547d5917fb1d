/* SHA-1, for the handshake of RFC 6455 only: it proves that the peer speaks WebSocket and protects
 * nothing. */
#ifndef TOOLS_WIRE_SHA1_H
#define TOOLS_WIRE_SHA1_H

#include "base/str.h"

#include <stdint.h>

#define SHA1_SIZE 20
#define SHA1_TEXT_MAX 119 /* two blocks with their padding */

/* `text` has at most SHA1_TEXT_MAX bytes. */
void sha1_short(struct str text, uint8_t out[SHA1_SIZE]);

#endif
