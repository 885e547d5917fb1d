/* What must hold, looked at as it happens. */
#include "tests/sim/sim.h"

#include "dispatch/core/digest.h"
#include "server/replay.h"
#include "server/worlds.h"
#include "tests/dispatch/core/sound.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define KEPT 65536

struct done {
    uint64_t key;
    uint64_t seq;
};

static struct {
    struct world_memory *truth;
    struct arena arena;
    char (*digests)[33]; /* by seq; "" not reckoned */
    struct done done[KEPT];
} laws;

void laws_init(void)
{
    const struct world_limits limits = { .incidents = 1024,
                                         .reports = 2048,
                                         .assignments = 4096,
                                         .units = 256,
                                         .users = 64,
                                         .zones = 64,
                                         .types = 512,
                                         .premises = 64,
                                         .roads = ROAD_NOTICES_MAX,
                                         .alarms = 4096,
                                         .rings = 256,
                                         .points = 16384,
                                         .offsets = 8,
                                         .command_ids = 16384 };
    struct fault f = { .err = OK };

    must(worlds_new(&limits, &laws.truth, &f) == OK);
    log_genesis_hash(STR(SIM_WORLD), &laws.truth->world.hash);
    digest_start(&laws.truth->world);
    arena_init(&laws.arena, (size_t)64 << 20);
    laws.digests = calloc(KEPT, sizeof(*laws.digests));
    must(laws.digests != NULL);
}

const struct world *law_truth(void)
{
    return &laws.truth->world;
}

static struct done *place_of(struct str actor, struct str id)
{
    static const uint8_t one[16] = "sim actor";
    static const uint8_t two[16] = "sim id";
    uint64_t key = hash_sip(actor, one) ^ hash_mix(hash_sip(id, two));
    struct done *d = &laws.done[key % KEPT];

    while (d->seq != 0 && d->key != key) {
        d = d == &laws.done[KEPT - 1] ? laws.done : d + 1;
    }
    d->key = key;
    return d;
}

uint64_t law_row_of(struct str actor, struct str id)
{
    return place_of(actor, id)->seq;
}

static void look(const struct world *w)
{
    struct buf wrong;

    buf_init(&wrong);
    sound_look(w, w->at, false, &wrong);
    if (wrong.len > 0) {
        sim_broken("row %llu makes an unsound world: " STR_FMT, (unsigned long long)w->seq,
                   STR_ARG(buf_view(&wrong)));
    }
    buf_fini(&wrong);
}

void law_committed(const struct log_row *row)
{
    struct world *w = &laws.truth->world;
    struct sha256 hash;
    struct fault f = { .err = OK };

    if (!log_row_hash(row, &hash) || memcmp(&hash, &row->hash, sizeof(hash)) != 0) {
        sim_broken("row %llu has another hash than its content", (unsigned long long)row->seq);
    }
    if (row->command_id.len > 0 && !str_is(row->actor, "system")) {
        struct done *d = place_of(row->actor, row->command_id);

        if (d->seq != 0) {
            sim_broken("command " STR_FMT " of " STR_FMT " stands in rows %llu and %llu",
                       STR_ARG(row->command_id), STR_ARG(row->actor), (unsigned long long)d->seq,
                       (unsigned long long)row->seq);
        }
        d->seq = row->seq;
    }
    if (replay_row(&w, 1, row, &laws.arena, NULL, &f) != OK) {
        sim_broken("row %llu cannot be read: %s %s", (unsigned long long)row->seq, f.field,
                   f.primary);
    }
    digest_text(digest_kept(w), laws.digests[row->seq]);
    look(w);
}

void law_recovered(const struct world *live, const struct world *second)
{
    char digest[33];

    digest_text(digest_computed(live), digest);
    if (strcmp(digest, laws.digests[live->seq]) != 0) {
        sim_broken("a server that has read the log up to row %llu has another world",
                   (unsigned long long)live->seq);
    }
    digest_text(digest_computed(second), digest);
    must(strcmp(digest, laws.digests[second->seq]) == 0);
}

void law_digest(uint64_t seq, const char *digest)
{
    if (seq > base_seq()) {
        sim_broken("a view stands at row %llu, the log ends at %llu", (unsigned long long)seq,
                   (unsigned long long)base_seq());
    }
    if (strcmp(digest, laws.digests[seq]) != 0) {
        sim_broken("the view's world at row %llu has digest %s, the log's %s",
                   (unsigned long long)seq, digest, laws.digests[seq]);
    }
}

/* "to", "seq": a row that is shown must be durable, and be that row. */
static void durable(const json_t *message, const char *member, const char *op)
{
    const json_t *number = json_object_get(message, member);
    const char *hash = json_string_value(json_object_get(message, "hash"));
    uint64_t seq = (uint64_t)json_integer_value(number);
    const struct log_row *row = base_row(seq);
    char hex[17];
    struct buf b;

    if (number == NULL || seq == 0) {
        return;
    }
    if (row == NULL) {
        sim_broken("%s shows row %llu, the log ends at %llu", op, (unsigned long long)seq,
                   (unsigned long long)base_seq());
    }
    buf_fixed(&b, hex, sizeof(hex));
    buf_hex(&b, row->hash.at, 8);
    hex[16] = '\0';
    if (hash != NULL && strcmp(hash, hex) != 0) {
        sim_broken("%s shows row %llu with hash %s, in the log it is %s", op,
                   (unsigned long long)seq, hash, hex);
    }
}

void law_written(void *client, struct str text)
{
    json_error_t error;
    json_t *message = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &error);
    const char *op = json_string_value(json_object_get(message, "op"));

    if (message == NULL || op == NULL) {
        sim_broken("a server wrote what is no message: " STR_FMT, STR_ARG(text));
    }
    durable(message, "seq", op);
    durable(message, "to", op);
    durable(json_object_get(message, "problem"), "seq", op);
    if (strcmp(op, "answer") == 0) {
        const json_t *problem = json_object_get(message, "problem");

        client_answered(client, json_string_value(json_object_get(message, "id")),
                        json_string_value(json_object_get(problem, "code")));
    }
    json_decref(message);
}
