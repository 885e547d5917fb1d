#include "tests/server/cover_stage.h"

#include "base/log.h"
#include "server/wake.h"
#include "tests/suite.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define WAIT_MS 20000
#define PAST_EVERY_US (50 * US_PER_MS)

void tell(struct stage *s, const void *at, size_t len)
{
    bool wake = false;
    while (!queue_push(s->to_cover.queue, at, len, &wake)) {
        usleep(100);
    }
    if (wake) {
        wake_up(s->to_cover.wake_fd);
    }
}

void tell_kind(struct stage *s, enum cover_kind kind, uint64_t seq)
{
    const struct cover_head head = { .kind = kind, .seq = seq, .at_us = (int64_t)seq * US_PER_S };
    tell(s, &head, sizeof(head));
}

void start_stage(struct stage *s, bool by_road)
{
    struct fault f;
    const struct cover_setup setup = { .conf = &s->conf,
                                       .road = by_road ? &s->road : NULL,
                                       .roads = NULL,
                                       .units_max = CROWD + 1,
                                       .world = STR("live"),
                                       .from_view = s->to_cover,
                                       .to_view = s->from_cover,
                                       .past_every_us = s->past_every_us };
    ck_assert_int_eq(cover_start(&setup, &s->cover, &f), OK);
}

void set_stage(struct stage *s, uint64_t seed)
{
    memset(s, 0, sizeof(*s));
    s->to_cover = (struct door_way){ queue_new(1 << 20), eventfd(0, EFD_NONBLOCK) };
    s->from_cover = (struct door_way){ queue_new(8 << 20), eventfd(0, EFD_NONBLOCK) };
    log_level_set(LOG_ERROR);
    streets_open(&s->road, seed);
    prng_seed(&s->random, seed ^ 0xc0ef);
}

void raise_stage(struct stage *s, uint64_t seed, bool by_road)
{
    set_stage(s, seed);
    start_stage(s, by_road);
}

void raise_stage_with_past(struct stage *s, uint64_t seed, const char *database, const char *world)
{
    set_stage(s, seed);
    snprintf(s->conf.database, sizeof(s->conf.database), "%s", database);
    snprintf(s->conf.world, sizeof(s->conf.world), "%s", world);
    s->past_every_us = PAST_EVERY_US;
    start_stage(s, true);
}

void strike_stage(struct stage *s)
{
    cover_stop(s->cover);
    json_doc_free(s->doc);
    free(s->answer);
    queue_free(s->to_cover.queue);
    queue_free(s->from_cover.queue);
    close(s->to_cover.wake_fd);
    close(s->from_cover.wake_fd);
    road_close(&s->road);
}

bool take(struct stage *s, enum cover_kind *kind)
{
    struct pollfd p = { .fd = s->from_cover.wake_fd, .events = POLLIN };
    void *at;
    size_t len;
    while (!queue_peek(s->from_cover.queue, &at, &len)) {
        if (poll(&p, 1, WAIT_MS) == 0) {
            return false;
        }
        wake_clear(s->from_cover.wake_fd);
    }
    memcpy(kind, at, sizeof(uint32_t));
    struct cover_answer a;
    memcpy(&a, at, *kind == COVER_ANSWER ? sizeof(a) : 0);
    size_t head =
        *kind == COVER_ANSWER ? sizeof(a) + a.count * sizeof(*s->told) : sizeof(struct cover_head);
    free(s->answer);
    s->answer = calloc(len - head + 3, 1);
    ck_assert_ptr_nonnull(s->answer);
    if (*kind == COVER_ANSWER) {
        ck_assert_uint_le(a.count, COVER_ASKS_MAX);
        ck_assert_uint_eq(len, head + a.len);
        memcpy(s->told, (const char *)at + sizeof(a), head - sizeof(a));
        s->told_count = a.count;
        s->err = (enum err)a.err;
        memcpy(s->answer, (const char *)at + head, len - head);
    } else {
        s->answer[0] = '{';
        memcpy(s->answer + 1, (const char *)at + head, len - head);
        s->answer[1 + len - head] = '}';
    }
    queue_release(s->from_cover.queue);
    return true;
}

void parse(struct stage *s)
{
    static const struct json_limits limits = { .bytes_max = 1u << 28,
                                               .depth_max = 32,
                                               .values_max = 4000000 };
    struct fault f;
    json_doc_free(s->doc);
    s->doc = NULL;
    ck_assert_int_eq(json_in_parse(str_of(s->answer), limits, &s->doc, &f), OK);
}

void ask(struct stage *s, struct cover_ask a)
{
    enum cover_kind kind;
    a.kind = COVER_ASK;
    a.token = ++s->token;
    tell(s, &a, sizeof(a));
    do {
        ck_assert(take(s, &kind));
    } while (kind != COVER_ANSWER);
    ck_assert_uint_eq(s->told_count, 1);
    ck_assert_uint_eq(s->told[0], s->token);
    if (s->err == OK) {
        parse(s);
    }
}
