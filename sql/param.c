#include "sql/param.h"

#include <string.h>

#define PARAM_SIZE_MAX ((size_t)1 << 30)

static void put_u32(struct buf *out, uint32_t v)
{
    uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

    buf_add(out, b, sizeof b);
}

static void encode_i64(uint8_t b[8], int64_t v)
{
    uint64_t u = (uint64_t)v;

    for (int i = 7; i >= 0; i--) {
        b[i] = (uint8_t)u;
        u >>= 8;
    }
}

void params_init(struct params *p)
{
    memset(p, 0, sizeof *p);
    buf_init(&p->bytes);
}

void params_fini(struct params *p)
{
    buf_fini(&p->bytes);
    p->count = 0;
}

void params_reset(struct params *p)
{
    buf_reset(&p->bytes);
    p->count = 0;
    p->in_array = false;
}

static void begin(struct params *p)
{
    must(p->count < PARAMS_MAX);
    must(!p->in_array);
    p->at[p->count] = p->bytes.len;
    p->formats[p->count] = 1;
}

static void end(struct params *p)
{
    size_t size = p->bytes.len - p->at[p->count];

    if (size > PARAM_SIZE_MAX) {
        p->bytes.failed = true;
        size = 0;
    }
    p->sizes[p->count] = (int)size;
    p->count++;
}

void params_i64(struct params *p, int64_t v)
{
    uint8_t b[8];

    begin(p);
    encode_i64(b, v);
    buf_add(&p->bytes, b, sizeof b);
    end(p);
}

void params_bytes(struct params *p, const void *at, size_t len)
{
    begin(p);
    buf_add(&p->bytes, at, len);
    end(p);
}

void params_text(struct params *p, struct str s)
{
    params_bytes(p, s.at, s.len);
}

void params_array(struct params *p, enum param_type type, uint32_t items)
{
    begin(p);
    put_u32(&p->bytes, items > 0 ? 1 : 0); /* dimensions: an empty array has none */
    put_u32(&p->bytes, 1);                 /* may hold nulls */
    put_u32(&p->bytes, (uint32_t)type);
    if (items > 0) {
        put_u32(&p->bytes, items);
        put_u32(&p->bytes, 1); /* lower bound */
    }
    p->in_array = true;
    p->items_open = items;
}

static void item_begin(struct params *p)
{
    must(p->in_array);
    must(p->items_open > 0);
    p->items_open--;
}

void item_put_i64(struct buf *out, int64_t v)
{
    uint8_t b[8];

    encode_i64(b, v);
    item_put(out, b, sizeof b);
}

/* Source: PostgreSQL's POSTGRES_EPOCH_JDATE, 2000-01-01. */
#define EPOCH_2000_US INT64_C(946684800000000)

void item_put_instant(struct buf *out, int64_t at_us)
{
    item_put_i64(out, at_us - EPOCH_2000_US);
}

void item_put(struct buf *out, const void *at, size_t len)
{
    if (len == ITEM_NULL) {
        put_u32(out, UINT32_MAX);
        return;
    }
    if (len > PARAM_SIZE_MAX) {
        out->failed = true;
        return;
    }
    put_u32(out, (uint32_t)len);
    buf_add(out, at, len);
}

void item_i64(struct params *p, int64_t v)
{
    item_begin(p);
    item_put_i64(&p->bytes, v);
}

void item_bytes(struct params *p, const void *at, size_t len)
{
    item_begin(p);
    item_put(&p->bytes, at, len);
}

void item_text(struct params *p, struct str s)
{
    item_bytes(p, s.at, s.len);
}

void params_array_of(struct params *p, enum param_type type, uint32_t items, struct str gathered)
{
    params_array(p, type, items);
    buf_str(&p->bytes, gathered);
    p->items_open = 0;
    params_array_end(p);
}

void params_array_end(struct params *p)
{
    must(p->in_array);
    must(p->items_open == 0);
    p->in_array = false;
    end(p);
}

void params_refs(struct params *p, const uint64_t *refs, uint32_t count)
{
    params_array(p, PARAM_INT8, count);
    for (uint32_t i = 0; i < count; i++) {
        item_i64(p, (int64_t)refs[i]);
    }
    params_array_end(p);
}

void params_set_i64(struct params *p, int index, int64_t v)
{
    uint8_t b[8];

    must(index >= 0 && index < p->count);
    must(p->sizes[index] == 8);
    if (buf_ok(&p->bytes)) {
        encode_i64(b, v);
        memcpy(p->bytes.at + p->at[index], b, sizeof b);
    }
}

bool params_ready(struct params *p)
{
    static const char nothing[1] = "";

    must(!p->in_array);
    if (!buf_ok(&p->bytes)) {
        return false;
    }
    for (int i = 0; i < p->count; i++) {
        /* a null pointer would be SQL's null, and an empty buffer has none other */
        p->values[i] = p->bytes.at != NULL ? p->bytes.at + p->at[i] : nothing;
    }
    return true;
}
