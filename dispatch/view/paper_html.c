/* The sheet as a page of HTML that needs nothing else, for A4 on its side. */
#include "dispatch/view/paper_pens.h"

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
    ".t{font-weight:bold;text-align:center}"
    "b{font-weight:bold}";

void paper_html_put(struct buf *b, struct str s)
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

static void put_top(struct buf *b, const struct paper *p)
{
    buf_text(b,
             "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>纸质应急单 ");
    paper_put_whole(b, p, p->now);
    buf_text(b, "</title><style>");
    buf_text(b, style);
    buf_text(b, "</style></head><body>\n<h1>");
    paper_html_put(b, text_str(&p->world->city_name));
    buf_text(b, " 纸质应急单 <small>paper sheet · world ");
    paper_html_put(b, p->name);
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

void paper_html_head(struct buf *b, const struct paper *p)
{
    put_top(b, p);
    put_numbers(b, p);
}

void paper_html_section(struct buf *b, const struct paper_section *s, uint32_t rows)
{
    buf_fmt(b, "<h2>%s <small>%s</small> %u</h2>\n<table><thead><tr>", s->name.zh, s->name.en,
            rows);
    for (uint32_t k = 0; k < s->count; k++) {
        buf_fmt(b, "<th>%s <small>%s</small></th>", s->columns[k].name.zh, s->columns[k].name.en);
    }
    buf_text(b, "</tr></thead><tbody>\n");
}

void paper_html_row(struct buf *b, const struct paper_section *s, const struct buf *cells)
{
    buf_text(b, "<tr>");
    for (uint32_t k = 0; k < s->count; k++) {
        const char *class = s->columns[k].class;
        buf_text(b, class != NULL ? "<td class=\"" : "<td>");
        buf_text(b, class != NULL ? class : "");
        buf_text(b, class != NULL ? "\">" : "");
        paper_html_put(b, buf_view(&cells[k]));
        buf_text(b, "</td>");
    }
    buf_text(b, "</tr>\n");
}

void paper_html_section_end(struct buf *b)
{
    buf_text(b, "</tbody></table>\n");
}

void paper_html_end(struct buf *b)
{
    buf_text(b, "</body></html>\n");
}
