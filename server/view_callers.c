/* What the auth thread hears of the protected values of open incidents and reports, by reference:
 * it keeps them at hand for the time when the database is down (server/callers.h). Rows only note
 * which incidents they touched; several times a second these are told, each once. The view never
 * waits for the auth thread, which may stand still for seconds: what its queue does not take is
 * told later, and when too much gathers everything is told anew. */
#include "server/view_inside.h"

#include "server/callers.h"

#include <stdlib.h>
#include <string.h>

#define GATHERED_MAX 8192u
#define TELL_EVERY_US (200 * US_PER_MS)
#define TOLD_AT_ONCE 2048

struct view_callers {
    struct queue *to_auth;
    int64_t told_us;
    uint32_t touched; /* incidents in `ids` */
    uint32_t walked;  /* place in the world while everything is told */
    bool anew;        /* everything is to be told, after a word to forget */
    bool walking;
    bool walked_incidents; /* reports are next */
    uint32_t ids[GATHERED_MAX];
    uint64_t record[1 + CALLERS_REFS_MAX];
};

struct view_callers *view_callers_new(struct queue *to_auth)
{
    struct view_callers *c = calloc(1, sizeof(*c));
    if (c != NULL) {
        c->to_auth = to_auth;
        c->anew = true;
    }
    return c;
}

void view_callers_free(struct view_callers *c)
{
    free(c);
}

static void touch(struct view_callers *c, uint32_t id)
{
    if (id == 0 || (c->touched > 0 && c->ids[c->touched - 1] == id)) {
        return;
    }
    if (c->touched == GATHERED_MAX) {
        c->anew = true;
        c->touched = 0;
    }
    c->ids[c->touched++] = id;
}

/* What brings or moves words of callers, or ends the time they are kept at hand. Notes on steps are
 * told with the next of these. */
static bool is_of_callers(enum event_kind kind)
{
    return kind == EVENT_INCIDENT_ABSORBED || kind == EVENT_INCIDENT_MERGED ||
           kind == EVENT_INCIDENT_PARTED || kind == EVENT_INCIDENT_SPLIT ||
           kind == EVENT_REPORT_AMENDED || kind == EVENT_REPORT_CONTACTED ||
           kind == EVENT_REPORT_MESSAGED || kind == EVENT_REPORT_CALLBACK_ENDED ||
           kind == EVENT_REPORT_RECEIVED || kind == EVENT_REPORT_SETTLED ||
           kind == EVENT_REPORT_LINKED || kind == EVENT_REPORT_UNLINKED ||
           kind == EVENT_INCIDENT_OPENED || kind == EVENT_INCIDENT_AMENDED ||
           kind == EVENT_INCIDENT_NOTED || kind == EVENT_INCIDENT_CLOSED ||
           kind == EVENT_INCIDENT_REOPENED;
}

static uint32_t report_key(const struct report *r)
{
    return r->id.n | CALLERS_REPORT;
}

/* Before the row is applied and after it: a report may change its incident. */
void view_touch_callers(struct view *v, const struct row_content *content)
{
    for (uint32_t k = 0; v->callers != NULL && k < content->count; k++) {
        if (!is_of_callers(content->events[k].kind)) {
            continue;
        }
        const struct report *r =
            world_report(v->world, (report_id){ event_report(&content->events[k]) });
        touch(v->callers, event_incident(&content->events[k]));
        touch(v->callers, r == NULL ? 0 : r->incident.n != 0 ? r->incident.n : report_key(r));
    }
}

static bool alone(const struct report *r)
{
    return r->status == REPORT_OPEN && r->incident.n == 0;
}

/* Values kept at hand for an incident or a report: of one that is open. */
static uint32_t refs_of(const struct view *v, uint32_t key, uint64_t *refs)
{
    if ((key & CALLERS_REPORT) != 0) {
        const struct report *r = world_report(v->world, (report_id){ key & ~CALLERS_REPORT });
        return r != NULL && alone(r) ? protected_refs_of_report(v->side, r, refs, CALLERS_REFS_MAX)
                                     : 0;
    }
    const struct incident *i = world_incident(v->world, (incident_id){ key });
    return i != NULL && i->id.n == key && i->status < INCIDENT_CLOSED
               ? protected_refs_of(v->world, v->side, i, refs, CALLERS_REFS_MAX)
               : 0;
}

static bool tell(struct view *v, uint32_t key)
{
    struct view_callers *c = v->callers;
    struct caller_note head = { .incident = key, .count = refs_of(v, key, &c->record[1]) };
    bool wake = false; /* nobody is woken: the auth thread looks several times a second */
    memcpy(c->record, &head, sizeof(head));
    return queue_push(c->to_auth, c->record, sizeof(head) + head.count * sizeof(uint64_t), &wake);
}

/* Told from the end: what became a report's incident takes its values over before the report is
 * said to have none. */
static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a ^ CALLERS_REPORT;
    uint32_t y = *(const uint32_t *)b ^ CALLERS_REPORT;
    return x < y ? -1 : x > y;
}

static void sort_touched(struct view_callers *c)
{
    uint32_t kept = 0;
    qsort(c->ids, c->touched, sizeof(c->ids[0]), by_number);
    for (uint32_t k = 0; k < c->touched; k++) {
        if (k == 0 || c->ids[k] != c->ids[kept - 1]) {
            c->ids[kept++] = c->ids[k];
        }
    }
    c->touched = kept;
}

static void tell_everything(struct view *v)
{
    struct view_callers *c = v->callers;
    for (int n = 0; n < TOLD_AT_ONCE && !c->walked_incidents; n++) {
        uint32_t place = c->walked;
        const struct incident *i = world_next_of_incidents(v->world, &c->walked);
        if (i == NULL) {
            c->walked_incidents = true;
            c->walked = 0;
        } else if (i->status < INCIDENT_CLOSED && !tell(v, i->id.n)) {
            c->walked = place;
            return;
        }
    }
    for (int n = 0; n < TOLD_AT_ONCE && c->walked_incidents; n++) {
        uint32_t place = c->walked;
        const struct report *r = world_next_of_reports(v->world, &c->walked);
        if (r == NULL) {
            c->walking = false;
            return;
        }
        if (alone(r) && !tell(v, report_key(r))) {
            c->walked = place;
            return;
        }
    }
}

void view_tell_callers(struct view *v)
{
    struct view_callers *c = v->callers;
    if (c == NULL || (c->touched == 0 && !c->anew && !c->walking)) {
        return;
    }
    int64_t now = view_mono_us();
    if (now - c->told_us < TELL_EVERY_US) {
        return;
    }
    c->told_us = now;
    if (c->anew && tell(v, 0)) {
        c->anew = false;
        c->walking = true;
        c->walked_incidents = false;
        c->walked = 0;
    }
    if (c->walking) {
        tell_everything(v);
    }
    sort_touched(c);
    for (int n = 0; n < TOLD_AT_ONCE && c->touched > 0 && tell(v, c->ids[c->touched - 1]); n++) {
        c->touched--;
    }
}
