/* JSON from strangers: whatever the door takes can be written and read back equal, and where both
 * readers take a text they take it alike. */
#include "base/must.h"
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/json_read.h"
#include "dispatch/model/shape_clone.h"
#include "tests/dispatch/codec/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct json_out row_opt = { .world = { "live", 4 }, .privacy_max = TACTICAL };

static void zeros(void *arg, uint8_t *bytes, size_t size)
{
    (void)arg;
    memset(bytes, 0, size);
}

static void check_taken(const struct sample *taken, struct arena *arena)
{
    struct sample back;
    struct buf b;
    size_t pos = 0;
    enum err err;

    buf_init(&b);
    json_out_struct(&b, &sample_shape, taken, &row_opt);
    must(buf_ok(&b));
    err = json_read_struct(&sample_shape, buf_view(&b), &pos, SAMPLE_WORLD, arena, &back, NULL);
    must(err == OK && pos == b.len);
    must(shape_equal(&sample_shape, taken, &back));
    buf_fini(&b);
}

/* True when a number has more decimals than a degree keeps: the door rounds those through a double,
 * the fast reader through their digits, and the two may differ in the last place. */
static bool has_long_decimals(struct str text)
{
    size_t digits = 0;
    bool decimals = false;

    for (size_t i = 0; i < text.len; i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';

        digits = digit ? digits + 1 : 0;
        decimals = text.at[i] == '.' || (decimals && digit);
        if (decimals && digits > 7) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = { (const char *)bytes, len };
    struct sample taken;
    struct sample read;
    struct sample_command command;
    struct fault fault = { .err = OK };
    struct json_doc *doc;
    struct arena arena;
    size_t pos = 0;

    arena_init(&arena, 1u << 20);
    if (json_doc_parse(text, &doc, &fault) == OK) {
        struct json_in opt = { .world = SAMPLE_WORLD, .arena = &arena, .random = zeros };
        enum err err = json_in_struct_with(&sample_shape, doc, &opt, &taken, &fault);

        must(err == OK || fault.err == err);
        if (err == OK) {
            check_taken(&taken, &arena);
            if (!has_long_decimals(text) &&
                json_read_struct(&sample_shape, text, &pos, SAMPLE_WORLD, &arena, &read, NULL) ==
                    OK) {
                must(shape_equal(&sample_shape, &taken, &read));
            }
        }
        err = json_in_struct_with(&sample_command_shape, doc, &opt, &command, &fault);
        must(err != OK || command.incident.n != 0);
        json_doc_free(doc);
    } else {
        must(fault.err != OK && fault.primary[0] != '\0');
    }
    arena_fini(&arena);
    return 0;
}
