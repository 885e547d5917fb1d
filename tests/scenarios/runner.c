#include "tests/scenarios/runner.h"

#include "dispatch/codec/json_in.h"
#include "tests/scenarios/render.h"
#include "tools/sim/virtual.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define START_US INT64_C(1798934400000000) /* 2027-01-03T00:00:00Z: Sunday, 08:00 in China */

static void wrong(struct runner *r, const char *what, struct str detail)
{
    (void)printf("%s:%u: %s" STR_FMT "\n", r->path, r->line, what, STR_ARG(detail));
    r->failed++;
}

static void put_line(struct runner *r, struct str line)
{
    buf_str(&r->out, line);
    buf_char(&r->out, '\n');
}

/* What the last action must be followed by in the file. */
static void expect_events(struct runner *r)
{
    const struct decision *d = engine_decision(r->engine);

    for (uint32_t i = 0; i < d->count; i++) {
        buf_text(&r->expected, "= ");
        render_event(&r->expected, &d->events[i], r->start_us);
        buf_char(&r->expected, '\n');
    }
}

static void expect_refusal(struct runner *r, const struct command *c)
{
    const struct decision *d = engine_decision(r->engine);

    if (d->repeated) {
        buf_fmt(&r->expected, "= again seq=%" PRIu64 "\n", d->seq);
        return;
    }
    if (d->refusal == REFUSED_NOT) {
        buf_text(&r->expected, "= nothing\n");
        return;
    }
    buf_text(&r->expected, "! ");
    buf_text(&r->expected, refusal_infos[d->refusal].code);
    if (d->field != NULL) {
        buf_fmt(&r->expected, " field=%s", d->field);
    }
    if (d->fault.err != OK) {
        buf_fmt(&r->expected, " (%s)", d->fault.primary);
    }
    buf_char(&r->expected, '\n');
    r->met[c->type][d->refusal] = true;
}

static bool admin_does(struct runner *r, struct command *c)
{
    char id[24];
    int n = snprintf(id, sizeof(id), "setup-%u", ++r->next_id);

    c->id = (struct str){ .at = id, .len = (size_t)n };
    c->principal = STR("admin");
    return engine_do(r->engine, c);
}

static void make_user(struct runner *r, struct str name, enum role role, uint32_t unit,
                      struct list zones)
{
    struct command c = { .type = COMMAND_USER_CREATE };

    c.as.user_create = (struct user_create){
        .username = name, .role = (uint8_t)role, .unit = { unit }, .zones = zones
    };
    bool made = admin_does(r, &c);

    must(made);
}

/* City, plan, the accounts of a demo, one per unit, and an operator of one district only. */
static void set_up(struct runner *r)
{
    struct command city = { .type = COMMAND_CITY_LOAD };
    struct command plan = { .type = COMMAND_PLAN_ACTIVATE };
    char name[AGENTS_NAME_SIZE];
    struct str zone = STR("B");

    city.as.city_load.city = r->town->city;
    plan.as.plan_activate.plan = r->town->plan;
    bool done = admin_does(r, &city) && admin_does(r, &plan);

    must(done);
    for (uint32_t i = 0; i < town_account_count; i++) {
        make_user(r, str_of(town_accounts[i].name), town_accounts[i].role, 0, (struct list){ 0 });
    }
    for (uint32_t i = 1; i <= r->town->city.units.count; i++) {
        make_user(r, agents_unit_name(i, name), ROLE_UNIT, i, (struct list){ 0 });
    }
    make_user(r, STR("operator_b"), ROLE_OPERATOR, 0, (struct list){ .at = &zone, .count = 1 });
    make_user(r, STR("desk_b"), ROLE_STATION_DESK, 0, (struct list){ .at = &zone, .count = 1 });
}

