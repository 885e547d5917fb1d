/* Identities. Each kind of thing has its own one-field type so that they cannot be mixed; 0 means
 * none. Numbers start at 1, grow by 1 in the order of the log, and are never used again. Outside
 * they are written
 * "<world>-<letter><number>" (protocol.md). */
#ifndef DISPATCH_MODEL_IDS_H
#define DISPATCH_MODEL_IDS_H

#include <stdint.h>

typedef struct {
    uint32_t n;
} incident_id;
typedef struct {
    uint32_t n;
} report_id;
typedef struct {
    uint32_t n;
} assignment_id;
typedef struct {
    uint32_t n;
} unit_id;
typedef struct {
    uint32_t n;
} zone_id;
typedef struct {
    uint32_t n;
} user_id;
typedef struct {
    uint32_t n;
} alarm_id;
typedef struct {
    uint32_t n;
} seat_id;
typedef struct {
    uint32_t n;
} road_id;

#define ID_LETTER_INCIDENT 'i'
#define ID_LETTER_REPORT 'r'
#define ID_LETTER_ASSIGNMENT 'a'
#define ID_LETTER_UNIT 'u'
#define ID_LETTER_ZONE 'z'
#define ID_LETTER_ALARM 'm'
#define ID_LETTER_SEAT 's'
#define ID_LETTER_ROAD 'w' /* a way: of what holds on some roads */

/* The number people read, "20261123-000417": the local civil date and a count within it. */
struct number {
    uint32_t date;  /* yyyymmdd */
    uint32_t count; /* from 1 each day */
};

/* Counts of each day that nobody but paper gives out (docs/decisions/0012). */
#define PAPER_COUNT_FIRST UINT32_C(990001)
#define PAPER_COUNT_LAST UINT32_C(990999)

static inline int number_is_paper(struct number n)
{
    return n.count >= PAPER_COUNT_FIRST && n.count <= PAPER_COUNT_LAST;
}

#endif
