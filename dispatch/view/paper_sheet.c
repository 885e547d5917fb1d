/* The walk over what a sheet has: cells of rows, the same for both pens. */
#include "dispatch/view/paper_pens.h"

static const struct paper_column incident_columns[] = {
    { { "编号", "number" }, PAPER_LINE, "n" },   { { "级", "tier" }, PAPER_LINE_NAMED, "t" },
    { { "类别", "type" }, PAPER_BELOW, NULL },   { { "状态", "status" }, PAPER_LINE, NULL },
    { { "立案", "opened" }, PAPER_LINE, "n" },   { { "地点", "place" }, PAPER_BELOW, NULL },
    { { "危险", "danger" }, PAPER_BELOW, NULL }, { { "警力", "units" }, PAPER_BELOW, NULL },
    { { "时限", "due" }, PAPER_BELOW, NULL },    { { "主责", "owner" }, PAPER_BELOW, NULL },
    { { "手记", "by hand" }, PAPER_HAND, NULL },
};
static const struct paper_column report_columns[] = {
    { { "来话", "received" }, PAPER_LINE, "n" }, { { "来源", "channel" }, PAPER_LINE, NULL },
    { { "地点", "place" }, PAPER_LINE, NULL },   { { "注意", "mind" }, PAPER_LINE, NULL },
    { { "手记", "by hand" }, PAPER_HAND, NULL },
};
static const struct paper_column unit_columns[] = {
    { { "呼号", "call sign" }, PAPER_LINE, "n" },   { { "警种", "kind" }, PAPER_LINE, NULL },
    { { "辖区", "zone" }, PAPER_LINE, NULL },       { { "状态", "status" }, PAPER_LINE, NULL },
    { { "自", "since" }, PAPER_LINE, "n" },         { { "警情", "incident" }, PAPER_LINE, "n" },
    { { "人数", "crew" }, PAPER_LINE_NAMED, "n" },  { { "备注", "note" }, PAPER_LINE, NULL },
    { { "电台", "radio" }, PAPER_LINE_NAMED, "n" }, { { "电话", "phone" }, PAPER_LINE_NAMED, "n" },
    { { "手记", "by hand" }, PAPER_HAND, NULL },
};

#define COLUMNS(list) list, sizeof(list) / sizeof((list)[0])
static const struct paper_section sections[PAPER_PART_COUNT] = {
    [PAPER_INCIDENTS] = { { "未结警情", "open incidents" }, COLUMNS(incident_columns), true },
    [PAPER_REPORTS] = { { "未了结报警", "open calls without an incident" },
                        COLUMNS(report_columns),
                        false },
    [PAPER_ON_DUTY] = { { "在岗警力", "units on duty" }, COLUMNS(unit_columns), false },
    [PAPER_OFF_DUTY] = { { "离岗警力", "units off duty" }, COLUMNS(unit_columns), false },
};

static void put_word(struct buf *b, const struct paper_word *w)
{
    buf_fmt(b, "%s %s", w->zh, w->en);
}

static void put_units(struct buf *b, const struct paper *p, const struct incident *i)
{
    for (const struct assignment *a = incident_first_assignment(p->world, i); a != NULL;
         a = assignment_next(p->world, a)) {
        const struct unit *u = world_unit(p->world, a->unit);
        if (u != NULL && paper_shown(a)) {
            buf_text(b, b->len > 0 ? "; " : "");
            buf_str(b, text_str(&u->callsign));
            buf_char(b, ' ');
            put_word(b, &paper_assignment_status[a->status]);
            buf_char(b, ' ');
            paper_put_time(b, p, a->since);
        }
    }
}

static bool fill_incident(struct paper *p, uint32_t at)
{
    const struct incident *i = world_incident(p->world, (incident_id){ p->incidents[at].id });
    struct buf *cell = p->cells;
    if (i == NULL || i->status >= INCIDENT_CLOSED) {
        return false; /* it ended while the sheet was composed */
    }
    paper_put_number(cell++, i->number);
    buf_fmt(cell++, "%u", i->tier);
    paper_put_type(cell++, p, text_str(&i->type_dispatched));
    put_word(cell++, &paper_incident_status[i->status]);
    paper_put_time(cell++, p, i->opened_at);
    paper_put_place(cell++, p, &i->place);
    paper_put_marks(cell++, p, i);
    put_units(cell++, p, i);
    paper_put_deadline(cell++, p, i);
    paper_put_owner(cell, p, i);
    return true;
}

