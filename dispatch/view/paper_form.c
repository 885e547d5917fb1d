/* The blank to be filled in by hand, two calls a page of A4. */
#include "dispatch/view/paper_pens.h"

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
    paper_html_put(b, text_str(&p->world->city_name));
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
