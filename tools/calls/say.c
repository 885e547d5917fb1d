/* What callers say, put together of parts. */
#include "tools/calls/calls.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 400

static const char *pick(struct making *m, const json_t *list, uint64_t *choice)
{
    size_t count = json_array_size(list);

    if (count == 0) {
        return "";
    }
    uint64_t i = prng_below(&m->prng, count);

    if (choice != NULL) {
        *choice = i;
    }
    return json_string_value(json_array_get(list, i));
}

/* The words of the longest prefix of a code. */
static const json_t *words_for(const struct making *m, const char *code)
{
    const json_t *best = NULL;
    size_t longest = 0;
    size_t i;
    json_t *row;

    json_array_foreach(json_object_get(m->demand.words, "say"), i, row)
    {
        const char *prefix = json_string_value(json_object_get(row, "code"));
        size_t len = prefix != NULL ? strlen(prefix) : SIZE_MAX;

        if (len <= strlen(code) && len >= longest && strncmp(prefix, code, len) == 0) {
            longest = len;
            best = json_object_get(row, "words");
        }
    }
    return best;
}

/* {slot} becomes one of its words, {p} the place. */
static const char *fill(struct making *m, const char *before, const char *text, const char *place)
{
    char out[TEXT_MAX];
    struct buf b;

    buf_fixed(&b, out, sizeof(out) - 1);
    buf_text(&b, before);
    while (*text != '\0') {
        const char *open = strchr(text, '{');
        const char *close = open != NULL ? strchr(open, '}') : NULL;
        char slot[24];

        if (close == NULL || (size_t)(close - open) > sizeof(slot)) {
            buf_text(&b, text);
            break;
        }
        buf_add(&b, text, (size_t)(open - text));
        (void)snprintf(slot, sizeof(slot), "%.*s", (int)(close - open - 1), open + 1);
        buf_text(&b, strcmp(slot, "p") == 0
                         ? place
                         : pick(m, json_object_get(json_object_get(m->demand.words, "slots"), slot),
                                NULL));
        text = close + 1;
    }
    struct str copy = arena_str(&m->arena, buf_ok(&b) ? buf_view(&b) : STR(""));

    must(copy.at != NULL);
    return copy.at;
}

const char *say_first(struct making *m, const char *code, uint64_t *choice)
{
    return fill(m, "", pick(m, words_for(m, code), choice), "");
}

/* In other words: another of the sentences, opened as by somebody who came by. */
const char *say_again(struct making *m, const char *code, uint64_t choice)
{
    const json_t *words = words_for(m, code);
    size_t count = json_array_size(words);
    uint64_t other = count > 1 ? (choice + 1 + prng_below(&m->prng, count - 1)) % count : 0;
    const char *opening = pick(m, json_object_get(m->demand.words, "again"), NULL);

    return fill(m, opening, count > 0 ? json_string_value(json_array_get(words, other)) : "", "");
}

const char *say_no_incident(struct making *m, const char *what)
{
    return pick(m, json_object_get(json_object_get(m->demand.words, "no_incident"), what), NULL);
}

const char *say_hidden(struct making *m)
{
    return pick(m, json_object_get(m->demand.words, "hidden"), NULL);
}

const char *say_landmark(struct making *m, const char *place)
{
    return fill(m, "", pick(m, json_object_get(m->demand.words, "landmark"), NULL), place);
}
