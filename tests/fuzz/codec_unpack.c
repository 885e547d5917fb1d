/* Packed structs of a foreign snapshot: whatever is taken packs to bytes that are read equal, and
 * can be written as JSON. An odd first byte starts with a shape table. */
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/pack.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct json_out row_opt = { .world = { "live", 4 }, .privacy_max = TACTICAL };
static const struct shape *const shapes[] = { &sample_shape };

static void check_unpacked(const struct sample *value, struct arena *arena)
{
    struct sample back;
    struct buf b;
    size_t pos = 0;
    enum err err;

    buf_init(&b);
    json_out_struct(&b, &sample_shape, value, &row_opt);
    must(buf_ok(&b));
    buf_reset(&b);
    pack_struct(&b, &sample_shape, value);
    err = unpack_struct(&sample_shape, buf_view(&b), &pos, arena, &back, NULL);
    must(err == OK && pos == b.len);
    must(shape_equal(&sample_shape, value, &back));
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = { (const char *)bytes, len };
    struct fault fault = { .err = OK };
    struct pack_map *map = NULL;
    struct sample value;
    struct arena arena;
    size_t pos = 1;
    enum err err = OK;

    if (len == 0) {
        return 0;
    }
    arena_init(&arena, 1u << 20);
    if ((bytes[0] & 1) != 0) {
        err = unpack_shape_table(shapes, 1, text, &pos, &arena, &map, &fault);
        if (err == OK) {
            err = unpack_struct_by(map, &sample_shape, text, &pos, &arena, &value, &fault);
        }
    } else {
        err = unpack_struct(&sample_shape, text, &pos, &arena, &value, &fault);
    }
    must(pos <= len);
    if (err == OK) {
        check_unpacked(&value, &arena);
    } else {
        must(fault.err == err && fault.primary[0] != '\0');
    }
    arena_fini(&arena);
    return 0;
}
