/* Taking the lease and coming back to it, in the four steps of the design:
 *   0  read the head: an epoch newer than ours that another took ends us; a holder that lives makes
 *      a server that never held the lease wait
 *   1  end the last holder's backend and wait until it is gone: nothing of it can still commit
 *   2  raise the epoch where it is the one just read: of several servers one gets it
 *   3  only then read the tail and compare hashes
 *   4  (log_writer.c) send the batch again byte for byte, or go on */
#include "base/log.h"
#include "sql/log_writer_internal.h"
#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <stdio.h>

#define WAIT_MS 100  /* until the head is read again while another holds the lease */
#define ENDING_MS 10 /* until the old backend is looked for again */

static void on_head(void *arg, const PGresult *r);
static void on_ended(void *arg, const PGresult *r);
static void on_raised(void *arg, const PGresult *r);
static void on_range(void *arg, const PGresult *r);
static void on_tail(void *arg, const PGresult *r);

static bool answered(struct log_writer *w, const PGresult *r, const char *what)
{
    ExecStatusType status = PQresultStatus(r);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        return true;
    }
    writer_refused(w, what, r);
    return false;
}

static void on_done(void *arg, const PGresult *r)
{
    (void)answered(arg, r, "could not set up the connection");
}

void lease_begin(struct log_writer *w)
{
    w->state = WRITER_READING;
    link_send(w->link, sql_lease_read, NULL, on_head);
}

static bool copy_text(char *out, size_t size, struct str s)
{
    if (s.len >= size) {
        return false;
    }
    memcpy(out, s.at, s.len);
    out[s.len] = '\0';
    return true;
}

/* Fields of lease_read.sql in order. */
static bool read_head(struct log_head *h, const PGresult *r)
{
    h->epoch = result_u64(r, 0, 2);
    h->seq = result_u64(r, 0, 3);
    return copy_text(h->world, sizeof h->world, result_str(r, 0, 0)) &&
           copy_text(h->world_id, sizeof h->world_id, result_str(r, 0, 1)) &&
           result_sha256(r, 0, 4, &h->hash) &&
           copy_text(h->holder, sizeof h->holder, result_str(r, 0, 5));
}

/* Why this database may not be written to, or NULL. */
static const char *unfit(const struct log_writer *w, const struct log_head *h, const PGresult *r)
{
    if (strcmp(h->world, w->world) != 0) {
        return "the schema holds another world";
    }
    if (w->ever_held && strcmp(h->world_id, w->head.world_id) != 0) {
        return "the log was reset or restored: its world id is another one";
    }
    if (!result_bool(r, 0, 8)) {
        return "the database runs with fsync off";
    }
    if (!result_bool(r, 0, 9)) {
        return "the database runs with full_page_writes off";
    }
    return result_bool(r, 0, 10) ? NULL : "the database runs with synchronous_commit off";
}

static void end_holder(struct log_writer *w)
{
    w->state = WRITER_ENDING;
    if (w->superuser) {
        link_send(w->link, sql_role_none, NULL,
                  on_done); /* only a superuser may end a superuser's backend */
    }
    params_reset(&w->params);
    params_i64(&w->params, (int64_t)w->read_epoch);
    link_send(w->link, sql_lease_end_holder, &w->params, on_ended);
}

static void on_head(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;
    struct log_head head;
    const char *why;
    bool ours;

    if (!answered(w, r, "could not read the head of the log")) {
        return;
    }
    if (PQntuples(r) != 1 || !read_head(&head, r)) {
        writer_fenced(w, "the head of the log is missing or damaged");
        return;
    }
    why = unfit(w, &head, r);
    if (why != NULL) {
        writer_fenced(w, why);
        return;
    }
    if (result_bool(r, 0, 11)) {
        link_drop(w->link, "the database is a standby and takes no writes");
        return;
    }
    ours = strcmp(head.holder, w->holder) == 0;
    if (w->ever_held && !ours && head.epoch > w->epoch) {
        writer_fenced(w, "another server took the log");
        return;
    }
    if (!ours && !w->ever_held && result_i64(r, 0, 6) <= LEASE_STALE_US) {
        w->state = WRITER_WAITING;
        writer_arm(w, WAIT_MS);
        return;
    }
    w->superuser = result_bool(r, 0, 7);
    w->read_epoch = head.epoch;
    if (!w->ever_held) {
        w->head = head;
    }
    end_holder(w);
}

