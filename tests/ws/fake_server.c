/* A gateway with a world of cardboard behind it: the other end of every door queue is played here by a script that comes
 * in on stdin, one JSON object a line; answers to it go out on stdout. tests/ws/test_gateway drives it.
 *
 *   fake_server [name=value …]   settings of base/params.def; prints {"port":N}
 *
 * {"do":"user","name","user","role","audience","zones","unit","rights_seq"}   zones as a decimal bit set
 * {"do":"row","entries":[{"audience","topics","any","also","none","to","text"}],"rights":USER}    → {"seq":N}
 * {"do":"burst","rows","bytes","pause_us"} · {"do":"positions","units":[[unit,lon_e7,lat_e7,"zones"],…]}
 * {"do":"set","answer_first","ready","snapshot_bytes","hold"} · {"do":"release"} · {"do":"end","session":NAME}
 * {"do":"count"} → {"fixes","commands","reads","last"} */
#include "dispatch/codec/json_in.h"
#include "dispatch/codec/pack.h"
#include "dispatch/model/command.h"
#include "dispatch/model/refusal.h"
#include "ws/gateway.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define USERS_MAX 64
#define IDS_MAX 4096
#define GATEWAYS_MAX 4

struct fake_user {
    char name[32];
    struct door_rights rights;
};

struct fake_id {
    char id[65];
    uint64_t seq;
};

struct fake {
    struct conf conf;
    struct gateway *gateways[GATEWAYS_MAX];
    struct door doors[GATEWAYS_MAX];
    unsigned count;
    unsigned next_gateway;
    struct ring *ring;
    int wake_fd;
    int listen_fd;
    uint64_t seq;
    struct fake_user users[USERS_MAX];
    size_t user_count;
    struct fake_id ids[IDS_MAX];
    size_t id_count;
    uint64_t fixes, commands, reads;
    struct door_fix last;
    bool answer_first;
    bool hold;
    size_t snapshot_bytes;
    struct buf held; /* answers: length, gateway, bytes */
};

static void poke(int fd)
{
    uint64_t one = 1;

    must(write(fd, &one, sizeof(one)) == sizeof(one));
}

static void push(struct door_way *way, const void *head, size_t head_len, const void *rest, size_t rest_len)
{
    char *at = queue_reserve(way->queue, head_len + rest_len);

    must(at != NULL);
    memcpy(at, head, head_len);
    if (rest_len != 0) {
        memcpy(at + head_len, rest, rest_len);
    }
    if (queue_commit(way->queue)) {
        poke(way->wake_fd);
    }
}

/* The hash of a row is made of its seq, so that tests can tell. */
static void hash_of(uint64_t seq, uint8_t hash8[8])
{
    uint64_t h = hash_mix(seq + 1);

    memcpy(hash8, &h, sizeof(h));
}

static void put(struct fake *k, const struct ring_tags *tags, const char *at, size_t len)
{
    while (!ring_put(k->ring, tags, at, len)) {
        ring_publish(k->ring);
        ring_wait(k->ring, 100);
    }
}

static void put_row(struct fake *k)
{
    struct ring_tags tags = { .seq = k->seq, .kind = RING_ROW, .epoch = 1, .at_us = INT64_C(1764000000000000) };

    hash_of(k->seq, tags.hash8);
    put(k, &tags, NULL, 0);
}

static const struct fake_user *user_find(const struct fake *k, struct str name)
{
    for (size_t i = 0; i < k->user_count; i++) {
        if (str_is(name, k->users[i].name)) {
            return &k->users[i];
        }
    }
    return NULL;
}

static void read_done(struct fake *k, struct door_way *way, const struct door_read_ask *ask, struct str principal,
                      enum err err, struct str body, bool more)
{
    struct door_read_done d = { .kind = DOOR_READ_DONE, .err = err, .request = ask->request, .seq = k->seq,
                                .epoch = 1, .len = (uint32_t)body.len, .more = more };
    const struct fake_user *u = user_find(k, principal);

    if (u != NULL) {
        d.rights = u->rights;
    }
    hash_of(k->seq, d.hash8);
    push(way, &d, sizeof(d), body.at, body.len);
}

