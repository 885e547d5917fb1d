#include "server/archive_index.h"

#include "base/hash.h"
#include "base/must.h"
#include "dispatch/view/lists.h"
#include "server/view_inside.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX UINT64_C(1048576)
#define OLD_MAX (UINT32_C(1) << 22)

struct seen_in {
    uint32_t id;
    uint32_t pad;
    uint64_t mask;
};

struct row_of {
    uint64_t seq;
    uint64_t prev; /* number + 1 of the one before of this incident; 0: none */
    uint32_t incident;
};

struct old_row {
    uint64_t seq;
    uint32_t incident;
};

struct archive_index {
    struct archive_stand stand;
    uint64_t began;
    uint32_t first_new; /* incidents from this number on were opened under our eyes */

    struct archive_user *users; /* open addressing by name */
    uint32_t users_mask;

    struct seen_in *incidents; /* by number; an older one gives way to a younger one */
    uint64_t *last_row;        /* beside: number + 1 of its last row */
    struct seen_in *reports;
    uint32_t incidents_mask, reports_mask;

    struct row_of *rows; /* the last ROWS_MAX */
    uint64_t row_next;

    struct old_row *old;
    uint32_t old_count, old_cap;
    bool old_done, old_whole;
};

static uint32_t power_of_two(uint32_t n)
{
    uint32_t p = 1024;
    while (p < n && p < (UINT32_C(1) << 30)) {
        p *= 2;
    }
    return p;
}

static uint64_t hash_name(struct str s)
{
    uint64_t h = UINT64_C(1469598103934665603);
    for (size_t k = 0; k < s.len; k++) {
        h = (h ^ (uint8_t)s.at[k]) * UINT64_C(1099511628211);
    }
    return hash_mix(h);
}

static struct archive_user *user_place(const struct archive_index *x, struct str name)
{
    uint32_t k = (uint32_t)hash_name(name) & x->users_mask;
    while (x->users[k].name[0] != '\0' && !str_is(name, x->users[k].name)) {
        k = (k + 1) & x->users_mask;
    }
    return &x->users[k];
}

static void set_user(struct archive_index *x, const struct archive_user *u)
{
    *user_place(x, str_of(u->name)) = *u; /* the table is twice as large as the world's */
}

static void set_place(struct seen_in *places, uint32_t mask, uint32_t id, uint64_t zones)
{
    places[id & mask] = (struct seen_in){ .id = id, .mask = zones };
}

static void set_incident(struct archive_index *x, uint32_t id, uint64_t zones)
{
    uint32_t k = id & x->incidents_mask;
    if (x->incidents[k].id != id) {
        x->last_row[k] = 0;
    }
    set_place(x->incidents, x->incidents_mask, id, zones);
}

static void take_world(struct archive_index *x, const struct world *w)
{
    uint32_t k = 0;
    for (const struct user *u; (u = world_next_of_users(w, &k)) != NULL;) {
        struct archive_user a = { .rights = view_rights(w, u) };
        memcpy(a.name, u->name.at, u->name.len);
        set_user(x, &a);
    }
    k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(w, &k)) != NULL;) {
        set_incident(x, i->id.n, mask_of_incident(w, i));
    }
    k = 0;
    for (const struct report *r; (r = world_next_of_reports(w, &k)) != NULL;) {
        set_place(x->reports, x->reports_mask, r->id.n, mask_of_report(w, r));
    }
    x->stand.seq = x->began = w->seq;
    x->first_new = w->next_incident;
    memcpy(x->stand.hash8, w->hash.at, sizeof(x->stand.hash8));
}

struct archive_index *archive_index_new(const struct world *w)
{
    struct archive_index *x = calloc(1, sizeof(*x));
    if (x == NULL) {
        return NULL;
    }
    x->users_mask = power_of_two(w->limits.users * 2) - 1;
    x->incidents_mask = power_of_two(w->limits.incidents * 2) - 1;
    x->reports_mask = power_of_two(w->limits.reports * 2) - 1;
    x->users = calloc((size_t)x->users_mask + 1, sizeof(*x->users));
    x->incidents = calloc((size_t)x->incidents_mask + 1, sizeof(*x->incidents));
    x->last_row = calloc((size_t)x->incidents_mask + 1, sizeof(*x->last_row));
    x->reports = calloc((size_t)x->reports_mask + 1, sizeof(*x->reports));
    x->rows = calloc(ROWS_MAX, sizeof(*x->rows));
    if (x->users == NULL || x->incidents == NULL || x->last_row == NULL || x->reports == NULL ||
        x->rows == NULL) {
        archive_index_free(x);
        return NULL;
    }
    take_world(x, w);
    return x;
}

void archive_index_free(struct archive_index *x)
{
    if (x != NULL) {
        free(x->users);
        free(x->incidents);
        free(x->last_row);
        free(x->reports);
        free(x->rows);
        free(x->old);
        free(x);
    }
}