/* The engine is made at the first mark, when the limits are known. */
static void begin(struct runner *r)
{
    if (r->engine != NULL) {
        return;
    }
    const struct engine_opts o = { .world = STR(SCENARIO_WORLD),
                                   .limits = r->limits,
                                   .seed = 1,
                                   .start_us = START_US,
                                   .digesting = true,
                                   .on_row = rows_take,
                                   .arg = r->rows = rows_new(&r->limits) };

    r->engine = engine_new(&o);
    must(r->engine != NULL);
    r->start_us = START_US;
    if (!r->empty) {
        engine_begin(r->engine);
        set_up(r);
    }
}

static void set_limit(struct runner *r, struct str name, uint32_t n)
{
    struct world_limits *l = &r->limits;
    const struct {
        const char *name;
        uint32_t *at;
    } names[] = { { "incidents", &l->incidents },
                  { "reports", &l->reports },
                  { "assignments", &l->assignments },
                  { "users", &l->users },
                  { "alarms", &l->alarms },
                  { "zones", &l->zones },
                  { "roads", &l->roads } };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_is(name, names[i].name)) {
            *names[i].at = n;
            return;
        }
    }
    wrong(r, "no such limit: ", name);
}

/* "cover calls=512 u1=131072": what coverage says from here on. */
static void set_cover(struct runner *r, struct str rest)
{
    struct str word;

    begin(r);
    while ((word = runner_word(&rest)).len > 0) {
        const char *equals = memchr(word.at, '=', word.len);
        uint32_t n = equals != NULL ? (uint32_t)strtoul(equals + 1, NULL, 10) : 0;

        if (equals == NULL) {
            wrong(r, "expected calls=N or u1=N: ", word);
        } else if (word.at[0] == 'u') {
            engine_stake(r->engine, (uint32_t)strtoul(word.at + 1, NULL, 10), n);
        } else {
            engine_cover(r->engine, n);
        }
    }
}

static void directive(struct runner *r, struct str line)
{
    struct str rest = line;
    struct str word = runner_word(&rest);

    if (str_is(word, "empty")) {
        r->empty = true;
    } else if (str_is(word, "limits")) {
        while ((word = runner_word(&rest)).len > 0) {
            const char *equals = memchr(word.at, '=', word.len);

            if (equals == NULL) {
                wrong(r, "expected NAME=N: ", word);
                return;
            }
            set_limit(r, (struct str){ .at = word.at, .len = (size_t)(equals - word.at) },
                      (uint32_t)strtoul(equals + 1, NULL, 10));
        }
    } else if (str_is(word, "cover")) {
        set_cover(r, rest);
    } else if (str_is(word, "place") && r->place_count < PLACES_MAX) {
        char text[80];

        (void)snprintf(text, sizeof(text), STR_FMT, STR_ARG(rest));
        if (sscanf(text, "%15s %15s %15s", r->places[r->place_count].name,
                   r->places[r->place_count].lon, r->places[r->place_count].lat) == 3) {
            r->place_count++;
        } else {
            wrong(r, "expected: place NAME LON LAT", (struct str){ 0 });
        }
    } else {
        wrong(r, "expected a mark or a directive: ", line);
    }
}

/* unit.position is no command: it only tells where a unit is. */
static void position(struct runner *r, const struct json_doc *doc)
{
    const struct json_doc *place = json_doc_member(doc, "place");
    struct fix fix = { .fix_at = engine_now(r->engine),
                       .heading = UINT16_MAX,
                       .speed_kmh = UINT16_MAX };
    struct str unit;
    bool good = json_doc_str(doc, "unit", &unit) && unit.len > 3 && place != NULL &&
                json_doc_value_deg(json_doc_member(place, "lon"), &fix.at.lon_e7) &&
                json_doc_value_deg(json_doc_member(place, "lat"), &fix.at.lat_e7);

    if (!good) {
        wrong(r, "expected: unit.position unit=u1 place=@a", (struct str){ 0 });
        return;
    }
    engine_fix(r->engine, (uint32_t)strtoul(unit.at + 3, NULL, 10), &fix);
}

