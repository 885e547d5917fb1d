/* City, plan, users, automation. */
#include "base/must.h"
#include "dispatch/core/change.h"
#include "dispatch/core/deadlines.h"
#include "dispatch/core/evolve.h"
#include "dispatch/core/zones_load.h"
#include "dispatch/model/shape_clone.h"

static void load_names(struct world *w, const struct city *c)
{
    text_set(&w->city_name, c->name);
    text_set(&w->city_name_en, c->name_en);
    const struct city_offset *offsets = c->offsets.at;
    must(c->offsets.count <= w->limits.offsets);
    w->offset_count = c->offsets.count;
    for (uint32_t i = 0; i < c->offsets.count; i++) {
        w->offsets[i] =
            (struct offset){ .from = offsets[i].from, .offset_min = offsets[i].offset_min };
    }
    const struct str *words = c->capabilities.at;
    for (uint32_t i = 0; i < c->capabilities.count; i++) {
        if (world_capability(w, words[i]) == 0) {
            must(w->capability_count < CAPABILITIES_MAX);
            text_set(&w->capabilities[w->capability_count], words[i]);
            w->capability_count++;
        }
    }
}

static void load_types(struct world *w, const struct list *types)
{
    const struct city_type *in = types->at;
    for (uint32_t i = 0; i < types->count; i++) {
        const struct incident_type *known = world_type(w, in[i].code);
        must(known != NULL || w->type_count < w->limits.types);
        struct incident_type *t =
            known != NULL ? &w->types[known - w->types] : &w->types[w->type_count++];
        *t = (struct incident_type){ .priority = in[i].priority,
                                     .feedback = in[i].feedback,
                                     .sensitive = in[i].sensitive,
                                     .scene_min = in[i].scene_min };
        text_set(&t->code, in[i].code);
        text_set(&t->name_zh, in[i].name_zh);
        text_set(&t->name_en, in[i].name_en);
    }
}

static void load_units(struct world *w, const struct list *units)
{
    const struct city_unit *in = units->at;
    for (uint32_t i = 0; i < units->count; i++) {
        struct unit *u = world_unit_called(w, in[i].callsign);
        if (u == NULL) {
            must(w->unit_count < w->limits.units);
            u = &w->units[w->unit_count++];
            *u = (struct unit){ .id = { w->unit_count },
                                .status = UNIT_OFF_DUTY,
                                .status_since = w->at };
            text_set(&u->callsign, in[i].callsign);
        }
        const struct zone *z = world_zone_coded(w, in[i].zone);
        const struct str *words = in[i].capabilities.at;
        u->police_type = in[i].police_type;
        u->voice_only = in[i].voice_only;
        u->zone = z != NULL ? z->id : (zone_id){ 0 };
        u->home_lon_e7 = in[i].lon;
        u->home_lat_e7 = in[i].lat;
        text_set(&u->phone, in[i].phone);
        text_set(&u->radio, in[i].radio);
        u->capabilities = 0;
        for (uint32_t k = 0; k < in[i].capabilities.count; k++) {
            u->capabilities |= world_capability(w, words[k]);
        }
    }
}

static void load_places(struct world *w, const struct list *places)
{
    const struct city_place *in = places->at;
    must(places->count <= w->limits.premises);
    w->premise_count = places->count;
    for (uint32_t i = 0; i < places->count; i++) {
        struct premise *p = &w->premises[i];
        *p = (struct premise){ .flags = in[i].flags,
                               .lon_e7 = in[i].lon,
                               .lat_e7 = in[i].lat,
                               .radius_m = in[i].radius_m };
        text_set(&p->name_zh, in[i].name_zh);
        text_set(&p->name_en, in[i].name_en);
    }
}

static void load_circles(struct world *w, const struct list *circles)
{
    const struct city_circle *in = circles->at;
    must(circles->count <= CIRCLES_MAX);
    w->circle_count = circles->count;
    for (uint32_t i = 0; i < circles->count; i++) {
        struct circle *c = &w->circles[i];
        *c = (struct circle){ .lon_e7 = in[i].lon,
                              .lat_e7 = in[i].lat,
                              .minutes = in[i].minutes,
                              .police_type = in[i].police_type };
        text_set(&c->code, in[i].code);
        text_set(&c->name_zh, in[i].name_zh);
        text_set(&c->name_en, in[i].name_en);
    }
}

