/* The sheet as a page of HTML that needs nothing else, for A4 on its side. */
#include "dispatch/view/paper.h"

static const char style[] =
    "@page{size:A4 landscape;margin:10mm}"
    "*{box-sizing:border-box}"
    "body{font:10pt/1.3 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",sans-serif;"
    "color:#000;background:#fff;margin:0 auto;max-width:277mm}"
    "h1{font-size:14pt;margin:0}h2{font-size:11pt;margin:5mm 0 1mm}"
    "p{margin:1mm 0}small{font-size:7.5pt;color:#333}"
    ".lost{border:1.5pt solid #000;padding:1mm 2mm;font-weight:bold}"
    ".numbers{border:.5pt solid #000;padding:1mm 2mm}"
    "table{border-collapse:collapse;width:100%}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "th,td{border:.5pt solid #000;padding:.8mm 1.2mm;text-align:left;vertical-align:top}"
    "th{background:#eee;font-weight:normal}"
    ".n{white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".t{font-weight:bold;text-align:center}.off td{color:#333}"
    "b{font-weight:bold}";

static void put_safe(struct buf *b, struct str s)
{
    for (size_t k = 0; k < s.len; k++) {
        switch (s.at[k]) {
        case '<':
            buf_text(b, "&lt;");
            break;
        case '>':
            buf_text(b, "&gt;");
            break;
        case '&':
            buf_text(b, "&amp;");
            break;
        case '"':
            buf_text(b, "&quot;");
            break;
        default:
            buf_char(b, s.at[k]);
        }
    }
}

/* What stands in `cell`, as one cell of the row; the buffer is empty afterwards. */
static void put_cell(struct buf *b, const char *class, struct buf *cell)
{
    buf_text(b, class[0] != '\0' ? "<td class=\"" : "<td>");
    if (class[0] != '\0') {
        buf_text(b, class);
        buf_text(b, "\">");
    }
    put_safe(b, buf_view(cell));
    buf_text(b, "</td>");
    buf_reset(cell);
}

static void put_heads(struct buf *b, const struct paper_word *heads, size_t count)
{
    buf_text(b, "<table><thead><tr>");
    for (size_t k = 0; k < count; k++) {
        buf_fmt(b, "<th>%s <small>%s</small></th>", heads[k].zh, heads[k].en);
    }
    buf_text(b, "</tr></thead><tbody>\n");
}

static void put_title(struct buf *b, const char *zh, const char *en, uint32_t count)
{
    buf_fmt(b, "<h2>%s <small>%s</small> %u</h2>\n", zh, en, count);
}

static void put_head(struct buf *b, const struct paper *p)
{
    buf_text(b,
             "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>纸质应急单 ");
    paper_put_whole(b, p, p->now);
    buf_text(b, "</title><style>");
    buf_text(b, style);
    buf_text(b, "</style></head><body>\n<h1>");
    put_safe(b, text_str(&p->world->city_name));
    buf_text(b, " 纸质应急单 <small>paper sheet · world ");
    put_safe(b, p->name);
    buf_text(b, "</small></h1>\n<p>制表 <small>printed</small> <b>");
    paper_put_whole(b, p, p->now);
    buf_text(b, "</b> · 记录至 <small>record up to</small> seq ");
    buf_u64(b, p->world->seq);
    buf_text(b, " <small>");
    buf_hex(b, p->world->hash.at, 8);
    buf_text(b, "</small> ");
    paper_put_whole(b, p, p->world->at);
    buf_text(b, "</p>\n");
    if (p->lost_since != 0) {
        buf_text(b, "<p class=\"lost\">日志不可用自 log not available since ");
        paper_put_whole(b, p, p->lost_since);
        buf_text(b, " — 此后的事不在本单上 what came later is not on this sheet</p>\n");
    }
}

static void put_numbers(struct buf *b, const struct paper *p)
{
    uint32_t today = paper_day(p, p->now);
    buf_text(b, "<p class=\"numbers\">末号 <small>last number</small> <b>");
    paper_put_number(b, p->world->incident_number);
    buf_fmt(b,
            "</b> · 纸质号段 <small>paper block</small> <b>%08u-%06u … %06u</b> · 下一号 "
            "<small>next</small> <b>%06u</b> · 零点后 <small>after midnight</small> %08u-%06u …",
            today, PAPER_COUNT_FIRST, PAPER_COUNT_LAST, p->next_number,
            paper_day(p, p->now + US_PER_DAY), PAPER_COUNT_FIRST);
    buf_text(b, "<br>每个新警情用一个纸质号, 按次序, 不重复; 时间写到分; 恢复后逐单补录 "
                "<small>each new incident takes the next paper number; write times to the minute; "
                "key every form in once the system is back (tocsin paper-in)</small></p>\n");
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
            buf_fmt(b, " %s ", paper_assignment_status[a->status].zh);
            paper_put_time(b, p, a->since);
            any = true;
        }
    }
}