static void on_snapshot(struct fake *k, struct door_way *way, const struct door_read_ask *ask, struct str principal,
                        struct str query)
{
    size_t left = k->snapshot_bytes;
    char *fill = malloc(65536);
    struct buf b;

    memset(fill, 'x', 65536);
    buf_init(&b);
    buf_text(&b, "{\"query\":");
    buf_json_str(&b, query);
    buf_text(&b, ",\"fill\":\"");
    while (left > 0) {
        size_t piece = left < 65536 ? left : 65536;

        buf_add(&b, fill, piece);
        read_done(k, way, ask, principal, OK, buf_view(&b), true);
        buf_reset(&b);
        left -= piece;
    }
    buf_text(&b, "\"}");
    read_done(k, way, ask, principal, OK, buf_view(&b), false);
    buf_fini(&b);
    free(fill);
}

static void on_read(struct fake *k, struct door_way *way, const struct door_read_ask *ask)
{
    const char *at = (const char *)(ask + 1);
    struct str principal = { at, ask->principal_len };
    struct str query = { at + ask->principal_len, ask->query_len };
    const struct fake_user *u = user_find(k, principal);
    struct buf b;

    k->reads++;
    buf_init(&b);
    if (ask->what == READ_METRICS) {
        read_done(k, way, ask, principal, OK, STR("fake_metric 1\n"), false);
    } else if (u == NULL || u->rights.user == 0) {
        read_done(k, way, ask, principal, ERR_UNSIGNED, STR("no such user"), false);
    } else if (ask->what == READ_SNAPSHOT) {
        on_snapshot(k, way, ask, principal, query);
    } else if (ask->what == READ_RIGHTS) {
        buf_fmt(&b, "{\"role\":\"%s\",\"zones\":[\"all\"]}", word_of(&role_words, u->rights.role));
        read_done(k, way, ask, principal, OK, buf_view(&b), false);
    } else if (ask->what == READ_INCIDENT && ask->number == 404) {
        read_done(k, way, ask, principal, ERR_NOT_FOUND, STR("there is no such incident\nlook again"), false);
    } else if (ask->what == READ_PROTECTED_REFS) {
        read_done(k, way, ask, principal, OK, STR("live-i7 report.live-r3.narrative=17:00"), false);
    } else if (ask->what == READ_ROW) {
        buf_fmt(&b, "[{\"seq\":%llu,\"n\":0,\"kind\":\"report.received\",\"data\":{\"report\":{\"id\":\"live-r9\","
                    "\"incident\":\"live-i8\",\"number\":\"20261123-000417\"}}},{\"kind\":\"incident.tiered\","
                    "\"data\":{\"incident\":\"live-i8\",\"tier\":2}}]", (unsigned long long)ask->number);
        read_done(k, way, ask, principal, OK, buf_view(&b), false);
    } else if (ask->what == READ_EVENTS) {
        for (int i = 0; i < 3; i++) {
            buf_reset(&b);
            buf_fmt(&b, ask->ndjson ? "{\"part\":%d}\n" : i == 0 ? "[%d" : i == 1 ? ",%d" : ",%d]", i);
            read_done(k, way, ask, principal, OK, buf_view(&b), i < 2);
        }
    } else {
        buf_fmt(&b, "{\"what\":%u,\"number\":%llu,\"min_seq\":%llu,\"geojson\":%u,\"query\":", ask->what,
                (unsigned long long)ask->number, (unsigned long long)ask->min_seq, ask->geojson);
        buf_json_str(&b, query);
        buf_char(&b, '}');
        read_done(k, way, ask, principal, OK, buf_view(&b), false);
    }
    buf_fini(&b);
}

