/* Words that the answers of coverage share, and what is said of moves. */
#include "server/cover_inside.h"

#include "dispatch/codec/json_out.h"

#define SHARE_ONE 10000

void cover_put_share(struct buf *b, const struct cover *c, uint64_t weight)
{
    uint64_t part =
        c->weight_all > 0 ? (weight * SHARE_ONE + c->weight_all / 2) / c->weight_all : 0;

    if (part >= SHARE_ONE) {
        buf_char(b, '1');
        return;
    }
    buf_fmt(b, "0.%04u", (unsigned)part);
}

const char *cover_class_word(uint8_t class)
{
    return class == COVER_POLICE ? "police" : word_of(&police_type_words, class);
}

void cover_put_unit(struct buf *b, const struct cover *c, uint32_t unit)
{
    buf_text(b, ",\"unit\":");
    json_out_id(b, c->setup.world, ID_LETTER_UNIT, unit);
    buf_text(b, ",\"callsign\":");
    buf_json_str(b, text_str(&c->units[unit].callsign));
}

void cover_put_point(struct buf *b, struct point p)
{
    buf_char(b, '[');
    json_out_deg(b, p.lon_e7);
    buf_char(b, ',');
    json_out_deg(b, p.lat_e7);
    buf_char(b, ']');
}

/* How it was reckoned, and what weighs: incidents of the record where there are enough of them. */
void cover_put_base(struct buf *b, const struct cover *c)
{
    static const char *const words[] = { "incidents", "road_length", "area" };

    buf_text(b, "\"engine\":");
    if (!c->laid) {
        buf_text(b, "null,\"weight\":null,\"rings\":[1,3,5]");
        return;
    }
    buf_json_str(b, str_of(c->ground.road != NULL ? c->ground.weights->engine : "line/1"));
    buf_fmt(b, ",\"weight\":\"%s\"", words[c->weight_of]);
    if (c->weight_of == WEIGHT_INCIDENTS) {
        buf_fmt(b, ",\"incidents\":%u", c->incidents_in);
    }
    buf_text(b, ",\"rings\":[1,3,5]");
}

void cover_put_stand(struct buf *b, const struct cover *c)
{
    int64_t age_us = cover_now_us(c) - c->at_us;

    buf_text(b, "\"seq\":");
    buf_u64(b, c->seq);
    buf_text(b, ",\"at\":");
    json_out_instant(b, c->at_us);
    buf_fmt(b, ",\"age_ms\":%lld,", (long long)(age_us > 0 ? age_us / US_PER_MS : 0));
}

void cover_put_name(struct buf *b, const struct cover_circle *k)
{
    buf_text(b, "\"code\":");
    buf_json_str(b, text_str(&k->told.code));
    buf_text(b, ",\"name_zh\":");
    buf_json_str(b, text_str(&k->told.name_zh));
    buf_text(b, ",\"name_en\":");
    buf_json_str(b, text_str(&k->told.name_en));
}

uint32_t cover_under_way(const struct cover *c, uint8_t class)
{
    uint32_t count = 0;

    for (uint32_t u = 1; u <= c->unit_top; u++) {
        count +=
            c->units[u].moving == COVER_UNDER_WAY && cover_in_class(c->units[u].police_type, class);
    }
    return count;
}

/* ---- moves ---- */