static bool fill_report(struct paper *p, uint32_t at)
{
    const struct report *r = world_report(p->world, (report_id){ p->reports[at].id });
    struct buf *cell = p->cells;
    if (r == NULL || r->status != REPORT_OPEN || r->incident.n != 0) {
        return false;
    }
    paper_put_time(cell++, p, r->received_at);
    put_word(cell++, &paper_channels[r->channel]);
    paper_put_place(cell++, p, &r->place);
    buf_text(cell, r->contact == CONTACT_NONE ? "禁止联系报警人 do not contact the caller" : "");
    return true;
}

static bool fill_unit(struct paper *p, uint32_t at)
{
    const struct unit *u = &p->world->units[at];
    const struct assignment *a = unit_active(p->world, u);
    const struct incident *i = a != NULL ? world_incident(p->world, a->incident) : NULL;
    const struct zone *z = world_zone(p->world, u->zone);
    struct buf *cell = p->cells;
    if ((u->status == UNIT_OFF_DUTY) != (p->part == PAPER_OFF_DUTY)) {
        return false;
    }
    buf_str(cell++, text_str(&u->callsign));
    buf_text(cell++, paper_police_types[u->police_type].zh);
    buf_str(cell++, z != NULL ? text_str(&z->name_zh) : (struct str){ 0 });
    buf_text(cell, u->panic ? "紧急求助 PANIC · " : "");
    put_word(cell++, &paper_unit_status[u->status]);
    paper_put_time(cell++, p, u->status_since);
    paper_put_number(cell++, i != NULL ? i->number : (struct number){ 0 });
    if (u->crew > 0) {
        buf_fmt(cell, "%u", u->crew);
    }
    cell++;
    buf_text(cell++, u->voice_only ? "仅电台 voice only" : "");
    buf_str(cell++, text_str(&u->radio));
    buf_str(cell, text_str(&u->phone));
    return true;
}

/* How many things the walk looks at in a part. */
static uint32_t part_size(const struct paper *p)
{
    return p->part == PAPER_INCIDENTS ? p->incident_count
           : p->part == PAPER_REPORTS ? p->report_count
                                      : p->world->unit_count;
}

/* How many rows its title says. */
static uint32_t part_rows(const struct paper *p)
{
    uint32_t on = 0;
    if (p->part == PAPER_INCIDENTS || p->part == PAPER_REPORTS) {
        return part_size(p);
    }
    for (uint32_t k = 0; k < p->world->unit_count; k++) {
        on += p->world->units[k].status != UNIT_OFF_DUTY ? 1 : 0;
    }
    return p->part == PAPER_ON_DUTY ? on : p->world->unit_count - on;
}

static void put_row(struct paper *p, struct buf *html, struct buf *text)
{
    const struct paper_section *s = &sections[p->part];
    for (uint32_t k = 0; k < s->count; k++) {
        buf_reset(&p->cells[k]);
    }
    bool there = p->part == PAPER_INCIDENTS ? fill_incident(p, p->at)
                 : p->part == PAPER_REPORTS ? fill_report(p, p->at)
                                            : fill_unit(p, p->at);
    if (there) {
        paper_html_row(html, s, p->cells);
        paper_text_row(text, s, p->cells);
    }
}

bool paper_step(struct paper *p, struct buf *html, struct buf *text, uint32_t things)
{
    for (uint32_t n = 0; n < things && p->part < PAPER_PART_COUNT; n++) {
        if (p->part == 0 && p->at == 0) {
            paper_html_head(html, p);
            paper_text_head(text, p);
        }
        if (p->at == 0) {
            paper_html_section(html, &sections[p->part], part_rows(p));
            paper_text_section(text, &sections[p->part], part_rows(p));
        }
        if (p->at < part_size(p)) {
            put_row(p, html, text);
            p->at++;
        }
        if (p->at >= part_size(p)) {
            paper_html_section_end(html);
            p->part++;
            p->at = 0;
        }
    }
    if (p->part < PAPER_PART_COUNT || p->ended) {
        return p->ended;
    }
    paper_html_end(html);
    p->ended = true;
    return true;
}
