#include "server/archive.h"

#include "base/log.h"
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/view/entry.h"
#include "dispatch/view/query.h"
#include "dispatch/view/show.h"
#include "server/archive_inside.h"
#include "server/past.h"
#include "server/view_inside.h"
#include "server/wake.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define ROW_ARENA_BYTES ((size_t)512 << 20)
#define ANSWER_BYTES_MAX ((size_t)32 << 20)
#define EVENTS_STANDARD 1000
#define EVENTS_MOST 100000
#define ROWS_LOOKED_AT_MAX 200000
#define OLD_ROWS_MAX UINT64_C(500000)
#define NOTES_EVERY_ROWS 256
#define BUSY_MS 2
#define IDLE_MS 1000

/* A read under way. */
struct ask {
    struct door_read_ask head;
    unsigned gateway;
    struct str query;
    struct door_rights rights;
    uint32_t incident; /* of a timeline */
    struct buf *out;
    uint64_t events; /* written so far */
    uint64_t limit;
    uint64_t rows; /* looked at */
    uint64_t last; /* last row looked at */
    struct sha256 last_hash;
    bool looked;
    struct archive *archive;
};

static void take_notes(struct archive *a)
{
    void *at;
    size_t len;
    while (queue_peek(a->setup.notes.queue, &at, &len)) {
        struct archive_note head;
        must(len >= sizeof(head));
        memcpy(&head, at, sizeof(head));
        archive_index_note(a->index, &head, (const char *)at + sizeof(head));
        queue_release(a->setup.notes.queue);
    }
}

/* ---- what a reader may see of a row ---- */

static uint64_t mask_of_event(const struct archive_index *x, const struct event *e)
{
    uint32_t incident = event_incident(e);
    uint32_t report = event_report(e);
    if (incident != 0) {
        return archive_index_incident(x, incident);
    }
    /* A report's alarm has no zone: it goes to everybody, as on the screens. */
    return report != 0 && !event_is_alarm(e) ? archive_index_report(x, report) : MASK_ALL;
}

static bool sees(const struct ask *ask, const struct event *e)
{
    const struct archive_index *x = ask->archive->index;
    if (!entry_shown((enum audience)ask->rights.audience, e)) {
        return false;
    }
    if (ask->rights.audience == AUDIENCE_UNIT) {
        /* What follows a call does not say whether it was heard: neither is told here. */
        bool unheard = (e->kind == EVENT_UNIT_PANICKED && e->as.unit_panicked.silent) ||
                       e->kind == EVENT_UNIT_PANIC_NOTED || e->kind == EVENT_UNIT_PANIC_ANSWERED;
        return event_unit(e) == ask->rights.unit && e->kind != EVENT_ASSIGNMENT_RESERVED &&
               !unheard;
    }
    return ask->rights.zones == MASK_ALL || (mask_of_event(x, e) & ask->rights.zones) != 0;
}

/* Of a timeline: events of the incident, and the coming of its reports. */
static bool tells_of(const struct row_content *c, const struct event *e, uint32_t incident)
{
    uint32_t report = event_report(e);
    if (event_incident(e) == incident) {
        return true;
    }
    for (uint32_t k = 0; report != 0 && k < c->count; k++) {
        const struct event *x = &c->events[k];
        if (x->kind == EVENT_REPORT_LINKED && x->as.report_linked.report.n == report &&
            x->as.report_linked.incident.n == incident) {
            return true;
        }
    }
    return false;
}