static void load_seats(struct world *w, const struct list *seats)
{
    const struct city_seat *in = seats->at;
    for (uint32_t i = 0; i < seats->count; i++) {
        struct seat *s = world_seat_coded(w, in[i].code);
        if (s == NULL) {
            must(w->seat_count < SEATS_MAX);
            s = &w->seats[w->seat_count++];
            *s = (struct seat){ .id = { w->seat_count }, .vacant_since = w->at };
            text_set(&s->code, in[i].code);
        }
        const struct str *codes = in[i].zones.at;
        text_set(&s->name_zh, in[i].name_zh);
        text_set(&s->name_en, in[i].name_en);
        s->commander = in[i].commander;
        s->channels = in[i].channels;
        s->tiers = in[i].tiers;
        s->zone_count = 0;
        for (uint32_t k = 0; k < in[i].zones.count; k++) {
            const struct zone *z = world_zone_coded(w, codes[k]);
            must(z != NULL && s->zone_count < SEAT_ZONES_MAX);
            s->zones[s->zone_count++] = z->id;
        }
    }
}

static void city_loaded(struct world *w, const struct city *c)
{
    touch_city(w);
    load_names(w, c);
    w->zone_reach_m = c->zone_reach_m;
    zones_load(w, &c->zones);
    load_types(w, &c->types);
    load_units(w, &c->units);
    load_places(w, &c->places);
    load_circles(w, &c->circles);
    load_seats(w, &c->seats);
    deadlines_rebuild(w);
}

static void zones_loaded(struct world *w, const struct zones_loaded *e)
{
    touch_city(w);
    w->zone_reach_m = e->reach_m != 0 ? e->reach_m : w->zone_reach_m;
    zones_load(w, &e->zones);
    zones_settle(w);
    deadlines_rebuild(w);
}

static void plan_activated(struct world *w, const struct plan *p)
{
    touch_city(w);
    arena_reset(&w->plan_memory);
    must(shape_clone(&plan_shape, p, &w->plan_memory, &w->plan));
    deadlines_rebuild(w);
}

static void user_set(struct world *w, const struct user *u)
{
    struct user *known = world_user(w, text_str(&u->name));
    if (known == NULL) {
        known = make_user(w, text_str(&u->name));
    } else {
        touch_user(w, known);
    }
    uint32_t chain = known->next_hash;
    user_id id = known->id;
    int64_t signed_in_at = known->signed_in_at;
    *known = *u;
    known->id = id;
    known->signed_in_at = signed_in_at; /* rights change, sessions go on */
    known->rights_seq = w->seq;
    known->next_hash = chain;
}

static void user_disabled(struct world *w, const struct user_disabled *e)
{
    struct user *u = world_user(w, text_str(&e->username));
    must(u != NULL);
    touch_user(w, u);
    u->disabled = true;
    u->rights_seq = w->seq;
}

/* No matter of rights: screens need nothing new. */
static void user_present(struct world *w, const struct user_present *e, bool present)
{
    struct user *u = world_user(w, text_str(&e->username));
    must(u != NULL);
    touch_user(w, u);
    u->signed_in_at = present ? w->at : 0;
}

static void automation(struct world *w, bool stopped, const struct automation_changed *e)
{
    touch_city(w);
    w->automation_stopped = stopped;
    saw_sealed(w, &e->reason);
}

void evolve_system(struct world *w, const struct event *e)
{
    if (e->kind == EVENT_WORLD_CREATED) {
        text_set(&w->name, e->as.world_created.world);
        text_set(&w->world_id, e->as.world_created.world_id);
        touch_city(w);
    } else if (e->kind == EVENT_CITY_LOADED) {
        city_loaded(w, &e->as.city_loaded.city);
    } else if (e->kind == EVENT_ZONES_LOADED) {
        zones_loaded(w, &e->as.zones_loaded);
    } else if (e->kind == EVENT_PLAN_ACTIVATED) {
        plan_activated(w, &e->as.plan_activated.plan);
    } else if (e->kind == EVENT_USER_CREATED) {
        user_set(w, &e->as.user_created.user);
    } else if (e->kind == EVENT_USER_GRANTED) {
        user_set(w, &e->as.user_granted.user);
    } else if (e->kind == EVENT_USER_DISABLED) {
        user_disabled(w, &e->as.user_disabled);
    } else if (e->kind == EVENT_USER_SIGNED_IN || e->kind == EVENT_USER_SIGNED_OUT) {
        user_present(w, &e->as.user_present, e->kind == EVENT_USER_SIGNED_IN);
    } else {
        must(e->kind == EVENT_AUTOMATION_STOPPED || e->kind == EVENT_AUTOMATION_RESUMED);
        automation(w, e->kind == EVENT_AUTOMATION_STOPPED, &e->as.automation_changed);
    }
}