static void set_expect(struct command *c, struct str expect)
{
    const char *colon = expect.len > 2 ? memchr(expect.at, ':', expect.len) : NULL;

    if (colon != NULL) {
        c->expect_incident.n = (uint32_t)strtoul(expect.at + 1, NULL, 10);
        c->expect_rev = (uint32_t)strtoul(colon + 1, NULL, 10);
    }
}

/* The command's struct from its JSON, through the door's own reader. */
static bool read_command(struct runner *r, const struct json_doc *doc, struct command *c)
{
    const struct json_in in = { .world = STR(SCENARIO_WORLD),
                                .arena = engine_arena(r->engine),
                                .random = engine_random,
                                .random_arg = r->engine };
    struct fault f = { 0 };
    char line[800];

    if (json_in_struct_with(command_infos[c->type].shape, doc, &in, &c->as, &f) != OK) {
        wrong(r, "the door refuses: ", str_of(fault_line(&f, line, sizeof(line))));
        return false;
    }
    return true;
}

/* Outside a scenario the rows of the log tell it. */
static void remember(struct runner *r)
{
    uint32_t k = 0;

    for (const struct incident *i;
         (i = world_next_of_incidents(engine_world(r->engine), &k)) != NULL;) {
        if (i->id.n < PAST_MAX) {
            r->past[i->id.n] = *i;
        }
    }
}

/* The same of numbers of paper, as a server asks its log. */
static enum number_past number_past(const struct runner *r, struct number n)
{
    for (uint32_t k = 1; k < PAST_MAX; k++) {
        if (r->past[k].number.date == n.date && r->past[k].number.count == n.count) {
            return NUMBER_TAKEN;
        }
    }
    return NUMBER_FREE;
}

static void do_command(struct runner *r, struct command *c, struct str id)
{
    if (c->type == COMMAND_PAPER_ENTER) {
        c->number_past = (uint8_t)number_past(r, c->as.paper_enter.number);
    }
    if (c->type == COMMAND_INCIDENT_REOPEN && c->as.incident_reopen.incident.n < PAST_MAX) {
        c->past = &r->past[c->as.incident_reopen.incident.n];
    }
    char own[24];
    int n = snprintf(own, sizeof(own), "c-%u", ++r->next_id);

    c->id = id.len > 0 ? id : (struct str){ .at = own, .len = (size_t)n };
    if (str_is(c->principal, "system")) {
        c->id = (struct str){ 0 };
    }
    if (engine_do(r->engine, c)) {
        expect_events(r);
    } else {
        expect_refusal(r, c);
    }
    remember(r);
}

/* "> round": all that waits is assigned together; each row of it tells its events. */
static void round_of_all(struct runner *r)
{
    bool any = false;

    begin(r);
    engine_join(r->engine);
    while (engine_join_next(r->engine)) {
        expect_events(r);
        any = true;
    }
    if (!any) {
        buf_text(&r->expected, "= nothing\n");
    }
}

static void command(struct runner *r, struct str rest)
{
    struct command c = { .principal = runner_word(&rest) };
    struct str word = runner_word(&rest);
    struct str id = { 0 };
    struct str expect = { 0 };
    struct json_doc *doc = NULL;
    struct buf json;
    struct fault f;

    if (str_is(c.principal, "round")) {
        round_of_all(r);
        return;
    }
    c.type = command_find(word);
    buf_init(&json);
    engine_at(r->engine, engine_now(r->engine));
    if (c.type == COMMAND_NONE && !str_is(word, "unit.position")) {
        wrong(r, "no such command: ", word);
    } else if (!runner_data(r, rest, &json, &id, &expect) ||
               json_doc_parse(buf_view(&json), &doc, &f) != OK) {
        wrong(r, "not key=value: ", rest);
    } else if (c.type == COMMAND_NONE) {
        position(r, doc);
    } else if (read_command(r, doc, &c)) {
        set_expect(&c, expect);
        do_command(r, &c, id);
    }
    if (doc != NULL) {
        json_doc_free(doc);
    }
    buf_fini(&json);
}

