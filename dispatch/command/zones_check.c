#include "dispatch/command/zones_check.h"

#include "base/geo.h"
#include "base/must.h"

bool zones_bad(struct turn *t, const char *path, uint32_t index, const char *member,
               struct str value, const char *expected)
{
    char at[64];
    struct buf b;
    buf_fixed(&b, at, sizeof(at) - 1);
    buf_text(&b, path);
    buf_char(&b, '[');
    buf_u64(&b, index);
    buf_text(&b, "].");
    buf_text(&b, member);
    at[b.len] = '\0';
    char say[192];
    buf_fixed(&b, say, sizeof(say) - 1);
    buf_text(&b, at);
    buf_text(&b, " is \"");
    buf_add(&b, value.at, value.len > 60 ? 60 : value.len);
    buf_text(&b, "\", expected ");
    buf_text(&b, expected);
    say[b.len] = '\0';
    struct fault *f = &t->out->fault;
    fault_set(f, ERR_INVALID, say, NULL, NULL);
    memset(f->field, 0, sizeof(f->field));
    memcpy(f->field, at, strlen(at) < sizeof(f->field) - 1 ? strlen(at) : sizeof(f->field) - 1);
    turn_refuse_fault(t, REFUSED_BAD_CITY);
    return false;
}

/* Of the first `before` zones; NULL: none. */
static const struct city_zone *coded(const struct list *zones, uint32_t before, struct str code)
{
    const struct city_zone *z = zones->at;
    for (uint32_t k = 0; k < before; k++) {
        if (str_eq(z[k].code, code)) {
            return &z[k];
        }
    }
    return NULL;
}

static bool rings_valid(struct turn *t, const char *path, uint32_t index, const struct city_zone *z)
{
    const struct city_ring *r = z->rings.at;
    for (uint32_t k = 0; k < z->rings.count; k++) {
        const struct point *p = r[k].points.at;
        if (r[k].points.count < 3) {
            return zones_bad(t, path, index, "rings", z->code, "rings of at least three corners");
        }
        if (r[k].hole && k == 0) {
            return zones_bad(t, path, index, "rings", z->code, "an outer ring before its holes");
        }
        for (uint32_t m = 0; m < r[k].points.count; m++) {
            if (!geo_valid(p[m])) {
                return zones_bad(t, path, index, "rings", z->code,
                                 "corners on the Earth (lon, lat)");
            }
        }
    }
    return true;
}

/* What it lies in stands before it or is known, and is coarser. */
static bool parent_valid(struct turn *t, const char *path, const struct list *zones, uint32_t k)
{
    const struct city_zone *z = (const struct city_zone *)zones->at + k;
    const struct city_zone *before = coded(zones, k, z->parent);
    const struct zone *known = world_zone_coded(t->world, z->parent);
    if (z->parent.len == 0) {
        return true;
    }
    if (before == NULL && known == NULL) {
        return zones_bad(t, path, k, "parent", z->parent,
                         "the code of a zone that stands before it");
    }
    const struct city_zone *after = coded(zones, zones->count, z->parent);
    if ((after != NULL ? after->kind : known->kind) >= z->kind) {
        return zones_bad(t, path, k, "parent", z->parent, "a zone of a coarser kind");
    }
    return true;
}

/* What is known, lies in it and stays must be finer than it is now. */
static bool children_valid(struct turn *t, const char *path, const struct list *zones, uint32_t k)
{
    const struct city_zone *z = (const struct city_zone *)zones->at + k;
    const struct world *w = t->world;
    const struct zone *known = world_zone_coded(w, z->code);
    for (uint32_t i = 0; known != NULL && z->kind > known->kind && i < w->zone_count; i++) {
        const struct zone *child = &w->zones[i];
        if (child->parent.n == known->id.n && child->kind <= z->kind &&
            coded(zones, zones->count, text_str(&child->code)) == NULL) {
            return zones_bad(t, path, k, "kind", text_str(&child->code),
                             "a kind coarser than that of what lies in it");
        }
    }
    return true;
}

bool zones_check(struct turn *t, const char *path, const struct list *zones)
{
    const struct city_zone *z = zones->at;
    for (uint32_t k = 0; k < zones->count; k++) {
        if (z[k].code.len == 0) {
            return zones_bad(t, path, k, "code", z[k].code, "a code");
        }
        if (coded(zones, k, z[k].code) != NULL) {
            return zones_bad(t, path, k, "code", z[k].code,
                             "a code that no other zone of the file has");
        }
        if (!parent_valid(t, path, zones, k) || !children_valid(t, path, zones, k) ||
            !rings_valid(t, path, k, &z[k])) {
            return false;
        }
    }
    return true;
}