static void put_incident(struct buf *b, const struct paper *p, const struct incident *i,
                         struct buf *cell)
{
    const struct paper_word *status = &paper_incident_status[i->status];
    buf_text(b, "<tr>");
    paper_put_number(cell, i->number);
    put_cell(b, "n", cell);
    buf_fmt(cell, "%u", i->tier);
    put_cell(b, "t", cell);
    paper_put_type(cell, p, text_str(&i->type_dispatched));
    put_cell(b, "", cell);
    buf_fmt(cell, "%s %s", status->zh, status->en);
    put_cell(b, "", cell);
    paper_put_time(cell, p, i->opened_at);
    put_cell(b, "n", cell);
    paper_put_place(cell, p, &i->place);
    put_cell(b, "", cell);
    paper_put_marks(cell, p, i);
    put_cell(b, "", cell);
    put_units(cell, p, i);
    put_cell(b, "", cell);
    paper_put_deadline(cell, p, i);
    put_cell(b, "", cell);
    paper_put_owner(cell, p, i);
    put_cell(b, "", cell);
    buf_text(b, "<td></td></tr>\n");
}

static void put_incidents(struct buf *b, const struct paper *p, struct buf *cell)
{
    static const struct paper_word heads[] = {
        { "编号", "number" }, { "级", "tier" },    { "类别", "type" },   { "状态", "status" },
        { "立案", "opened" }, { "地点", "place" }, { "危险", "danger" }, { "警力", "units" },
        { "时限", "due" },    { "主责", "owner" }, { "手记", "by hand" }
    };
    put_title(b, "未结警情", "open incidents", p->incident_count);
    put_heads(b, heads, sizeof(heads) / sizeof(heads[0]));
    for (uint32_t k = 0; k < p->incident_count; k++) {
        put_incident(b, p, p->incidents[k], cell);
    }
    buf_text(b, "</tbody></table>\n");
}

static void put_reports(struct buf *b, const struct paper *p, struct buf *cell)
{
    static const struct paper_word heads[] = { { "来话", "received" },
                                               { "来源", "channel" },
                                               { "地点", "place" },
                                               { "注意", "mind" },
                                               { "手记", "by hand" } };
    put_title(b, "未了结报警", "open calls without an incident", p->report_count);
    put_heads(b, heads, sizeof(heads) / sizeof(heads[0]));
    for (uint32_t k = 0; k < p->report_count; k++) {
        const struct report *r = p->reports[k];
        buf_text(b, "<tr>");
        paper_put_time(cell, p, r->received_at);
        put_cell(b, "n", cell);
        buf_fmt(cell, "%s %s", paper_channels[r->channel].zh, paper_channels[r->channel].en);
        put_cell(b, "", cell);
        paper_put_place(cell, p, &r->place);
        put_cell(b, "", cell);
        buf_text(cell,
                 r->contact == CONTACT_NONE ? "禁止联系报警人 do not contact the caller" : "");
        put_cell(b, "", cell);
        buf_text(b, "<td></td></tr>\n");
    }
    buf_text(b, "</tbody></table>\n");
}

static void put_unit(struct buf *b, const struct paper *p, const struct unit *u, struct buf *cell)
{
    const struct assignment *a = unit_active(p->world, u);
    const struct incident *i = a != NULL ? world_incident(p->world, a->incident) : NULL;
    const struct zone *z = world_zone(p->world, u->zone);
    const struct paper_word *status = &paper_unit_status[u->status];
    buf_text(b, u->status == UNIT_OFF_DUTY ? "<tr class=\"off\">" : "<tr>");
    buf_str(cell, text_str(&u->callsign));
    put_cell(b, "n", cell);
    buf_text(cell, paper_police_types[u->police_type].zh);
    put_cell(b, "", cell);
    buf_str(cell, z != NULL ? text_str(&z->name_zh) : (struct str){ 0 });
    put_cell(b, "", cell);
    buf_fmt(cell, "%s%s %s", u->panic ? "紧急求助 PANIC · " : "", status->zh, status->en);
    put_cell(b, "", cell);
    paper_put_time(cell, p, u->status_since);
    put_cell(b, "n", cell);
    paper_put_number(cell, i != NULL ? i->number : (struct number){ 0 });
    put_cell(b, "n", cell);
    if (u->crew > 0) {
        buf_fmt(cell, "%u", u->crew);
    }
    put_cell(b, "", cell);
    buf_text(cell, u->voice_only ? "仅电台 voice only" : "");
    put_cell(b, "", cell);
    buf_text(b, "<td></td></tr>\n");
}

