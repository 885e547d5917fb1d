#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"

static struct unit *known(struct world *w, unit_id id)
{
    struct unit *u = world_unit(w, id);
    must(u != NULL);
    touch_unit(w, u);
    return u;
}

static void ordered(struct world *w, const struct unit_move_up_ordered *e)
{
    struct unit *u = known(w, e->unit);
    must(u->move.number == 0);
    u->moves = e->move.number;
    u->move = e->move;
    deadlines_unit(w, u);
}

static void acknowledged(struct world *w, const struct unit_move_up_acknowledged *e)
{
    struct unit *u = known(w, e->unit);
    must(u->move.number == e->number);
    u->move.acknowledged_at = w->at;
    u->move.by = e->by;
    deadlines_unit(w, u);
}

static void ended(struct world *w, const struct unit_move_up_ended *e)
{
    struct unit *u = known(w, e->unit);
    must(u->move.number == e->number);
    u->move = (struct unit_move){ 0 };
    deadlines_unit(w, u);
}

void evolve_move(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_UNIT_MOVE_UP_ORDERED) {
        ordered(w, &e->as.unit_move_up_ordered);
    } else if (e->kind == EVENT_UNIT_MOVE_UP_ACKNOWLEDGED) {
        acknowledged(w, &e->as.unit_move_up_acknowledged);
    } else {
        must(e->kind == EVENT_UNIT_MOVE_UP_ENDED);
        ended(w, &e->as.unit_move_up_ended);
    }
}
