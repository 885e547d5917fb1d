/* The scanner of positions against the codec: whatever the scanner takes, the codec takes too and
 * reads the same from it; beyond seven decimals the scanner rounds by digits and the codec through
 * a double, so that they may differ by 1e-7 degree (1 cm). */
#include "dispatch/codec/json_in.h"
#include "ws/inside.h"

#include <stdlib.h>

static bool near(int32_t a, int32_t b)
{
    return a - b >= -1 && a - b <= 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
    struct str text = { (const char *)at, len };
    struct door_fix fix;
    struct door_fix read;
    struct json_doc *doc = NULL;
    struct arena arena;

    if (!fix_scan(text, STR("live"), &fix)) {
        return 0;
    }
    arena_init(&arena, 1 << 20);
    must(json_doc_parse(text, &doc, NULL) == OK);
    must(fix_read(doc, STR("live"), &arena, &read, NULL));
    must(read.unit == fix.unit && near(read.lon_e7, fix.lon_e7) && near(read.lat_e7, fix.lat_e7));
    must(read.heading == fix.heading && read.speed_kmh == fix.speed_kmh);
    must(read.fix_at == fix.fix_at);
    json_doc_free(doc);
    arena_fini(&arena);
    return 0;
}
