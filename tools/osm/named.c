#include "tools/osm/named.h"

#include "base/geo.h"
#include "dispatch/codec/json_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SAME_THING_M 300u

struct str named_text(struct osm_import *m, const char *fmt, ...)
{
    char text[640];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, args);

    va_end(args);
    must(n >= 0);
    struct str view = str_of(text);

    while (view.len > 0 && !str_utf8(view)) {
        view.len--; /* cut within a character */
    }
    struct str out = arena_str(&m->arena, view);

    must(out.at != NULL);
    return out;
}

bool named_add(struct named_list *l, const struct named *n)
{
    if (l->count == l->room) {
        uint32_t room = l->room == 0 ? 4096 : l->room * 2;
        struct named *bigger = realloc(l->at, room * sizeof(*bigger));

        if (bigger == NULL) {
            return false;
        }
        l->at = bigger;
        l->room = room;
    }
    l->at[l->count++] = *n;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;
    int order = str_cmp(x->name, y->name);

    if (order == 0) {
        order = x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind)
                : x->at.lon_e7 != y->at.lon_e7
                    ? (x->at.lon_e7 > y->at.lon_e7) - (x->at.lon_e7 < y->at.lon_e7)
                    : (x->at.lat_e7 > y->at.lat_e7) - (x->at.lat_e7 < y->at.lat_e7);
    }
    return order;
}

/* One thing is often mapped twice: its ground and its entrance, a bridge's two carriageways. */
static bool told_already(const struct named_list *l, uint32_t k)
{
    const struct named *n = &l->at[k];

    for (uint32_t i = k; i > 0 && str_eq(l->at[i - 1].name, n->name) && k - i < 64; i--) {
        const struct named *before = &l->at[i - 1];

        if (before->kind == n->kind && n->kind != NAMED_STREET && n->kind != NAMED_CROSSING &&
            geo_distance_mm(before->at, n->at) / 1000 < SAME_THING_M) {
            return true;
        }
    }
    return false;
}

static void put_text(struct buf *b, const char *member, struct str text)
{
    if (text.len > 0) {
        buf_fmt(b, ",\"%s\":", member);
        buf_json_str(b, text);
    }
}

static void put_line(const struct osm_import *m, const struct named *n, struct buf *b)
{
    uint32_t zone = import_zone_at(m, ZONE_DISTRICT, n->at);

    zone = zone != 0 ? zone : import_zone_at(m, ZONE_STATION, n->at);
    buf_fmt(b, "{\"kind\":\"%s\"", word_of(&named_place_words, n->kind));
    put_text(b, "name", n->name);
    put_text(b, "name_en", str_eq(n->name, n->en) ? (struct str){ 0 } : n->en);
    put_text(b, "also", n->also);
    put_text(b, "street", n->street);
    put_text(b, "number", n->number);
    put_text(b, "zone", zone != 0 ? m->zones[zone - 1].code : (struct str){ 0 });
    buf_text(b, ",\"lon\":");
    json_out_deg(b, n->at.lon_e7);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, n->at.lat_e7);
    if (n->radius_m > 0) {
        buf_fmt(b, ",\"radius_m\":%u", n->radius_m);
    }
    buf_text(b, "}\n");
}

enum err named_write(struct osm_import *m, struct buf *out)
{
    struct named_list l = { .at = NULL };
    enum err err = named_streets(m, &l);

    err = err == OK ? named_things(m, &l) : err;
    if (err == OK && l.count > 0) {
        qsort(l.at, l.count, sizeof(*l.at), by_name);
    }
    m->named_count = 0;
    for (uint32_t k = 0; err == OK && k < l.count; k++) {
        if (!told_already(&l, k)) {
            put_line(m, &l.at[k], out);
            m->named_count++;
        }
    }
    free(l.at);
    return err == OK && !buf_ok(out) ? fault_set(m->fault, ERR_NO_MEMORY, "no memory", NULL, NULL)
                                     : err;
}
