/* A durable row: the view's world takes it, every audience gets its frames, the archive hears of
 * it. */
#include "server/view_inside.h"

#include "base/log.h"
#include "base/must.h"
#include "server/archive.h"
#include "server/replay.h"
#include "server/wake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_WAIT_MS 20
#define ARCHIVE_WAIT_NS 1000000

struct row_out {
    struct view *view;
    const struct row_record *row;
};

/* Waits while the slowest gateway leaves no room; it cuts its slow connections, so that this ends.
 */
static void put_entry(struct view *v, const struct ring_tags *tags, const char *at, size_t len)
{
    while (!ring_put(v->setup.ring, tags, at, len)) {
        ring_publish(v->setup.ring);
        ring_wait(v->setup.ring, RING_WAIT_MS);
    }
}

static void on_entry(void *arg, const struct frame_tags *tags, struct str entry)
{
    struct row_out *o = arg;
    const struct ring_tags t = { .seq = o->row->seq,
                                 .any_of = tags->any_of,
                                 .also_of = tags->also_of,
                                 .none_of = tags->none_of,
                                 .at_us = o->row->at_us,
                                 .epoch = o->row->epoch,
                                 .kind = RING_EVENTS,
                                 .audience = tags->audience,
                                 .topics = tags->topics,
                                 .addressee = tags->addressee };
    put_entry(o->view, &t, entry.at, entry.len);
}

static void put_rights(struct view *v, const struct row_record *row, uint32_t user)
{
    const struct ring_tags t = { .seq = row->seq,
                                 .any_of = MASK_ALL,
                                 .also_of = MASK_ALL,
                                 .at_us = row->at_us,
                                 .epoch = row->epoch,
                                 .kind = RING_RIGHTS,
                                 .topics = UINT16_MAX,
                                 .user = user };
    put_entry(v, &t, NULL, 0);
}

static void put_row(struct view *v, const struct row_record *row)
{
    struct ring_tags t = { .seq = row->seq,
                           .any_of = MASK_ALL,
                           .also_of = MASK_ALL,
                           .at_us = row->at_us,
                           .epoch = row->epoch,
                           .kind = RING_ROW,
                           .topics = UINT16_MAX };
    memcpy(t.hash8, row->hash.at, sizeof(t.hash8));
    put_entry(v, &t, NULL, 0);
}

/* Users named by the row's events; rights are a matter of rows, not of touches, so that an overflow
 * hides none. */
static const struct user *user_of(const struct view *v, const struct event *e)
{
    if (e->kind == EVENT_USER_CREATED) {
        return world_user(v->world, text_str(&e->as.user_created.user.name));
    }
    if (e->kind == EVENT_USER_GRANTED) {
        return world_user(v->world, text_str(&e->as.user_granted.user.name));
    }
    return e->kind == EVENT_USER_DISABLED
               ? world_user(v->world, text_str(&e->as.user_disabled.username))
               : NULL;
}

static void put_users(struct view *v, const struct row_record *row,
                      const struct row_content *content)
{
    for (uint32_t k = 0; k < content->count; k++) {
        const struct user *u = user_of(v, &content->events[k]);
        if (u != NULL) {
            put_rights(v, row, u->id.n);
        }
    }
}

static void note_things(struct view *v, const struct row_content *content, uint32_t *count)
{
    for (uint32_t k = 0; k < content->count; k++) {
        const struct event *e = &content->events[k];
        const struct incident *i = world_incident(v->world, (incident_id){ event_incident(e) });
        const struct report *r = world_report(v->world, (report_id){ event_report(e) });
        if (i != NULL) {
            const struct archive_thing x = { .id = i->id.n, .mask = mask_of_incident(v->world, i) };
            buf_add(&v->note, &x, sizeof(x));
            (*count)++;
        }
        if (r != NULL) {
            const struct archive_thing x = { .id = r->id.n,
                                             .is_report = 1,
                                             .mask = mask_of_report(v->world, r) };
            buf_add(&v->note, &x, sizeof(x));
            (*count)++;
        }
    }
}

static void note_users(struct view *v, const struct row_content *content, bool everyone,
                       uint32_t *count)
{
    for (uint32_t k = 0; k < content->count && !everyone; k++) {
        const struct user *u = user_of(v, &content->events[k]);
        if (u != NULL) {
            struct archive_user x = { .rights = view_rights(v->world, u) };
            memcpy(x.name, u->name.at, u->name.len);
            buf_add(&v->note, &x, sizeof(x));
            (*count)++;
        }
    }
    /* A new city may change which bits a user's zones have. */
    uint32_t n = 0;
    for (const struct user *u; everyone && (u = world_next_of_users(v->world, &n)) != NULL;) {
        struct archive_user x = { .rights = view_rights(v->world, u) };
        memcpy(x.name, u->name.at, u->name.len);
        buf_add(&v->note, &x, sizeof(x));
        (*count)++;
    }
}

