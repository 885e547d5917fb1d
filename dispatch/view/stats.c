/* Counts and waits over what is in memory. */
#include "dispatch/view/lists.h"

#include "base/must.h"
#include "dispatch/core/digest.h"
#include "dispatch/view/query.h"

#include <stdlib.h>

struct waits {
    int64_t *ms;
    uint32_t count;
    uint32_t target_ms; /* 0: none */
};

struct tally {
    int64_t since, until; /* 0: no limit */
    uint32_t by_status[INCIDENT_STATUS_COUNT];
    uint32_t by_tier[5];
    uint32_t total;
    uint32_t withheld;     /* of the total: their place was not published */
    struct waits dispatch; /* opening to the first order */
    struct waits arrive;   /* first order to the first arrival; not of withheld places */
    struct waits answer;   /* ringing to answer, of every report that has both stamps */
    struct waits
        close; /* opening to the end, of those that are closed: worked on paper, by the paper */
    struct waits process; /* answer to the first order, of the report an incident was opened from */
    uint32_t reports;
    uint32_t report_status[REPORT_STATUS_COUNT];
    uint32_t outcomes[REPORT_OUTCOME_COUNT];
    uint32_t callbacks_due;
    uint32_t contacted; /* callers who were reached */
};

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y ? 1 : 0;
}

static void add_wait(struct waits *w, int64_t from, int64_t to)
{
    if (from != 0 && to >= from) {
        w->ms[w->count++] = (to - from) / US_PER_MS;
    }
}

/* By the first of its reports: that is the one it was opened from, or the oldest that is left. */
static void add_process(const struct reading *r, struct tally *t, const struct incident *i)
{
    const struct report *first = incident_first_report(r->viewer.world, i);
    if (first != NULL && i->first_dispatched_at != 0) {
        add_wait(&t->process, first->answered_at, i->first_dispatched_at);
    }
}

static bool within(const struct tally *t, int64_t at)
{
    return at >= t->since && (t->until == 0 || at < t->until);
}

static void count_reports(const struct reading *r, struct tally *t)
{
    uint32_t k = 0;
    for (const struct report *x; (x = world_next_of_reports(r->viewer.world, &k)) != NULL;) {
        if (!viewer_sees_report(&r->viewer, x) || !within(t, x->received_at)) {
            continue;
        }
        t->reports++;
        t->report_status[x->status]++;
        t->outcomes[x->outcome] += x->status == REPORT_SETTLED ? 1 : 0;
        t->callbacks_due += x->callback ? 1 : 0;
        t->contacted += x->contacted_at != 0 ? 1 : 0;
        if (x->answered_at != 0) {
            add_wait(&t->answer, x->rang_at, x->answered_at);
        }
    }
}

static void count_incidents(const struct reading *r, struct tally *t)
{
    uint32_t k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(r->viewer.world, &k)) != NULL;) {
        if (!viewer_sees_incident(&r->viewer, i) || !within(t, i->opened_at)) {
            continue;
        }
        t->total++;
        t->by_status[i->status]++;
        t->by_tier[i->tier <= 4 ? i->tier : 0]++;
        if (i->first_dispatched_at != 0) {
            add_wait(&t->dispatch, i->opened_at, i->first_dispatched_at);
        }
        if (i->status == INCIDENT_CLOSED) {
            add_wait(&t->close, i->opened_at,
                     i->paper_closed_at != 0 ? i->paper_closed_at : i->closed_at);
        }
        t->withheld += i->withheld ? 1 : 0;
        add_process(r, t, i);
        if (i->first_on_scene_at != 0 && !i->withheld) {
            add_wait(&t->arrive, i->first_dispatched_at, i->first_on_scene_at);
        }
    }
}

/* The value at so many hundredths of the sorted waits, by the nearest rank. */
static int64_t rank(const struct waits *w, uint32_t percent)
{
    uint64_t n = ((uint64_t)w->count * percent + 99) / 100;
    return w->ms[n > 0 ? n - 1 : 0];
}

