/* The other end of the doors: what core, view, auth and archive answer in the cardboard world. */
#include "tests/ws/fake.h"

#include "dispatch/codec/pack.h"
#include "dispatch/model/command.h"
#include "dispatch/model/refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void fake_poke(int fd)
{
    uint64_t one = 1;

    must(write(fd, &one, sizeof(one)) == sizeof(one));
}

void fake_push(struct door_way *way, const void *head, size_t head_len, const void *rest,
               size_t rest_len)
{
    char *at;

    while ((at = queue_reserve(way->queue, head_len + rest_len)) == NULL) {
        usleep(1000); /* the gateway is on it */
    }
    memcpy(at, head, head_len);
    if (rest_len != 0) {
        memcpy(at + head_len, rest, rest_len);
    }
    if (queue_commit(way->queue)) {
        fake_poke(way->wake_fd);
    }
}

/* The hash of a row is made of its seq, so that tests can tell. */
void fake_hash_of(uint64_t seq, uint8_t hash8[8])
{
    uint64_t h = hash_mix(seq + 1);

    memcpy(hash8, &h, sizeof(h));
}

void fake_put(struct fake *k, const struct ring_tags *tags, const char *at, size_t len)
{
    while (!ring_put(k->ring, tags, at, len)) {
        ring_publish(k->ring);
        ring_wait(k->ring, 100);
    }
}

void fake_put_row(struct fake *k)
{
    struct ring_tags tags = {
        .seq = k->seq, .kind = RING_ROW, .epoch = 1, .at_us = INT64_C(1764000000000000)
    };

    fake_hash_of(k->seq, tags.hash8);
    fake_put(k, &tags, NULL, 0);
}

const struct fake_user *fake_user_find(const struct fake *k, struct str name)
{
    for (size_t i = 0; i < k->user_count; i++) {
        if (str_is(name, k->users[i].name)) {
            return &k->users[i];
        }
    }
    return NULL;
}

static void read_done(struct fake *k, struct door_way *way, const struct door_read_ask *ask,
                      struct str principal, enum err err, struct str body, bool more)
{
    struct door_read_done d = { .kind = DOOR_READ_DONE,
                                .err = err,
                                .request = ask->request,
                                .seq = k->seq,
                                .epoch = 1,
                                .len = (uint32_t)body.len,
                                .more = more };
    const struct fake_user *u = fake_user_find(k, principal);

    if (u != NULL) {
        d.rights = u->rights;
    }
    fake_hash_of(k->seq, d.hash8);
    fake_push(way, &d, sizeof(d), body.at, body.len);
}

static void on_snapshot(struct fake *k, struct door_way *way, const struct door_read_ask *ask,
                        struct str principal, struct str query)
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

void fake_on_read(struct fake *k, struct door_way *way, const struct door_read_ask *ask)
{
    const char *at = (const char *)(ask + 1);
    struct str principal = { at, ask->principal_len };
    struct str query = { at + ask->principal_len, ask->query_len };
    const struct fake_user *u = fake_user_find(k, principal);
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
        read_done(k, way, ask, principal, ERR_NOT_FOUND,
                  STR("there is no such incident\nlook again\nid"), false);
    } else if (ask->what >= READ_PROTECTED_REFS && ask->what <= READ_ALARM_REFS) {
        read_done(k, way, ask, principal, OK,
                  STR("callback: no answer\nlive-i7 report.live-r3.narrative=17:00"), false);
    } else if (ask->what == READ_ROW) {
        buf_fmt(&b,
                "[{\"seq\":%llu,\"n\":0,\"kind\":\"report.received\",\"data\":{\"report\":{\"id\":"
                "\"live-r9\","
                "\"incident\":\"live-i8\",\"number\":\"20261123-000417\"}}},{\"kind\":\"incident."
                "tiered\","
                "\"data\":{\"incident\":\"live-i8\",\"tier\":2}}]",
                (unsigned long long)ask->number);
        read_done(k, way, ask, principal, OK, buf_view(&b), false);
    } else if (ask->what == READ_EVENTS) {
        for (int i = 0; i < 3; i++) {
            buf_reset(&b);
            buf_fmt(&b,
                    ask->ndjson ? "{\"part\":%d}\n"
                    : i == 0    ? "[%d"
                    : i == 1    ? ",%d"
                                : ",%d]",
                    i);
            read_done(k, way, ask, principal, OK, buf_view(&b), i < 2);
        }
    } else {
        buf_fmt(&b, "{\"what\":%u,\"number\":%llu,\"min_seq\":%llu,\"geojson\":%u,\"query\":",
                ask->what, (unsigned long long)ask->number, (unsigned long long)ask->min_seq,
                ask->geojson);
        buf_json_str(&b, query);
        buf_char(&b, '}');
        read_done(k, way, ask, principal, OK, buf_view(&b), false);
    }
    buf_fini(&b);
}