static void on_auth(struct fake *k, struct door_way *way, const struct door_auth_ask *ask)
{
    const char *at = (const char *)(ask + 1);
    struct str s[3];
    struct door_auth_done d = { .kind = DOOR_AUTH_DONE, .request = ask->request };
    char text[256];
    struct buf b;
    struct str user = STR("");
    struct str rest = STR("");

    for (int i = 0; i < 3; i++) {
        s[i] = (struct str){ at, ask->len[i] };
        at += ask->len[i];
    }
    buf_fixed(&b, text, sizeof(text));
    d.expires_us = INT64_C(4102444800000000);
    if (ask->what == AUTH_CHECK && s[0].len > 4 && memcmp(s[0].at, "tok-", 4) == 0) {
        user = (struct str){ s[0].at + 4, s[0].len - 4 };
    } else if (ask->what == AUTH_SIGN_IN && str_is(s[1], "right")) {
        user = s[0];
        buf_text(&b, "tok-");
        buf_str(&b, s[0]);
        rest = buf_view(&b);
    } else if (ask->what == AUTH_PROTECTED) {
        buf_text(&b, "{\"purpose\":");
        buf_json_str(&b, s[1]);
        buf_text(&b, ",\"line\":");
        buf_json_str(&b, s[2]);
        buf_char(&b, '}');
        rest = buf_view(&b);
    } else if (ask->what == AUTH_CHECK || ask->what == AUTH_SIGN_IN) {
        d.err = ask->what == AUTH_SIGN_IN && str_is(s[1], "slow") ? ERR_TOO_MANY : ERR_UNSIGNED;
        d.retry_after_s = 7;
        rest = STR("wrong name or password\ntry again");
    }
    memcpy(d.session, user.at != NULL ? user.at : "", user.len < 16 ? user.len : 16);
    d.user_len = (uint32_t)user.len;
    d.len = (uint32_t)rest.len;
    buf_init(&b);
    buf_str(&b, user);
    buf_str(&b, rest);
    push(way, &d, sizeof(d), b.at, b.len);
    buf_fini(&b);
    (void)k;
}

/* What the answer to a command is, by its type: report.link is refused, report.unlink finds the log away, every other is
 * accepted; the same id again is a repetition. */
static struct door_answer decide(struct fake *k, const struct door_command *c, struct str id, bool *accepted)
{
    struct door_answer a = { .kind = DOOR_ANSWER, .request = c->request };

    *accepted = false;
    a.seq = k->seq;
    if (c->type == COMMAND_REPORT_LINK) {
        a.outcome = DOOR_REFUSED;
        a.refusal = REFUSED_NO_SUCH_REPORT;
    } else if (c->type == COMMAND_REPORT_UNLINK) {
        a.outcome = DOOR_LOG_UNAVAILABLE;
    } else if (c->type == COMMAND_REPORT_SETTLE) {
        a.outcome = DOOR_OUTCOME_UNKNOWN;
    } else {
        for (size_t i = 0; i < k->id_count; i++) {
            if (str_is(id, k->ids[i].id)) {
                a.outcome = DOOR_REPEATED;
                a.seq = k->ids[i].seq;
                return a;
            }
        }
        *accepted = true;
        a.outcome = DOOR_DONE;
        a.seq = ++k->seq;
        if (k->id_count < IDS_MAX) {
            memcpy(k->ids[k->id_count].id, id.at, id.len);
            k->ids[k->id_count++].seq = a.seq;
        }
        if (c->type == COMMAND_REPORT_RECEIVE) {
            a.report = 9;
            a.incident = 8;
            a.number_date = 20261123;
            a.number_count = 417;
            a.tier = 2;
        }
    }
    return a;
}

static void answer_out(struct fake *k, unsigned gateway, const struct door_answer *a, struct str rest)
{
    uint32_t head[2] = { (uint32_t)(sizeof(*a) + rest.len), gateway };

    if (k->hold) {
        buf_add(&k->held, head, sizeof(head));
        buf_add(&k->held, a, sizeof(*a));
        buf_str(&k->held, rest);
        return;
    }
    push(&k->doors[gateway].from_core, a, sizeof(*a), rest.at, rest.len);
}