/* The share within the target in thousandths, rounded down: 899 is not yet nine of ten. */
static void put_target(struct buf *b, const struct waits *w)
{
    uint32_t within = 0;
    for (uint32_t k = 0; k < w->count; k++) {
        within += w->ms[k] <= w->target_ms ? 1 : 0;
    }
    buf_text(b, ",\"target_ms\":");
    buf_u64(b, w->target_ms);
    buf_text(b, ",\"within\":");
    buf_u64(b, within);
    if (w->count > 0) {
        buf_text(b, ",\"within_permille\":");
        buf_u64(b, (uint64_t)within * 1000 / w->count);
    }
}

static void put_waits(struct buf *b, const char *name, struct waits *w)
{
    buf_text(b, ",\"");
    buf_text(b, name);
    buf_text(b, "\":{\"count\":");
    buf_u64(b, w->count);
    if (w->count > 0) {
        qsort(w->ms, w->count, sizeof(*w->ms), by_size);
        buf_text(b, ",\"median_ms\":");
        buf_i64(b, rank(w, 50));
        buf_text(b, ",\"p90_ms\":");
        buf_i64(b, rank(w, 90));
        buf_text(b, ",\"p95_ms\":");
        buf_i64(b, rank(w, 95));
    }
    if (w->target_ms != 0) {
        put_target(b, w);
    }
    buf_char(b, '}');
}

static void put_counts(struct buf *b, const struct tally *t)
{
    buf_text(b, ",\"incidents\":{\"total\":");
    buf_u64(b, t->total);
    buf_text(b, ",\"by_status\":{");
    for (uint32_t k = 0; k < INCIDENT_STATUS_COUNT; k++) {
        buf_text(b, k > 0 ? ",\"" : "\"");
        buf_text(b, word_of(&incident_status_words, k));
        buf_text(b, "\":");
        buf_u64(b, t->by_status[k]);
    }
    buf_text(b, "},\"by_tier\":{");
    for (uint32_t k = 1; k <= 4; k++) {
        buf_text(b, k > 1 ? ",\"" : "\"");
        buf_u64(b, k);
        buf_text(b, "\":");
        buf_u64(b, t->by_tier[k]);
    }
    buf_text(b, "},\"withheld\":");
    buf_u64(b, t->withheld);
    buf_char(b, '}');
}

static void put_reports(struct buf *b, const struct tally *t, bool operations)
{
    buf_text(b, ",\"reports\":{\"total\":");
    buf_u64(b, t->reports);
    buf_text(b, ",\"by_status\":{");
    for (uint32_t k = 0; k < REPORT_STATUS_COUNT; k++) {
        buf_text(b, k > 0 ? ",\"" : "\"");
        buf_text(b, word_of(&report_status_words, k));
        buf_text(b, "\":");
        buf_u64(b, t->report_status[k]);
    }
    buf_text(b, "},\"by_outcome\":{");
    for (uint32_t k = OUTCOME_NONE + 1; k < REPORT_OUTCOME_COUNT; k++) {
        buf_text(b, k > OUTCOME_NONE + 1 ? ",\"" : "\"");
        buf_text(b, word_of(&report_outcome_words, k));
        buf_text(b, "\":");
        buf_u64(b, t->outcomes[k]);
    }
    buf_char(b, '}');
    if (operations) {
        buf_text(b, ",\"callbacks_due\":");
        buf_u64(b, t->callbacks_due);
        buf_text(b, ",\"contacted\":");
        buf_u64(b, t->contacted);
    }
    buf_char(b, '}');
}

static void put_units(struct buf *b, const struct world *w)
{
    uint32_t by_status[UNIT_STATUS_COUNT] = { 0 };
    for (uint32_t k = 0; k < w->unit_count; k++) {
        by_status[w->units[k].status]++;
    }
    buf_text(b, ",\"units\":{");
    for (uint32_t k = 0; k < UNIT_STATUS_COUNT; k++) {
        buf_text(b, k > 0 ? ",\"" : "\"");
        buf_text(b, word_of(&unit_status_words, k));
        buf_text(b, "\":");
        buf_u64(b, by_status[k]);
    }
    buf_char(b, '}');
}

