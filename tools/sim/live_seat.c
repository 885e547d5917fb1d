/* Who takes part in a live simulation, and their connections. */
#include "tools/sim/live_state.h"
#include "tools/sim/virtual.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define RETRY_S 1
#define CLOSE_NOT_SIGNED_IN 4001

static void on_text(void *arg, struct ws_client *c, struct str text)
{
    struct desk_seat *s = arg;

    (void)c;
    live_on_text(s, text);
    if (live_is_watcher(s)) {
        live_act(s->live);
    }
}

static void put_topics(const struct desk_seat *s, struct buf *b)
{
    if (s->account->unit != 0) {
        buf_text(b, ",\"topics\":[\"incidents\",\"units\"]");
    } else if (live_is_watcher(s)) {
        buf_text(b,
                 ",\"topics\":[\"incidents\",\"units\",\"duty\",\"alarms\",\"roads\",\"stats\"]");
    } else { /* a console that is looked at */
        buf_text(b, ",\"topics\":[\"incidents\",\"units\",\"positions\",\"duty\",\"alarms\"]");
    }
}

static void on_open(void *arg, struct ws_client *c)
{
    struct desk_seat *s = arg;
    struct buf b;

    buf_init(&b);
    buf_text(&b, "{\"op\":\"hello\",\"token\":");
    buf_json_str(&b, str_of(s->token));
    put_topics(s, &b);
    if (s->hash[0] != '\0') {
        buf_fmt(&b,
                ",\"resume\":{\"world\":\"%s\",\"audience\":\"%s\",\"seq\":%" PRIu64
                ",\"hash\":\"%s\"}",
                s->world_id, s->audience, s->seq, s->hash);
    }
    buf_char(&b, '}');
    (void)ws_client_send(c, buf_view(&b));
    buf_fini(&b);
}

static void retry_soon(struct desk_seat *s)
{
    const struct timeval tv = { .tv_sec = RETRY_S };

    (void)event_add(s->retry, &tv);
}

static void on_close(void *arg, struct ws_client *c, uint16_t code, struct str reason)
{
    struct desk_seat *s = arg;

    s->welcome = false;
    s->ws = NULL;
    s->gone = c;
    if (s->live->stop || !s->wanted) {
        return;
    }
    s->live->result->reconnects++;
    (void)fprintf(stderr, "simulate: " STR_FMT " lost its connection (%u " STR_FMT ")\n",
                  STR_ARG(s->account->username), code, STR_ARG(reason));
    if (code == CLOSE_NOT_SIGNED_IN) { /* the session is over: a new one */
        s->token[0] = '\0';
    }
    retry_soon(s);
}

static void connect_seat(struct desk_seat *s)
{
    const struct ws_client_opts o = { .base = s->live->base,
                                      .to = s->live->opts->to,
                                      .path = "/ws",
                                      .protocol = "tocsin.v1",
                                      .arg = s,
                                      .on_open = on_open,
                                      .on_text = on_text,
                                      .on_close = on_close };

    s->ws = ws_client_new(&o);
    if (s->ws == NULL) {
        retry_soon(s);
    }
}

void live_seat_up(struct desk_seat *s)
{
    s->wanted = true;
    if (s->ws != NULL || s->account->role == ROLE_INTAKE) {
        return;
    }
    if (s->token[0] == '\0') {
        live_errand(s, false);
    } else {
        connect_seat(s);
    }
}

void live_seat_down(struct desk_seat *s)
{
    s->wanted = false;
    s->welcome = false;
    (void)event_del(s->retry);
    ws_client_free(s->gone);
    ws_client_free(s->ws);
    s->gone = s->ws = NULL;
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
    struct desk_seat *s = arg;

    (void)fd;
    (void)what;
    ws_client_free(s->gone);
    s->gone = NULL;
    if (s->wanted) {
        live_seat_up(s);
    }
}

