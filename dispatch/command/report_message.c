/* report.message: a text to the caller, or from the caller, kept as personal. What the caller wrote
 * counts as having been reached; an intake channel brings only that. Refusals: no_such_report,
 * not_your_zone, report_settled, caller_no_contact, contact_way, not_allowed. */
#include "dispatch/command/decide.h"
#include "dispatch/command/take.h"
#include "dispatch/core/callback.h"

static bool allowed(struct turn *t, const struct report *r, const struct report_message *c)
{
    if (r->status == REPORT_SETTLED) {
        turn_refuse(t, REFUSED_REPORT_SETTLED, "report");
        return false;
    }
    if (!c->from_caller && t->role == ROLE_INTAKE) {
        turn_refuse(t, REFUSED_NOT_ALLOWED, "from_caller");
        return false;
    }
    return c->from_caller || take_contact_allowed(t, r, CONTACT_WAY_TEXT);
}

void decide_report_message(struct turn *t, const struct report_message *c)
{
    const struct report *r = turn_report(t, c->report);
    if (r == NULL || !allowed(t, r, c)) {
        return;
    }
    bool try = r->callback && !c->from_caller;
    struct sealed text =
        turn_seal_value(t, &c->text, c->from_caller ? "message_in" : "message_out");
    struct event *e = turn_event(t, EVENT_REPORT_MESSAGED);
    e->as.report_messaged = (struct report_messaged){ .report = r->id,
                                                      .incident = r->incident,
                                                      .from_caller = c->from_caller,
                                                      .tries = try ? callback_tries(r) : r->tries,
                                                      .callback_at = try ? callback_next(t, r) : 0,
                                                      .text = text };
    t->out->report = r->id;
    t->out->incident = r->incident;
    turn_emit(t, e);
}
