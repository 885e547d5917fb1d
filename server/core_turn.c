/* One command: decided, written as a row, answered. */
#include "server/core_inside.h"

#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/pack.h"
#include "dispatch/codec/row.h"
#include "dispatch/core/command_ids.h"
#include "dispatch/core/seats.h"
#include "dispatch/view/entry.h"
#include "dispatch/view/lists.h"
#include "dispatch/view/row_frames.h"
#include "server/past.h"
#include "server/retention.h"

static void write_row(struct core *c)
{
    const struct decision *d = c->decision;
    const struct command *cmd = c->turn.command;
    struct world *w = c->s.world;
    const struct seat *seat = seats_of(w, cmd->principal);
    c->by = (struct by){ .person = cmd->principal,
                         .role = (uint8_t)c->turn.role,
                         .seat = seat != NULL ? text_str(&seat->code) : (struct str){ 0 },
                         .terminal = cmd->terminal,
                         .unsynchronised = c->unsynchronised };
    struct log_personal personal[PERSONAL_MAX];
    buf_reset(&c->data);
    row_write(&c->data, text_str(&w->name), &c->by, cmd->content, d->events, d->count);
    must(buf_ok(&c->data));
    for (uint32_t i = 0; i < d->personal_count; i++) {
        const struct personal_out *p = &d->personal[i];
        personal[i] =
            (struct log_personal){ .ref = p->ref,
                                   .value = p->in->value,
                                   .kind = str_of(p->kind),
                                   .erase_after_us = retention_until(str_of(p->kind), c->turn.at) };
        memcpy(personal[i].salt, p->in->salt, sizeof(personal[i].salt));
    }
    struct log_row row = { .seq = d->seq,
                           .epoch = log_writer_epoch(c->s.writer),
                           .at_us = c->turn.at,
                           .actor = cmd->principal,
                           .command_id = cmd->id,
                           .command = str_of(command_infos[cmd->type].word),
                           .data = buf_view(&c->data),
                           .prev_hash = w->hash,
                           .personal = personal,
                           .personal_count = d->personal_count };
    must(log_row_hash(&row, &row.hash));
    batch_add(c->gather, &row);
    turn_seal(&c->turn, &row.hash);
    c->state.rows++;
}

void core_run(struct core *c, const struct command *cmd)
{
    arena_reset(&c->arena);
    c->turn = (struct turn){ .world = c->s.world,
                             .ports = &c->ports,
                             .command = cmd,
                             .arena = &c->arena,
                             .out = c->decision };
    turn_decide(&c->turn, server_clock_now(c->s.clock));
    if (c->turn.user != NULL) {
        crew_heard(c->crew, c->turn.user->id, monotonic_us());
    }
    if (c->decision->refusal == REFUSED_NOT && !c->decision->repeated && c->decision->count > 0) {
        write_row(c);
        core_rounds_touch(c);
    }
}

/* What the asker may see of the row, in the same bytes as its frames. */
static void write_events(struct core *c)
{
    const struct decision *d = c->decision;
    const struct user *u = c->turn.user;
    const struct json_out opt = { .world = text_str(&c->s.world->name), .privacy_max = TACTICAL };
    buf_reset(&c->by_text);
    json_out_struct(&c->by_text, &by_shape, &c->by, &opt);
    struct row_content content = { .events = c->decision->events,
                                   .count = d->count,
                                   .by = c->by,
                                   .by_raw = buf_view(&c->by_text) };
    const struct entry_row row = {
        .seq = d->seq, .at = c->turn.at, .world = text_str(&c->s.world->name), .content = &content
    };
    const struct viewer viewer = viewer_of(c->s.world, row.world, u);
    row_events(&c->events, &viewer, &row);
}

static void result_of(struct core *c, struct door_answer *a)
{
    const struct decision *d = c->decision;
    const struct incident *i = world_incident(c->s.world, d->incident);
    a->report = d->report.n;
    a->incident = d->incident.n;
    if (i != NULL) {
        a->number_date = i->number.date;
        a->number_count = i->number.count;
        a->tier = i->tier;
    }
}

static void answer(struct core *c, const struct door_command *ask)
{
    const struct decision *d = c->decision;
    struct door_answer a = { .request = ask->request,
                             .seq = d->seq,
                             .refusal = (uint32_t)d->refusal };
    struct str field = str_of(d->field);
    struct str detail = { 0 };
    buf_reset(&c->events);
    if (d->refusal != REFUSED_NOT) {
        a.outcome = DOOR_REFUSED;
        a.seq = c->s.world->seq;
        detail = d->fault.err != OK ? str_of(d->fault.primary) : detail;
        c->state.refusals++;
    } else if (d->repeated) {
        a.outcome = DOOR_REPEATED;
        c->state.repeats++;
    } else {
        a.outcome = DOOR_DONE;
        result_of(c, &a);
        if (ask->want_events) {
            write_events(c);
        }
    }
    memcpy(a.hash8, d->repeated ? d->hash8 : c->s.world->hash.at, sizeof(a.hash8));
    outbox_put(c->outbox, ask->gateway, c->s.world->seq, &a, field, buf_view(&c->events), detail,
               ask->want_events != 0, ask->arrived_us);
}