void live_connect(struct live *l)
{
    l->connected = true;
    l->result->signed_in_us = live_mono_us() - l->began_us;
    for (uint32_t i = 0; i < l->seat_count; i++) {
        if (l->seats[i].token[0] != '\0') {
            live_seat_up(&l->seats[i]);
        }
    }
}

/* People come, go home, and have consoles that die. */
void live_console(void *arg, struct str person, enum agents_console what)
{
    struct desk_seat *s = live_seat_of(arg, person);

    if (s == NULL) {
        return;
    }
    if (what == CONSOLE_COMES) {
        live_seat_up(s);
        return;
    }
    live_seat_down(s);
    live_give_back(s);
    if (what == CONSOLE_SIGNS_OUT && s->token[0] != '\0') {
        live_errand(s, true);
        s->hash[0] = '\0'; /* another session begins with another picture */
    }
}

void live_link(void *arg, uint32_t unit, bool up)
{
    struct live *l = arg;
    char name[AGENTS_NAME_SIZE];
    struct desk_seat *s = live_seat_of(l, agents_unit_name(unit, name));

    if (s == NULL) {
        return;
    }
    s->cut = !up;
    if (up) {
        live_seat_up(s);
    } else {
        l->result->cuts++;
        live_seat_down(s);
    }
}

static bool is_person(const struct desk_seat *s)
{
    char name[AGENTS_NAME_SIZE];

    for (uint32_t k = 0; k < 2 * CAST_POSTS; k++) {
        if (str_eq(s->account->username, agents_person_name(k, name))) {
            return true;
        }
    }
    return false;
}

static void take_part(struct live *l, struct str name)
{
    l->seats[l->seat_count].account = accounts_find(l->opts->accounts, name);
    l->seat_count += l->seats[l->seat_count].account != NULL ? 1 : 0;
}

/* The floor: who watches (and signs crews off that do not answer) comes first. */
static bool add_floor(struct live *l)
{
    const struct cast *cast = l->opts->cast;
    char name[CAST_NAME_SIZE];
    uint32_t most = 2 + CAST_TAKERS + cast->desk_count + 2 * CAST_POSTS;

    take_part(l, STR("duty_officer"));
    take_part(l, STR("intake"));
    for (uint32_t k = 0; k < CAST_TAKERS; k++) {
        take_part(l, cast_taker_name(k, name));
    }
    for (uint32_t k = 0; k < cast->desk_count; k++) {
        take_part(l, cast_desk_name(k, name));
    }
    for (uint32_t k = 0; k < 2 * CAST_POSTS; k++) {
        take_part(l, agents_person_name(k, name));
    }
    return l->seat_count == most;
}

/* One operator and one commander for everything, as benches need it. */
static bool add_two(struct live *l)
{
    static const char *const names[] = { "operator", "commander", "intake" };

    for (uint32_t i = 0; i < 3; i++) {
        take_part(l, str_of(names[i]));
    }
    return l->seat_count == 3;
}

bool live_make_seats(struct live *l)
{
    const struct town *t = l->opts->town;
    char name[AGENTS_NAME_SIZE];
    uint32_t most = 2 + CAST_TAKERS + CAST_DESKS_MAX + 2 * CAST_POSTS + t->city.units.count;

    l->seats = calloc(most, sizeof(*l->seats));
    if (l->seats == NULL || !(l->opts->cast != NULL ? add_floor(l) : add_two(l))) {
        return false;
    }
    for (uint32_t u = 1; u <= t->city.units.count; u++) {
        if (l->opts->cast == NULL || u != l->opts->cast->guest_unit) {
            take_part(l, agents_unit_name(u, name));
        }
    }
    for (uint32_t i = 0; i < l->seat_count; i++) {
        struct desk_seat *s = &l->seats[i];

        s->live = l;
        s->retry = evtimer_new(l->base, on_retry, s);
        if (l->opts->cast == NULL || !is_person(s)) { /* people come when their turn is */
            live_errand(s, false);
        }
    }
    return l->seats[l->seat_count - 1].account->unit != 0;
}
