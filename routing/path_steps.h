/* How a way is told: as a line on the map, and as steps from turn to turn. */
#ifndef ROUTING_PATH_STEPS_H
#define ROUTING_PATH_STEPS_H

#include "routing/path.h"

/* By how far the way turns: 20°, 50°, 130° and 165° part them. */
enum path_turn {
    PATH_START,
    PATH_STRAIGHT,
    PATH_SLIGHT_LEFT,
    PATH_SLIGHT_RIGHT,
    PATH_LEFT,
    PATH_RIGHT,
    PATH_SHARP_LEFT,
    PATH_SHARP_RIGHT,
    PATH_U_TURN,
    PATH_TURN_COUNT
};

/* A part of the way along one road: of one name, and without a turn that a driver has to be told. A
 * roundabout is a step of its own. */
struct path_step {
    const char *name;    /* the network's; "" when it has none */
    enum path_turn turn; /* from the step before into this one */
    bool roundabout;
    bool bridge; /* some of it is one */
    uint32_t length_mm;
    uint32_t ms; /* with the turn into it */
    uint32_t leg_count;
    struct point at; /* where it begins */
};

/* The points of a way in order: the place it starts from, the roads' shapes, the place it leads to;
 * none twice in a row. Writes the first `room` of them; returns how many there are. */
uint32_t path_points(const struct road *road, const struct path *path, struct point *out,
                     uint32_t room);

/* The same of one leg alone: where it is entered, the shape between, where it is left. */
uint32_t path_leg_points(const struct road *road, const struct path *path, uint32_t leg,
                         struct point *out, uint32_t room);

/* The steps of a way in order; there is none where no road is driven. What is less than a metre of
 * a road at the way's ends is told with its neighbour. Writes the first `room` of them; returns how
 * many there are. The parts beside the roads belong to no step: path.start_ms. */
uint32_t path_steps(const struct road *road, const struct path *path, struct path_step *out,
                    uint32_t room);

/* How long a way is by road, in mm; 0 where none is driven. */
uint64_t path_length_mm(const struct road *road, const struct path *path);

#endif