/* Time passes; what falls due on the way happens at its instant. */
static void pass(struct runner *r, struct str rest)
{
    int64_t us;
    struct str word = runner_word(&rest);

    if (!runner_duration(word, &us)) {
        wrong(r, "not a duration: ", word);
        return;
    }
    int64_t until = engine_now(r->engine) + us;

    for (;;) {
        int64_t due = engine_due(r->engine);

        if (due == 0 || due > until) {
            break;
        }
        engine_at(r->engine, due);
        if (!engine_tick(r->engine)) {
            wrong(r, "something is due, yet a tick does nothing", (struct str){ 0 });
            break;
        }
        buf_text(&r->expected, "= at +");
        render_duration(&r->expected, engine_now(r->engine) - r->start_us);
        buf_char(&r->expected, '\n');
        expect_events(r);
    }
    engine_at(r->engine, until);
}

static bool render_thing(struct runner *r, struct str name, struct buf *b)
{
    struct world *w = engine_world(r->engine);
    uint32_t n = (uint32_t)strtoul(name.at + 1, NULL, 10);
    const void *thing = NULL;
    const struct shape *shape = NULL;

    if (name.at[0] == 'i') {
        thing = world_incident(w, (incident_id){ n });
        shape = &incident_shape;
    } else if (name.at[0] == 'r') {
        thing = world_report(w, (report_id){ n });
        shape = &report_shape;
    } else if (name.at[0] == 'a') {
        thing = world_assignment(w, (assignment_id){ n });
        shape = &assignment_shape;
    } else if (name.at[0] == 'u') {
        thing = world_unit(w, (unit_id){ n });
        shape = &unit_shape;
    } else if (name.at[0] == 's') {
        thing = world_seat(w, (seat_id){ n });
        shape = &seat_shape;
    } else {
        return false;
    }
    if (thing == NULL) {
        buf_text(b, " gone");
    } else {
        render_entity(b, shape, thing, r->start_us);
    }
    return true;
}

static void render_alarms(struct runner *r, struct buf *b)
{
    struct world *w = engine_world(r->engine);
    uint32_t k = 0;

    for (const struct alarm *a; (a = world_next_of_alarms(w, &k)) != NULL;) {
        buf_fmt(b, " %s", word_of(&alarm_kind_words, a->kind));
        if (a->assignment.n != 0) {
            buf_fmt(b, ":a%u", a->assignment.n);
        } else if (a->incident.n != 0) {
            buf_fmt(b, ":i%u", a->incident.n);
        } else if (a->report.n != 0) {
            buf_fmt(b, ":r%u", a->report.n);
        } else if (a->unit.n != 0) {
            buf_fmt(b, ":u%u", a->unit.n);
        } else if (a->about.n != 0) {
            buf_fmt(b, ":s%u", a->about.n);
        }
        if (a->state != ALARM_STANDING) {
            buf_fmt(b, "(%s)", word_of(&alarm_state_words, a->state));
        }
        if (a->person.len > 0) {
            buf_fmt(b, "/" STR_FMT, STR_ARG(text_str(&a->person)));
        }
    }
}

/* A state line: the author names the thing, the rest must be what it is. */
static void state(struct runner *r, struct str line)
{
    struct str rest = { .at = line.at + 1, .len = line.len - 1 };
    struct str name = runner_word(&rest);
    struct buf b;

    buf_init(&b);
    buf_text(&b, "? ");
    buf_str(&b, name);
    if (str_is(name, "alarms")) {
        render_alarms(r, &b);
    } else if (str_is(name, "timeline")) {
        struct str of = runner_word(&rest);

        buf_char(&b, ' ');
        buf_str(&b, of);
        rows_timeline(r->rows, (uint32_t)strtoul(of.at + 1, NULL, 10), r->start_us, &b);
    } else if (str_is(name, "stats")) {
        render_stats(&b, engine_world(r->engine), engine_arena(r->engine));
    } else if (str_is(name, "due")) {
        buf_char(&b, ' ');
        int64_t due = engine_due(r->engine);

        if (due == 0) {
            buf_text(&b, "never");
        } else {
            buf_char(&b, '+');
            render_duration(&b, due - r->start_us);
        }
    } else if (name.len < 2 || !render_thing(r, name, &b)) {
        wrong(r, "no such thing: ", name);
    }
    if (!str_eq(buf_view(&b), line)) {
        wrong(r, "expected ", line);
        wrong(r, "got      ", buf_view(&b));
    }
    put_line(r, buf_view(&b));
    buf_fini(&b);
}

