/* What a test makes happen in the cardboard world, line by line. */
#include "tests/ws/fake.h"

#include "dispatch/model/words.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

static uint32_t word_in(const struct words *w, const json_t *line, const char *name,
                        uint32_t standard)
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
    struct fake_user *u = (struct fake_user *)(uintptr_t)fake_user_find(k, str_of(name));

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

        fake_put(k, &tags, text, strlen(text));
    }
    if (json_object_get(line, "rights") != NULL) {
        struct ring_tags tags = { .seq = k->seq,
                                  .kind = RING_RIGHTS,
                                  .user = (uint32_t)number_of(line, "rights") };

        fake_put(k, &tags, NULL, 0);
    }
    fake_put_row(k);
    ring_publish(k->ring);
    printf("{\"seq\":%llu}\n", (unsigned long long)k->seq);
}

static void do_burst(struct fake *k, const json_t *line)
{
    uint64_t rows = number_of(line, "rows");
    size_t bytes = (size_t)number_of(line, "bytes");
    useconds_t pause = (useconds_t)number_of(line, "pause_us");
    struct ring_tags tags = { .kind = RING_EVENTS,
                              .audience = AUDIENCE_OPERATIONS,
                              .any_of = UINT64_MAX,
                              .also_of = UINT64_MAX,
                              .topics = 1u << TOPIC_INCIDENTS };
    char *text = malloc(bytes + 128);

    for (uint64_t i = 0; i < rows; i++) {
        int len;

        tags.seq = ++k->seq;
        len = snprintf(text, bytes + 128,
                       "{\"seq\":%llu,\"n\":0,\"kind\":\"burst\",\"fill\":\"%*s\"}",
                       (unsigned long long)k->seq, (int)bytes, "");
        fake_put(k, &tags, text, (size_t)len);
        fake_put_row(k);
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
                                .heading = UINT16_MAX,
                                .speed_kmh = 30 };

        buf_add(&b, &fix, sizeof(fix));
    }
    json_array_foreach(units, i, u)
    {
        uint64_t zones = bits_of(json_array_get(u, 3), 1);

        buf_add(&b, &zones, sizeof(zones));
    }
    for (unsigned g = 0; g < k->count; g++) {
        fake_push(&k->doors[g].from_core, &head, sizeof(head), b.at, b.len);
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
        struct door_state s = { .kind = DOOR_STATE,
                                .ready = json_is_true(json_object_get(line, "ready")) };

        for (unsigned g = 0; g < k->count; g++) {
            fake_push(&k->doors[g].from_core, &s, sizeof(s), NULL, 0);
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
        fake_push(&k->doors[head[1]].from_core, k->held.at + pos, head[0], NULL, 0);
        pos += head[0];
    }
    buf_reset(&k->held);
}

static void do_end(struct fake *k, const json_t *line)
{
    struct door_session_ended e = { .kind = DOOR_SESSION_ENDED };
    const char *name = json_string_value(json_object_get(line, "session"));

    memcpy(e.session, name, strnlen(name, sizeof(e.session)));
    k->ended++;
    if (json_is_true(json_object_get(line, "under_way"))) {
        return; /* told to others, not read by these gateways yet */
    }
    for (unsigned g = 0; g < k->count; g++) {
        fake_push(&k->doors[g].from_auth, &e, sizeof(e), NULL, 0);
    }
}

void fake_do_line(struct fake *k, const char *text)
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
        printf("{\"fixes\":%llu,\"commands\":%llu,\"reads\":%llu,\"checks\":%llu,\"last\":[%u,%d,%"
               "d,%u,%u]}\n",
               (unsigned long long)k->fixes, (unsigned long long)k->commands,
               (unsigned long long)k->reads, (unsigned long long)k->checks, k->last.unit,
               k->last.lon_e7, k->last.lat_e7, k->last.heading, k->last.speed_kmh);
    }
    fflush(stdout);
    json_decref(line);
}