static enum err take_row(void *arg, const struct log_row *row, struct fault *f)
{
    struct ask *ask = arg;
    struct archive *a = ask->archive;
    struct row_content content;
    bool lines = ask->head.what == READ_EVENTS && ask->head.ndjson != 0;
    arena_reset(&a->arena);
    enum err err = row_read(row->data, a->world, &a->arena, &content, f);
    if (err != OK) {
        return err;
    }
    const struct entry_row entry = { .seq = row->seq,
                                     .at = row->at_us,
                                     .world = a->world,
                                     .content = &content,
                                     .whole = ask->head.what == READ_TIMELINE };
    for (uint32_t k = 0; k < content.count; k++) {
        if (!sees(ask, &content.events[k]) ||
            (ask->incident != 0 && !tells_of(&content, &content.events[k], ask->incident))) {
            continue;
        }
        buf_text(ask->out, ask->events > 0 && !lines ? "," : "");
        entry_put(ask->out, &entry, k, (enum audience)ask->rights.audience,
                  (unit_id){ ask->rights.unit });
        buf_text(ask->out, lines ? "}\n" : "}");
        ask->events++;
    }
    ask->last = row->seq;
    ask->last_hash = row->hash;
    ask->looked = true;
    if (++ask->rows % NOTES_EVERY_ROWS == 0) {
        take_notes(a);
    }
    /* A row is never shown in part: the limit is looked at behind it. */
    bool enough = ask->events >= ask->limit || ask->rows >= ROWS_LOOKED_AT_MAX ||
                  ask->out->len > ANSWER_BYTES_MAX;
    return enough ? ERR_FULL : OK;
}

/* ---- the database ---- */

enum err archive_open(struct archive *a, struct fault *f)
{
    const struct pg_opts opts = { .conninfo = a->setup.conf->database,
                                  .world = a->setup.conf->world,
                                  .role = "tocsin_auditor",
                                  .application = "tocsind archive" };
    return a->pg != NULL ? OK : pg_open(&opts, &a->pg, f);
}

/* Rows after..to through `fn`; one more try after a lost connection, as long as nothing was handed
 * on. */
enum err archive_read(struct archive *a, uint64_t after, uint64_t to, log_row_fn *fn, void *arg,
                      struct fault *f)
{
    const struct log_read q = { .after_seq = after, .to_seq = to, .on_row = fn, .arg = arg };
    uint64_t last = after;
    enum err err = archive_open(a, f);
    if (err != OK || after >= to) {
        return err;
    }
    err = log_read(a->pg, &q, &last, NULL, f);
    if (err == ERR_LOG_UNAVAILABLE && last == after) {
        pg_close(a->pg);
        a->pg = NULL;
        err = archive_open(a, f);
        err = err == OK ? log_read(a->pg, &q, NULL, NULL, f) : err;
    }
    return err;
}

static enum err read_asked(struct ask *ask, uint64_t after, uint64_t to, struct fault *f)
{
    enum err err = archive_read(ask->archive, after, to, take_row, ask, f);
    return err == ERR_FULL ? OK : err; /* it was enough */
}

/* ---- the three reads ---- */

static enum err read_events(struct ask *ask, struct door_read_done *head, struct fault *f)
{
    uint64_t after = 0;
    enum err err = query_u64(ask->query, "after", INT64_MAX, &after, f);
    ask->limit = EVENTS_STANDARD;
    err = err == OK ? query_u64(ask->query, "limit", EVENTS_MOST, &ask->limit, f) : err;
    if (err == OK && ask->limit == 0) {
        err = fault_field(f, ERR_INVALID, "limit", "expected 1 to %d", EVENTS_MOST);
    }
    if (err != OK) {
        return err;
    }
    bool lines = ask->head.ndjson != 0;
    buf_text(ask->out, lines ? "" : "[");
    err = read_asked(ask, after, head->seq, f);
    buf_text(ask->out, lines ? "" : "]");
    if (ask->looked) {
        head->seq = ask->last;
        memcpy(head->hash8, ask->last_hash.at, sizeof(head->hash8));
    }
    return err;
}

static enum err read_row_events(struct ask *ask, const struct door_read_done *head, struct fault *f)
{
    if (ask->head.number == 0 || ask->head.number > head->seq) {
        return fault_set(f, ERR_NOT_FOUND, "there is no such row", NULL, NULL);
    }
    ask->limit = UINT64_MAX;
    buf_char(ask->out, '[');
    enum err err = read_asked(ask, ask->head.number - 1, ask->head.number, f);
    buf_char(ask->out, ']');
    return err;
}

/* The incidents that a row's text names; a quote inside a string is escaped, so that only ids
 * match. */