static void on_command(struct fake *k, const struct door_command *c)
{
    const char *at = (const char *)(c + 1);
    struct str id = { at, c->id_len };
    struct str body = { at + c->id_len + c->principal_len + c->terminal_len, c->body_len };
    char text[256];
    struct ring_tags tags = { .kind = RING_EVENTS, .audience = AUDIENCE_OPERATIONS, .any_of = UINT64_MAX,
                              .also_of = UINT64_MAX, .topics = 1u << TOPIC_INCIDENTS };
    static union { struct command c; char bytes[65536]; } value;
    struct arena arena;
    size_t pos = 0;
    bool accepted;
    struct door_answer a = decide(k, c, id, &accepted);
    struct str rest = { text, 0 };
    int len;

    arena_init(&arena, 64u << 20);
    must(unpack_struct(command_infos[c->type].shape, body, &pos, &arena, &value, NULL) == OK && pos == body.len);
    arena_fini(&arena);
    k->commands++;
    hash_of(a.seq, a.hash8);
    len = snprintf(text, sizeof(text), "{\"seq\":%llu,\"n\":0,\"kind\":\"%s\",\"id\":\"" STR_FMT "\"}",
                   (unsigned long long)a.seq, command_infos[c->type].word, STR_ARG(id));
    tags.seq = a.seq;
    if (accepted) {
        put(k, &tags, text, (size_t)len);
        put_row(k);
    }
    if (c->want_events && accepted) {
        len = snprintf(text, sizeof(text), "[{\"seq\":%llu,\"n\":0,\"kind\":\"%s\"}]", (unsigned long long)a.seq,
                       command_infos[c->type].word);
        rest.len = a.events_len = (uint32_t)len;
    }
    if (a.outcome == DOOR_REFUSED) {
        rest = STR("report");
        a.field_len = (uint32_t)rest.len;
    }
    if (k->answer_first) {
        answer_out(k, c->gateway, &a, rest);
        usleep(2000);
        ring_publish(k->ring);
    } else {
        ring_publish(k->ring);
        answer_out(k, c->gateway, &a, rest);
    }
}

static void on_fixes(struct fake *k, const struct door_positions *p)
{
    k->fixes += p->count;
    memcpy(&k->last, (const char *)(p + 1) + (p->count - 1) * sizeof(k->last), sizeof(k->last));
}

static void drain_door(struct fake *k, struct door *d)
{
    struct door_way *from[] = { &d->to_core, &d->to_view, &d->to_archive, &d->to_auth };
    struct door_way *to[] = { &d->from_core, &d->from_view, &d->from_archive, &d->from_auth };
    void *at;
    size_t len;

    for (size_t i = 0; i < 4; i++) {
        while (queue_peek(from[i]->queue, &at, &len)) {
            uint32_t kind = *(uint32_t *)at;

            if (kind == DOOR_COMMAND) {
                on_command(k, at);
            } else if (kind == DOOR_POSITIONS) {
                on_fixes(k, at);
            } else if (kind == DOOR_READ) {
                on_read(k, to[i], at);
            } else {
                must(kind == DOOR_AUTH);
                on_auth(k, to[i], at);
            }
            queue_release(from[i]->queue);
        }
    }
}

static bool all_asleep(struct fake *k)
{
    bool asleep = true;

    for (unsigned i = 0; i < k->count; i++) {
        struct door *d = &k->doors[i];

        asleep = queue_sleep(d->to_core.queue) && asleep;
        asleep = queue_sleep(d->to_view.queue) && asleep;
        asleep = queue_sleep(d->to_archive.queue) && asleep;
        asleep = queue_sleep(d->to_auth.queue) && asleep;
    }
    return asleep;
}

static uint64_t bits_of(const json_t *v, uint64_t standard)
{
    if (json_is_string(v)) {
        return strtoull(json_string_value(v), NULL, 10);
    }
    return json_is_integer(v) ? (uint64_t)json_integer_value(v) : standard;
}

static uint64_t number_of(const json_t *line, const char *name)
{
    return bits_of(json_object_get(line, name), 0);
}

static uint32_t word_in(const struct words *w, const json_t *line, const char *name, uint32_t standard)
{
    uint32_t value = standard;
    const char *text = json_string_value(json_object_get(line, name));

    if (text != NULL) {
        must(word_find(w, str_of(text), &value));
    }
    return value;
}

