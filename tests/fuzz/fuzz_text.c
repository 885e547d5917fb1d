/* Bytes as UTF-8, as an instant, as a JSON string. */
#include "base/buf.h"
#include "base/must.h"
#include "base/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str s = { (const char *)bytes, len };
    char text[INSTANT_TEXT_SIZE];
    int64_t at;
    int64_t again;
    struct buf b;

    if (str_utf8(s)) {
        must(str_utf8_count(s) <= len);
    }
    if (instant_read(s.at, s.len, &at) == 0) {
        int read;

        instant_text(at, text);
        read = instant_read(text, INSTANT_TEXT_SIZE - 1, &again);
        must(read == 0);
        must(again == at);
    }
    buf_init(&b);
    buf_json_str(&b, s);
    must(buf_ok(&b));
    for (size_t i = 0; i < b.len; i++) {
        must((unsigned char)b.at[i] >= 0x20);
    }
    buf_fini(&b);
    return 0;
}
