/* A row as the frames of every audience: entries with the tags that gateways select by. What an
 * audience gets is a function of the row and of the world before and after it.
 *
 * Events and changed objects are gathered by where they can be seen (zone bits before and after the
 * row) and by whether they are alarms. The last event of each group carries `after`: the changed
 * objects whole. An incident that changed its zone enters the screens of one district and leaves
 * those of another. Units belong to the whole city's operations: any of them may be sent anywhere,
 * so their state goes to every zone.
 *
 *   row_frames_before(f, &content);  evolve the world;  row_frames_after(f, &row, &sink);
 */
#ifndef DISPATCH_VIEW_ROW_FRAMES_H
#define DISPATCH_VIEW_ROW_FRAMES_H

#include "base/must.h"
#include "dispatch/view/entry.h"
#include "dispatch/view/show.h"

struct frame_tags {
    uint64_t any_of;
    uint64_t also_of;
    uint64_t none_of;
    uint8_t audience;
    uint16_t topics;
    uint32_t addressee;
};

struct frame_sink {
    void *arg;
    void (*put)(void *arg, const struct frame_tags *tags, struct str entry);
};

struct row_frames;

/* For this world, whose ids are written with `name`. NULL when memory is out. */
struct row_frames *row_frames_new(const struct world *w, struct str name);
void row_frames_free(struct row_frames *f);

/* Notes how things stood before the row. */
void row_frames_before(struct row_frames *f, const struct row_content *content);

/* Hands every entry of the row to the sink. True when screens must take a fresh snapshot instead of
 * changed objects. */
bool row_frames_after(struct row_frames *f, const struct entry_row *row,
                      const struct frame_sink *sink);

/* A JSON array of the row's events as this viewer may see them, without `after`: for answers to
 * HTTP commands. Call it after the row was applied, by whoever owns the world. */
void row_events(struct buf *b, const struct viewer *v, const struct entry_row *row);

#endif
