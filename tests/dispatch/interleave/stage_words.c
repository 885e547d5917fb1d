/* What is on the stage, in words. */
#include "tests/dispatch/interleave/stage_inside.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "tests/scenarios/render.h"

#include <stdio.h>
#include <stdlib.h>

static void word_now(struct stage *s, struct str word, struct buf *out)
{
    const char *equals = memchr(word.at, '=', word.len);
    size_t key = equals != NULL ? (size_t)(equals - word.at) + 1 : word.len;
    struct str value = { .at = word.at + key, .len = word.len - key };
    unsigned n = 0;
    char text[32];
    int64_t us;

    (void)snprintf(text, sizeof(text), STR_FMT, STR_ARG(value));
    buf_add(out, word.at, key);
    if (value.len > 5 && value.len < sizeof(text) && strcmp(text + value.len - 5, ":seen") == 0 &&
        sscanf(text, "i%u:", &n) == 1) {
        const struct incident *i =
            world_incident(engine_world(s->engine), (incident_id){ .n = (uint32_t)n });

        buf_fmt(out, "i%u:%u", n, i != NULL ? i->rev : 0);
    } else if (value.len > 1 && value.at[0] == '+' &&
               runner_duration((struct str){ .at = value.at + 1, .len = value.len - 1 }, &us)) {
        instant_text(engine_now(s->engine) + us, text);
        buf_text(out, text);
    } else {
        buf_str(out, value);
    }
}

void stage_now(struct stage *s, struct str words, struct buf *out)
{
    struct str word;

    while ((word = runner_word(&words)).len > 0) {
        word_now(s, word, out);
        buf_char(out, ' ');
    }
}

static bool contains(struct str text, struct str what)
{
    return what.len > 0 && text.len >= what.len &&
           memmem(text.at, text.len, what.at, what.len) != NULL;
}

bool stage_names(struct str row, struct str thing)
{
    char name[40];
    int n = snprintf(name, sizeof(name), "\"" SCENARIO_WORLD "-" STR_FMT "\"", STR_ARG(thing));

    return contains(row, (struct str){ .at = name, .len = (size_t)n });
}

static const void *find(struct stage *s, struct str thing, const struct shape **shape)
{
    struct world *w = engine_world(s->engine);
    char digits[16];

    (void)snprintf(digits, sizeof(digits), "%.*s", (int)thing.len - 1, thing.at + 1);
    uint32_t n = (uint32_t)strtoul(digits, NULL, 10);

    switch (thing.at[0]) {
    case 'i':
        *shape = &incident_shape;
        return world_incident(w, (incident_id){ n });
    case 'r':
        *shape = &report_shape;
        return world_report(w, (report_id){ n });
    case 'a':
        *shape = &assignment_shape;
        return world_assignment(w, (assignment_id){ n });
    case 'u':
        *shape = &unit_shape;
        return world_unit(w, (unit_id){ n });
    case 'm':
        *shape = &alarm_shape;
        return world_alarm(w, (alarm_id){ n });
    default:
        *shape = &seat_shape;
        return world_seat(w, (seat_id){ n });
    }
}

/* "key=value" stands in the JSON as a word, an id, a number, a truth, or not at all: "key=". */
static bool word_shows(struct str json, struct str word)
{
    static const char *const forms[] = { "\"%.*s\":\"%.*s\"",
                                         "\"%.*s\":\"" SCENARIO_WORLD "-%.*s\"", "\"%.*s\":%.*s,",
                                         "\"%.*s\":%.*s}", "\"%.*s\":[\"%.*s\"" };
    const char *equals = memchr(word.at, '=', word.len);
    int key = equals != NULL ? (int)(equals - word.at) : (int)word.len;
    struct str value = { .at = word.at + key + 1,
                         .len = equals != NULL ? word.len - (size_t)key - 1 : 0 };
    char text[160];

    if (value.len == 0) {
        int n = snprintf(text, sizeof(text), "\"%.*s\":", key, word.at);

        return !contains(json, (struct str){ .at = text, .len = (size_t)n });
    }
    if (str_is(value, "yes")) {
        value = STR("true");
    }
    for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        int n = snprintf(text, sizeof(text), forms[k], key, word.at, (int)value.len, value.at);
#pragma GCC diagnostic pop

        if (contains(json, (struct str){ .at = text, .len = (size_t)n })) {
            return true;
        }
    }
    return false;
}

