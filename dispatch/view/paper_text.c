/* The sheet as plain text: one thing a block, for a terminal and any printer. */
#include "dispatch/view/paper.h"

static void put_line(struct buf *b, const char *label, struct buf *value)
{
    if (value->len > 0) {
        buf_fmt(b, "    %s: ", label);
        buf_str(b, buf_view(value));
        buf_char(b, '\n');
    }
    buf_reset(value);
}

static void put_head(struct buf *b, const struct paper *p)
{
    buf_str(b, text_str(&p->world->city_name));
    buf_text(b, " 纸质应急单 PAPER SHEET · 世界 world ");
    buf_str(b, p->name);
    buf_text(b, "\n制表 printed ");
    paper_put_whole(b, p, p->now);
    buf_text(b, " · 记录至 record up to seq ");
    buf_u64(b, p->world->seq);
    buf_text(b, " (");
    buf_hex(b, p->world->hash.at, 8);
    buf_text(b, ", ");
    paper_put_whole(b, p, p->world->at);
    buf_text(b, ")\n");
    if (p->lost_since != 0) {
        buf_text(b, "!! 日志不可用自 LOG NOT AVAILABLE SINCE ");
        paper_put_whole(b, p, p->lost_since);
        buf_text(b, " — 此后的事不在本单上 what came later is not on this sheet\n");
    }
}

static void put_numbers(struct buf *b, const struct paper *p)
{
    uint32_t today = paper_day(p, p->now);
    buf_text(b, "\n末号 last number: ");
    paper_put_number(b, p->world->incident_number);
    buf_fmt(b, "\n纸质号段 paper block today: %08u-%06u … %06u, 下一号 next %06u\n", today,
            PAPER_COUNT_FIRST, PAPER_COUNT_LAST, p->next_number);
    buf_fmt(b, "零点后 after midnight: %08u-%06u …\n", paper_day(p, p->now + US_PER_DAY),
            PAPER_COUNT_FIRST);
}

static void put_units(struct buf *b, const struct paper *p, const struct incident *i)
{
    bool any = false;
    for (const struct assignment *a = incident_first_assignment(p->world, i); a != NULL;
         a = assignment_next(p->world, a)) {
        const struct unit *u = world_unit(p->world, a->unit);
        if (u != NULL && paper_shown(a)) {
            buf_text(b, any ? "; " : "");
            buf_str(b, text_str(&u->callsign));
            buf_fmt(b, " %s %s ", paper_assignment_status[a->status].zh,
                    paper_assignment_status[a->status].en);
            paper_put_time(b, p, a->since);
            any = true;
        }
    }
}

static void put_incident(struct buf *b, const struct paper *p, const struct incident *i,
                         struct buf *line)
{
    const struct paper_word *status = &paper_incident_status[i->status];
    buf_char(b, '\n');
    paper_put_number(b, i->number);
    buf_fmt(b, "  %u 级 tier %u  %s %s  ", i->tier, i->tier, status->zh, status->en);
    paper_put_time(b, p, i->opened_at);
    buf_char(b, '\n');
    paper_put_type(line, p, text_str(&i->type_dispatched));
    put_line(b, "类别 type", line);
    paper_put_place(line, p, &i->place);
    put_line(b, "地点 place", line);
    paper_put_marks(line, p, i);
    put_line(b, "危险 danger", line);
    put_units(line, p, i);
    put_line(b, "警力 units", line);
    paper_put_deadline(line, p, i);
    put_line(b, "时限 due", line);
    paper_put_owner(line, p, i);
    put_line(b, "主责 owner", line);
}

static void put_report(struct buf *b, const struct paper *p, const struct report *r)
{
    buf_text(b, "  ");
    paper_put_time(b, p, r->received_at);
    buf_fmt(b, "  %s %s  ", paper_channels[r->channel].zh, paper_channels[r->channel].en);
    paper_put_place(b, p, &r->place);
    buf_text(b, r->contact == CONTACT_NONE ? "  禁止联系报警人 do not contact the caller\n" : "\n");
}

static void put_unit(struct buf *b, const struct paper *p, const struct unit *u)
{
    const struct assignment *a = unit_active(p->world, u);
    const struct incident *i = a != NULL ? world_incident(p->world, a->incident) : NULL;
    const struct zone *z = world_zone(p->world, u->zone);
    buf_text(b, "  ");
    buf_str(b, text_str(&u->callsign));
    buf_fmt(b, "  %s  ", paper_police_types[u->police_type].zh);
    buf_str(b, z != NULL ? text_str(&z->name_zh) : (struct str){ 0 });
    buf_fmt(b, "  %s %s ", paper_unit_status[u->status].zh, paper_unit_status[u->status].en);
    paper_put_time(b, p, u->status_since);
    if (i != NULL) {
        buf_text(b, "  ");
        paper_put_number(b, i->number);
    }
    buf_text(b, u->panic ? "  !! 紧急求助 PANIC" : "");
    buf_text(b, u->voice_only ? "  仅电台 voice only\n" : "\n");
}

void paper_text(struct buf *b, const struct paper *p)
{
    struct buf line;
    buf_init(&line);
    put_head(b, p);
    put_numbers(b, p);
    buf_fmt(b, "\n== 未结警情 open incidents: %u\n", p->incident_count);
    for (uint32_t k = 0; k < p->incident_count; k++) {
        put_incident(b, p, p->incidents[k], &line);
    }
    buf_fmt(b, "\n== 未了结报警 open calls without an incident: %u\n", p->report_count);
    for (uint32_t k = 0; k < p->report_count; k++) {
        put_report(b, p, p->reports[k]);
    }
    buf_text(b, "\n== 警力 units on duty\n");
    for (uint32_t k = 0; k < p->world->unit_count; k++) {
        if (p->world->units[k].status != UNIT_OFF_DUTY) {
            put_unit(b, p, &p->world->units[k]);
        }
    }
    buf_text(b, "\n== 离岗 off duty\n");
    for (uint32_t k = 0; k < p->world->unit_count; k++) {
        if (p->world->units[k].status == UNIT_OFF_DUTY) {
            put_unit(b, p, &p->world->units[k]);
        }
    }
    buf_fini(&line);
}
