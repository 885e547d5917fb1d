#include "tests/dispatch/interleave/story.h"

#include "tests/scenarios/runner.h"

#include <stdio.h>

#define WAITS_MOST 3

static bool wrong(const struct story *s, uint32_t line, const char *what, struct str detail)
{
    (void)printf("%s:%u: %s" STR_FMT "\n", s->path, line, what, STR_ARG(detail));
    return false;
}

static struct str trimmed(struct str s)
{
    while (s.len > 0 && s.at[0] == ' ') {
        s.at++;
        s.len--;
    }
    return s;
}

static bool read_place(struct story *s, uint32_t line, struct str rest)
{
    char text[80];

    (void)snprintf(text, sizeof(text), STR_FMT, STR_ARG(rest));
    if (s->place_count == PLACES_MAX_HERE ||
        sscanf(text, "%15s %15s %15s", s->places[s->place_count].name,
               s->places[s->place_count].lon, s->places[s->place_count].lat) != 3) {
        return wrong(s, line, "expected: place NAME LON LAT", (struct str){ 0 });
    }
    s->place_count++;
    return true;
}

static bool read_before(struct story *s, uint32_t line, struct str text)
{
    if (s->before_count == BEFORE_MAX) {
        return wrong(s, line, "too much stands before", (struct str){ 0 });
    }
    s->before[s->before_count].line = line;
    s->before[s->before_count++].text = text;
    return true;
}

static bool read_step(struct story *s, uint32_t line, struct side *side, struct str rest)
{
    if (side->count == STEPS_MAX) {
        return wrong(s, line, "too many commands of one person", (struct str){ 0 });
    }
    struct step *step = &side->steps[side->count++];

    *step = (struct step){ .line = line };
    step->principal = runner_word(&rest);
    step->word = runner_word(&rest);
    step->rest = trimmed(rest);
    return true;
}

static bool read_show(struct story *s, uint32_t line, struct step *step, struct str rest)
{
    if (step == NULL || step->show_count == SHOWS_MAX) {
        return wrong(s, line, "= follows a command, at most three times", (struct str){ 0 });
    }
    struct show *show = &step->shows[step->show_count++];

    show->thing = runner_word(&rest);
    show->words = trimmed(rest);
    return show->words.len > 0 ? true : wrong(s, line, "expected: = THING word …", rest);
}

static bool read_may(struct story *s, uint32_t line, struct step *step, bool own, struct str rest)
{
    struct str word;

    while ((word = runner_word(&rest)).len > 0) {
        uint32_t k = 1;

        while (k < REFUSAL_COUNT && !str_is(word, refusal_infos[k].code)) {
            k++;
        }
        if (step == NULL || k == REFUSAL_COUNT) {
            return wrong(s, line, "expected refusals of the command above: ", word);
        }
        (own ? step->own : step->may)[k] = true;
    }
    return true;
}

static bool read_line(struct story *s, uint32_t line, struct str text, struct step **last)
{
    struct str rest = text;
    struct str word = runner_word(&rest);

    if (str_is(word, "#")) {
        s->title = s->title.len == 0 ? trimmed(rest) : s->title;
        return true;
    }
    if (str_is(word, "place")) {
        return read_place(s, line, rest);
    }
    if (str_is(word, ">") || str_is(word, "+")) {
        return read_before(s, line, text);
    }
    if (str_is(word, "a") || str_is(word, "b")) {
        struct side *side = &s->sides[word.at[0] - 'a'];

        if (!read_step(s, line, side, rest)) {
            return false;
        }
        *last = &side->steps[side->count - 1];
        return true;
    }
    if (str_is(word, "=")) {
        return read_show(s, line, *last, rest);
    }
    if (str_is(word, "may") || str_is(word, "own")) {
        return read_may(s, line, *last, str_is(word, "own"), rest);
    }
    if (str_is(word, "waits")) {
        word = runner_word(&rest);
        s->waits = word.len == 1 ? (uint32_t)(word.at[0] - '0') : WAITS_MOST + 1;
        return s->waits <= WAITS_MOST ? true : wrong(s, line, "expected: waits 0 to 3", word);
    }
    if (str_is(word, "agree")) {
        s->agree = trimmed(rest);
        return true;
    }
    return wrong(s, line, "expected # place > + a b = may own waits agree: ", text);
}

/* Every command says what it makes true: else its acceptance would prove nothing. */
static bool complete(const struct story *s)
{
    for (uint32_t p = 0; p < 2; p++) {
        if (s->sides[p].count == 0) {
            return wrong(s, 0, "one of the two does nothing", (struct str){ 0 });
        }
        for (uint32_t k = 0; k < s->sides[p].count; k++) {
            const struct step *step = &s->sides[p].steps[k];

            if (step->show_count == 0) {
                return wrong(s, step->line, "expected a line = after: ", step->word);
            }
        }
    }
    return true;
}

bool story_read(struct story *s, const char *path, struct str text)
{
    struct step *last = NULL;
    uint32_t line = 0;

    *s = (struct story){ .path = path, .text = text, .waits = 1 };
    while (text.len > 0) {
        const char *newline = memchr(text.at, '\n', text.len);
        size_t len = newline != NULL ? (size_t)(newline - text.at) : text.len;
        struct str at = { .at = text.at, .len = len };

        line++;
        if (at.len > 0 && !read_line(s, line, at, &last)) {
            return false;
        }
        text.at += len + (newline != NULL ? 1 : 0);
        text.len -= len + (newline != NULL ? 1 : 0);
    }
    return complete(s);
}