/* Orders that stand: who and where to is left out of what is proposed. */
static void put_moving(struct buf *b, const struct cover *c, uint8_t class)
{
    uint32_t listed = 0;

    buf_text(b, ",\"ordered\":[");
    for (uint32_t n = 1; n <= c->unit_top; n++) {
        const struct cover_unit *u = &c->units[n];

        if (u->moving == COVER_STAYS || !cover_in_class(u->police_type, class)) {
            continue;
        }
        buf_fmt(b, "%s{\"under_way\":%s", listed++ > 0 ? "," : "",
                u->moving == COVER_UNDER_WAY ? "true" : "false");
        cover_put_unit(b, c, n);
        buf_text(b, ",\"at\":");
        cover_put_point(b, u->to);
        if (u->circle.len > 0) {
            buf_text(b, ",\"circle\":");
            buf_json_str(b, text_str(&u->circle));
        }
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void put_signed_share(struct buf *b, const struct cover *c, int64_t weight)
{
    buf_text(b, weight < 0 ? "-" : "");
    cover_put_share(b, c, (uint64_t)(weight < 0 ? -weight : weight));
}

static void put_names(struct buf *b, const struct cover *c, const char *member,
                      const uint32_t *circles, uint32_t count)
{
    buf_fmt(b, ",\"%s\":{\"all\":%u,\"circles\":[", member, count);
    for (uint32_t k = 0; k < count && k < COVER_MOVE_CIRCLES; k++) {
        buf_text(b, k > 0 ? ",{" : "{");
        cover_put_name(b, &c->circles[circles[k]]);
        buf_fmt(b, ",\"minutes\":%u}", c->circles[circles[k]].told.minutes);
    }
    buf_text(b, "]}");
}

static void put_place(struct buf *b, const struct cover *c, const struct cover_place *p)
{
    buf_fmt(b, ",\"to\":{\"kind\":\"%s\",\"at\":", p->is_circle ? "circle" : "gap");
    cover_put_point(b, p->at);
    buf_char(b, ',');
    if (p->is_circle) {
        cover_put_name(b, &c->circles[p->circle]);
        buf_fmt(b, ",\"minutes\":%u", c->circles[p->circle].told.minutes);
    } else {
        buf_text(b, "\"share\":");
        cover_put_share(b, c, p->gap_weight);
    }
    buf_char(b, '}');
}

static void put_next(struct buf *b, const struct cover *c, const struct cover_move *m)
{
    static const char *const words[] = { "later", "leaves_more", "same" };

    if (m->next != 0) {
        buf_fmt(b, ",\"next\":{\"why\":\"%s\"", words[m->why]);
        cover_put_unit(b, c, m->next);
        buf_fmt(b, ",\"ms\":%u,\"net\":", m->next_ms);
        put_signed_share(b, c, m->next_net);
        buf_char(b, '}');
    }
}

static void put_move(struct buf *b, const struct cover *c, const struct cover_move *m)
{
    buf_text(b, "{\"from\":");
    cover_put_point(b, c->units[m->unit].at);
    cover_put_unit(b, c, m->unit);
    put_place(b, c, &m->to);
    buf_fmt(b, ",\"ms\":%u,\"length_m\":%u,\"gained\":", m->ms, (m->length_mm + 500) / 1000);
    cover_put_share(b, c, m->gained);
    buf_text(b, ",\"lost\":");
    cover_put_share(b, c, m->lost);
    buf_text(b, ",\"lost_on_way\":");
    cover_put_share(b, c, m->lost_on_way);
    buf_text(b, ",\"net\":");
    put_signed_share(b, c, m->net);
    put_names(b, c, "kept", m->kept, m->kept_count);
    put_names(b, c, "opened", m->opened, m->opened_count);
    put_next(b, c, m);
    buf_char(b, '}');
}

enum err cover_say_moves(struct cover *c, const struct cover_ask *ask, struct buf *b,
                         struct fault *f)
{
    static const char *const none[] = { "no_place", "no_unit", "out_of_reach", "too_little" };
    const struct conf *conf = c->setup.conf;
    struct cover_moves moves;

    if (!c->laid) {
        return fault_set(f, ERR_NOT_FOUND, "there is no city to reckon coverage of yet", NULL,
                         NULL);
    }
    enum err err = cover_find_moves(c, ask, &moves, f);

    if (err != OK) {
        return err;
    }
    buf_char(b, '{');
    cover_put_stand(b, c);
    cover_put_base(b, c);
    buf_fmt(b, ",\"class\":\"%s\",\"minutes\":%u,\"units\":%u,\"places\":%u",
            cover_class_word(ask->class), cover_ring_minutes(ask->ring), moves.units, moves.places);
    buf_fmt(b, ",\"least\":%u.%04u", (unsigned)(conf->coverage_move_least / SHARE_ONE),
            (unsigned)(conf->coverage_move_least % SHARE_ONE));
    buf_fmt(b, ",\"most_minutes\":%u,\"ahead_minutes\":%u,\"moves\":[",
            (unsigned)conf->coverage_move_minutes, moves.horizon_s / 60);
    for (uint32_t k = 0; k < moves.count; k++) {
        buf_text(b, k > 0 ? "," : "");
        put_move(b, c, &moves.move[k]);
    }
    buf_fmt(b, "],\"none\":\"%s\"", none[moves.none]);
    put_moving(b, c, ask->class);
    buf_char(b, '}');
    return OK;
}