enum err read_stats(const struct reading *r, struct fault *f)
{
    const struct world *w = r->viewer.world;
    struct tally t = { .total = 0 };
    size_t room = ((size_t)w->incidents_pool.live + 1) * sizeof(int64_t);
    size_t calls = ((size_t)w->reports_pool.live + 1) * sizeof(int64_t);
    bool operations = r->viewer.audience == AUDIENCE_OPERATIONS;
    if (r->viewer.audience != AUDIENCE_OPERATIONS && r->viewer.audience != AUDIENCE_REDACTED) {
        return fault_set(f, ERR_FORBIDDEN, "this role sees no statistics", NULL, NULL);
    }
    if (query_instant(r->query, "since", &t.since, f) != OK ||
        query_instant(r->query, "until", &t.until, f) != OK) {
        return f->err;
    }
    t.dispatch.ms = arena_alloc(r->arena, room);
    t.arrive.ms = arena_alloc(r->arena, room);
    t.close.ms = arena_alloc(r->arena, room);
    t.process.ms = arena_alloc(r->arena, room);
    t.answer.ms = arena_alloc(r->arena, calls);
    t.answer.target_ms = w->plan.answer_ms;
    t.process.target_ms = w->plan.process_ms;
    if (t.dispatch.ms == NULL || t.arrive.ms == NULL || t.close.ms == NULL ||
        t.process.ms == NULL || t.answer.ms == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "the answer needs more memory than a read may take",
                         NULL, NULL);
    }
    count_incidents(r, &t);
    count_reports(r, &t);
    buf_char(r->out, '{');
    board_stand(r->out, w);
    put_counts(r->out, &t);
    put_reports(r->out, &t, operations);
    put_waits(r->out, "ring_to_answer", &t.answer);
    put_waits(r->out, "answer_to_dispatch", &t.process);
    put_waits(r->out, "receipt_to_dispatch", &t.dispatch);
    put_waits(r->out, "dispatch_to_on_scene", &t.arrive);
    put_waits(r->out, "receipt_to_close", &t.close);
    if (operations) {
        put_units(r->out, w);
    }
    buf_char(r->out, '}');
    return OK;
}

static void put_gauge(struct buf *b, const char *name, const char *help, uint64_t value)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s gauge\n%s %llu\n", name, help, name, name,
            (unsigned long long)value);
}

void read_metrics(struct buf *b, const struct world *w, struct str name)
{
    char digest[33];
    digest_text(digest_kept(w), digest);
    put_gauge(b, "tocsin_view_seq", "last row of the log that screens can show", w->seq);
    buf_text(b, "# HELP tocsin_world_digest digest of the world at a row of the log\n# TYPE "
                "tocsin_world_digest gauge\n");
    buf_fmt(b, "tocsin_world_digest{world=\"" STR_FMT "\",version=\"%d\",seq=\"%llu\",hash=\"",
            STR_ARG(name), DIGEST_VERSION, (unsigned long long)w->seq);
    buf_hex(b, w->hash.at, 8);
    buf_fmt(b, "\",digest=\"%s\"} 1\n", digest);
    put_gauge(b, "tocsin_incidents", "incidents in memory", w->incidents_pool.live);
    put_gauge(b, "tocsin_incidents_max", "room for incidents", w->incidents_pool.cap);
    put_gauge(b, "tocsin_reports", "reports in memory", w->reports_pool.live);
    put_gauge(b, "tocsin_reports_max", "room for reports", w->reports_pool.cap);
    put_gauge(b, "tocsin_assignments", "assignments in memory", w->assignments_pool.live);
    put_gauge(b, "tocsin_alarms", "alarms that stand open", w->alarms_pool.live);
    put_gauge(b, "tocsin_units", "units of the city", w->unit_count);
    put_gauge(b, "tocsin_command_ids", "command ids remembered", w->ids.last - w->ids.first);
}
