/* The view, archive and auth threads as on a server, around a stage and a database. */
#ifndef TESTS_SERVER_VIEW_HOUSE_H
#define TESTS_SERVER_VIEW_HOUSE_H

#include "server/archive.h"
#include "server/auth.h"
#include "server/view.h"
#include "server/ways.h"
#include "tests/server/view_stage.h"

/* The server around the stage. */
struct house {
    struct conf conf;
    struct ways ways;
    struct ring *ring;
    struct world_memory *world;
    struct view *view;
    struct roads_live *roads; /* NULL without house_road */
    struct archive *archive;
    struct auth *auth;
    uint64_t began;
    uint64_t request;
    struct sha256 hash;
    struct door_read_done done;
    struct door_auth_done auth_done;
    struct buf body;
    bool geojson; /* of the next asks */
    int64_t log_lost;
    uint64_t ring_at;
};

extern struct house house;
extern struct stage stage;

/* Starts everything on an empty record of the world "live"; every row of the stage is then put into
 * the log and handed to the view. Needs a cluster. */
void house_open(void);
void house_close(void);

/* Roads of the next house_open, and what holds on them is made into times by house.roads; NULL:
 * travel times by straight line. */
extern const struct road *house_road;

/* Folder of paper of the next house_open; NULL: none. */
extern const char *house_paper;

/* The auth thread ends and begins anew. */
void house_restart_auth(void);

void pause_ms(long ms);

/* What the auth thread told the core, oldest first; false: nothing. wait_told waits for it. */
bool told_core(struct command *out);
void wait_told(struct command *out);

/* Asks; the answer's head is in `done`, its body with a NUL behind in `body`. */
void ask_read(enum door_read what, uint64_t number, uint64_t min_seq, const char *principal,
              const char *query);
enum err get_read(bool from_archive);

/* Both, at the stage's row or later. */
enum err do_read(enum door_read what, uint64_t number, const char *principal, const char *query);
uint64_t ask_auth(enum door_auth what, uint64_t number, struct str a, struct str b, struct str c);
enum err get_auth(void); /* the next answer, to whichever ask: its head is in `auth_done` */
enum err do_auth(enum door_auth what, uint64_t number, struct str a, struct str b, struct str c);

#endif