static void do_user(struct fake *k, const json_t *line)
{
    const char *name = json_string_value(json_object_get(line, "name"));
    struct fake_user *u = (struct fake_user *)(uintptr_t)user_find(k, str_of(name));

    if (u == NULL) {
        must(k->user_count < USERS_MAX);
        u = &k->users[k->user_count++];
        (void)snprintf(u->name, sizeof(u->name), "%s", name);
    }
    u->rights = (struct door_rights){
        .user = (uint32_t)number_of(line, "user"),
        .unit = (uint32_t)number_of(line, "unit"),
        .zones = bits_of(json_object_get(line, "zones"), 1),
        .role = (uint8_t)word_in(&role_words, line, "role", ROLE_OPERATOR),
        .audience = (uint8_t)word_in(&audience_words, line, "audience", AUDIENCE_OPERATIONS),
        .rights_seq = number_of(line, "rights_seq"),
    };
}

static void do_row(struct fake *k, const json_t *line)
{
    size_t i;
    json_t *entry;

    k->seq++;
    json_array_foreach(json_object_get(line, "entries"), i, entry)
    {
        const char *text = json_string_value(json_object_get(entry, "text"));
        struct ring_tags tags = {
            .seq = k->seq,
            .kind = RING_EVENTS,
            .audience = (uint8_t)word_in(&audience_words, entry, "audience", AUDIENCE_OPERATIONS),
            .topics = (uint16_t)(1u << word_in(&topic_words, entry, "topic", TOPIC_INCIDENTS)),
            .any_of = bits_of(json_object_get(entry, "any"), UINT64_MAX),
            .also_of = bits_of(json_object_get(entry, "also"), UINT64_MAX),
            .none_of = bits_of(json_object_get(entry, "none"), 0),
            .addressee = (uint32_t)number_of(entry, "to"),
        };

        put(k, &tags, text, strlen(text));
    }
    if (json_object_get(line, "rights") != NULL) {
        struct ring_tags tags = { .seq = k->seq, .kind = RING_RIGHTS, .user = (uint32_t)number_of(line, "rights") };

        put(k, &tags, NULL, 0);
    }
    put_row(k);
    ring_publish(k->ring);
    printf("{\"seq\":%llu}\n", (unsigned long long)k->seq);
}

static void do_burst(struct fake *k, const json_t *line)
{
    uint64_t rows = number_of(line, "rows");
    size_t bytes = (size_t)number_of(line, "bytes");
    useconds_t pause = (useconds_t)number_of(line, "pause_us");
    struct ring_tags tags = { .kind = RING_EVENTS, .audience = AUDIENCE_OPERATIONS, .any_of = UINT64_MAX,
                              .also_of = UINT64_MAX, .topics = 1u << TOPIC_INCIDENTS };
    char *text = malloc(bytes + 128);

    for (uint64_t i = 0; i < rows; i++) {
        int len;

        tags.seq = ++k->seq;
        len = snprintf(text, bytes + 128, "{\"seq\":%llu,\"n\":0,\"kind\":\"burst\",\"fill\":\"%*s\"}",
                       (unsigned long long)k->seq, (int)bytes, "");
        put(k, &tags, text, (size_t)len);
        put_row(k);
        if (pause != 0 || i % 16 == 15) {
            ring_publish(k->ring);
        }
        if (pause != 0) {
            usleep(pause);
        }
    }
    ring_publish(k->ring);
    free(text);
    printf("{\"seq\":%llu}\n", (unsigned long long)k->seq);
}

static void do_positions(struct fake *k, const json_t *line)
{
    const json_t *units = json_object_get(line, "units");
    size_t count = json_array_size(units);
    struct door_positions head = { .kind = DOOR_POSITIONS, .count = (uint32_t)count };
    struct buf b;
    size_t i;
    json_t *u;

    buf_init(&b);
    json_array_foreach(units, i, u)
    {
        struct door_fix fix = { .unit = (uint32_t)json_integer_value(json_array_get(u, 0)),
                                .lon_e7 = (int32_t)json_integer_value(json_array_get(u, 1)),
                                .lat_e7 = (int32_t)json_integer_value(json_array_get(u, 2)),
                                .heading = UINT16_MAX, .speed_kmh = 30 };

        buf_add(&b, &fix, sizeof(fix));
    }
    json_array_foreach(units, i, u)
    {
        uint64_t zones = bits_of(json_array_get(u, 3), 1);

        buf_add(&b, &zones, sizeof(zones));
    }
    for (unsigned g = 0; g < k->count; g++) {
        push(&k->doors[g].from_core, &head, sizeof(head), b.at, b.len);
    }
    buf_fini(&b);
}

