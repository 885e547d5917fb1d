/* tocsin demo-setup: a city and the demo accounts, over the server's own interface. */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/model/command.h"
#include "tools/cli/cli.h"
#include "tools/sim/accounts.h"
#include "tools/sim/engine.h"
#include "tools/sim/town.h"
#include "tools/wire/http_client.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#define NAME "demo-setup"
#define ANSWER_S 30
#define PASSWORD_BYTES 15 /* 20 characters */
#define BATCH_MAX 50

static const char about[] =
    "Signs in as admin, loads the city and its plan unless they are there, makes the demo "
    "accounts\n"
    "with random passwords: for guests one a role (user name = role), for simulate a floor of\n"
    "people, station desks and one per unit. Writes them to the accounts file, readable by its\n"
    "owner only. A second run changes nothing.";

struct setup {
    const char *url, *password_file, *accounts_file, *city, *world;
    struct wire_address to;
    struct town town;
    struct cast cast;
    struct accounts accounts;
    char token[128];
    struct fault *fault;
    uint64_t made, kept;
};

/* One call; any status of `good` (up to two) is fine. The body is the caller's. */
static enum err call(struct setup *s, const char *method, const char *path, struct str body,
                     int good, int also, struct buf *answer)
{
    int status;
    const struct http_request r = {
        .method = method, .path = path, .token = s->token[0] != '\0' ? s->token : NULL, .body = body
    };

    for (int tries = 0;; tries++) {
        if (http_call(&s->to, &r, ANSWER_S, &status, answer, s->fault) != OK) {
            return s->fault->err;
        }
        if (status == good || status == also) {
            return OK;
        }
        if ((status != 429 && status != 503) || tries == 60) {
            break;
        }
        struct timespec pause = { .tv_nsec = 500000000 };

        (void)nanosleep(&pause, NULL);
        buf_fini(answer);
    }
    char detail[300];

    (void)snprintf(detail, sizeof(detail), "%s %s: status %d %.200s", method, path, status,
                   answer->len > 0 ? answer->at : "");
    return fault_set(s->fault, ERR_CONFLICT, "the server refused what the demo needs", detail,
                     NULL);
}

static enum err sign_in(struct setup *s)
{
    struct buf body;
    struct buf answer;
    struct str password;
    struct str token = { 0 };
    struct json_doc *doc;

    if (town_read(&s->town.arena, s->password_file, &password, s->fault) != OK) {
        return s->fault->err;
    }
    while (password.len > 0 && strchr("\r\n", password.at[password.len - 1]) != NULL) {
        password.len--;
    }
    buf_init(&body);
    buf_text(&body, "{\"username\":\"admin\",\"password\":");
    buf_json_str(&body, password);
    buf_char(&body, '}');
    enum err err = call(s, "POST", "/api/v1/sessions", buf_view(&body), 201, 201, &answer);

    if (err == OK && (err = json_doc_parse(buf_view(&answer), &doc, s->fault)) == OK) {
        if (!json_doc_str(doc, "token", &token) || token.len >= sizeof(s->token)) {
            err = fault_set(s->fault, ERR_MALFORMED, "the server gave no token", NULL, NULL);
        } else {
            memcpy(s->token, token.at, token.len);
        }
        json_doc_free(doc);
    }
    sodium_memzero(body.at, body.len);
    buf_fini(&body);
    buf_fini(&answer);
    return err;
}

/* {"id":…,"type":…,"data":…} */
static void put_command(struct setup *s, struct buf *b, const char *id, const struct command *c)
{
    const struct json_out opt = { .world = str_of(s->world),
                                  .privacy_max = TACTICAL,
                                  .canonical_command = true };

    buf_text(b, "{\"id\":");
    buf_json_str(b, str_of(id));
    buf_fmt(b, ",\"type\":\"%s\",\"data\":", command_infos[c->type].word);
    json_out_struct(b, command_infos[c->type].shape, &c->as, &opt);
    buf_char(b, '}');
}

/* The name the server's city has; empty: none is loaded. */
static enum err city_loaded(struct setup *s, bool *loaded)
{
    struct buf answer;
    struct json_doc *doc;
    struct str name = { 0 };
    enum err err = call(s, "GET", "/api/v1/city", (struct str){ 0 }, 200, 404, &answer);

    *loaded = false;
    if (err == OK && (err = json_doc_parse(buf_view(&answer), &doc, s->fault)) == OK) {
        const struct json_doc *city = json_doc_member(doc, "city");

        *loaded = json_doc_str(city != NULL ? city : doc, "name", &name) && name.len > 0;
        if (*loaded && !str_eq(name, s->town.city.name)) {
            char detail[160];

            (void)snprintf(detail, sizeof(detail), STR_FMT, STR_ARG(name));
            err = fault_set(s->fault, ERR_CONFLICT, "another city is loaded already", detail,
                            "begin anew with ./up --reset");
        }
        json_doc_free(doc);
    }
    buf_fini(&answer);
    return err;
}

/* Sends one command; the same id every time, so that a second run gets the first answer. */
static enum err send_one(struct setup *s, const char *what, const struct command *c)
{
    struct buf body;
    struct buf scratch;
    struct buf answer;
    uint8_t content[16];
    char id[64];
    char hex[9];

    buf_init(&scratch);
    engine_content(c, str_of(s->world), &scratch, content);
    (void)sodium_bin2hex(hex, sizeof(hex), content, 4);
    (void)snprintf(id, sizeof(id), "demo-%s-%s", what, hex);
    buf_init(&body);
    put_command(s, &body, id, c);
    enum err err = call(s, "POST", "/api/v1/commands", buf_view(&body), 200, 409, &answer);

