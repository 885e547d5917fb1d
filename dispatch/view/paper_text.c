/* The sheet as plain text: one thing a block or a line, for a terminal and any printer. */
#include "dispatch/view/paper_pens.h"

static void put_top(struct buf *b, const struct paper *p)
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

void paper_text_head(struct buf *b, const struct paper *p)
{
    put_top(b, p);
    put_numbers(b, p);
}

void paper_text_section(struct buf *b, const struct paper_section *s, uint32_t rows)
{
    buf_fmt(b, "\n== %s %s: %u\n", s->name.zh, s->name.en, rows);
}

static void put_named(struct buf *b, const struct paper_word *name, const char *between,
                      const struct buf *cell)
{
    buf_fmt(b, "%s %s%s", name->zh, name->en, between);
    buf_str(b, buf_view(cell));
}

/* What is empty is left out. */
void paper_text_row(struct buf *b, const struct paper_section *s, const struct buf *cells)
{
    bool first = true;
    buf_text(b, s->blocks ? "\n" : "  ");
    for (uint32_t k = 0; k < s->count; k++) {
        enum paper_column_place place = s->columns[k].place;
        if ((place != PAPER_LINE && place != PAPER_LINE_NAMED) || cells[k].len == 0) {
            continue;
        }
        buf_text(b, first ? "" : "  ");
        if (place == PAPER_LINE_NAMED) {
            put_named(b, &s->columns[k].name, " ", &cells[k]);
        } else {
            buf_str(b, buf_view(&cells[k]));
        }
        first = false;
    }
    buf_char(b, '\n');
    for (uint32_t k = 0; k < s->count; k++) {
        if (s->columns[k].place == PAPER_BELOW && cells[k].len > 0) {
            buf_text(b, "    ");
            put_named(b, &s->columns[k].name, ": ", &cells[k]);
            buf_char(b, '\n');
        }
    }
}
