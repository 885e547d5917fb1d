/* Who may read what people said to each other about the work itself: the note with a hand-over, the
 * reason why a seat was taken, the reason of a shelf. */
#include "dispatch/view/lists.h"

#include "dispatch/core/seats.h"
#include "dispatch/model/access.h"
#include "dispatch/view/protected.h"

#define NOTES_OF_A_SEAT_MAX 4

static bool sits_there(const struct user *u, const struct seat *s)
{
    return s != NULL && s->person.len > 0 && str_eq(text_str(&s->person), text_str(&u->name));
}

/* The commander answers for every seat, the auditor for what was said: in their zones. */
static bool answers(const struct world *w, const struct user *u, const struct seat *s)
{
    bool role = u->role == ROLE_COMMANDER || u->role == ROLE_AUDITOR;
    return role && (u->all_zones || (s != NULL && seat_within(w, s, u)));
}

/* An alarm of no zone is its seat's. */
static bool answers_alarm(const struct world *w, const struct user *u, const struct alarm *a)
{
    bool role = u->role == ROLE_COMMANDER || u->role == ROLE_AUDITOR;
    return answers(w, u, seats_owner(w, a->seat)) || (role && world_user_covers(w, u, a->zone));
}

static enum err not_open(struct fault *f, const char *hint)
{
    return fault_set(f, ERR_FORBIDDEN, "this is not open to you", NULL, hint);
}

/* Newest first; to who is only about to come, what was signed for them and no more. */
static void put_notes(const struct reading *r, const struct seat *s, bool coming)
{
    struct side_note n;
    uint64_t at = 0;
    uint32_t count = 0;
    while (r->side != NULL && count < NOTES_OF_A_SEAT_MAX &&
           side_seat_note_of(r->side, s->id, &at, &n)) {
        char name[48];
        struct buf b;
        if (coming && n.seq != s->sheet_seq) {
            continue;
        }
        buf_fixed(&b, name, sizeof(name) - 1);
        buf_fmt(&b, "%s@%llu", n.kind == EVENT_SEAT_TAKEN ? "take_reason" : "note",
                (unsigned long long)n.seq);
        name[b.len] = '\0';
        protected_put_ref(r, "seat", ID_LETTER_SEAT, s->id.n, name, &n.note);
        count++;
    }
}

enum err read_seat_refs(const struct reading *r, const struct user *user, struct fault *f)
{
    const struct seat *s = world_seat(r->viewer.world, (seat_id){ r->number });
    struct access access;
    enum err err = read_access_asked(r, &access, f);
    if (err != OK) {
        return err;
    }
    if (s == NULL || r->viewer.audience != AUDIENCE_OPERATIONS) {
        return fault_set(f, ERR_NOT_FOUND, "there is no such seat", NULL, NULL);
    }
    bool coming = s->handing_to.len > 0 && str_eq(text_str(&s->handing_to), text_str(&user->name));
    bool whole = sits_there(user, s) || answers(r->viewer.world, user, s);
    if (!coming && !whole) {
        return not_open(f, "the note is for who takes the seat, who sits there and the commander");
    }
    access.glass = false;
    protected_put_access(r, &access);
    protected_put_id(r, ID_LETTER_SEAT, s->id.n);
    put_notes(r, s, !whole);
    return OK;
}

enum err read_alarm_refs(const struct reading *r, const struct user *user, struct fault *f)
{
    const struct world *w = r->viewer.world;
    const struct alarm *a = world_alarm(w, (alarm_id){ r->number });
    struct access access;
    enum err err = read_access_asked(r, &access, f);
    if (err != OK) {
        return err;
    }
    if (a == NULL || r->viewer.audience != AUDIENCE_OPERATIONS ||
        !viewer_sees_alarm(&r->viewer, a)) {
        return fault_set(f, ERR_NOT_FOUND, "there is no such alarm", NULL, NULL);
    }
    /* Who acknowledges it or takes it off the shelf stands there too, and has not written it. */
    bool shelved_it =
        a->state == ALARM_SHELVED && str_eq(text_str(&a->noticed_by), text_str(&user->name));
    if (!shelved_it && !sits_there(user, seats_owner(w, a->seat)) && !answers_alarm(w, user, a)) {
        return not_open(f, "the reason is for who shelved it, its seat and the commander");
    }
    access.glass = false;
    protected_put_access(r, &access);
    protected_put_id(r, ID_LETTER_ALARM, a->id.n);
    protected_put_ref(r, "alarm", ID_LETTER_ALARM, a->id.n, "shelf_reason", &a->reason);
    return OK;
}