    buf_fini(&body);
    buf_fini(&scratch);
    buf_fini(&answer);
    return err;
}

static enum err load_city(struct setup *s)
{
    struct command c = { .type = COMMAND_CITY_LOAD };
    struct command p = { .type = COMMAND_PLAN_ACTIVATE };
    bool loaded;

    c.as.city_load.city = s->town.city;
    p.as.plan_activate.plan = s->town.plan;
    if (city_loaded(s, &loaded) != OK || (!loaded && send_one(s, "city", &c) != OK)) {
        return s->fault->err;
    }
    return send_one(s, "plan", &p); /* refused when that version is active: fine */
}

static void put_user(struct setup *s, struct buf *b, const struct account *a)
{
    struct command c = { .type = COMMAND_USER_CREATE };
    struct str zone = a->zone;
    char id[64];

    c.as.user_create =
        (struct user_create){ .username = a->username, .role = a->role, .unit = { a->unit } };
    if (a->zone.len > 0) {
        c.as.user_create.zones = (struct list){ .at = &zone, .count = 1 };
    }
    (void)snprintf(id, sizeof(id), "demo-user-" STR_FMT, STR_ARG(a->username));
    put_command(s, b, id, &c);
}

/* Users in arrays of commands; one that exists already is refused and that is fine. */
static enum err make_users(struct setup *s)
{
    enum err err = OK;

    for (uint32_t i = 0; i < s->accounts.count && err == OK; i += BATCH_MAX) {
        struct buf body;
        struct buf answer;

        buf_init(&body);
        for (uint32_t k = i; k < i + BATCH_MAX && k < s->accounts.count; k++) {
            buf_char(&body, k == i ? '[' : ',');
            put_user(s, &body, &s->accounts.at[k]);
        }
        buf_char(&body, ']');
        err = call(s, "POST", "/api/v1/commands", buf_view(&body), 200, 207, &answer);
        buf_fini(&body);
        buf_fini(&answer);
    }
    return err;
}

static enum err set_password(struct setup *s, struct account *a)
{
    uint8_t bytes[PASSWORD_BYTES];
    char text[32];
    char path[96];
    char body[64];
    struct buf answer;

    randombytes_buf(bytes, sizeof(bytes));
    (void)sodium_bin2base64(text, sizeof(text), bytes, sizeof(bytes),
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    (void)snprintf(path, sizeof(path), "/api/v1/users/" STR_FMT "/password", STR_ARG(a->username));
    int n = snprintf(body, sizeof(body), "{\"password\":\"%s\"}", text);
    enum err err =
        call(s, "PUT", path, (struct str){ .at = body, .len = (size_t)n }, 204, 200, &answer);

    buf_fini(&answer);
    if (err == OK) {
        a->password = arena_str(&s->town.arena, str_of(text));
        s->made++;
    }
    return err;
}

/* Passwords of the file are kept; who has none gets one, and the file is written as we go. */
static enum err make_passwords(struct setup *s)
{
    struct accounts old = { 0 };
    struct fault none = { 0 };
    enum err err = OK;

    if (accounts_read(&s->town.arena, s->accounts_file, &old, &none) != OK) {
        old.count = 0;
    }
    for (uint32_t i = 0; i < s->accounts.count && err == OK; i++) {
        struct account *a = &s->accounts.at[i];
        const struct account *known = accounts_find(&old, a->username);

        if (known != NULL && known->password.len > 0) {
            a->password = known->password;
            s->kept++;
        } else {
            err = set_password(s, a);
        }
    }
    return err != OK ? err : accounts_write(s->accounts_file, &s->accounts, s->fault);
}

static enum err run(struct setup *s)
{
    if (town_load(&s->town, s->city, str_of(s->world), s->fault) != OK ||
        cast_choose(&s->town.arena, &s->town.city, &s->cast, s->fault) != OK ||
        accounts_plan(&s->town.arena, &s->town.city, &s->cast, &s->accounts, s->fault) != OK ||
        sign_in(s) != OK || load_city(s) != OK || make_users(s) != OK) {
        return s->fault->err;
    }
    return make_passwords(s);
}

int cli_demo_setup(int argc, char **argv)
{
    struct fault f = { 0 };
    struct setup s = { .world = "live", .fault = &f };
    bool json = false;
    const struct cli_option options[] = {
        { "--url", CLI_TEXT, &s.url, true, "server (http://host:port)" },
        { "--admin-password-file", CLI_TEXT, &s.password_file, true,
          "file with the password of admin" },
        { "--accounts", CLI_TEXT, &s.accounts_file, true, "accounts file to write" },
        { "--city", CLI_TEXT, &s.city, true, "city folder" },
        { "--world", CLI_TEXT, &s.world, false, "name of the server's world, live unless said" },
        { "--json", CLI_FLAG, &json, false, "print one JSON object" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);
    struct buf b;

    if (code != CLI_DONE || help) {
        return code;
    }
    if (!wire_address_read(s.url, &s.to)) {
        return cli_misused(NAME, "--url is \"%s\", expected http://host:port", s.url);
    }
    enum err err = run(&s);

    buf_init(&b);
    if (json) {
        buf_fmt(&b,
                "{\"accounts\":%u,\"passwords_made\":%" PRIu64 ",\"passwords_kept\":%" PRIu64 "}",
                s.accounts.count, s.made, s.kept);
    } else {
        buf_fmt(&b, "%u accounts (%" PRIu64 " new) in %s", s.accounts.count, s.made,
                s.accounts_file);
    }
    code = err == OK ? cli_print(NAME, &b) : cli_failed(NAME, &f);
    buf_fini(&b);
    town_free(&s.town);
    return code;
}
