/* Travel times of a road network under what is the matter with its roads just now: one version of
 * them, made whole, then only read (by any number of threads) until it is made anew.
 *
 * Two hierarchies' worth of times stand in it. Under `times` a closed road cannot be passed. Under
 * `through` it can, at a walk: for whoever stands inside a cordon, or has to go there, who would
 * have no answer else. */
#ifndef ROUTING_WEIGHTS_H
#define ROUTING_WEIGHTS_H

#include "routing/lean.h"
#include "routing/limits.h"
#include "routing/speeds.h"
#include "routing/times.h"

struct road;

#define ROAD_ENGINE_SIZE 48

struct road_weights {
    const struct road *road; /* borrowed */
    uint32_t version;        /* 0: nothing on the roads */
    /* "road/1:xxxxxxxx", with learned speeds "~", their version, "." and the hour, from version 1
     * on "+" and it. */
    char engine[ROAD_ENGINE_SIZE];
    const struct speeds *speeds;      /* borrowed; NULL: those of the network, at all hours */
    uint32_t hour;                    /* with speeds */
    const struct road_weights *plain; /* the same with nothing on the roads; perhaps itself */
    uint32_t *usual_ms;               /* of a segment with nothing on it, at the hour */
    uint8_t *speed_percent;           /* room for weights_make */
    uint32_t *segment_ms;             /* slow-downs included; ETA_INF_MS where closed */
    uint32_t *segment_limit;          /* id of the limit that rules, 0: none */
    uint8_t *piece_percent;           /* of the limit that rules; above 100: none */
    uint32_t *arc_ms;                 /* room for weights_make */
    bool any_closed;                  /* else `through` would be the same, and is not filled in */
    struct times times;
    struct times through;
    struct lean lean; /* of `times` */
    struct lean lean_through;
};

/* Room for one version; weights_make is due before it is used. `road` stays where it is as long as
 * this does. Owns; free by weights_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err weights_init(struct road_weights *w, const struct road *road, struct fault *f);
void weights_free(struct road_weights *w);

/* From the next weights_make on at the learned speeds of an hour; NULL: at the network's own.
 * `plain` answers how long a way would take with nothing on the roads, at the same hour. */
void weights_set(struct road_weights *w, const struct speeds *speeds, uint32_t hour,
                 const struct road_weights *plain);

/* Makes them anew under `limits`, none of which is kept; nobody may be reading `w`. Of several
 * limits on a road the slowest rules, of equally slow ones that of the lower id. Cost: one
 * customization and its lean_make, two when something is closed; no allocation. */
void weights_make(struct road_weights *w, uint32_t version, const struct road_limit *limits,
                  uint32_t count);

/* Time along a whole segment for who stands on it or goes to a place on it: an accident closes the
 * road that it lies on. ETA_INF_MS where nobody may drive at any time. */
uint32_t weights_own_ms(const struct road_weights *w, uint32_t segment);

/* Time of an arc of the graph, its turn included, as `times` has it or as `through` has it. */
uint32_t weights_arc_ms(const struct road_weights *w, uint32_t arc, bool through);

#endif
