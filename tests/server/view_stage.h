/* A stage for the views: a bed whose rows are shown to every audience, and screens that reduce what
 * they are sent as a console does. Random commands of every kind, over two districts. */
#ifndef TESTS_SERVER_VIEW_STAGE_H
#define TESTS_SERVER_VIEW_STAGE_H

#include "dispatch/view/board.h"
#include "dispatch/view/row_frames.h"
#include "dispatch/view/side.h"
#include "tests/server/bed.h"
#include "tests/server/picture.h"
#include "tests/server/whim.h"

#define STAGE_ENTRIES_MAX 512
#define WEST (UINT64_C(1) << 1 | 1) /* the small city's own district */
#define EAST (UINT64_C(1) << 2 | 1) /* one laid over its eastern half */

struct stage_entry {
    struct frame_tags tags;
    char *text;
    size_t len;
};

struct stage {
    struct bed bed;
    struct world_memory *view;
    struct row_frames *frames;
    struct side *side;
    struct arena arena;
    char id[32];                /* of the last command */
    struct row_content content; /* of the last row; lives until the next one */
    struct entry_row row;
    struct stage_entry entries[STAGE_ENTRIES_MAX];
    uint32_t entry_count;
    bool everyone;
    void (*on_row)(struct stage *s, void *arg);
    void *arg;
};

void stage_init(struct stage *s);
void stage_fini(struct stage *s);

/* A command, its row shown. */
enum refusal stage_do(struct stage *s, const char *principal, struct command *c);
void stage_wait(struct stage *s, int64_t until);

/* A random command by a random sender, then some time. */
void stage_step(struct stage *s, struct prng *p);

/* What one connection shows. */
struct screen {
    struct viewer viewer;
    struct picture picture;
};

void screen_init(struct screen *c, const struct stage *s, enum audience audience, uint64_t zones,
                 uint32_t unit);
void screen_fini(struct screen *c);

/* Takes the snapshot of this moment, the entries of the last row that its tags let through. */
void screen_load(struct screen *c, const struct stage *s);
void screen_row(struct screen *c, const struct stage *s);

/* Whether the entry is for this connection, whatever its topics. */
bool screen_gets(const struct screen *c, const struct frame_tags *tags);

/* Fails the test unless both show the same. */
void screens_agree(const struct screen *a, const struct screen *b, const char *when);

#endif
