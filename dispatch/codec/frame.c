#include "dispatch/codec/frame.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/put.h"

/* A member with a text, unless it is empty. */
static void out_text(struct buf *b, struct str name_with_comma, struct str text)
{
    if (text.len != 0) {
        buf_str(b, name_with_comma);
        buf_json_str(b, text);
    }
}

static char *put_stand(char *p, struct stand stand)
{
    p = put_text(p, "\"seq\":");
    p = put_u64(p, stand.seq);
    p = put_text(p, ",\"hash\":\"");
    p = put_hex(p, stand.hash, sizeof(stand.hash));
    *p++ = '"';
    return p;
}

void frame_stand(struct buf *b, struct stand stand)
{
    char tmp[64];

    buf_add(b, tmp, (size_t)(put_stand(tmp, stand) - tmp));
}

void frame_problem(struct buf *b, const struct problem *p)
{
    buf_str(b, STR("{\"type\":\"/api/problems/"));
    buf_str(b, p->code);
    buf_str(b, STR("\",\"title\":"));
    buf_json_str(b, p->title);
    buf_str(b, STR(",\"status\":"));
    buf_u64(b, (uint64_t)p->status);
    buf_str(b, STR(",\"detail\":"));
    buf_json_str(b, p->detail);
    out_text(b, STR(",\"instance\":"), p->instance);
    out_text(b, STR(",\"code\":"), p->code);
    out_text(b, STR(",\"field\":"), p->field);
    out_text(b, STR(",\"hint\":"), p->hint);
    if (p->retry_ms != 0) {
        buf_str(b, STR(",\"retry_ms\":"));
        buf_u64(b, p->retry_ms);
    }
    if (p->stand.seq != 0) {
        buf_char(b, ',');
        frame_stand(b, p->stand);
    }
    buf_char(b, '}');
}

void problem_out(struct buf *b, const struct fault *f, struct str instance, struct stand stand)
{
    char detail[sizeof(f->primary) + sizeof(f->detail) + 2];
    char *p = put_text(detail, f->primary[0] != '\0' ? f->primary : err_title(f->err));

    if (f->detail[0] != '\0') {
        p = put_text(p, ": ");
        p = put_text(p, f->detail);
    }
    must(f->err != OK);
    frame_problem(b, &(struct problem){
                         .code = str_of(err_word(f->err)),
                         .title = str_of(err_title(f->err)),
                         .status = err_http(f->err),
                         .detail = { .at = detail, .len = (size_t)(p - detail) },
                         .instance = instance,
                         .field = str_of(f->field),
                         .hint = str_of(f->hint),
                         .stand = stand,
                     });
}

void frame_welcome(struct buf *b, const struct welcome *w)
{
    buf_str(b, STR("{\"op\":\"welcome\",\"role\":"));
    buf_json_str(b, w->role);
    buf_str(b, STR(",\"audience\":"));
    buf_json_str(b, w->audience);
    buf_str(b, STR(",\"world\":"));
    buf_json_str(b, w->world);
    out_text(b, STR(",\"world_id\":"), w->world_id);
    buf_char(b, ',');
    frame_stand(b, w->stand);
    buf_str(b, STR(",\"epoch\":"));
    buf_u64(b, w->epoch);
    if (w->clock_rate > 1) {
        buf_str(b, STR(",\"clock_rate\":"));
        buf_u64(b, w->clock_rate);
    }
    buf_char(b, '}');
}

void frame_snapshot_head(struct buf *b, struct stand stand)
{
    buf_str(b, STR("{\"op\":\"snapshot\","));
    frame_stand(b, stand);
    buf_str(b, STR(",\"data\":"));
}

void frame_end(struct buf *b)
{
    buf_char(b, '}');
}

/* The head of a frame is made once for every (class, tags, cursor) of a pass: on the stack, one
 * append. */
