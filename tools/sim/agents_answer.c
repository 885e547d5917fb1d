/* What the answer to a command means. */
#include "tools/sim/agents_state.h"

#include <stdio.h>
#include <string.h>

#define S US_PER_S
#define TRIES_MAX 60

static bool passing(const char *code)
{
    return strcmp(code, "log_unavailable") == 0 || strcmp(code, "too_many_requests") == 0 ||
           strcmp(code, "outcome_unknown") == 0 || strcmp(code, "connection") == 0;
}

static void dispatch_refused(struct agents *a, int64_t now, struct act again, const char *code)
{
    struct job *j = agents_job(a, again.of);

    if (strcmp(code, "incident_closed") == 0) {
        agents_lost_incident(a, again.of);
    } else if (strcmp(code, "no_unit_free") != 0) {
        j->asked = false;
        agents_ask(a, now, again.of, 5 * S, 20 * S);
    } else if (a->opts.live != 0) {
        agents_wait_for_unit(a, again.of, j);
    } else if (again.tries < TRIES_MAX) {
        agents_plan(a, now + agents_between(a, 60 * S, 120 * S), again);
    } else {
        j->asked = false;
        j->cleared = true; /* nobody can be sent: told the caller so, and closed */
        agents_plan(a, now + S, (struct act){ .kind = ACT_CLOSE, .of = again.of });
    }
}

static void count_refusal(struct agents *a, const char *code)
{
    a->counts.refused++;
    for (uint32_t i = 0; i < REFUSAL_CODES_MAX; i++) {
        char *known = a->counts.refusals[i].code;

        if (known[0] == '\0') {
            (void)snprintf(known, sizeof(a->counts.refusals[i].code), "%s", code);
        }
        if (strcmp(known, code) == 0) {
            a->counts.refusals[i].count++;
            return;
        }
    }
}

static void count_pair(struct agents *a, uint8_t command, const char *code)
{
    for (uint32_t i = 0; i < REFUSAL_PAIRS_MAX; i++) {
        struct refused_pair *p = &a->counts.pairs[i];

        if (p->count == 0) {
            p->command = command;
            (void)snprintf(p->code, sizeof(p->code), "%s", code);
        }
        if (p->command == command && strcmp(p->code, code) == 0) {
            p->count++;
            return;
        }
    }
}

static void count(struct agents *a, const struct act *act, const char *code)
{
    if (passing(code)) {
        a->counts.again++;
    } else {
        count_refusal(a, code);
        count_pair(a, act->command, code);
    }
}

static void refused(struct agents *a, int64_t now, const struct act *act, const char *code)
{
    struct act again = *act;

    count(a, act, code);
    again.tries++;
    if (passing(code) && again.tries < TRIES_MAX) {
        agents_plan(a, now + agents_between(a, S, 3 * S) * (a->opts.rate > 1 ? a->opts.rate : 1),
                    again);
    } else if (act->kind >= ACT_COME) {
        floor_refused(a, now, act, code);
    } else if (act->kind == ACT_DISPATCH) {
        dispatch_refused(a, now, again, code);
    } else if (act->kind == ACT_CLOSE && strcmp(code, "incident_closed") == 0) {
        agents_lost_incident(a, act->of);
    } else if (act->kind == ACT_CLOSE && again.tries < TRIES_MAX) {
        agents_plan(a, now + 60 * S, again);
    } else if (act->kind == ACT_LINK) {
        agents_plan(a, now + S, (struct act){ .kind = ACT_OPEN, .of = act->of });
    } else if (act->kind == ACT_CALL) {
        a->unsettled--;
    }
}

void agents_answer(struct agents *a, int64_t now, const struct act *act, const char *code)
{
    agents_at(a, now);
    if (code != NULL) {
        refused(a, now, act, code);
        return;
    }
    if (act->kind == ACT_DISPATCH) {
        struct job *j = agents_job(a, act->of);

        j->asked = false;
        if (j->open && agents_open_slot(j) != 0) {
            j->asked = true;
            agents_plan(a, now + agents_between(a, 2 * S, 6 * S),
                        (struct act){ .kind = ACT_DISPATCH, .of = act->of });
        }
    }
}
