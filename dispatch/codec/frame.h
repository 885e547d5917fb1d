/* Envelopes of the outside contract (docs/api): problems, and the frames of the WebSocket around
 * what views and rows bring. Each writes one JSON object or its head; nothing here looks into a
 * payload. */
#ifndef DISPATCH_CODEC_FRAME_H
#define DISPATCH_CODEC_FRAME_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define STAND_HASH_SIZE 8

/* A place in the log: wherever a seq leaves, the first 8 bytes of its row's hash go beside it. seq
 * 0: none is named. */
struct stand {
    uint64_t seq;
    uint8_t hash[STAND_HASH_SIZE];
};

/* Appends "seq":N,"hash":"16 hex" (members, no braces). */
void frame_stand(struct buf *b, struct stand stand);

/* A problem as application/problem+json (RFC 9457). Empty texts are left out, but for title and
 * detail. */
struct problem {
    struct str code; /* stable word; `type` is "/api/problems/<code>" */
    struct str title;
    int status;
    struct str detail;
    struct str instance; /* the request's path or the command's id */
    struct str field;
    struct str hint;
    struct stand stand; /* the state it depends on */
    uint32_t retry_ms;  /* 0: not said; else how long to wait before asking again */
};

void frame_problem(struct buf *b, const struct problem *p);

/* The same for a fault: detail is "primary: detail". */
void problem_out(struct buf *b, const struct fault *f, struct str instance, struct stand stand);

/* {"op":"welcome",…} */
struct welcome {
    struct str role;
    struct str audience;
    struct str world;
    struct str world_id; /* changes after a reset or a restore */
    struct stand stand;
    uint64_t epoch;
    uint32_t clock_rate; /* 0 and 1: the clock runs as the world's does */
};

void frame_welcome(struct buf *b, const struct welcome *w);

/* {"op":"snapshot","seq":N,"hash":H,"data": … the caller appends one value, then frame_end. */
void frame_snapshot_head(struct buf *b, struct stand stand);
void frame_end(struct buf *b);

/* {"op":"events","from":A,"to":B,"hash":H,"at":…,"events":[ … entries with commas between, then
 * frame_list_end. `to` is B with its hash; `at_us` the instant of row B. */
#define FRAME_EVENTS_HEAD_MAX 160 /* bytes of the head */
void frame_events_head(struct buf *b, uint64_t from, struct stand to, int64_t at_us);
void frame_list_end(struct buf *b);

/* One event of a row: …"data": is followed by the caller's value and frame_end. Ids are written
 * with the world. */
struct frame_event {
    uint64_t seq;
    uint32_t n;
    int64_t at_us;
    struct str kind;
    struct str by; /* JSON as it stands in the row; empty: left out */
    struct str world;
    uint32_t incident; /* 0: none */
    uint32_t unit;
};

void frame_event_head(struct buf *b, const struct frame_event *e);

/* {"op":"positions","at":…,"units":[ … frame_position for each (it writes its own comma), then
 * frame_list_end. */
void frame_positions_head(struct buf *b, int64_t at_us);

struct frame_position {
    uint32_t unit;
    int32_t lon_e7;
    int32_t lat_e7;
    uint16_t heading;   /* degrees, 65535 unknown (null) */
    uint16_t speed_kmh; /* 65535 unknown (null) */
    uint32_t age_ms;
};

void frame_position(struct buf *b, struct str world, const struct frame_position *p, bool first);

/* {"op":"beat","seq":N,"hash":H,"at":…} */
void frame_beat(struct buf *b, struct stand stand, int64_t at_us);

/* {"op":"answer","id":…,"seq":N,"hash":H}, and with a problem instead (`problem` is the JSON of
 * one). */
void frame_answer(struct buf *b, struct str id, struct stand stand);
void frame_answer_problem(struct buf *b, struct str id, struct str problem);

/* {"op":"problem","problem":{…}}: for what has no answer. */
void frame_lone_problem(struct buf *b, struct str problem);

#endif
