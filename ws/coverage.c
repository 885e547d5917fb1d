/* Coverage toward screens: the newest is kept and goes, with the beat, to every connection that
 * asked for it and has an older one. Nothing is queued. */
#include "ws/inside.h"

void coverage_show(struct gateway *g, const struct door_coverage *d, size_t len)
{
    struct buf *b = &g->coverage_frame;
    char at[INSTANT_TEXT_SIZE];

    must(len == sizeof(*d) + d->len);
    buf_reset(b);
    (void)buf_room(b, LWS_PRE);
    buf_took(b, LWS_PRE);
    instant_text(d->at_us, at);
    buf_text(b, "{\"op\":\"coverage\",\"seq\":");
    buf_u64(b, d->seq);
    buf_fmt(b, ",\"at\":\"%s\",", at);
    buf_add(b, d + 1, d->len);
    buf_char(b, '}');
    g->coverage_stamp++;
}

void coverage_send(struct conn *c)
{
    struct gateway *g = c->g;
    struct buf *b = &g->coverage_frame;

    /* Where units are missing is for operations only. */
    if (c->stage != STAGE_LIVE || c->cls->audience != AUDIENCE_OPERATIONS ||
        (c->cls->topics >> TOPIC_COVERAGE & 1) == 0 || c->coverage_at == g->coverage_stamp ||
        b->len <= LWS_PRE || !buf_ok(b) || !ws_writable(c)) {
        return;
    }
    if (ws_write(c, (unsigned char *)b->at + LWS_PRE, b->len - LWS_PRE)) {
        c->coverage_at = g->coverage_stamp;
    }
}
