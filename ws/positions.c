/* Positions toward screens: the newest fix of every unit, kept in order of arrival, so that a
 * connection is given once a second what moved since it was last given some. Nothing is queued; who
 * cannot be written to gets the newer state later. */
#include "ws/inside.h"

#include "dispatch/codec/put.h"

#include <stdlib.h>

#define POSITION_TEXT_MAX 160

static bool positions_grow(struct gateway *g, uint32_t unit)
{
    uint32_t cap = g->position_cap == 0 ? 1024 : g->position_cap;
    struct position *grown;

    if (unit > (uint64_t)g->conf->units_max) {
        return false;
    }
    while (cap <= unit) {
        cap *= 2;
    }
    grown = realloc(g->positions, cap * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    memset(grown + g->position_cap, 0, (cap - g->position_cap) * sizeof(*grown));
    g->positions = grown;
    g->position_cap = cap;
    return true;
}

/* Takes a unit to the newest end of the order; row 0 is nobody. */
static void renew(struct gateway *g, uint32_t unit)
{
    struct position *p = &g->positions[unit];

    if (g->position_newest != unit) {
        if (p->newer != 0) {
            g->positions[p->newer].older = p->older;
        }
        if (p->older != 0) {
            g->positions[p->older].newer = p->newer;
        }
        p->older = g->position_newest;
        p->newer = 0;
        if (p->older != 0) {
            g->positions[p->older].newer = unit;
        }
        g->position_newest = unit;
    }
    p->stamp = g->position_stamp;
}

void positions_show(struct gateway *g, const struct door_positions *p, size_t len)
{
    const struct door_fix *fix = (const struct door_fix *)(const void *)(p + 1);
    const char *zones = (const char *)(fix + p->count);

    must(len >= sizeof(*p) + p->count * (sizeof(*fix) + sizeof(uint64_t)));
    g->position_stamp++;
    for (uint32_t i = 0; i < p->count; i++) {
        if (fix[i].unit == 0 ||
            (fix[i].unit >= g->position_cap && !positions_grow(g, fix[i].unit))) {
            continue;
        }
        g->positions[fix[i].unit].fix = fix[i];
        memcpy(&g->positions[fix[i].unit].zones, zones + i * sizeof(uint64_t), sizeof(uint64_t));
        renew(g, fix[i].unit);
    }
}

static bool inside(const struct subscription *sub, const struct door_fix *fix)
{
    return !sub->has_bbox || (fix->lon_e7 >= sub->west && fix->lon_e7 <= sub->east &&
                              fix->lat_e7 >= sub->south && fix->lat_e7 <= sub->north);
}

static char *put_known(char *p, uint16_t v)
{
    return v == UINT16_MAX ? put_text(p, "null") : put_u64(p, v);
}

static void add_unit(struct gateway *g, struct buf *b, const struct door_fix *fix, int64_t now,
                     bool first)
{
    char *room = buf_room(b, POSITION_TEXT_MAX);
    int64_t age_us = now > fix->fix_at ? now - fix->fix_at : 0;
    char *p = room;

    if (room == NULL) {
        return;
    }
    p = put_text(p, first ? "[\"" : ",[\"");
    p = put_id(p, g->setup.world, 'u', fix->unit);
    p = put_text(p, "\",");
    p = put_deg(p, fix->lon_e7);
    *p++ = ',';
    p = put_deg(p, fix->lat_e7);
    *p++ = ',';
    p = put_known(p, fix->heading);
    *p++ = ',';
    p = put_known(p, fix->speed_kmh);
    *p++ = ',';
    p = put_u64(p, (uint64_t)(age_us / US_PER_MS));
    *p++ = ']';
    must(p - room <= POSITION_TEXT_MAX);
    buf_took(b, (size_t)(p - room));
}

/* One frame for everybody of a class that has seen the same, unless a bounding box cuts it. */
static void compose(struct gateway *g, const struct conn *c)
{
    uint64_t key[3] = { c->cls->id, c->positions_at, g->position_stamp };
    struct buf *b = &g->positions_frame;
    int64_t now = gateway_now_us(g);
    char at[INSTANT_TEXT_SIZE];
    uint32_t count = 0;

    if (!c->sub->has_bbox && memcmp(key, g->positions_key, sizeof(key)) == 0) {
        return;
    }
    buf_reset(b);
    (void)buf_room(b, LWS_PRE);
    buf_took(b, LWS_PRE);
    instant_text(now, at);
    buf_fmt(b, "{\"op\":\"positions\",\"at\":\"%s\",\"units\":[", at);
    for (uint32_t u = g->position_newest; u != 0 && g->positions[u].stamp > c->positions_at;
         u = g->positions[u].older) {
        const struct position *p = &g->positions[u];

        if ((p->zones & c->cls->zones) != 0 && inside(c->sub, &p->fix)) {
            add_unit(g, b, &p->fix, now, count++ == 0);
        }
    }
    buf_text(b, "]}");
    if (count == 0) {
        b->len = 0;
    }
    memcpy(g->positions_key, key, sizeof(key));
    if (c->sub->has_bbox) {
        g->positions_key[0] = 0;
    }
}

void positions_send(struct conn *c)
{
    struct gateway *g = c->g;

    /* Live places of units are for operations only. */
    if (c->stage != STAGE_LIVE || c->cls->audience != AUDIENCE_OPERATIONS ||
        (c->cls->topics >> TOPIC_POSITIONS & 1) == 0 || c->positions_at == g->position_stamp ||
        !ws_writable(c)) {
        return;
    }
    compose(g, c);
    c->positions_at = g->position_stamp;
    if (g->positions_frame.len > LWS_PRE && buf_ok(&g->positions_frame)) {
        (void)ws_write(c, (unsigned char *)g->positions_frame.at + LWS_PRE,
                       g->positions_frame.len - LWS_PRE);
    }
}
