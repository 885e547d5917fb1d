#include "tests/scenarios/runner_rows.h"

#include "base/must.h"
#include "dispatch/codec/row.h"
#include "dispatch/core/digest.h"
#include "server/snapshot.h"
#include "tests/scenarios/render.h"

#include <stdio.h>
#include <stdlib.h>

/* One event about an incident. */
struct told {
    int64_t at;
    uint32_t incident;
    uint16_t kind;
    char who[32];
};

struct rows {
    struct replay replay;
    struct world_limits limits;
    struct arena arena;
    struct told *told;
    uint32_t count, cap;
};

struct rows *rows_new(const struct world_limits *limits)
{
    struct rows *r = calloc(1, sizeof(*r));
    struct fault f;

    must(r != NULL);
    r->limits = *limits;
    arena_init(&r->arena, (size_t)1 << 26);
    must(replay_init(&r->replay, STR(SCENARIO_WORLD), limits, &f) == OK);
    return r;
}

void rows_free(struct rows *r)
{
    if (r != NULL) {
        replay_fini(&r->replay);
        arena_fini(&r->arena);
        free(r->told);
        free(r);
    }
}

static void tell(struct rows *r, const struct log_row *row, const struct event *e)
{
    size_t len = row->actor.len < sizeof(r->told->who) ? row->actor.len : sizeof(r->told->who) - 1;

    if (r->count == r->cap) {
        r->cap = r->cap > 0 ? 2 * r->cap : 256;
        r->told = realloc(r->told, r->cap * sizeof(*r->told));
        must(r->told != NULL);
    }
    struct told *t = &r->told[r->count++];

    *t =
        (struct told){ .at = row->at_us, .incident = event_incident(e), .kind = (uint16_t)e->kind };
    memcpy(t->who, row->actor.at, len);
}

void rows_take(void *rows, const struct log_row *row)
{
    struct rows *r = rows;
    struct row_content content;
    struct fault f;
    char line[800];
    enum err err = replay_next(&r->replay, row, &f);

    if (err != OK) {
        puts(fault_line(&f, line, sizeof(line)));
    }
    must(err == OK);
    arena_reset(&r->arena);
    must(row_read(row->data, STR(SCENARIO_WORLD), &r->arena, &content, &f) == OK);
    for (uint32_t k = 0; k < content.count; k++) {
        if (event_incident(&content.events[k]) != 0) {
            tell(r, row, &content.events[k]);
        }
    }
}

static bool same(struct digest a, struct digest b)
{
    return a.lane[0] == b.lane[0] && a.lane[1] == b.lane[1];
}

bool rows_agree(struct rows *r, const struct world *live)
{
    struct digest rows = digest_computed(&r->replay.world);
    struct replay image;
    struct buf b;
    struct fault f;

    buf_init(&b);
    snapshot_write(&b, &r->replay.world, NULL);
    must(buf_ok(&b) && replay_init(&image, STR(SCENARIO_WORLD), &r->limits, &f) == OK);
    bool read = snapshot_read(buf_view(&b), &image.world, NULL, &image.arena, &f) == OK;
    bool agree =
        read && same(rows, digest_computed(live)) && same(rows, digest_computed(&image.world));

    replay_fini(&image);
    buf_fini(&b);
    return agree;
}

void rows_timeline(const struct rows *r, uint32_t incident, int64_t start_us, struct buf *b)
{
    for (uint32_t k = 0; k < r->count; k++) {
        const struct told *t = &r->told[k];

        if (t->incident == incident) {
            buf_text(b, " +");
            render_duration(b, t->at - start_us);
            buf_char(b, ' ');
            buf_text(b, event_infos[t->kind].word);
            buf_char(b, '/');
            buf_text(b, t->who);
        }
    }
}