static enum err take_old(void *arg, const struct log_row *row, struct fault *f)
{
    struct archive *a = arg;
    char needle[96];
    struct buf b;
    uint32_t seen = 0;
    (void)f;
    buf_fixed(&b, needle, sizeof(needle));
    buf_fmt(&b, "\"" STR_FMT "-%c", STR_ARG(a->world), ID_LETTER_INCIDENT);
    const char *at = row->data.at;
    const char *end = row->data.at + row->data.len;
    while ((at = memmem(at, (size_t)(end - at), needle, b.len)) != NULL) {
        uint32_t id = 0;
        bool text = at > row->data.at && at[-1] == '\\';
        for (at += b.len; at < end && *at >= '0' && *at <= '9'; at++) {
            id = id * 10 + (uint32_t)(*at - '0');
        }
        if (!text && id != 0 && id != seen) {
            archive_index_old(a->index, id, row->seq);
            seen = id;
        }
    }
    return row->seq % NOTES_EVERY_ROWS == 0 ? (take_notes(a), OK) : OK;
}

/* Rows from before this server started are looked through once, when somebody first asks for them.
 */
static enum err learn_old(struct archive *a, struct fault *f)
{
    uint64_t began = archive_index_began(a->index);
    uint64_t after = began > OLD_ROWS_MAX ? began - OLD_ROWS_MAX : 0;
    if (archive_index_has_old(a->index)) {
        return OK;
    }
    enum err err = archive_read(a, after, began, take_old, a, f);
    if (err == OK) {
        archive_index_old_done(a->index, after == 0);
    }
    return err;
}

uint32_t archive_rows(struct archive *a, uint32_t incident, uint64_t *seqs, bool *whole,
                      struct fault *f, enum err *err)
{
    uint32_t count = archive_index_rows(a->index, incident, seqs, ARCHIVE_ROWS_MAX, whole);
    *err = OK;
    if (!*whole && count < ARCHIVE_ROWS_MAX && !archive_index_has_old(a->index)) {
        *err = learn_old(a, f);
        count = archive_index_rows(a->index, incident, seqs, ARCHIVE_ROWS_MAX, whole);
    }
    /* A row noted twice counts once; neighbours are read together by the caller. */
    uint32_t kept = 0;
    for (uint32_t k = 0; k < count; k++) {
        if (kept == 0 || seqs[kept - 1] != seqs[k]) {
            seqs[kept++] = seqs[k];
        }
    }
    return kept;
}

static enum err read_timeline(struct ask *ask, const struct door_read_done *head, struct fault *f)
{
    static _Thread_local uint64_t seqs[ARCHIVE_ROWS_MAX];
    struct archive *a = ask->archive;
    uint32_t incident = ask->head.number <= UINT32_MAX ? (uint32_t)ask->head.number : 0;
    uint64_t mask = archive_index_incident(a->index, incident);
    bool whole = false;
    enum err err;
    if (incident == 0 ||
        (mask == 0 ? ask->rights.zones != MASK_ALL : (mask & ask->rights.zones) == 0)) {
        return fault_set(f, ERR_NOT_FOUND, "there is no such incident", NULL, NULL);
    }
    uint32_t count = archive_rows(a, incident, seqs, &whole, f, &err);
    if (err == OK && count == 0) {
        err = fault_set(f, ERR_NOT_FOUND, "no rows of this incident are at hand", NULL,
                        "read /events");
    }
    ask->limit = UINT64_MAX;
    ask->incident = incident;
    buf_text(ask->out, "{\"seq\":");
    buf_u64(ask->out, head->seq);
    buf_text(ask->out, ",\"hash\":\"");
    buf_hex(ask->out, head->hash8, sizeof(head->hash8));
    buf_text(ask->out, "\",\"incident\":");
    json_out_id(ask->out, a->world, ID_LETTER_INCIDENT, incident);
    buf_text(ask->out, whole ? ",\"whole\":true,\"events\":[" : ",\"whole\":false,\"events\":[");
    for (uint32_t k = 0; k < count && err == OK; k++) {
        uint64_t from = seqs[k];
        while (k + 1 < count && seqs[k + 1] == seqs[k] + 1) {
            k++;
        }
        err = read_asked(ask, from - 1, seqs[k], f);
    }
    buf_text(ask->out, "]}");
    return err;
}

