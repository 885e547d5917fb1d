#include "tests/dispatch/plan/table.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

uint32_t table_split(struct str text, char mark, struct str *parts)
{
    uint32_t count = 0;

    while (text.len > 0) {
        const char *end = memchr(text.at, mark, text.len);
        size_t len = end != NULL ? (size_t)(end - text.at) : text.len;

        if (len > 0) {
            ck_assert_uint_lt(count, TABLE_PARTS_MAX);
            parts[count++] = (struct str){ .at = text.at, .len = len };
        }
        len += end != NULL ? 1 : 0;
        text.at += len;
        text.len -= len;
    }
    return count;
}

uint32_t table_bits(const struct words *words, struct str text)
{
    struct str parts[TABLE_PARTS_MAX];
    uint32_t count = table_split(text, ',', parts);
    uint32_t bits = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t value;

        if (str_is(parts[i], "none")) {
            continue;
        }
        ck_assert_msg(word_find(words, parts[i], &value), "no word \"" STR_FMT "\"",
                      STR_ARG(parts[i]));
        bits |= UINT32_C(1) << value;
    }
    return bits;
}

static void take(struct table_situation *out, struct str name, struct str value)
{
    uint32_t word;

    if (str_is(name, "type")) {
        out->s.type = value;
    } else if (str_is(name, "cues")) {
        out->s.cues = (uint16_t)table_bits(&cue_words, value);
    } else if (str_is(name, "denied")) {
        out->s.cues_denied = (uint16_t)table_bits(&cue_words, value);
    } else if (str_is(name, "cautious")) {
        out->s.cautious = str_is(value, "yes");
    } else if (str_is(name, "place")) {
        out->s.place_known = true;
        out->s.place_flags = table_bits(&place_flag_words, value);
    } else if (str_is(name, "zones")) {
        out->s.zone_count = table_split(value, ',', out->zones);
    } else if (str_is(name, "channel")) {
        ck_assert(word_find(&channel_words, value, &word));
        out->s.channel = (uint8_t)word;
    } else if (str_is(name, "priority")) {
        out->s.priority = (uint8_t)(value.at[0] - '0');
    } else if (str_is(name, "local")) {
        ck_assert_int_eq(instant_read(value.at, value.len, &out->s.local_us), 0);
    } else {
        ck_abort_msg("unknown column " STR_FMT, STR_ARG(name));
    }
}

void table_situation(struct str text, struct table_situation *out)
{
    struct str parts[TABLE_PARTS_MAX];
    uint32_t count = table_split(text, ' ', parts);

    memset(out, 0, sizeof(*out));
    for (uint32_t i = 0; i < count; i++) {
        const char *equals = memchr(parts[i].at, '=', parts[i].len);

        ck_assert_ptr_nonnull(equals);
        size_t len = (size_t)(equals - parts[i].at);

        take(out, (struct str){ .at = parts[i].at, .len = len },
             (struct str){ .at = equals + 1, .len = parts[i].len - len - 1 });
    }
    out->s.zones = out->zones;
}

void table_each(const char *path, void (*row)(struct str line, int number))
{
    const char *top = getenv("TOP_SRCDIR");
    char name[512];
    char line[TABLE_LINE_SIZE];
    int number = 0;

    (void)snprintf(name, sizeof(name), "%s/%s", top != NULL ? top : ".", path);
    FILE *file = fopen(name, "r");

    ck_assert_msg(file != NULL, "%s does not open", name);
    while (fgets(line, sizeof(line), file) != NULL) {
        number++;
        size_t len = strcspn(line, "\n");

        if (len > 0 && line[0] != '#') {
            row((struct str){ .at = line, .len = len }, number);
        }
    }
    (void)fclose(file);
    ck_assert_int_gt(number, 0);
}
