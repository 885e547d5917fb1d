/* user.create, user.grant, user.disable: who may do what where. Passwords never come here.
 * user.presence (internal): who is signed in, told by the keeper of the sessions when somebody's
 * first one begins or the last one ends; what is known already, or of an unknown name, makes no
 * event.
 * Refusals: bad_name, user_exists | no_such_user, not_allowed (a role that nobody may have),
 * no_such_zone, role_needs_unit, no_such_unit, capacity_reached, nothing_changed. */
#include "dispatch/command/decide.h"

static bool name_valid(struct turn *t, struct str name)
{
    bool good = name.len > 0 && !str_is(name, "system");
    for (size_t k = 0; k < name.len; k++) {
        char ch = name.at[k];
        good = good && ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '.' ||
                        ch == '-' || ch == '_');
    }
    if (!good) {
        turn_refuse(t, REFUSED_BAD_NAME, "username");
    }
    return good;
}

/* The user as the event holds it. No zones named: all of them. False after refusing. */
static bool write_user(struct turn *t, struct str name, uint8_t role, const struct list *zones,
                       unit_id unit, struct user *out)
{
    const struct str *codes = zones->at;
    *out = (struct user){ .role = role, .all_zones = zones->count == 0, .unit = unit };
    text_set(&out->name, name);
    if (role == ROLE_SYSTEM || role == ROLE_NONE) {
        turn_refuse(t, REFUSED_NOT_ALLOWED, "role");
        return false;
    }
    for (uint32_t k = 0; k < zones->count; k++) {
        const struct zone *z = world_zone_coded(t->world, codes[k]);
        if (z == NULL) {
            turn_refuse(t, REFUSED_NO_SUCH_ZONE, "zones");
            return false;
        }
        out->zones[out->zone_count++] = z->id;
    }
    if (role == ROLE_UNIT && unit.n == 0) {
        turn_refuse(t, REFUSED_ROLE_NEEDS_UNIT, "unit");
        return false;
    }
    if (unit.n != 0 && world_unit(t->world, unit) == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_UNIT, "unit");
        return false;
    }
    return true;
}

void decide_user_create(struct turn *t, const struct user_create *c)
{
    struct user user;
    if (!name_valid(t, c->username)) {
        return;
    }
    if (world_user(t->world, c->username) != NULL) {
        turn_refuse(t, REFUSED_USER_EXISTS, "username");
        return;
    }
    if (t->world->users_pool.live == t->world->users_pool.cap) {
        turn_refuse(t, REFUSED_FULL, NULL);
        return;
    }
    if (!write_user(t, c->username, c->role, &c->zones, c->unit, &user)) {
        return;
    }
    struct event *e = turn_event(t, EVENT_USER_CREATED);
    e->as.user_created.user = user;
    turn_emit(t, e);
}

void decide_user_grant(struct turn *t, const struct user_grant *c)
{
    struct user user;
    const struct user *known = world_user(t->world, c->username);
    if (known == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_USER, "username");
        return;
    }
    if (!write_user(t, c->username, c->role, &c->zones, c->unit, &user)) {
        return;
    }
    user.disabled = known->disabled && !c->enable;
    struct event *e = turn_event(t, EVENT_USER_GRANTED);
    e->as.user_granted.user = user;
    turn_emit(t, e);
}

void decide_user_disable(struct turn *t, const struct user_disable *c)
{
    const struct user *known = world_user(t->world, c->username);
    if (known == NULL) {
        turn_refuse(t, REFUSED_NO_SUCH_USER, "username");
        return;
    }
    if (known->disabled) {
        turn_refuse(t, REFUSED_NOTHING_CHANGED, "username");
        return;
    }
    struct event *e = turn_event(t, EVENT_USER_DISABLED);
    e->as.user_disabled.username = known->name;
    turn_emit(t, e);
}

void decide_user_presence(struct turn *t, const struct user_presence *c)
{
    const struct user *u = world_user(t->world, c->username);
    if (u != NULL && (u->signed_in_at != 0) != c->present) {
        struct event *e = turn_event(t, c->present ? EVENT_USER_SIGNED_IN : EVENT_USER_SIGNED_OUT);
        e->as.user_present.username = u->name;
        turn_emit(t, e);
    }
}
