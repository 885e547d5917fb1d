/* What an address counts as where somebody is counted by it: whoever has IPv6 has a whole /64. */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include "base/str.h"

#include <stdint.h>

/* The first half of an IPv6 address (not of an IPv4 address written as one), as 8 bytes in `bytes`;
 * everything else as it is. Borrows from both. */
struct str network_of(struct str address, uint8_t bytes[16]);

#endif
