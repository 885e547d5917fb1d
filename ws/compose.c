/* Classes of connections and the frames composed for them. A frame is a function of (class, cursor,
 * last told row, head): the ring never changes what lies between, so a composed one is right for
 * every connection with the same four. */
#include "ws/inside.h"

#include "dispatch/codec/put.h"

#include <stdlib.h>

#define HEAD_ROOM 256 /* LWS_PRE and the envelope in front of the first event */

struct audience_class *class_get(struct gateway *g, uint8_t audience, uint64_t zones,
                                 uint16_t topics, uint32_t unit)
{
    struct audience_class *cls;

    for (struct link *l = g->classes.next; l != &g->classes; l = l->next) {
        cls = LINK_OF(l, struct audience_class, all);
        if (cls->audience == audience && cls->zones == zones && cls->topics == topics &&
            cls->unit == unit) {
            cls->refs++;
            return cls;
        }
    }
    cls = calloc(1, sizeof(*cls));
    if (cls == NULL) {
        return NULL;
    }
    cls->id = ++g->class_next;
    cls->refs = 1;
    cls->audience = audience;
    cls->zones = zones;
    cls->topics = topics;
    cls->unit = unit;
    link_add(&g->classes, &cls->all);
    return cls;
}

void class_unref(struct audience_class *cls)
{
    if (cls != NULL && --cls->refs == 0) {
        link_remove(&cls->all);
        free(cls);
    }
}

static bool visible(const struct audience_class *cls, const struct ring_tags *t)
{
    return t->audience == cls->audience && (t->topics & cls->topics) != 0 &&
           (t->any_of & cls->zones) != 0 && (t->also_of & cls->zones) != 0 &&
           (t->none_of & cls->zones) == 0 && (t->addressee == 0 || t->addressee == cls->unit);
}

/* Writes the envelope right before the first event, so that the whole is one piece. */
void frame_write_head(struct frame *f, uint64_t from, int64_t at_us)
{
    char head[HEAD_ROOM];
    char *p = put_text(head, "{\"op\":\"events\",\"from\":");

    p = put_u64(p, from);
    p = put_text(p, ",\"to\":");
    p = put_u64(p, f->to);
    p = put_text(p, ",\"hash\":\"");
    p = put_hex(p, f->hash8, sizeof(f->hash8));
    p = put_text(p, "\",\"at\":");
    p = put_instant(p, at_us);
    p = put_text(p, ",\"events\":[");
    must((size_t)(p - head) + LWS_PRE <= HEAD_ROOM);
    f->start = HEAD_ROOM - (size_t)(p - head);
    memcpy(f->bytes.at + f->start, head, (size_t)(p - head));
}

static void compose(struct gateway *g, struct frame *f, const struct audience_class *cls)
{
    uint64_t pos = f->cursor;
    size_t whole = 0; /* bytes of whole rows */
    size_t len = 0;
    int64_t at_us = 0;
    const struct ring_entry *e;

    buf_reset(&f->bytes);
    f->to = f->told;
    f->end = f->cursor;
    f->len = 0;
    if (buf_room(&f->bytes, HEAD_ROOM) == NULL) {
        return;
    }
    buf_took(&f->bytes, HEAD_ROOM);
    while (pos < f->head && (e = ring_at(g->ring, &pos)) != NULL && pos < f->head) {
        const struct ring_tags *t = &e->tags;
        uint64_t next = ring_after(g->ring, e, pos);

        if (t->seq > f->told && t->kind == RING_EVENTS && e->len != 0 && visible(cls, t)) {
            if (len != 0) {
                buf_char(&f->bytes, ',');
            }
            buf_add(&f->bytes, e->at, e->len);
            len = f->bytes.len - HEAD_ROOM;
        } else if (t->kind == RING_ROW) {
            f->end = next;
            if (t->seq > f->told) {
                f->to = t->seq;
                memcpy(f->hash8, t->hash8, sizeof(f->hash8));
                at_us = t->at_us;
                whole = len;
                if (whole > FRAME_BYTES) {
                    break;
                }
            }
        }
        pos = next;
    }
    f->bytes.len = HEAD_ROOM + whole;
    if (whole != 0) {
        buf_text(&f->bytes, "]}");
        if (buf_ok(&f->bytes)) {
            frame_write_head(f, f->told + 1, at_us);
            f->len = f->bytes.len - f->start;
        } else {
            f->to = f->told;
            f->end = f->cursor;
        }
    }
}

const struct frame *frame_for(struct gateway *g, const struct conn *c, uint64_t head)
{
    uint64_t key = hash_mix(c->cls->id ^ hash_mix(c->cursor ^ hash_mix(c->told)));
    struct frame *f = &g->frames[key % FRAMES];

    if (f->class_id != c->cls->id || f->cursor != c->cursor || f->told != c->told ||
        f->head != head) {
        f->class_id = c->cls->id;
        f->cursor = c->cursor;
        f->told = c->told;
        f->head = head;
        compose(g, f, c->cls);
        g->metrics.frames_out++;
    }
    return f;
}
