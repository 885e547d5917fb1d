/* The way of an order: from where its unit is to where the order leads it. Who may know it, and
 * what is asked of the roads, is decided here; the roads are asked by whoever has them (server). */
#ifndef DISPATCH_VIEW_WAY_H
#define DISPATCH_VIEW_WAY_H

#include "dispatch/view/lists.h"

/* What can be said of it. */
enum way_state {
    WAY_FOUND,       /* by road */
    WAY_LINE,        /* as the crow flies: there is no road network */
    WAY_NONE,        /* no road leads there */
    WAY_THERE,       /* the unit is there */
    WAY_NO_ORDER,    /* it has none */
    WAY_NO_PLACE,    /* where to is known in words at most */
    WAY_NO_POSITION, /* neither a position nor a post */
    WAY_STATE_COUNT
};
const char *way_state_word(enum way_state state);

struct way_asked {
    const struct unit *unit;
    const struct assignment *order;  /* NULL: none */
    const struct incident *incident; /* NULL: none */
    bool moves;                      /* of the order to move up instead */
    enum way_state state;            /* WAY_FOUND: from and to are to be asked of the roads */
    struct point from, to;
    int64_t fix_at; /* of `from`; 0: it is the unit's post */
};

/* The order of the unit `r->number`: the one that the query names (assignment), else the one it
 * works on; with move=yes its order to move up. Operations see it with its incident (a station's
 * desk: of whoever is on the way to an incident of its zones), a unit its own. Fails:
 * ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID. */
MUST_USE enum err read_way_asked(const struct reading *r, struct way_asked *out, struct fault *f);

/* What stands in front of every answer, without the brace that ends it: who, for what, from where,
 * to where, {"unit":…,"answer":… */
void show_way_asked(const struct reading *r, const struct way_asked *w);

#endif