void fake_on_auth(struct fake *k, struct door_way *way, const struct door_auth_ask *ask)
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
    k->checks += ask->what == AUTH_CHECK;
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
    fake_push(way, &d, sizeof(d), b.at, b.len);
    buf_fini(&b);
}

/* What the answer to a command is, by its type: report.link is refused, report.unlink finds the log
 * away, every other is accepted; the same id again is a repetition. */
static struct door_answer decide(struct fake *k, const struct door_command *c, struct str id,
                                 bool *accepted)
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

static void answer_out(struct fake *k, unsigned gateway, const struct door_answer *a,
                       struct str rest)
{
    uint32_t head[2] = { (uint32_t)(sizeof(*a) + rest.len), gateway };

    if (k->hold) {
        buf_add(&k->held, head, sizeof(head));
        buf_add(&k->held, a, sizeof(*a));
        buf_str(&k->held, rest);
        return;
    }
    fake_push(&k->doors[gateway].from_core, a, sizeof(*a), rest.at, rest.len);
}

void fake_on_command(struct fake *k, const struct door_command *c)
{
    const char *at = (const char *)(c + 1);
    struct str id = { at, c->id_len };
    struct str body = { at + c->id_len + c->principal_len + c->terminal_len, c->body_len };
    char text[256];
    struct ring_tags tags = { .kind = RING_EVENTS,
                              .audience = AUDIENCE_OPERATIONS,
                              .any_of = UINT64_MAX,
                              .also_of = UINT64_MAX,
                              .topics = 1u << TOPIC_INCIDENTS };
    static union {
        struct command c;
        char bytes[65536];
    } value;
    struct arena arena;
    size_t pos = 0;
    bool accepted;
    struct door_answer a = decide(k, c, id, &accepted);
    struct str rest = { text, 0 };
    int len;

    arena_init(&arena, 64u << 20);
    must(unpack_struct(command_infos[c->type].shape, body, &pos, &arena, &value, NULL) == OK &&
         pos == body.len);
    arena_fini(&arena);
    k->commands++;
    fake_hash_of(a.seq, a.hash8);
    len = snprintf(text, sizeof(text),
                   "{\"seq\":%llu,\"n\":0,\"kind\":\"%s\",\"id\":\"" STR_FMT "\"}",
                   (unsigned long long)a.seq, command_infos[c->type].word, STR_ARG(id));
    tags.seq = a.seq;
    if (accepted) {
        fake_put(k, &tags, text, (size_t)len);
        fake_put_row(k);
    }
    if (c->want_events && accepted) {
        len = snprintf(text, sizeof(text), "[{\"seq\":%llu,\"n\":0,\"kind\":\"%s\"}]",
                       (unsigned long long)a.seq, command_infos[c->type].word);
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

void fake_on_fixes(struct fake *k, const struct door_positions *p)
{
    k->fixes += p->count;
    memcpy(&k->last, (const char *)(p + 1) + (p->count - 1) * sizeof(k->last), sizeof(k->last));
}