static void do_set(struct fake *k, const json_t *line)
{
    if (json_object_get(line, "answer_first") != NULL) {
        k->answer_first = json_is_true(json_object_get(line, "answer_first"));
    }
    if (json_object_get(line, "hold") != NULL) {
        k->hold = json_is_true(json_object_get(line, "hold"));
    }
    if (json_object_get(line, "snapshot_bytes") != NULL) {
        k->snapshot_bytes = (size_t)number_of(line, "snapshot_bytes");
    }
    if (json_object_get(line, "ready") != NULL) {
        struct door_state s = { .kind = DOOR_STATE, .ready = json_is_true(json_object_get(line, "ready")) };

        for (unsigned g = 0; g < k->count; g++) {
            push(&k->doors[g].from_core, &s, sizeof(s), NULL, 0);
        }
    }
}

static void do_release(struct fake *k)
{
    size_t pos = 0;
    uint32_t head[2];

    k->hold = false;
    while (pos < k->held.len) {
        memcpy(head, k->held.at + pos, sizeof(head));
        pos += sizeof(head);
        push(&k->doors[head[1]].from_core, k->held.at + pos, head[0], NULL, 0);
        pos += head[0];
    }
    buf_reset(&k->held);
}

static void do_end(struct fake *k, const json_t *line)
{
    struct door_session_ended e = { .kind = DOOR_SESSION_ENDED };
    const char *name = json_string_value(json_object_get(line, "session"));

    memcpy(e.session, name, strnlen(name, sizeof(e.session)));
    for (unsigned g = 0; g < k->count; g++) {
        push(&k->doors[g].from_auth, &e, sizeof(e), NULL, 0);
    }
}

static void do_line(struct fake *k, const char *text)
{
    json_t *line = json_loads(text, 0, NULL);
    const char *what = json_string_value(json_object_get(line, "do"));

    must(what != NULL);
    if (strcmp(what, "user") == 0) {
        do_user(k, line);
    } else if (strcmp(what, "row") == 0) {
        do_row(k, line);
    } else if (strcmp(what, "burst") == 0) {
        do_burst(k, line);
    } else if (strcmp(what, "positions") == 0) {
        do_positions(k, line);
    } else if (strcmp(what, "set") == 0) {
        do_set(k, line);
    } else if (strcmp(what, "release") == 0) {
        do_release(k);
    } else if (strcmp(what, "end") == 0) {
        do_end(k, line);
    } else {
        must(strcmp(what, "count") == 0);
        printf("{\"fixes\":%llu,\"commands\":%llu,\"reads\":%llu,\"last\":[%u,%d,%d,%u,%u]}\n",
               (unsigned long long)k->fixes, (unsigned long long)k->commands, (unsigned long long)k->reads,
               k->last.unit, k->last.lon_e7, k->last.lat_e7, k->last.heading, k->last.speed_kmh);
    }
    fflush(stdout);
    json_decref(line);
}

