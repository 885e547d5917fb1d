/* What the files of the view thread share; nobody else includes this. */
#ifndef SERVER_VIEW_INSIDE_H
#define SERVER_VIEW_INSIDE_H

#include "base/arena.h"
#include "dispatch/view/lists.h"
#include "dispatch/view/row_frames.h"
#include "routing/travel.h"
#include "server/rows.h"
#include "server/view.h"
#include "server/view_reply.h"

#include <pthread.h>
#include <stdatomic.h>

#define SHARED_MAX 64
#define HELD_MAX 1024
#define HELD_US (2 * US_PER_S)

/* A snapshot that many connections share for a second. */
struct shared {
    enum audience audience;
    uint64_t zones;
    uint16_t topics;
    uint64_t seq;
    uint8_t hash8[8];
    int64_t born_us;
    struct reply_bytes *bytes; /* NULL: free */
};

/* A read that waits for its row. */
struct held_read {
    struct held_read *next;
    unsigned gateway;
    int64_t until_us;
    size_t len;
    char record[];
};

struct view {
    struct view_setup setup;
    struct world *world;
    struct travel travel;
    struct row_frames *frames;
    struct side *side;
    struct arena arena;  /* of the row or the read under way */
    struct buf note;     /* to the archive */
    bool archive_sleeps; /* it has notes and is still to be woken */
    bool rested;         /* the round before had no row: whoever waits, waits for the next one */
    struct replies *replies;
    struct held_read *held;
    uint32_t held_count;
    struct shared shared[SHARED_MAX];

    struct queue *positions; /* from the core's thread */
    struct fix *fixes;       /* newest per unit; fix_at 0: none */

    struct view_callers *callers; /* NULL: nobody is told */
    struct view_cover *cover;     /* NULL: coverage is not kept */
    struct view_cutter *cutter;   /* NULL: no snapshot files */
    struct view_paper *paper;     /* NULL: no sheets of paper */
    int64_t paper_next_us;        /* monotonic */
    uint64_t cut_seq;
    uint64_t everyone_seq; /* last row after which every screen took a fresh snapshot */

    pthread_t thread;
    _Atomic bool stopping;
    int64_t published_us;
    _Atomic uint64_t version; /* odd while the state below is being written */
    _Atomic uint64_t state[6];
};

int64_t view_mono_us(void);
int64_t view_wall_us(void);

/* view_row.c: one row of the queue. `at_once`: the screens get it before anything else is done with
 * it; else ring_publish is the caller's, behind the last row of a round. */
void view_take_row(struct view *v, const struct row_record *row, const char *bytes, bool at_once);
void view_use_roads(struct view *v);    /* travel times of the change that the world names */
void view_wake_archive(struct view *v); /* behind the last row of a round */

/* view_read.c: one read of a gateway, or one that waited. */
void view_take_read(struct view *v, unsigned gateway, const void *record, size_t len);
void view_retry_reads(struct view *v);
struct door_rights view_rights(const struct world *w, const struct user *u);
void view_forget_shared(struct view *v);

/* view_route.c: the way of an order (READ_ROUTE): {seq,hash,unit,…}, or a GeoJSON feature. Fails as
 * read_way_asked does, ERR_NO_MEMORY. */
MUST_USE enum err view_read_route(struct view *v, const struct reading *r, struct fault *f);

/* view_callers.c: the auth thread hears which protected values open incidents have. NULL when
 * memory is out. */
struct view_callers *view_callers_new(struct queue *to_auth);
void view_callers_free(struct view_callers *c);
void view_touch_callers(struct view *v, const struct row_content *content);
void view_tell_callers(struct view *v);

/* view_cover.c: coverage hears of the world and is asked about. NULL when memory is out. */
struct view_cover *view_cover_new(const struct world *w);
void view_cover_free(struct view_cover *c);
void view_cover_touch(struct view *v, const struct row_content *content);

/* One round: what coverage said, and what it is to hear; `moved`: there are positions. True: it
 * said something. */
bool view_cover_round(struct view *v, bool moved);

/* Its queue was full: there is more to be told as soon as there is room. */
bool view_cover_behind(const struct view *v);

/* Asks coverage; the answer comes in a later round. */
MUST_USE enum err view_cover_read(struct view *v, unsigned gateway, enum door_read what,
                                  struct str query, const struct viewer *viewer,
                                  const struct door_read_done *head, struct fault *f);

/* view_live.c: positions. True: some came. */
bool view_take_positions(struct view *v);
bool view_fix(void *arg, uint32_t unit, struct fix *out);

/* view_cut.c: snapshot files, written by a thread of their own. */
MUST_USE enum err view_cutter_start(const struct conf *conf, struct view_cutter **out,
                                    struct fault *f);
void view_cutter_stop(struct view_cutter *c); /* finishes the file under way */
bool view_cutter_idle(const struct view_cutter *c);

/* Serialises the world as it stands and hands the bytes over. Only when idle. */
void view_cut(struct view *v);

/* view_paper.c: sheets of paper, written by a thread of their own. */
MUST_USE enum err view_paper_start(const struct conf *conf, struct view_paper **out,
                                   struct fault *f);
void view_paper_stop(struct view_paper *p); /* finishes the sheet under way */

/* Begins a sheet when it is time and composes some more of one that is begun. True: it is not whole
 * yet, call again soon. */
bool view_paper_when_due(struct view *v);

/* The sheet of this moment, all of it: the last one. */
void view_paper_last(struct view *v);
void view_paper_metrics(const struct view_paper *p, struct buf *b);

#endif