/* The archive is woken once for all rows of a round: a wake-up is as dear as a row. */
static void push_note(struct view *v, const void *at, size_t len)
{
    struct door_way *way = &v->setup.to_archive;
    const struct timespec moment = { .tv_nsec = ARCHIVE_WAIT_NS };
    bool wake = false;
    while (!queue_push(way->queue, at, len, &wake)) {
        wake_up(way->wake_fd);
        nanosleep(&moment, NULL);
    }
    v->archive_sleeps = v->archive_sleeps || wake;
}

void view_wake_archive(struct view *v)
{
    if (v->archive_sleeps) {
        v->archive_sleeps = false;
        wake_up(v->setup.to_archive.wake_fd);
    }
}

/* Long notes (a city with thousands of users) go in several records of the same row. */
static void tell_archive(struct view *v, const struct row_record *row,
                         const struct row_content *content, bool everyone)
{
    struct archive_note head = { .seq = row->seq, .epoch = row->epoch };
    if (v->setup.to_archive.queue == NULL) {
        return;
    }
    memcpy(head.hash8, row->hash.at, sizeof(head.hash8));
    buf_reset(&v->note);
    buf_add(&v->note, &head, sizeof(head));
    note_things(v, content, &head.things);
    size_t things_end = v->note.len;
    note_users(v, content, everyone, &head.users);
    must(buf_ok(&v->note));
    size_t most = queue_size(v->setup.to_archive.queue) / 4;
    uint32_t first = (uint32_t)((most - things_end) / sizeof(struct archive_user));
    uint32_t left = head.users > first ? head.users - first : 0;
    head.users -= left;
    memcpy(v->note.at, &head, sizeof(head));
    push_note(v, v->note.at, v->note.len - left * sizeof(struct archive_user));
    for (size_t at = things_end + head.users * sizeof(struct archive_user); left > 0;) {
        uint32_t some = left < first ? left : first;
        head.things = 0;
        head.users = some;
        /* The head goes in front of the users it is about; what stood there was sent before. */
        memcpy(v->note.at + at - sizeof(head), &head, sizeof(head));
        push_note(v, v->note.at + at - sizeof(head),
                  sizeof(head) + some * sizeof(struct archive_user));
        at += some * sizeof(struct archive_user);
        left -= some;
    }
}

void view_use_roads(struct view *v)
{
    if (v->setup.roads != NULL) {
        travel_use(&v->travel, roads_use(v->setup.roads, ROADS_OF_VIEW, roads_stamp_of(v->world)));
    }
}

void view_take_row(struct view *v, const struct row_record *row, const char *bytes, bool at_once)
{
    struct str actor = { bytes, row->actor_len };
    struct str id = { bytes + row->actor_len, row->id_len };
    struct str data = { id.at + row->id_len + row->command_len, row->data_len };
    struct row_content content;
    struct fault f = { .err = OK };
    char line[800];
    arena_reset(&v->arena);
    if (row_read(data, v->setup.world_name, &v->arena, &content, &f) != OK) {
        log_error("view", "a durable row cannot be read", "seq=%llu error=\"%s\"",
                  (unsigned long long)row->seq, fault_line(&f, line, sizeof(line)));
        must(f.err == OK); /* the core wrote it: what the screens show would no longer be the log */
    }
    struct row_out out = { .view = v, .row = row };
    const struct frame_sink sink = { .arg = &out, .put = on_entry };
    const struct entry_row entry = {
        .seq = row->seq, .at = row->at_us, .world = v->setup.world_name, .content = &content
    };
    const struct log_row as_logged = {
        .seq = row->seq, .at_us = row->at_us, .actor = actor, .command_id = id, .hash = row->hash
    };
    row_frames_before(v->frames, &content);
    view_touch_callers(v, &content);
    if (v->setup.projection != NULL) {
        projection_before(v->setup.projection, &content);
    }
    replay_apply(v->world, &as_logged, &content);
    view_use_roads(v);
    view_cover_touch(v, &content);
    bool everyone = row_frames_after(v->frames, &entry, &sink);
    put_users(v, row, &content);
    if (everyone) {
        put_rights(v, row, RING_EVERYONE);
        v->everyone_seq = row->seq;
        view_forget_shared(v);
    }
    put_row(v, row);
    if (at_once) {
        ring_publish(v->setup.ring); /* the rest does not keep the screens waiting */
    }
    side_row(v->side, row->seq, row->at_us, &content);
    view_touch_callers(v, &content);
    if (v->setup.projection != NULL) {
        projection_row(v->setup.projection);
    }
    tell_archive(v, row, &content, everyone);
}
