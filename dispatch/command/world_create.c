/* world.create: the first row of a record; the server sends it to an empty log. The first
 * administrator is made with it; the password is set by the command line. Refusals: world_exists.
 */
#include "dispatch/command/decide.h"

void decide_world_create(struct turn *t, const struct world_create *c)
{
    if (t->world->seq != 0) {
        turn_refuse(t, REFUSED_WORLD_EXISTS, NULL);
        return;
    }
    struct event *e = turn_event(t, EVENT_WORLD_CREATED);
    e->as.world_created = (struct world_created){ .world = c->world, .world_id = c->world_id };
    turn_emit(t, e);
    e = turn_event(t, EVENT_USER_CREATED);
    e->as.user_created.user = (struct user){ .role = ROLE_ADMIN, .all_zones = true };
    text_set(&e->as.user_created.user.name, STR("admin"));
    turn_emit(t, e);
}
