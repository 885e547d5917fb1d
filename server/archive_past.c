/* An incident that has left the memory, read back from the rows that tell of it; and numbers of
 * paper that were entered at any time. */
#include "server/archive_inside.h"

#include "base/log.h"
#include "dispatch/codec/row.h"
#include "dispatch/core/image.h"

#include <stdio.h>

struct fold {
    struct archive *archive;
    incident_id id;
    struct incident image;
};

/* The first event that has the incident whole, then what changed it. */
static bool begins(const struct event *e)
{
    return e->kind == EVENT_INCIDENT_OPENED ||
           (e->kind == EVENT_INCIDENT_REOPENED && e->as.incident_reopened.departed);
}

static enum err take_row(void *arg, const struct log_row *row, struct fault *f)
{
    struct fold *fold = arg;
    struct archive *a = fold->archive;
    struct row_content content;
    arena_reset(&a->arena);
    enum err err = row_read(row->data, a->world, &a->arena, &content, f);
    for (uint32_t k = 0; err == OK && k < content.count; k++) {
        const struct event *e = &content.events[k];
        if (event_incident(e) == fold->id.n && (fold->image.id.n != 0 || begins(e))) {
            image_take(&fold->image, e, row->at_us);
        }
    }
    return err;
}

enum past archive_past(struct archive *a, incident_id id, struct incident *out)
{
    static _Thread_local uint64_t seqs[ARCHIVE_ROWS_MAX];
    struct fold fold = { .archive = a, .id = id };
    struct fault f = { .err = OK };
    bool whole = false;
    enum err err = OK;
    uint32_t count = archive_rows(a, id.n, seqs, &whole, &f, &err);
    for (uint32_t k = 0; k < count && err == OK; k++) {
        uint64_t from = seqs[k];
        while (k + 1 < count && seqs[k + 1] == seqs[k] + 1) {
            k++;
        }
        err = archive_read(a, from - 1, seqs[k], take_row, &fold, &f);
    }
    if (err != OK) {
        log_warn("archive", "a departed incident could not be read", "incident=%u error=\"%s\"",
                 id.n, f.primary);
        return err == ERR_LOG_UNAVAILABLE ? PAST_LATER : PAST_NONE;
    }
    *out = fold.image;
    out->alarmed = 0;
    return out->id.n == id.n && out->status >= INCIDENT_CLOSED ? PAST_FOUND : PAST_NONE;
}

/* A connection that was lost unnoticed is made anew once. */
enum past archive_number(struct archive *a, struct number n)
{
    struct fault f = { .err = OK };
    char text[24];
    bool taken = false;
    (void)snprintf(text, sizeof(text), "%08u-%06u", n.date, n.count);
    enum err err = archive_open(a, &f);
    for (int tries = 0; err == OK && tries < 2; tries++) {
        if (log_has_paper(a->pg, str_of(text), &taken, &f) == OK) {
            return taken ? PAST_TAKEN : PAST_NONE;
        }
    }
    log_warn("archive", "a number of paper could not be looked for", "error=\"%s\"", f.primary);
    return PAST_LATER;
}