static void add_row(struct archive_index *x, uint32_t incident, uint64_t seq)
{
    uint64_t *last = &x->last_row[incident & x->incidents_mask];
    const struct row_of *before = *last != 0 ? &x->rows[(*last - 1) % ROWS_MAX] : NULL;
    if (before != NULL && before->seq == seq && before->incident == incident) {
        return;
    }
    x->rows[x->row_next % ROWS_MAX] =
        (struct row_of){ .seq = seq, .prev = *last, .incident = incident };
    *last = ++x->row_next;
}

void archive_index_note(struct archive_index *x, const struct archive_note *head,
                        const void *behind)
{
    const char *at = behind;
    for (uint32_t k = 0; k < head->things; k++) {
        struct archive_thing t;
        memcpy(&t, at, sizeof(t));
        at += sizeof(t);
        if (t.is_report != 0) {
            set_place(x->reports, x->reports_mask, t.id, t.mask);
        } else {
            set_incident(x, t.id, t.mask);
            add_row(x, t.id, head->seq);
        }
    }
    for (uint32_t k = 0; k < head->users; k++) {
        struct archive_user u;
        memcpy(&u, at, sizeof(u));
        at += sizeof(u);
        set_user(x, &u);
    }
    x->stand.seq = head->seq;
    x->stand.epoch = head->epoch;
    memcpy(x->stand.hash8, head->hash8, sizeof(x->stand.hash8));
}

struct archive_stand archive_index_stand(const struct archive_index *x)
{
    return x->stand;
}

uint64_t archive_index_began(const struct archive_index *x)
{
    return x->began;
}

const struct door_rights *archive_index_rights(const struct archive_index *x, struct str name)
{
    const struct archive_user *u = name.len > 0 ? user_place(x, name) : NULL;
    return u != NULL && u->name[0] != '\0' ? &u->rights : NULL;
}

uint64_t archive_index_incident(const struct archive_index *x, uint32_t id)
{
    const struct seen_in *p = &x->incidents[id & x->incidents_mask];
    return id != 0 && p->id == id ? p->mask : 0;
}

uint64_t archive_index_report(const struct archive_index *x, uint32_t id)
{
    const struct seen_in *p = &x->reports[id & x->reports_mask];
    return id != 0 && p->id == id ? p->mask : 0;
}

/* The newest rows of an incident, newest first. `*cut`: older ones were given up. */
static uint32_t new_rows(const struct archive_index *x, uint32_t incident, uint64_t *seqs,
                         uint32_t max, bool *cut)
{
    uint64_t number =
        archive_index_incident(x, incident) != 0 ? x->last_row[incident & x->incidents_mask] : 0;
    uint32_t count = 0;
    *cut = false;
    while (number != 0) {
        const struct row_of *r = &x->rows[(number - 1) % ROWS_MAX];
        *cut = x->row_next - (number - 1) > ROWS_MAX || count == max;
        if (*cut) {
            break;
        }
        seqs[count++] = r->seq;
        number = r->prev;
    }
    return count;
}

uint32_t archive_index_rows(const struct archive_index *x, uint32_t incident, uint64_t *seqs,
                            uint32_t max, bool *whole)
{
    bool cut;
    uint32_t count = new_rows(x, incident, seqs, max, &cut);
    bool needs_old = incident < x->first_new;
    for (uint32_t k = x->old_count; needs_old && !cut && k > 0; k--) {
        if (x->old[k - 1].incident == incident) {
            cut = count == max;
            if (cut) {
                break;
            }
            seqs[count++] = x->old[k - 1].seq;
        }
    }
    for (uint32_t k = 0; k < count / 2; k++) {
        uint64_t seq = seqs[k];
        seqs[k] = seqs[count - 1 - k];
        seqs[count - 1 - k] = seq;
    }
    *whole = !cut && (!needs_old || (x->old_done && x->old_whole));
    return count;
}

void archive_index_old(struct archive_index *x, uint32_t incident, uint64_t seq)
{
    if (x->old_count == x->old_cap) {
        uint32_t cap = x->old_cap != 0 ? x->old_cap * 2 : 65536;
        struct old_row *more = cap <= OLD_MAX ? realloc(x->old, cap * sizeof(*more)) : NULL;
        if (more == NULL) {
            x->old_whole = false;
            return;
        }
        x->old = more;
        x->old_cap = cap;
    }
    x->old[x->old_count++] = (struct old_row){ .seq = seq, .incident = incident };
}

void archive_index_old_done(struct archive_index *x, bool from_the_beginning)
{
    x->old_done = true;
    x->old_whole = from_the_beginning && x->old_count < OLD_MAX;
}

bool archive_index_has_old(const struct archive_index *x)
{
    return x->old_done;
}