void frame_events_head(struct buf *b, uint64_t from, struct stand to, int64_t at_us)
{
    char tmp[FRAME_EVENTS_HEAD_MAX];
    char *p = put_text(tmp, "{\"op\":\"events\",\"from\":");

    p = put_u64(p, from);
    p = put_text(p, ",\"to\":");
    p = put_u64(p, to.seq);
    p = put_text(p, ",\"hash\":\"");
    p = put_hex(p, to.hash, sizeof(to.hash));
    p = put_text(p, "\",\"at\":");
    p = put_instant(p, at_us);
    p = put_text(p, ",\"events\":[");
    must((size_t)(p - tmp) <= sizeof(tmp));
    buf_add(b, tmp, (size_t)(p - tmp));
}
_Static_assert(FRAME_EVENTS_HEAD_MAX >=
                   70 + 2 * PUT_U64_MAX + 2 * STAND_HASH_SIZE + PUT_INSTANT_MAX,
               "the longest head fits");

void frame_list_end(struct buf *b)
{
    buf_str(b, STR("]}"));
}

static void out_named_id(struct buf *b, struct str name, const struct frame_event *e, char letter,
                         uint32_t n)
{
    if (n != 0) {
        buf_str(b, name);
        json_out_id(b, e->world, letter, n);
    }
}

void frame_event_head(struct buf *b, const struct frame_event *e)
{
    char tmp[128];
    char *p = put_text(tmp, "{\"seq\":");

    p = put_u64(p, e->seq);
    p = put_text(p, ",\"n\":");
    p = put_u64(p, e->n);
    p = put_text(p, ",\"at\":");
    p = put_instant(p, e->at_us);
    p = put_text(p, ",\"kind\":");
    buf_add(b, tmp, (size_t)(p - tmp));
    buf_json_str(b, e->kind);
    if (e->by.len != 0) {
        buf_str(b, STR(",\"by\":"));
        buf_str(b, e->by);
    }
    out_named_id(b, STR(",\"incident\":"), e, ID_LETTER_INCIDENT, e->incident);
    out_named_id(b, STR(",\"unit\":"), e, ID_LETTER_UNIT, e->unit);
    buf_str(b, STR(",\"data\":"));
}

void frame_positions_head(struct buf *b, int64_t at_us)
{
    buf_str(b, STR("{\"op\":\"positions\",\"at\":"));
    json_out_instant(b, at_us);
    buf_str(b, STR(",\"units\":["));
}

static char *put_known(char *p, uint16_t v)
{
    return v == UINT16_MAX ? put_text(p, "null") : put_u64(p, v);
}

void frame_position(struct buf *b, struct str world, const struct frame_position *pos, bool first)
{
    char tmp[192];
    char *p = tmp;

    must(world.len <= WORLD_NAME_MAX);
    if (!first) {
        *p++ = ',';
    }
    p = put_text(p, "[\"");
    p = put_id(p, world, ID_LETTER_UNIT, pos->unit);
    p = put_text(p, "\",");
    p = put_deg(p, pos->lon_e7);
    *p++ = ',';
    p = put_deg(p, pos->lat_e7);
    *p++ = ',';
    p = put_known(p, pos->heading);
    *p++ = ',';
    p = put_known(p, pos->speed_kmh);
    *p++ = ',';
    p = put_u64(p, pos->age_ms);
    *p++ = ']';
    buf_add(b, tmp, (size_t)(p - tmp));
}

void frame_beat(struct buf *b, struct stand stand, int64_t at_us)
{
    char tmp[128];
    char *p = put_text(tmp, "{\"op\":\"beat\",");

    p = put_stand(p, stand);
    p = put_text(p, ",\"at\":");
    p = put_instant(p, at_us);
    *p++ = '}';
    buf_add(b, tmp, (size_t)(p - tmp));
}

void frame_answer(struct buf *b, struct str id, struct stand stand)
{
    buf_str(b, STR("{\"op\":\"answer\",\"id\":"));
    buf_json_str(b, id);
    buf_char(b, ',');
    frame_stand(b, stand);
    buf_char(b, '}');
}

void frame_answer_problem(struct buf *b, struct str id, struct str problem)
{
    buf_str(b, STR("{\"op\":\"answer\",\"id\":"));
    buf_json_str(b, id);
    buf_str(b, STR(",\"problem\":"));
    buf_str(b, problem);
    buf_char(b, '}');
}

void frame_lone_problem(struct buf *b, struct str problem)
{
    buf_str(b, STR("{\"op\":\"problem\",\"problem\":"));
    buf_str(b, problem);
    buf_char(b, '}');
}
