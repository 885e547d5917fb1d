/* Units of measure. Instants are µs UTC since 1970 (int64_t), coordinates 1e-7 degree (int32_t),
 * distances mm or m, travel times ms (uint32_t) with an infinity that adds safely. */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)
#define US_PER_MIN (60 * US_PER_S)
#define US_PER_HOUR (3600 * US_PER_S)
#define US_PER_DAY (86400 * US_PER_S)

#define ETA_INF_MS UINT32_C(0x3fffffff) /* "never": two of them add without overflow */

#define DEG_E7 INT32_C(10000000)

struct point {
    int32_t lon_e7;
    int32_t lat_e7;
};

/* RFC 3339 UTC with six fractional digits and Z ("2026-11-23T04:05:06.000001Z"), 27 bytes and a
 * NUL. An instant outside the years 0000 to 9999 is shown as the nearest one inside. */
#define INSTANT_TEXT_SIZE 28
void instant_text(int64_t at_us, char out[INSTANT_TEXT_SIZE]);

/* Reads RFC 3339 with any offset and 0 to 9 fractional digits (cut to µs). Returns 0, or -1 when it
 * is not one or lies outside the years 0000 to 9999 in UTC. A leap second (:60 at the end of a UTC
 * month) is counted as the second that follows it. */
int instant_read(const char *at, unsigned long len, int64_t *at_us);

/* Civil date of an instant that was already shifted by the local offset (proleptic Gregorian
 * calendar). */
struct civil {
    int32_t year;
    int32_t month; /* 1..12 */
    int32_t day;   /* 1..31 */
    int32_t hour;
    int32_t minute;
    int32_t second;
    int32_t weekday; /* 1 Monday .. 7 Sunday (ISO 8601) */
};
void civil_of(int64_t local_us, struct civil *out);

#endif
