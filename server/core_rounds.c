/* When waiting incidents are assigned anew, and how the answer comes into the record: some of them
 * a row, so that no command waits behind many. */
#include "server/core_inside.h"

#include "server/rounds.h"

void core_rounds_touch(struct core *c)
{
    for (uint32_t k = 0; k < c->decision->count && !c->round.due; k++) {
        c->round.due = waiting_matters((enum event_kind)c->decision->events[k].kind);
    }
}

static struct asking asking_of(struct core *c)
{
    return (struct asking){ .world = c->s.world,
                            .ports = &c->ports,
                            .fix = c->ports.fix,
                            .fix_arg = c,
                            .now = server_clock_now(c->s.clock) };
}

static void ask(struct core *c, struct waiting_ask *question, int64_t now)
{
    const struct asking asking = asking_of(c);

    c->round.due = false;
    c->round.since = now;
    waiting_collect(&asking, question);
    c->round.waits = question->slot_count > 0;
    if (c->round.waits) {
        rounds_begin(c->s.rounds);
        c->round.next = 0;
    } else {
        rounds_none(c->s.rounds);
    }
}

/* The next incidents that it is news for. False: there are no more. */
static bool tell_some(struct core *c, const struct waiting_ask *asked,
                      const struct waiting_found *found)
{
    struct waiting_told room;
    struct command cmd = { .type = COMMAND_ADVICE_JOIN,
                           .principal = STR("system"),
                           .id = STR("round") };

    if (!waiting_tell(c->s.world, asked, found, &c->round.next, &room, &cmd.as.advice_join)) {
        return false;
    }
    core_internal(c, &cmd);
    return true;
}

void core_rounds(struct core *c)
{
    const struct waiting_ask *asked;
    int64_t now = monotonic_us();

    if (c->s.rounds == NULL || !c->open || c->quiescing || c->gather->count == c->gather->cap) {
        return;
    }
    rounds_use_roads(c->s.rounds, roads_stamp_of(c->s.world));
    const struct waiting_found *found = rounds_found(c->s.rounds, &asked);

    if (found != NULL) {
        if (!tell_some(c, asked, found)) {
            rounds_end(c->s.rounds);
        }
        return;
    }
    struct waiting_ask *question = rounds_ask(c->s.rounds);
    int64_t rest = now - c->round.since;

    if (question != NULL && rest >= ROUNDS_EVERY_US &&
        (c->round.due || (c->round.waits && rest >= ROUNDS_REST_US))) {
        ask(c, question, now);
    }
}