static void accept_all(struct fake *k)
{
    struct sockaddr_in peer;
    socklen_t len = sizeof(peer);
    int fd;

    while ((fd = accept4(k->listen_fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct door_socket s = { .kind = DOOR_SOCKET, .fd = fd, .port = ntohs(peer.sin_port) };

        (void)inet_ntop(AF_INET, &peer.sin_addr, s.address, sizeof(s.address));
        push(&k->doors[k->next_gateway++ % k->count].from_core, &s, sizeof(s), NULL, 0);
    }
}

static struct door_way way_new(int fd)
{
    struct door_way w = { .queue = queue_new(8u << 20), .wake_fd = fd };

    must(w.queue != NULL);
    return w;
}

static void start_gateway(struct fake *k, unsigned i)
{
    struct door *d = &k->doors[i];
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct gateway_setup setup;
    struct fault f = { .err = OK };
    char line[512];

    *d = (struct door){ .index = i, .to_core = way_new(k->wake_fd), .from_core = way_new(fd),
                        .to_view = way_new(k->wake_fd), .from_view = way_new(fd), .to_auth = way_new(k->wake_fd),
                        .from_auth = way_new(fd), .to_archive = way_new(k->wake_fd), .from_archive = way_new(fd) };
    setup = (struct gateway_setup){ .conf = &k->conf, .door = *d, .ring = k->ring, .world = STR("live"),
                                    .world_id = STR("w-1"), .epoch = 1, .clock_rate = 1 };
    if (gateway_start(&setup, &k->gateways[i], &f) != OK) {
        fprintf(stderr, "%s\n", fault_line(&f, line, sizeof(line)));
        exit(2);
    }
}

static void fake_listen(struct fake *k)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(at);

    k->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    must(k->listen_fd >= 0 && bind(k->listen_fd, (struct sockaddr *)&at, sizeof(at)) == 0);
    must(listen(k->listen_fd, 4096) == 0 && getsockname(k->listen_fd, (struct sockaddr *)&at, &len) == 0);
    printf("{\"port\":%u}\n", ntohs(at.sin_port));
    fflush(stdout);
}

/* Lines of stdin as they come; false at its end. */
static bool take_input(struct fake *k, struct buf *in)
{
    char *room = buf_room(in, 65536);
    ssize_t n = read(0, room, 65535);
    char *line = in->at;
    char *end;

    if (n <= 0) {
        return n < 0 && errno == EAGAIN;
    }
    buf_took(in, (size_t)n);
    while ((end = memchr(line, '\n', in->len - (size_t)(line - in->at))) != NULL) {
        *end = '\0';
        do_line(k, line);
        line = end + 1;
    }
    in->len -= (size_t)(line - in->at);
    memmove(in->at, line, in->len);
    return true;
}

int main(int argc, char **argv)
{
    static struct fake k;
    struct pollfd p[3];
    struct buf in;
    struct fault f;
    uint64_t count;
    bool more = true;

    buf_init(&in);
    buf_init(&k.held);
    conf_init(&k.conf);
    for (int i = 1; i < argc; i++) {
        size_t at = strcspn(argv[i], "=");

        if (conf_set(&k.conf, (struct str){ argv[i], at }, str_of(argv[i] + at + 1), &f) != OK) {
            fprintf(stderr, "%s\n", f.primary);
            return 2;
        }
    }
    k.count = (unsigned)k.conf.gateways < GATEWAYS_MAX ? (unsigned)k.conf.gateways : GATEWAYS_MAX;
    k.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    k.ring = ring_new((size_t)k.conf.ring_bytes, k.count);
    k.seq = 100;
    for (unsigned i = 0; i < k.count; i++) {
        start_gateway(&k, i);
    }
    put_row(&k);
    ring_publish(k.ring);
    fake_listen(&k);
    while (more) {
        p[0] = (struct pollfd){ .fd = 0, .events = POLLIN };
        p[1] = (struct pollfd){ .fd = k.wake_fd, .events = POLLIN };
        p[2] = (struct pollfd){ .fd = k.listen_fd, .events = POLLIN };
        (void)poll(p, 3, all_asleep(&k) ? 1000 : 0);
        (void)!read(k.wake_fd, &count, sizeof(count));
        accept_all(&k);
        for (unsigned i = 0; i < k.count; i++) {
            drain_door(&k, &k.doors[i]);
        }
        if (p[0].revents != 0) {
            more = take_input(&k, &in);
        }
    }
    for (unsigned i = 0; i < k.count; i++) {
        gateway_stop(k.gateways[i]);
        queue_free(k.doors[i].to_core.queue);
        queue_free(k.doors[i].from_core.queue);
        queue_free(k.doors[i].to_view.queue);
        queue_free(k.doors[i].from_view.queue);
        queue_free(k.doors[i].to_auth.queue);
        queue_free(k.doors[i].from_auth.queue);
        queue_free(k.doors[i].to_archive.queue);
        queue_free(k.doors[i].from_archive.queue);
        close(k.doors[i].from_core.wake_fd);
    }
    ring_free(k.ring);
    buf_fini(&in);
    buf_fini(&k.held);
    return 0;
}
