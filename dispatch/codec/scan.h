/* Readers of single values written as text, the counterparts of put.h. Pure, exact, and safe on any
 * bytes. */
#ifndef DISPATCH_CODEC_SCAN_H
#define DISPATCH_CODEC_SCAN_H

#include "base/hash.h"
#include "base/str.h"
#include "dispatch/model/ids.h"

#include <stdbool.h>
#include <stdint.h>

enum scan_id {
    SCAN_ID_OK,
    SCAN_ID_BAD,    /* no id at all, or of another kind */
    SCAN_ID_FOREIGN /* an id of this kind in another world */
};

/* Decimal digits without leading zeros, at most `max`. False when it is anything else. */
bool scan_u64(struct str s, uint64_t max, uint64_t *v);

/* "<world>-<letter><n>" with 1 <= n <= max; "<letter><n>" when `world` is empty. */
enum scan_id scan_id(struct str s, struct str world, char letter, uint32_t max, uint32_t *n);

/* "yyyymmdd-cccccc": a date that may exist and a count of at least six digits, zeros in front only
 * up to six. */
bool scan_number(struct str s, struct number *n);

/* Exactly 2 × `size` lower case hex digits. */
bool scan_hex(struct str s, uint8_t *out, size_t size);

/* A JSON number of degrees without exponent, rounded to 1e-7 (half away from zero), from -`max_e7`
 * to `max_e7`. Up to seven decimals it is exact; behind those the door, which rounds through a
 * double, may differ in the last place. */
bool scan_deg(struct str s, int32_t max_e7, int32_t *e7);

/* Takes the word before the next space off the front of `rest`, and the space; empty at its end. */
struct str scan_word(struct str *rest);

/* True when no character is a control character (C0, DEL, C1); with `lines` newline and tab are
 * allowed. `s` is UTF-8. */
bool scan_printable(struct str s, bool lines);

#endif