static enum err answer(struct ask *ask, struct door_read_done *head, struct fault *f)
{
    if (ask->rights.audience == AUDIENCE_NOBODY && ask->head.what != READ_ROW) {
        return fault_set(f, ERR_FORBIDDEN, "this role may not read this", NULL, NULL);
    }
    if (ask->head.what == READ_EVENTS) {
        return read_events(ask, head, f);
    }
    if (ask->head.what == READ_ROW) {
        return read_row_events(ask, head, f);
    }
    if (ask->head.what == READ_TIMELINE) {
        return read_timeline(ask, head, f);
    }
    if (ask->head.what == READ_PLACES) {
        return archive_places(ask->archive, ask->query, ask->out, f);
    }
    return fault_set(f, ERR_NOT_FOUND, "this is not read from the archive", NULL, NULL);
}

static void answer_now(struct archive *a, struct ask *ask, struct str principal)
{
    struct archive_stand stand = archive_index_stand(a->index);
    const struct door_rights *rights = archive_index_rights(a->index, principal);
    struct door_read_done head = { .request = ask->head.request,
                                   .seq = stand.seq,
                                   .epoch = stand.epoch };
    struct reply_bytes *bytes = reply_bytes_new();
    struct fault f = { .err = OK };
    enum err err = OK;
    memcpy(head.hash8, stand.hash8, sizeof(head.hash8));
    if (rights == NULL || rights->user == 0) {
        err = fault_set(&f, ERR_UNSIGNED, "there is no such user, or it is disabled", NULL, NULL);
    } else if (bytes == NULL) {
        err = fault_set(&f, ERR_NO_MEMORY, "no memory for an answer", NULL, NULL);
    } else {
        ask->rights = head.rights = *rights;
        ask->out = &bytes->buf;
        err = answer(ask, &head, &f);
        if (err == OK && !buf_ok(&bytes->buf)) {
            err = fault_set(&f, ERR_NO_MEMORY, "no memory for an answer", NULL, NULL);
        }
    }
    if (err == OK) {
        replies_put(a->replies, ask->gateway, &head, bytes);
    } else {
        replies_fault(a->replies, ask->gateway, &head, &f);
    }
    reply_bytes_unref(bytes);
}

static uint64_t row_needed(const struct door_read_ask *head)
{
    return head->what == READ_ROW && head->number > head->min_seq ? head->number : head->min_seq;
}

/* One read of one gateway. False: none, or its row is not there yet. */
static bool take_read(struct archive *a, unsigned gateway)
{
    struct queue *q = a->setup.from_gateway[gateway].queue;
    struct ask ask = { .archive = a, .gateway = gateway };
    void *at;
    size_t len;
    if (!queue_peek(q, &at, &len)) {
        return false;
    }
    must(len >= sizeof(ask.head));
    memcpy(&ask.head, at, sizeof(ask.head));
    must(ask.head.kind == DOOR_READ &&
         len == sizeof(ask.head) + ask.head.principal_len + ask.head.query_len);
    int64_t now = view_mono_us();
    if (row_needed(&ask.head) > archive_index_stand(a->index).seq) {
        a->waiting_since[gateway] =
            a->waiting_since[gateway] != 0 ? a->waiting_since[gateway] : now;
        if (now - a->waiting_since[gateway] < HELD_US) {
            return false;
        }
        struct fault f;
        const struct door_read_done head = { .request = ask.head.request };
        (void)fault_set(&f, ERR_LOG_UNAVAILABLE, "the row that was asked for is not shown yet",
                        NULL, "ask again");
        replies_fault(a->replies, gateway, &head, &f);
    } else {
        const char *text = (const char *)at + sizeof(ask.head);
        ask.query = (struct str){ text + ask.head.principal_len, ask.head.query_len };
        answer_now(a, &ask, (struct str){ text, ask.head.principal_len });
    }
    a->waiting_since[gateway] = 0;
    queue_release(q);
    return true;
}

