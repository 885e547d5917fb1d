/* report.settle: a report ends without an incident, or the call-back of one that has an incident
 * ends without reaching the caller. While a caller waits it takes a reason, and stands under the
 * name of who settled it. Refusals: no_such_report, not_your_zone, report_settled, report_linked,
 * value_needed, reason_needed. */
#include "dispatch/command/decide.h"
#include "dispatch/core/callback.h"

static bool valid(struct turn *t, const struct report *r, const struct report_settle *c)
{
    if (r->status == REPORT_SETTLED) {
        turn_refuse(t, REFUSED_REPORT_SETTLED, "report");
    } else if (r->status == REPORT_LINKED && !r->callback) {
        turn_refuse(t, REFUSED_REPORT_LINKED, "report");
    } else if (c->outcome == OUTCOME_NONE) {
        turn_refuse(t, REFUSED_VALUE_NEEDED, "outcome");
    } else if (r->callback && c->note.value.len == 0) {
        turn_refuse(t, REFUSED_REASON_NEEDED, "note");
    }
    return t->out->refusal == REFUSED_NOT;
}

void decide_report_settle(struct turn *t, const struct report_settle *c)
{
    const struct report *r = turn_report(t, c->report);
    if (r == NULL || !valid(t, r, c)) {
        return;
    }
    struct sealed note = turn_seal_value(t, &c->note, "report_note");
    t->out->report = r->id;
    if (r->status == REPORT_LINKED) {
        callback_settle(t, r, note);
        return;
    }
    struct event *e = turn_event(t, EVENT_REPORT_SETTLED);
    e->as.report_settled = (struct report_settled){
        .report = r->id, .outcome = c->outcome, .note = note, .person = t->user->name
    };
    turn_emit(t, e);
}