static void put_all_units(struct buf *b, const struct paper *p, struct buf *cell)
{
    static const struct paper_word heads[] = {
        { "呼号", "call sign" }, { "警种", "kind" }, { "辖区", "zone" },
        { "状态", "status" },    { "自", "since" },  { "警情", "incident" },
        { "人数", "crew" },      { "备注", "note" }, { "电话 / 手记", "phone / by hand" }
    };
    put_title(b, "警力", "units", p->world->unit_count);
    put_heads(b, heads, sizeof(heads) / sizeof(heads[0]));
    for (int off = 0; off < 2; off++) {
        for (uint32_t k = 0; k < p->world->unit_count; k++) {
            const struct unit *u = &p->world->units[k];
            if ((u->status == UNIT_OFF_DUTY) == (off == 1)) {
                put_unit(b, p, u, cell);
            }
        }
    }
    buf_text(b, "</tbody></table>\n");
}

void paper_html(struct buf *b, const struct paper *p)
{
    struct buf cell;
    buf_init(&cell);
    put_head(b, p);
    put_numbers(b, p);
    put_incidents(b, p, &cell);
    put_reports(b, p, &cell);
    put_all_units(b, p, &cell);
    buf_text(b, "</body></html>\n");
    buf_fini(&cell);
}

/* ---- the blank ---- */

static const char form_style[] =
    "@page{size:A4;margin:10mm}*{box-sizing:border-box}"
    "body{font:10pt/1.3 \"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",sans-serif;"
    "color:#000;background:#fff;margin:0 auto;max-width:190mm}"
    "section{break-inside:avoid;border:1pt solid #000;padding:3mm;margin:0 0 6mm}"
    "h1{font-size:12pt;margin:0 0 2mm}small{font-size:7.5pt;color:#333}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border:.5pt solid #000;padding:1mm;height:7.5mm;vertical-align:top;text-align:left;"
    "font-weight:normal}.w{width:50%}";

static void put_box(struct buf *b, const char *zh, const char *en, const char *span)
{
    buf_fmt(b, "<td%s>%s <small>%s</small></td>", span, zh, en);
}

static void put_call(struct buf *b, const struct paper *p)
{
    const char *half = " colspan=\"2\"";
    buf_text(b, "<section><h1>");
    put_safe(b, text_str(&p->world->city_name));
    buf_text(b,
             " 纸质警情 <small>call on paper · columns of tocsin paper-in</small></h1><table><tr>");
    put_box(b, "编号", "number 日期-9900__", half);
    put_box(b, "书写人", "writer (user name)", half);
    buf_text(b, "</tr><tr>");
    put_box(b, "来话", "received_at", "");
    put_box(b, "类别", "type", "");
    put_box(b, "级", "tier 1 2 3 4", "");
    put_box(b, "结案", "closed_at", "");
    buf_text(b, "</tr><tr>");
    put_box(b, "地点", "address", " colspan=\"4\"");
    buf_text(b, "</tr><tr>");
    put_box(b, "报警人", "caller_name", half);
    put_box(b, "电话 □ 禁止联系", "caller_phone, contact none", half);
    buf_text(b, "</tr><tr><td colspan=\"4\">危险 <small>cues</small>");
    for (uint32_t k = 0; k < CUE_COUNT; k++) {
        buf_fmt(b, " □ %s", paper_cues[k].zh);
    }
    buf_text(b, "</td></tr><tr><td colspan=\"4\" style=\"height:22mm\">报警内容 "
                "<small>narrative</small></td></tr></table><table><tr>");
    put_box(b, "警力", "unit", "");
    put_box(b, "派警", "dispatched", "");
    put_box(b, "到场", "on_scene", "");
    put_box(b, "完毕", "cleared", "");
    buf_text(b, "</tr>");
    for (int k = 0; k < 4; k++) {
        buf_text(b, "<tr><td></td><td></td><td></td><td></td></tr>");
    }
    buf_text(b, "</table><table><tr>");
    put_box(b, "结果", "disposition", "");
    put_box(b, "□ 仍在处置", "still_open", "");
    put_box(b, "备注", "note", " class=\"w\"");
    buf_text(b, "</tr></table></section>\n");
}

void paper_form(struct buf *b, const struct paper *p)
{
    buf_text(b, "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">"
                "<title>纸质警情单 blank call form</title><style>");
    buf_text(b, form_style);
    buf_text(b, "</style></head><body>\n");
    put_call(b, p);
    put_call(b, p);
    buf_text(b, "<p>结果 <small>disposition</small>:");
    for (uint32_t k = 1; k < DISPOSITION_COUNT; k++) {
        buf_fmt(b, "%s %s <small>%s</small>", k > 1 ? " ·" : "", paper_dispositions[k].zh,
                word_of(&disposition_words, k));
    }
    buf_text(b, "</p>\n</body></html>\n");
}
