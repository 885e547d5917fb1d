/* What the sheet has, and the parts of its lines. */
#include "dispatch/view/paper.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/core/deadlines.h"

#include <stdlib.h>

/* Gravest first, then oldest, then by id. */
static int by_order(const void *a, const void *b)
{
    const struct paper_key *x = a;
    const struct paper_key *y = b;
    if (x->tier != y->tier) {
        return x->tier < y->tier ? -1 : 1;
    }
    if (x->at != y->at) {
        return x->at < y->at ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id ? 1 : 0;
}

uint32_t paper_day(const struct paper *p, int64_t at)
{
    return world_next_number(p->world, (struct number){ 0 }, at).date;
}

static void gather_incidents(struct paper *p)
{
    uint32_t today = paper_day(p, p->now);
    uint32_t k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(p->world, &k)) != NULL;) {
        if (i->status < INCIDENT_CLOSED) {
            p->incidents[p->incident_count++] =
                (struct paper_key){ .tier = i->tier, .at = i->opened_at, .id = i->id.n };
        }
        if (number_is_paper(i->number) && i->number.date == today &&
            i->number.count >= p->next_number) {
            p->next_number = i->number.count + 1;
        }
    }
    qsort(p->incidents, p->incident_count, sizeof(*p->incidents), by_order);
}

bool paper_begin(struct paper *p)
{
    const struct world *w = p->world;
    size_t incidents = ((size_t)w->incidents_pool.live + 1) * sizeof(*p->incidents);
    size_t reports = ((size_t)w->reports_pool.live + 1) * sizeof(*p->reports);
    uint32_t k = 0;
    p->incidents = arena_alloc(p->arena, incidents);
    p->reports = arena_alloc(p->arena, reports);
    if (p->incidents == NULL || p->reports == NULL) {
        return false;
    }
    for (uint32_t n = 0; n < PAPER_COLUMNS_MAX; n++) {
        buf_init(&p->cells[n]);
    }
    p->incident_count = p->report_count = p->part = p->at = 0;
    p->ended = false;
    p->next_number = PAPER_COUNT_FIRST;
    gather_incidents(p);
    for (const struct report *r; (r = world_next_of_reports(w, &k)) != NULL;) {
        if (r->status == REPORT_OPEN && r->incident.n == 0) {
            p->reports[p->report_count++] =
                (struct paper_key){ .at = r->received_at, .id = r->id.n };
        }
    }
    qsort(p->reports, p->report_count, sizeof(*p->reports), by_order);
    return true;
}

void paper_end(struct paper *p)
{
    for (uint32_t n = 0; n < PAPER_COLUMNS_MAX; n++) {
        buf_fini(&p->cells[n]);
    }
}

void paper_put_time(struct buf *b, const struct paper *p, int64_t at)
{
    struct civil c;
    if (at == 0) {
        return;
    }
    civil_of(world_local(p->world, at), &c);
    if (paper_day(p, at) != paper_day(p, p->now)) {
        buf_fmt(b, "%02d-%02d ", c.month, c.day);
    }
    buf_fmt(b, "%02d:%02d", c.hour, c.minute);
}

void paper_put_whole(struct buf *b, const struct paper *p, int64_t at)
{
    struct civil c;
    civil_of(world_local(p->world, at), &c);
    buf_fmt(b, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

void paper_put_number(struct buf *b, struct number n)
{
    if (n.date != 0) {
        buf_fmt(b, "%08u-%06u", n.date, n.count);
    }
}

void paper_put_place(struct buf *b, const struct paper *p, const struct place *place)
{
    const struct zone *z = world_zone(p->world, place->zone);
    bool told = false;
    if (z != NULL) {
        buf_str(b, text_str(&z->name_zh));
        if (place->zone_off_m > 0) {
            buf_fmt(b, " (辖区外 outside, ≈%u m)", place->zone_off_m);
        }
        told = true;
    }
    if (place->protected) {
        buf_text(b, told ? " · " : "");
        buf_text(b, "受保护地点, 问主责席位 protected, ask its owner");
        return;
    }
    if (place->address.len > 0) {
        buf_text(b, told ? " · " : "");
        buf_str(b, text_str(&place->address));
        told = true;
    }
    if (place_has_point(place)) {
        buf_text(b, told ? " (" : "(");
        json_out_deg(b, place->lon_e7);
        buf_text(b, ", ");
        json_out_deg(b, place->lat_e7);
        if (place->radius_m > 0) {
            buf_fmt(b, ", ±%u m", place->radius_m);
        }
        buf_char(b, ')');
    }
    if (place->state != PLACE_KNOWN) {
        const struct paper_word *w = &paper_place_states[place->state];
        buf_fmt(b, "%s%s %s", told || place_has_point(place) ? " · " : "", w->zh, w->en);
    }
}

static void put_mark(struct buf *b, bool *any, const char *zh, const char *en)
{
    buf_fmt(b, "%s%s %s", *any ? "; " : "", zh, en);
    *any = true;
}

void paper_put_marks(struct buf *b, const struct paper *p, const struct incident *i)
{
    bool any = false;
    bool silent = false;
    bool confidential = false;
    for (uint32_t k = 0; k < CUE_COUNT; k++) {
        if ((i->cues & (1u << k)) != 0) {
            put_mark(b, &any, paper_cues[k].zh, paper_cues[k].en);
        }
    }
    for (const struct report *r = incident_first_report(p->world, i); r != NULL;
         r = report_next(p->world, r)) {
        silent = silent || r->contact == CONTACT_NONE;
        confidential = confidential || r->confidential;
    }
    if (silent) {
        put_mark(b, &any, "禁止联系报警人", "do not contact the caller");
    }
    if (confidential) {
        put_mark(b, &any, "报警人要求保密", "caller asks for confidence");
    }
    if (i->unverified) {
        put_mark(b, &any, "来源未核实", "source not verified");
    }
}

void paper_put_type(struct buf *b, const struct paper *p, struct str code)
{
    const struct incident_type *t = world_type(p->world, code);
    buf_str(b, code);
    if (t != NULL) {
        buf_char(b, ' ');
        buf_str(b, text_str(&t->name_zh));
    }
}

void paper_put_owner(struct buf *b, const struct paper *p, const struct incident *i)
{
    const struct seat *s = world_seat(p->world, i->seat);
    struct str person = text_str(s != NULL && s->person.len > 0 ? &s->person : &i->owner);
    if (s != NULL) {
        buf_str(b, text_str(&s->name_zh));
        buf_text(b, person.len > 0 ? " · " : "");
    }
    buf_str(b, person);
}

bool paper_shown(const struct assignment *a)
{
    return a->status < ASSIGNMENT_CLEARED || a->feedback_due;
}

void paper_put_deadline(struct buf *b, const struct paper *p, const struct incident *i)
{
    struct deadline d = deadline_of_incident(p->world, i);
    for (const struct assignment *a = incident_first_assignment(p->world, i); a != NULL;
         a = assignment_next(p->world, a)) {
        struct deadline x = deadline_of_assignment(p->world, a);
        if (x.at != 0 && (d.at == 0 || x.at < d.at)) {
            d = x;
        }
    }
    if (d.at != 0) {
        buf_fmt(b, "%s %s ", paper_deadlines[d.kind].zh, paper_deadlines[d.kind].en);
        paper_put_time(b, p, d.at);
    }
    if (i->alarmed != 0) {
        buf_text(b, d.at != 0 ? "; " : "");
        buf_text(b, "有告警 alarm");
    }
}
