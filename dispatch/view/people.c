/* Who may sit at a seat: asked where one person names another. Nothing else about them is told, and
 * a station's desk is told of people of its own zones only. */
#include "dispatch/view/lists.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/core/seats.h"
#include "dispatch/view/query.h"

#include <stdlib.h>

/* A seat's role, and what the seat covers lies in the person's zones: as seat.take has it. */
static bool zones_cover(const struct world *w, const struct user *u, const struct seat *s)
{
    bool all = u->all_zones;
    for (uint32_t k = 0; k < s->zone_count && !all; k++) {
        bool within = false;
        for (uint32_t n = 0; n < u->zone_count && !within; n++) {
            within = world_zone_within(w, s->zones[k], u->zones[n]);
        }
        if (!within) {
            return false;
        }
    }
    return all || s->zone_count > 0;
}

static bool may_sit(const struct world *w, const struct user *u, const struct seat *s)
{
    bool at_any = u->role == ROLE_OPERATOR || u->role == ROLE_COMMANDER;
    bool at_this = at_any || u->role == ROLE_STATION_DESK;
    if (u->disabled) {
        return false;
    }
    if (s == NULL) {
        return at_this;
    }
    return at_this && (!s->commander || u->role == ROLE_COMMANDER) && zones_cover(w, u, s);
}

/* All zones of that person lie in those of who asks. */
static bool of_zones(const struct world *w, const struct user *u, const struct user *asks)
{
    for (uint32_t k = 0; k < u->zone_count && !u->all_zones; k++) {
        bool within = asks->all_zones;
        for (uint32_t n = 0; n < asks->zone_count && !within; n++) {
            within = world_zone_within(w, u->zones[k], asks->zones[n]);
        }
        if (!within) {
            return false;
        }
    }
    return asks->all_zones || (!u->all_zones && u->zone_count > 0);
}

static bool told_to(const struct world *w, const struct user *u, const struct user *asks)
{
    return asks->role != ROLE_STATION_DESK || of_zones(w, u, asks);
}

static int by_name(const void *a, const void *b)
{
    const struct user *x = *(const struct user *const *)a;
    const struct user *y = *(const struct user *const *)b;
    return str_cmp(text_str(&x->name), text_str(&y->name));
}

struct asked {
    const struct seat *seat; /* NULL: any */
    uint64_t limit;
    struct str after; /* the last name of the page before; borrowed from the query */
};

static uint32_t find(const struct reading *r, const struct user *asks, const struct asked *a,
                     const struct user **found)
{
    const struct world *w = r->viewer.world;
    uint32_t count = 0;
    uint32_t k = 0;
    for (const struct user *u; (u = world_next_of_users(w, &k)) != NULL;) {
        if (may_sit(w, u, a->seat) && told_to(w, u, asks) &&
            str_cmp(text_str(&u->name), a->after) > 0) {
            found[count++] = u;
        }
    }
    if (count > 0) {
        qsort(found, count, sizeof(*found), by_name);
    }
    return count;
}

static void put_person(const struct reading *r, const struct user *u)
{
    const struct seat *sits = seats_of(r->viewer.world, text_str(&u->name));
    struct buf *b = r->out;
    buf_text(b, "{\"name\":");
    buf_json_str(b, text_str(&u->name));
    buf_text(b, ",\"role\":\"");
    buf_text(b, word_of(&role_words, u->role));
    buf_text(b, u->signed_in_at != 0 ? "\",\"signed_in\":true" : "\",\"signed_in\":false");
    if (sits != NULL) {
        buf_text(b, ",\"seat\":");
        json_out_id(b, r->viewer.name, ID_LETTER_SEAT, sits->id.n);
    }
    buf_char(b, '}');
}

static enum err read_asked(const struct reading *r, struct asked *a, struct fault *f)
{
    const struct world *w = r->viewer.world;
    seat_id seat = { 0 };
    *a = (struct asked){ .limit = LIST_ROWS_MAX };
    enum err err = query_u64(r->query, "limit", LIST_ROWS_MAX, &a->limit, f);
    if (err == OK && a->limit == 0) {
        err = fault_field(f, ERR_INVALID, "limit", "expected 1 to %d", LIST_ROWS_MAX);
    }
    if (err == OK) {
        err = query_id(r->query, "seat", r->viewer.name, ID_LETTER_SEAT, &seat.n, f);
    }
    a->seat = err == OK ? world_seat(w, seat) : NULL;
    if (err == OK && seat.n != 0 && a->seat == NULL) {
        err = fault_field(f, ERR_INVALID, "seat", "there is no such seat");
    }
    (void)query_get(r->query, "cursor", &a->after);
    return err;
}

enum err read_people(const struct reading *r, const struct user *user, struct fault *f)
{
    const struct world *w = r->viewer.world;
    struct asked a;
    if (user->role != ROLE_OPERATOR && user->role != ROLE_COMMANDER &&
        user->role != ROLE_STATION_DESK) {
        return fault_set(f, ERR_FORBIDDEN,
                         "people are told to operators, commanders and station desks", NULL, NULL);
    }
    enum err err = read_asked(r, &a, f);
    if (err != OK) {
        return err;
    }
    const struct user **found =
        arena_alloc(r->arena, ((size_t)w->users_pool.live + 1) * sizeof(*found));
    if (found == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "the answer needs more memory than a read may take",
                         NULL, NULL);
    }
    uint32_t count = find(r, user, &a, found);
    uint32_t shown = count < a.limit ? count : (uint32_t)a.limit;
    buf_char(r->out, '{');
    board_stand(r->out, w);
    buf_text(r->out, ",\"people\":[");
    for (uint32_t k = 0; k < shown; k++) {
        buf_text(r->out, k > 0 ? "," : "");
        put_person(r, found[k]);
    }
    buf_char(r->out, ']');
    if (shown < count) {
        buf_text(r->out, ",\"cursor\":");
        buf_json_str(r->out, text_str(&found[shown - 1]->name));
    }
    buf_char(r->out, '}');
    return OK;
}