static struct str part(const char **at, uint32_t len)
{
    struct str s = { .at = *at, .len = len };
    *at += len;
    return s;
}

static void read_command(struct core *c, const struct door_command *ask, struct command *cmd)
{
    const char *at = (const char *)(ask + 1);
    *cmd = (struct command){ .type = (enum command_type)ask->type,
                             .at_device = ask->at_device,
                             .expect_incident = { ask->expect_incident },
                             .expect_rev = ask->expect_rev,
                             .unsynchronised = c->unsynchronised };
    cmd->id = part(&at, ask->id_len);
    cmd->principal = part(&at, ask->principal_len);
    cmd->terminal = part(&at, ask->terminal_len);
    struct str body = part(&at, ask->body_len);
    memcpy(cmd->content, ask->content, sizeof(cmd->content));
    memcpy(cmd->salt, ask->salt, sizeof(cmd->salt));
    must(cmd->type > COMMAND_NONE && cmd->type < COMMAND_TYPE_COUNT);
    size_t pos = 0;
    arena_reset(&c->body);
    /* The gateway packed it by the same tables: anything else is our bug. */
    must(unpack_struct(command_infos[cmd->type].shape, body, &pos, &c->body, &cmd->as, NULL) == OK);
}

static void run_command(struct core *c, const struct door_command *ask, const struct command *cmd)
{
    if (str_is(cmd->principal, "system")) {
        /* The core's own name is nobody's: no door speaks for it. */
        c->decision->refusal = REFUSED_NOT_SIGNED_IN;
        c->decision->field = NULL;
    } else {
        core_run(c, cmd);
    }
    answer(c, ask);
}

static bool may_send(const struct world *w, const struct command *cmd)
{
    const struct user *u = world_user(w, cmd->principal);
    return u != NULL && !u->disabled && (command_roles(cmd->type) >> u->role & 1) != 0;
}

/* It is about an incident that was once there, and its sender might get it back; or about paper,
 * whose number may have been entered before that. */
static bool of_the_past(const struct core *c, const struct command *cmd, struct past_record *head)
{
    const struct world *w = c->s.world;
    *head = (struct past_record){ .seq = w->seq };
    if (cmd->type == COMMAND_PAPER_ENTER) {
        head->number = cmd->as.paper_enter.number;
        return number_is_paper(head->number) && may_send(w, cmd);
    }
    incident_id id = cmd->as.incident_reopen.incident;
    if (cmd->type != COMMAND_INCIDENT_REOPEN || id.n == 0 || id.n >= w->next_incident ||
        world_incident(w, id) != NULL) {
        return false;
    }
    head->incident = id.n;
    return may_send(w, cmd);
}

void core_tell_later(struct core *c, const struct door_command *ask)
{
    const struct door_answer a = { .outcome = DOOR_LOG_UNAVAILABLE, .request = ask->request };
    outbox_put(c->outbox, ask->gateway, c->s.world->seq, &a, (struct str){ 0 }, (struct str){ 0 },
               (struct str){ 0 }, ask->want_events != 0, ask->arrived_us);
}

void core_take_command(struct core *c, const struct door_command *ask)
{
    struct command cmd;
    struct past_record head;
    read_command(c, ask, &cmd);
    if (of_the_past(c, &cmd, &head)) {
        if (!past_push(&c->s.to_archive, &head, ask, NULL)) {
            core_tell_later(c, ask);
        }
        return; /* else it comes back */
    }
    run_command(c, ask, &cmd);
}

bool core_knows(const struct core *c, const struct door_command *ask)
{
    const char *at = (const char *)(ask + 1);
    struct str id = part(&at, ask->id_len);
    struct str principal = part(&at, ask->principal_len);
    return command_ids_find(c->s.world, principal, id) != NULL;
}

void core_take_past(struct core *c, const struct door_command *ask, const struct incident *past,
                    bool taken)
{
    struct command cmd;
    read_command(c, ask, &cmd);
    cmd.past = past;
    cmd.number_past = taken ? NUMBER_TAKEN : NUMBER_FREE;
    run_command(c, ask, &cmd);
}
