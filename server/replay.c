#include "server/replay.h"

#include "dispatch/core/evolve.h"

void replay_apply(struct world *w, const struct log_row *row, const struct row_content *content)
{
    bool own = str_is(row->actor, "system");
    evolve_begin(w, row->seq, row->at_us);
    for (uint32_t i = 0; i < content->count; i++) {
        evolve(w, &content->events[i]);
    }
    evolve_end(w, &row->hash, own ? (struct str){ 0 } : row->actor,
               own ? (struct str){ 0 } : row->command_id, content->content);
}

/* Ids in the first row are already of the world it creates. */
static struct str world_name(const struct world *w, const struct log_row *row)
{
    return w->name.len > 0 || row->seq != 1 ? text_str(&w->name) : (struct str){ 0 };
}

enum err replay_row(struct world *const *worlds, unsigned count, const struct log_row *row,
                    struct arena *a, struct row_content *content, struct fault *f)
{
    struct row_content own;
    struct row_content *c = content != NULL ? content : &own;
    arena_reset(a);
    enum err e = row_read(row->data, world_name(worlds[0], row), a, c, f);
    if (e != OK) {
        return e;
    }
    for (unsigned i = 0; i < count; i++) {
        if (row->seq != worlds[i]->seq + 1 || row->at_us < worlds[i]->at) {
            return fault_field(f, ERR_CORRUPT, "seq", "row %llu does not follow row %llu",
                               (unsigned long long)row->seq, (unsigned long long)worlds[i]->seq);
        }
        replay_apply(worlds[i], row, c);
    }
    return OK;
}