/* The = and ! lines of the file after an action, held against what happened. */
static void settle(struct runner *r, struct str *text)
{
    struct str expected = buf_view(&r->expected);

    buf_str(&r->out, expected);
    while (text->len > 0 && (text->at[0] == '=' || text->at[0] == '!')) {
        const char *end = memchr(text->at, '\n', text->len);
        size_t len = end != NULL ? (size_t)(end - text->at) : text->len;
        const char *next = expected.len > 0 ? memchr(expected.at, '\n', expected.len) : NULL;
        struct str got = { .at = expected.at,
                           .len = next != NULL ? (size_t)(next - expected.at) : 0 };
        struct str line = { .at = text->at, .len = len };

        r->line++;
        if (!str_eq(line, got)) {
            wrong(r, "expected ", line);
            wrong(r, "got      ", got);
        }
        if (next != NULL) {
            expected.at += got.len + 1;
            expected.len -= got.len + 1;
        }
        text->at += len + (end != NULL ? 1 : 0);
        text->len -= len + (end != NULL ? 1 : 0);
    }
    if (expected.len > 0) {
        wrong(r, "this happened besides:\n", expected);
    }
    buf_reset(&r->expected);
}

static void mark(struct runner *r, struct str line)
{
    struct str rest = { .at = line.at + 1, .len = line.len - 1 };

    begin(r);
    if (line.at[0] == '?') {
        state(r, line);
        return;
    }
    put_line(r, line);
    if (line.at[0] == '>') {
        command(r, rest);
    } else if (line.at[0] == '+') {
        pass(r, rest);
    } else {
        wrong(r, "nothing happened before this", line);
    }
}

/* The process dies and another one begins: what it knows is what the rows say. */
static void crash(struct runner *r)
{
    if (!rows_agree(r->rows, engine_world(r->engine))) {
        wrong(r, "the rows make another world", (struct str){ 0 });
    }
}

static void end(struct runner *r)
{
    if (r->engine == NULL) {
        return;
    }
    struct digest kept = digest_kept(engine_world(r->engine));
    struct digest computed = digest_computed(engine_world(r->engine));

    if (kept.lane[0] != computed.lane[0] || kept.lane[1] != computed.lane[1]) {
        wrong(r, "the digest that was kept is not the one computed from nothing",
              (struct str){ 0 });
    }
    crash(r);
}

void runner_run(struct runner *r, struct str text)
{
    r->limits = engine_limits();
    /* A scenario needs little, and hundreds of worlds are made. */
    r->limits.command_ids = 4096;
    buf_init(&r->out);
    buf_init(&r->expected);
    while (text.len > 0) {
        const char *newline = memchr(text.at, '\n', text.len);
        size_t len = newline != NULL ? (size_t)(newline - text.at) : text.len;
        struct str line = { .at = text.at, .len = len };

        r->line++;
        text.at += len + (newline != NULL ? 1 : 0);
        text.len -= len + (newline != NULL ? 1 : 0);
        if (line.len == 0 || line.at[0] == '#') {
            put_line(r, line);
        } else if (memchr(">=!?+", line.at[0], 5) != NULL) {
            mark(r, line);
            settle(r, &text);
        } else {
            put_line(r, line);
            if (str_is(line, "crash")) {
                crash(r);
            } else {
                directive(r, line);
            }
        }
    }
    end(r);
}

void runner_free(struct runner *r)
{
    engine_free(r->engine);
    rows_free(r->rows);
    buf_fini(&r->out);
    buf_fini(&r->expected);
}
