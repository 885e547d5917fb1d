/* What the two files of moves share: cover_places.c says where one might stand and how long each
 * unit takes to there, cover_move.c which move is best. */
#ifndef SERVER_COVER_MOVE_H
#define SERVER_COVER_MOVE_H

#include "routing/path.h"
#include "server/cover_inside.h"

#define MOVE_CIRCLES_TRIED 16
#define MOVE_ORDERED_MAX 64 /* orders that stand, taken into account */
#define MOVE_TARGETS_MAX (MOVE_CIRCLES_TRIED + COVER_MOVE_GAPS)

struct crew_at { /* how many are at a node or keep a circle, and the sum of who */
    uint32_t count, who;
};

struct move_target {
    struct cover_place place;
    struct ground_place at;
    uint32_t first, count; /* of `spots` */
    uint64_t gained;       /* by anybody who stands there */
    uint32_t open[POLICE_TYPE_COUNT];
};

/* What stands between two questions is memory alone. */
struct cover_mover {
    struct reach there, back;
    uint32_t *ms; /* of a node: scratch of both searches */
    struct crew_at *node;
    struct coverage_spot *spots; /* rows of all targets, one after the other */
    uint32_t spot_count, spot_room;
    struct move_target target[MOVE_TARGETS_MAX + 1]; /* the last one: of orders that stand */
    uint32_t target_count;
    uint32_t unit_room;      /* numbers of units that there is room for */
    uint32_t *travel;        /* of target and unit */
    uint32_t *circle_ms;     /* of target and circle */
    struct ground_place *at; /* of a unit */
    uint64_t *loss, *relief; /* of a unit; `relief` of the target looked at */
    uint32_t *sole, *saved;  /* the same of circles */
    bool *taken;             /* of a unit: not to be moved, or moved already */
    struct crew_at *circle;
    struct path_query path; /* with a network only */
    bool has_path;
};

/* The places for a question, who is where now, and all times between them, into c->mover. Fails:
 * ERR_NO_MEMORY. */
MUST_USE enum err cover_places_find(struct cover *c, const struct cover_ask *ask,
                                    struct cover_moves *out, struct fault *f);

/* Where one would reach from a target, into its rows. False: no memory. */
bool cover_place_look(struct cover *c, const struct cover_ask *ask, uint32_t target);

static inline uint32_t move_most_ms(const struct cover *c)
{
    return (uint32_t)c->setup.conf->coverage_move_minutes * 60000;
}

static inline bool move_is_of(const struct cover *c, uint32_t unit, uint8_t class)
{
    return c->units[unit].slot != SLOT_NONE && cover_in_class(c->units[unit].police_type, class);
}

static inline const struct coverage_row *move_row_of(const struct cover *c, uint32_t unit)
{
    return &c->body[c->units[unit].body].c.row[c->units[unit].slot];
}

static inline void move_put_at(struct crew_at *x, uint32_t unit)
{
    x->count++;
    x->who ^= unit;
}

static inline void move_take_from(struct crew_at *x, uint32_t unit)
{
    x->count--;
    x->who ^= unit;
}

static inline uint32_t move_promised_ms(const struct cover *c, uint32_t circle)
{
    return c->circles[circle].told.minutes * 60000u;
}

static inline bool move_fits(const struct cover *c, uint32_t unit, uint32_t circle)
{
    return cover_in_class(c->units[unit].police_type, c->circles[circle].told.police_type);
}

static inline uint32_t *move_travel_of(const struct cover *c, uint32_t target, uint32_t unit)
{
    return &c->mover->travel[(size_t)target * c->mover->unit_room + unit];
}

#endif
