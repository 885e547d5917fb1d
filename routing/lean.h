/* The steps up a hierarchy that some quickest way takes, under the times of now. Most arcs can be
 * left out: nobody may drive them, or it is quicker round by a higher node. What is left answers
 * the same, and is a third of the arcs of a city. Times are those away from the lower node.
 * Private to routing/.
 *
 * Source: J. Dibbelt, B. Strasser, D. Wagner, Customizable contraction hierarchies, ACM JEA 21,
 * 2016 (perfect customization). */
#ifndef ROUTING_LEAN_H
#define ROUTING_LEAN_H

#include "routing/times.h"

struct lean_step {
    uint32_t head;
    uint32_t ms;
};

struct lean {
    uint32_t *first; /* of a node; its steps end where those of the next one begin */
    struct lean_step *step;
    struct arc_times *least; /* room for lean_make */
};

/* Room for the steps of one hierarchy; lean_make is due before they are used. Owns; free by
 * lean_free. Fails: ERR_NO_MEMORY. */
MUST_USE enum err lean_init(struct lean *l, const struct hierarchy *h, struct fault *f);
void lean_free(struct lean *l);

/* Those of `t`, which was customized. Cost: one look at each triangle of the hierarchy, some two
 * customizations; no allocation. */
void lean_make(struct lean *l, const struct times *t);

#endif
