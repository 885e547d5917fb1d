#include "tests/server/view_house.h"

#include "dispatch/core/digest.h"
#include "server/internal.h"
#include "server/rows.h"
#include "server/snapshot.h"
#include "server/wake.h"
#include "sql/migrate.h"
#include "tests/sql/cluster.h"

#include <check.h>
#include <stdio.h>
#include <time.h>

#define WAIT_MS 10000

struct stage stage;
struct house house;
const char *house_paper;
const struct road *house_road;

static int64_t log_lost(void *arg)
{
    return ((const struct house *)arg)->log_lost;
}

void pause_ms(long ms)
{
    const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

/* ---- rows ---- */

static void quote(struct buf *b, struct str s)
{
    buf_char(b, '\'');
    for (size_t k = 0; k < s.len; k++) {
        buf_text(b, s.at[k] == '\'' ? "''" : "");
        buf_char(b, s.at[k]);
    }
    buf_char(b, '\'');
}

static void insert_row(const struct log_row *row)
{
    struct buf b;
    buf_init(&b);
    buf_fmt(&b, "INSERT INTO event_row VALUES (%llu, %llu, %lld, ", (unsigned long long)row->seq,
            (unsigned long long)row->epoch, (long long)row->at_us);
    quote(&b, row->actor);
    buf_text(&b, ", ");
    quote(&b, row->command_id);
    buf_text(&b, ", ");
    quote(&b, row->command);
    buf_text(&b, ", ");
    quote(&b, row->data);
    buf_text(&b, ", '\\x");
    buf_hex(&b, row->prev_hash.at, SHA256_SIZE);
    buf_text(&b, "', '\\x");
    buf_hex(&b, row->hash.at, SHA256_SIZE);
    buf_text(&b, "') RETURNING 1");
    buf_char(&b, '\0');
    ck_assert_int_eq(cluster_sql("live", b.at), 1);
    buf_fini(&b);
}

/* Together with the row, as the log writer does: whoever hears of it finds them. */
static void insert_personal(void)
{
    const struct decision *d = stage.bed.decision;
    for (uint32_t k = 0; k < d->personal_count; k++) {
        const struct personal_out *x = &d->personal[k];
        struct buf b;
        buf_init(&b);
        buf_fmt(&b, "INSERT INTO personal VALUES (%llu, %llu, '\\x", (unsigned long long)x->ref,
                (unsigned long long)d->seq);
        buf_hex(&b, x->in->salt, sizeof(x->in->salt));
        buf_text(&b, "', '\\x");
        buf_hex(&b, (const uint8_t *)x->in->value.at, x->in->value.len);
        buf_fmt(&b, "', '%s', 9223372036854775807) RETURNING 1", x->kind);
        buf_char(&b, '\0');
        ck_assert_int_eq(cluster_sql("live", b.at), 1);
        buf_fini(&b);
    }
}

static void push_row(const struct log_row *row)
{
    struct row_record head = { .seq = row->seq,
                               .epoch = row->epoch,
                               .at_us = row->at_us,
                               .hash = row->hash,
                               .actor_len = (uint32_t)row->actor.len,
                               .id_len = (uint32_t)row->command_id.len,
                               .command_len = (uint32_t)row->command.len,
                               .data_len = (uint32_t)row->data.len };
    struct buf b;
    bool wake = false;
    buf_init(&b);
    buf_add(&b, &head, sizeof(head));
    buf_str(&b, row->actor);
    buf_str(&b, row->command_id);
    buf_str(&b, row->command);
    buf_str(&b, row->data);
    ck_assert(queue_push(house.ways.rows.queue, b.at, b.len, &wake));
    if (wake) {
        wake_up(house.ways.rows.wake_fd);
    }
    buf_fini(&b);
}

static void on_row(struct stage *s, void *arg)
{
    (void)arg;
    insert_row(&s->bed.last);
    insert_personal();
    push_row(&s->bed.last);
    house.hash = s->bed.last.hash;
}

/* ---- asking ---- */

void ask_read(enum door_read what, uint64_t number, uint64_t min_seq, const char *principal,
              const char *query)
{
    struct door_way *way =
        what == READ_EVENTS || what == READ_ROW || what == READ_TIMELINE || what == READ_PLACES
            ? &house.ways.doors[0].to_archive
            : &house.ways.doors[0].to_view;
    struct door_read_ask ask = { .kind = DOOR_READ,
                                 .what = what,
                                 .request = ++house.request,
                                 .number = number,
                                 .min_seq = min_seq,
                                 .principal_len = (uint32_t)strlen(principal),
                                 .query_len = (uint32_t)strlen(query),
                                 .geojson = house.geojson };
    char bytes[512];
    bool wake = false;
    size_t len = sizeof(ask) + ask.principal_len + ask.query_len;
    ck_assert_uint_lt(len, sizeof(bytes));
    memcpy(bytes, &ask, sizeof(ask));
    memcpy(bytes + sizeof(ask), principal, ask.principal_len);
    memcpy(bytes + sizeof(ask) + ask.principal_len, query, ask.query_len);
    ck_assert(queue_push(way->queue, bytes, len, &wake));
    if (wake) {
        wake_up(way->wake_fd);
    }
}

static bool take_part(struct queue *q)
{
    void *at;
    size_t len;
    if (!queue_peek(q, &at, &len)) {
        return false;
    }
    memcpy(&house.done, at, sizeof(house.done));
    buf_add(&house.body, (char *)at + sizeof(house.done), len - sizeof(house.done));
    queue_release(q);
    ck_assert_uint_eq(house.done.request, house.request);
    return house.done.more == 0;
}

/* The answer to the last ask, its body with a NUL behind. */
enum err get_read(bool from_archive)
{
    struct queue *q =
        from_archive ? house.ways.doors[0].from_archive.queue : house.ways.doors[0].from_view.queue;
    buf_reset(&house.body);
    for (int n = 0; !take_part(q); n++) {
        ck_assert_msg(n < WAIT_MS, "no answer");
        pause_ms(1);
    }
    buf_char(&house.body, '\0');
    return (enum err)house.done.err;
}

enum err do_read(enum door_read what, uint64_t number, const char *principal, const char *query)
{
    bool archived =
        what == READ_EVENTS || what == READ_ROW || what == READ_TIMELINE || what == READ_PLACES;
    ask_read(what, number, stage.view->world.seq, principal, query);
    return get_read(archived);
}

uint64_t ask_auth(enum door_auth what, uint64_t number, struct str a, struct str b, struct str c)
{
    struct door_auth_ask ask = { .kind = DOOR_AUTH,
                                 .what = what,
                                 .request = ++house.request,
                                 .number = number,
                                 .len = { (uint32_t)a.len, (uint32_t)b.len, (uint32_t)c.len } };
    struct door_way *way = &house.ways.doors[0].to_auth;
    struct buf record;
    bool wake = false;
    buf_init(&record);
    buf_add(&record, &ask, sizeof(ask));
    buf_str(&record, a);
    buf_str(&record, b);
    buf_str(&record, c);
    ck_assert(queue_push(way->queue, record.at, record.len, &wake));
    buf_fini(&record);
    wake_up(way->wake_fd);
    return house.request;
}

enum err get_auth(void)
{
    struct queue *q = house.ways.doors[0].from_auth.queue;
    for (int n = 0;; n++) {
        void *at;
        size_t len;
        ck_assert_msg(n < WAIT_MS, "no answer of auth");
        if (!queue_peek(q, &at, &len)) {
            pause_ms(1);
            continue;
        }
        memcpy(&house.auth_done, at, sizeof(house.auth_done));
        bool answer = house.auth_done.kind == DOOR_AUTH_DONE;
        if (answer) {
            buf_reset(&house.body);
            buf_add(&house.body, (char *)at + sizeof(house.auth_done),
                    len - sizeof(house.auth_done));
            buf_char(&house.body, '\0');
        }
        queue_release(q);
        if (answer) {
            return (enum err)house.auth_done.err;
        }
    }
}

enum err do_auth(enum door_auth what, uint64_t number, struct str a, struct str b, struct str c)
{
    uint64_t request = ask_auth(what, number, a, b, c);
    enum err err = get_auth();
    ck_assert_uint_eq(house.auth_done.request, request);
    return err;
}

/* ---- what the core is told ---- */

bool told_core(struct command *out)
{
    static char record[4096];
    struct queue *q = house.ways.auth_core.queue;
    void *at;
    size_t len;
    if (!queue_peek(q, &at, &len)) {
        return false;
    }
    ck_assert_uint_le(len, sizeof(record));
    memcpy(record, at, len);
    queue_release(q);
    internal_read(record, len, &stage.bed.arena, out);
    return true;
}

void wait_told(struct command *out)
{
    for (int n = 0; !told_core(out); n++) {
        ck_assert_msg(n < 5000, "the core is not told");
        pause_ms(1);
    }
}

/* ---- the house ---- */

/* Ids in the rows are of the world "live". */
static void migrate_live(void)
{
    struct fault f = { .err = OK };
    (void)cluster_sql("public",
                      "SET client_min_messages = error; DROP SCHEMA IF EXISTS live CASCADE");
    enum err err = migrate_run(cluster_super(), "live", NULL, &f);
    ck_assert_msg(err == OK, "%s %s", f.primary, f.detail);
}

static void start_auth(void)
{
    struct fault f = { .err = OK };
    struct door *d = &house.ways.doors[0];
    const struct auth_setup auth = { .conf = &house.conf,
                                     .gateways = 1,
                                     .from_gateway = { d->to_auth },
                                     .to_gateway = { d->from_auth },
                                     .to_core = house.ways.auth_core,
                                     .from_view = house.ways.view_auth,
                                     .world = &stage.bed.live->world };
    ck_assert_int_eq(auth_start(&auth, &house.auth, &f), OK);
}

void house_restart_auth(void)
{
    auth_stop(house.auth);
    start_auth();
}

static void start_threads(void)
{
    struct fault f = { .err = OK };
    struct door *d = &house.ways.doors[0];
    const struct archive_setup archive = { .conf = &house.conf,
                                           .world = &house.world->world,
                                           .gateways = 1,
                                           .from_gateway = { d->to_archive },
                                           .to_gateway = { d->from_archive },
                                           .notes = house.ways.rows_archive,
                                           .from_core = house.ways.core_archive,
                                           .to_core = house.ways.archive_core };
    const struct view_setup view = { .conf = &house.conf,
                                     .world = &house.world->world,
                                     .rows = house.ways.rows,
                                     .ring = house.ring,
                                     .road = house_road,
                                     .roads = house.roads,
                                     .gateways = 1,
                                     .from_gateway = { d->to_view },
                                     .to_gateway = { d->from_view },
                                     .epoch = 1,
                                     .world_name = STR("live"),
                                     .world_id = STR("test-world"),
                                     .to_archive = house.ways.rows_archive,
                                     .to_auth = house.ways.view_auth,
                                     .log_lost = log_lost,
                                     .more_arg = &house };
    ck_assert_int_eq(archive_start(&archive, &house.archive, &f), OK);
    ck_assert_int_eq(view_start(&view, &house.view, &f), OK);
    start_auth();
}

void house_open(void)
{
    struct fault f = { .err = OK };
    struct buf image;
    struct arena arena;
    memset(&house, 0, sizeof(house));
    migrate_live();
    stage_init(&stage);
    conf_init(&house.conf);
    (void)snprintf(house.conf.database, sizeof(house.conf.database), "%s", cluster_server());
    (void)snprintf(house.conf.paper_folder, sizeof(house.conf.paper_folder), "%s",
                   house_paper != NULL ? house_paper : "");
    ck_assert_int_eq(ways_open(&house.conf, &house.ways, &f), OK);
    house.ring = ring_new((size_t)16 << 20, 1);
    ck_assert_int_eq(worlds_new(&stage.view->world.limits, &house.world, &f), OK);
    buf_init(&image);
    buf_init(&house.body);
    arena_init(&arena, (size_t)64 << 20);
    snapshot_write(&image, &stage.view->world, NULL);
    ck_assert_int_eq(snapshot_read(buf_view(&image), &house.world->world, NULL, &arena, &f), OK);
    digest_start(&house.world->world);
    arena_fini(&arena);
    buf_fini(&image);
    if (house_road != NULL) {
        ck_assert_int_eq(roads_start(house_road, NULL, &house.world->world, 0, &house.roads, &f),
                         OK);
    }
    house.began = stage.view->world.seq;
    house.ring_at = ring_head(house.ring);
    start_threads();
    stage.on_row = on_row;
}

void house_close(void)
{
    view_stop(house.view);
    roads_stop(house.roads);
    archive_stop(house.archive);
    auth_stop(house.auth);
    ring_free(house.ring);
    ways_close(&house.ways);
    worlds_free(house.world);
    buf_fini(&house.body);
    stage_fini(&stage);
}
