/* Stored texts: whatever the fast reader takes is written back to a text that it reads equal; the
 * cursor never leaves its bytes. The first byte chooses whether unknown members are skipped. */
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct json_out row_opt = { .world = { "live", 4 }, .privacy_max = TACTICAL };

static void check_read(const struct sample *read, struct arena *arena)
{
    struct sample back;
    struct buf b;
    size_t pos = 0;
    enum err err;

    buf_init(&b);
    json_out_struct(&b, &sample_shape, read, &row_opt);
    must(buf_ok(&b));
    err = json_read_struct(&sample_shape, buf_view(&b), &pos, SAMPLE_WORLD, arena, &back, NULL);
    must(err == OK && pos == b.len);
    must(shape_equal(&sample_shape, read, &back));
    buf_fini(&b);
}

static void walk(struct json_read *r)
{
    struct str key;

    json_read_object(r);
    while (json_read_key(r, &key)) {
        struct str raw = json_read_raw(r);

        must(raw.len == 0 || (raw.at > r->text.at && raw.at + raw.len <= r->text.at + r->text.len));
    }
    must(r->pos <= r->text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = { (const char *)bytes + 1, len - 1 };
    struct sample read;
    struct fault fault = { .err = OK };
    struct json_read r;
    struct arena arena;

    if (len == 0) {
        return 0;
    }
    arena_init(&arena, 1u << 20);
    json_read_init(&r, text, SAMPLE_WORLD, &arena, &fault);
    r.skip_unknown = (bytes[0] & 1) != 0;
    json_read_value(&r, &sample_shape, &read);
    if (json_read_end(&r) == OK) {
        check_read(&read, &arena);
    } else {
        must(fault.err == r.err && fault.primary[0] != '\0');
    }
    json_read_init(&r, text, SAMPLE_WORLD, NULL, NULL);
    walk(&r);
    arena_fini(&arena);
    return 0;
}
