/* What a console shows, reduced from a snapshot and events: tables by id, replaced as they come. */
#ifndef TESTS_SERVER_PICTURE_H
#define TESTS_SERVER_PICTURE_H

#include <jansson.h>
#include <stdbool.h>

#define PICTURE_TABLES 6

struct picture {
    json_t *tables[PICTURE_TABLES]; /* objects by id */
};

extern const char *const picture_names[PICTURE_TABLES];

void picture_init(struct picture *c);
void picture_fini(struct picture *c);
void picture_clear(struct picture *c);

/* Takes the lists of a snapshot's data, or of an event's `after`. False: a thing has no id. */
bool picture_lists(struct picture *c, const json_t *lists);

/* Takes an event as it stands in a frame. */
bool picture_event(struct picture *c, const json_t *event);

#endif
