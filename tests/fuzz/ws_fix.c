/* The scanner of positions against the codec: whatever the scanner takes, the codec takes too and
 * reads the same from it; beyond seven decimals the scanner rounds by digits and the codec through
 * a double, so that they may differ by 1e-7 degree (1 cm). */
#include "dispatch/codec/json_in.h"
#include "ws/inside.h"

#include <stdlib.h>

struct fix_in {
    struct str op;
    unit_id unit;
    int32_t lon;
    int32_t lat;
    uint16_t heading;
    uint16_t speed;
    int64_t fix_at;
};
static const struct field fix_in_fields[] = {
    FIELD(fix_in, op, F_STR, .limit = 16),
    FIELD(fix_in, unit, F_ID, .letter = ID_LETTER_UNIT, .need = true),
    FIELD(fix_in, lon, F_DEG, .need = true),
    FIELD(fix_in, lat, F_DEG, .limit = 90, .need = true),
    FIELD(fix_in, heading, F_UINT, .limit = 359),
    FIELD(fix_in, speed, F_UINT, .limit = 2000),
    FIELD(fix_in, fix_at, F_INSTANT, .need = true),
};
static const struct shape fix_shape = { .name = "fix_in",
                                        .fields = fix_in_fields,
                                        .count = sizeof(fix_in_fields) / sizeof(fix_in_fields[0]),
                                        .size = sizeof(struct fix_in) };

static bool near(int32_t a, int32_t b)
{
    return a - b >= -1 && a - b <= 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
    struct str text = { (const char *)at, len };
    struct door_fix fix;
    struct fix_in in = { .lon = 0 };
    struct json_doc *doc = NULL;
    struct arena arena;

    if (!fix_scan(text, STR("live"), &fix)) {
        return 0;
    }
    arena_init(&arena, 1 << 20);
    must(json_doc_parse(text, &doc, NULL) == OK);
    must(json_in_struct(&fix_shape, doc, STR("live"), &arena, &in, NULL) == OK);
    must(in.unit.n == fix.unit && near(in.lon, fix.lon_e7) && near(in.lat, fix.lat_e7));
    must(in.fix_at == fix.fix_at);
    json_doc_free(doc);
    arena_fini(&arena);
    return 0;
}