/* ---- commands for the past ---- */

/* One command of the core's; the rows up to its own must have been heard of. False: none, or not
 * yet. */
static bool take_past(struct archive *a)
{
    struct queue *q = a->setup.from_core.queue;
    struct past_record head;
    const struct door_command *ask;
    struct incident image;
    void *at;
    size_t len;
    if (q == NULL || !queue_peek(q, &at, &len)) {
        return false;
    }
    (void)past_read(at, len, &ask, &image);
    memcpy(&head, at, sizeof(head));
    int64_t now = view_mono_us();
    a->past_since = a->past_since != 0 ? a->past_since : now;
    if (head.seq > archive_index_stand(a->index).seq && now - a->past_since < HELD_US) {
        return false;
    }
    bool behind = head.seq > archive_index_stand(a->index).seq;
    enum past past = behind               ? PAST_LATER
                     : head.incident == 0 ? archive_number(a, head.number)
                                          : archive_past(a, (incident_id){ head.incident }, &image);
    head.later = past == PAST_LATER ? 1 : 0;
    head.taken = past == PAST_TAKEN ? 1 : 0;
    if (!past_push(&a->setup.to_core, &head, ask, past == PAST_FOUND ? &image : NULL)) {
        return false;
    }
    a->past_since = 0;
    queue_release(q);
    return true;
}

/* ---- the loop ---- */

static bool all_empty(struct archive *a)
{
    bool empty = queue_sleep(a->setup.notes.queue);
    empty = (a->setup.from_core.queue == NULL || queue_sleep(a->setup.from_core.queue)) && empty;
    for (unsigned g = 0; g < a->setup.gateways; g++) {
        empty = queue_sleep(a->setup.from_gateway[g].queue) && empty;
    }
    return empty;
}

static bool waiting(const struct archive *a)
{
    bool any = a->past_since != 0;
    for (unsigned g = 0; g < a->setup.gateways; g++) {
        any = any || a->waiting_since[g] != 0;
    }
    return any;
}

static void *run(void *arg)
{
    struct archive *a = arg;
    struct pollfd p = { .fd = a->setup.notes.wake_fd, .events = POLLIN };
    pthread_setname_np(pthread_self(), "archive");
    while (!atomic_load(&a->stopping)) {
        bool any = false;
        take_notes(a);
        for (unsigned g = 0; g < a->setup.gateways; g++) {
            any = take_read(a, g) || any;
        }
        any = take_past(a) || any;
        bool sent = replies_flush(a->replies);
        if (any) {
            continue;
        }
        if (!all_empty(a) && !waiting(a)) {
            continue;
        }
        (void)poll(&p, 1, waiting(a) || !sent ? BUSY_MS : IDLE_MS);
        wake_clear(a->setup.notes.wake_fd);
    }
    return NULL;
}

static void archive_free(struct archive *a)
{
    archive_index_free(a->index);
    replies_free(a->replies);
    pg_close(a->pg);
    arena_fini(&a->arena);
    free(a);
}

enum err archive_start(const struct archive_setup *setup, struct archive **out, struct fault *f)
{
    struct archive *a = calloc(1, sizeof(*a));
    if (a == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for the archive", NULL, NULL);
    }
    a->setup = *setup;
    a->world = str_of(setup->conf->world);
    arena_init(&a->arena, ROW_ARENA_BYTES);
    a->index = archive_index_new(setup->world);
    a->replies = replies_new(setup->to_gateway, setup->gateways);
    if (a->index == NULL || a->replies == NULL || pthread_create(&a->thread, NULL, run, a) != 0) {
        archive_free(a);
        return fault_set(f, ERR_NO_MEMORY, "no memory for the archive", NULL, NULL);
    }
    *out = a;
    return OK;
}

void archive_stop(struct archive *a)
{
    if (a == NULL) {
        return;
    }
    atomic_store(&a->stopping, true);
    wake_up(a->setup.notes.wake_fd);
    pthread_join(a->thread, NULL);
    archive_free(a);
}