static void raise_epoch(struct log_writer *w)
{
    w->state = WRITER_RAISING;
    if (w->superuser) {
        link_send(w->link, sql_role_writer, NULL, on_done);
    }
    params_reset(&w->params);
    params_i64(&w->params, (int64_t)w->read_epoch);
    params_text(&w->params, str_of(w->holder));
    link_send(w->link, sql_lease_raise, &w->params, on_raised);
}

static void on_ended(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;

    if (!answered(w, r, "could not end the last holder's backend")) {
        return;
    }
    if (result_i64(r, 0, 0) > 0) {
        writer_arm(w, ENDING_MS);
        return;
    }
    raise_epoch(w);
}

static void ask_tail(struct log_writer *w)
{
    link_send(w->link, sql_log_tail, NULL, on_tail);
}

/* The head stands at the end of our batch: is it really our batch that is there? */
static void ask_range(struct log_writer *w)
{
    params_reset(&w->params);
    params_i64(&w->params, (int64_t)w->batch.first_seq);
    params_i64(&w->params, (int64_t)w->batch.last_seq);
    link_send(w->link, sql_log_range_hash, &w->params, on_range);
}

static void on_raised(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;
    struct sha256 hash;
    uint64_t seq;

    if (!answered(w, r, "could not raise the epoch")) {
        return;
    }
    if (PQntuples(r) == 0) {
        lease_begin(w); /* another server was quicker: the head says whether we wait or end */
        return;
    }
    w->epoch = result_u64(r, 0, 0);
    seq = result_u64(r, 0, 1);
    if (!result_sha256(r, 0, 2, &hash)) {
        writer_fenced(w, "the head of the log is damaged");
        return;
    }
    w->state = WRITER_TAIL;
    if (!w->ever_held) {
        w->head.seq = seq;
        w->head.hash = hash;
        ask_tail(w);
    } else if (seq == w->head.seq && memcmp(&hash, &w->head.hash, sizeof hash) == 0) {
        ask_tail(w);
    } else if (w->batch.present && seq == w->batch.last_seq &&
               memcmp(&hash, &w->batch.last_hash, sizeof hash) == 0) {
        ask_range(w);
    } else {
        writer_fenced(w, "the log ends in rows that are not ours");
    }
}

static void on_range(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;
    struct sha256 hash;

    if (!answered(w, r, "could not read the end of the log")) {
        return;
    }
    if (result_u64(r, 0, 0) != w->batch.count || !result_sha256(r, 0, 1, &hash) ||
        memcmp(&hash, &w->batch.last_hash, sizeof hash) != 0) {
        writer_fenced(w, "the log and its head disagree about the last batch");
        return;
    }
    writer_held(w, true);
}

/* Nothing may stand behind the head, and the head must be the hash of the last row. */
static void on_tail(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;
    struct sha256 hash;
    bool same;

    if (!answered(w, r, "could not read the end of the log")) {
        return;
    }
    if (PQntuples(r) == 0) {
        log_genesis_hash(str_of(w->world), &hash);
        same = w->head.seq == 0;
    } else {
        same = result_sha256(r, 0, 1, &hash) && result_u64(r, 0, 0) == w->head.seq;
    }
    if (!same || memcmp(&hash, &w->head.hash, sizeof hash) != 0) {
        writer_fenced(w, "the log and its head disagree: run tocsin verify-log");
        return;
    }
    writer_held(w, false);
}

static void on_renewed(void *arg, const PGresult *r)
{
    struct log_writer *w = arg;

    if (answered(w, r, "could not renew the lease") && result_rows_changed(r) != 1) {
        writer_fenced(w, "another server took the log");
    }
}

void lease_renew(struct log_writer *w)
{
    params_reset(&w->params);
    params_i64(&w->params, (int64_t)w->epoch);
    link_send(w->link, sql_lease_renew, &w->params, on_renewed);
}

void lease_timer(struct log_writer *w)
{
    switch (w->state) {
    case WRITER_WAITING:
        lease_begin(w);
        break;
    case WRITER_ENDING:
        params_reset(&w->params);
        params_i64(&w->params, (int64_t)w->read_epoch);
        link_send(w->link, sql_lease_end_holder, &w->params, on_ended);
        break;
    case WRITER_HELD:
        if (!w->seen) {
            lease_renew(w);
        }
        w->seen = false;
        writer_arm(w, LEASE_RENEW_MS);
        break;
    case WRITER_DOWN:
    case WRITER_READING:
    case WRITER_RAISING:
    case WRITER_TAIL:
    case WRITER_OVER:
        break;
    }
}