static bool words_show(struct stage *s, struct str thing, struct str words)
{
    static const struct json_out opt = { .world = { SCENARIO_WORLD, sizeof(SCENARIO_WORLD) - 1 },
                                         .privacy_max = TACTICAL };
    const struct shape *shape;
    const void *at = find(s, thing, &shape);
    struct str word;

    if (at == NULL) {
        return str_is(runner_word(&words), "gone");
    }
    buf_reset(&s->scratch);
    json_out_struct(&s->scratch, shape, at, &opt);
    while ((word = runner_word(&words)).len > 0) {
        if (!word_shows(buf_view(&s->scratch), word)) {
            return false;
        }
    }
    return true;
}

bool stage_shows(struct stage *s, struct str thing, struct str words)
{
    const char *bar = memchr(words.at, '|', words.len);
    size_t len = bar != NULL ? (size_t)(bar - words.at) : words.len;

    if (words_show(s, thing, (struct str){ .at = words.at, .len = len })) {
        return true;
    }
    return bar != NULL &&
           stage_shows(s, thing,
                       (struct str){ .at = words.at + len + 1, .len = words.len - len - 1 });
}

static void put_orders(struct stage *s, struct buf *b)
{
    const struct world *w = engine_world(s->engine);

    for (uint32_t u = 0; u <= w->unit_count; u++) {
        uint32_t k = 0;

        for (const struct assignment *a; (a = world_next_of_assignments(w, &k)) != NULL;) {
            if (a->unit.n == u) {
                buf_fmt(b, " u%u>i%u/%u:%s%s", u, a->incident.n, a->slot,
                        word_of(&assignment_status_words, a->status), a->active ? "*" : "");
            }
        }
    }
}

static void put_alarms(struct stage *s, struct buf *b)
{
    const struct world *w = engine_world(s->engine);

    for (uint32_t kind = 0; kind < ALARM_KIND_COUNT; kind++) {
        uint32_t k = 0;

        for (const struct alarm *m; (m = world_next_of_alarms(w, &k)) != NULL;) {
            if (m->kind == kind) {
                buf_fmt(b, " %s:i%u:u%u:%s", word_of(&alarm_kind_words, m->kind), m->incident.n,
                        m->unit.n, word_of(&alarm_state_words, m->state));
            }
        }
    }
}

void stage_put(struct stage *s, struct str thing, struct buf *b)
{
    const struct shape *shape;

    buf_str(b, thing);
    buf_char(b, ':');
    if (str_is(thing, "orders")) {
        put_orders(s, b);
    } else if (str_is(thing, "alarms")) {
        put_alarms(s, b);
    } else {
        const void *at = find(s, thing, &shape);

        buf_char(b, ' ');
        if (at != NULL) {
            render_entity(b, shape, at, START_US);
        } else {
            buf_text(b, "gone");
        }
    }
    buf_char(b, '\n');
}

void stage_around(struct stage *s, struct str thing, char out[STAGE_AROUND_SIZE])
{
    const struct shape *shape;
    const void *at = find(s, thing, &shape);
    char letter = 'i';
    uint32_t n = 0;

    if (at != NULL && thing.at[0] == 'a') {
        n = ((const struct assignment *)at)->incident.n;
    } else if (at != NULL && thing.at[0] == 'm') {
        n = ((const struct alarm *)at)->incident.n;
    } else if (at != NULL && thing.at[0] == 'i') {
        letter = 's';
        n = ((const struct incident *)at)->seat.n;
    } else if (at != NULL && thing.at[0] == 'r') {
        letter = 's';
        n = ((const struct report *)at)->seat.n;
    }
    out[0] = '\0';
    if (n != 0) {
        (void)snprintf(out, STAGE_AROUND_SIZE, "%c%u", letter, n);
    }
}
