#include "server/batch.h"

#include "base/must.h"

#include <stdlib.h>

#define BATCH_BYTES_MAX ((size_t)512 << 20)

bool batch_init(struct batch *b, uint32_t rows_max)
{
    *b = (struct batch){ .cap = rows_max };
    arena_init(&b->arena, BATCH_BYTES_MAX);
    b->rows = calloc(rows_max, sizeof(*b->rows));
    return b->rows != NULL;
}

void batch_fini(struct batch *b)
{
    arena_fini(&b->arena);
    free(b->rows);
    b->rows = NULL;
}

void batch_reset(struct batch *b)
{
    arena_reset(&b->arena);
    b->count = 0;
}

static struct str keep(struct batch *b, struct str s)
{
    struct str copy = arena_str(&b->arena, s);
    must(copy.at != NULL);
    return copy;
}

static const struct log_personal *keep_personal(struct batch *b, const struct log_row *row)
{
    if (row->personal_count == 0) {
        return NULL;
    }
    struct log_personal *p = arena_alloc(&b->arena, row->personal_count * sizeof(*p));
    must(p != NULL);
    for (uint32_t i = 0; i < row->personal_count; i++) {
        p[i] = row->personal[i];
        p[i].value = keep(b, row->personal[i].value);
        p[i].kind = keep(b, row->personal[i].kind);
    }
    return p;
}

void batch_add(struct batch *b, const struct log_row *row)
{
    must(b->count < b->cap);
    struct log_row *r = &b->rows[b->count++];
    *r = *row;
    r->actor = keep(b, row->actor);
    r->command_id = keep(b, row->command_id);
    r->command = keep(b, row->command);
    r->data = keep(b, row->data);
    r->personal = keep_personal(b, row);
}
