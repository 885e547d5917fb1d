/* incident.merge: two incidents turn out to be one. `into` survives; the other ends as merged and
 * keeps its number. Accounts that differ in victims or weapons are merged only when that is
 * confirmed. Refusals: no_such_incident, not_your_zone, incident_closed, changed_since (of both),
 * same_incident, panic_stands (an officer in need is not merged away), capacity_reached (of what
 * one incident may take in), incidents_differ (saying in what). */
#include "dispatch/command/decide.h"
#include "dispatch/core/merge.h"

/* "20261123-000412" */
static void put_number(struct buf *b, struct number n)
{
    buf_u64(b, n.date);
    buf_char(b, '-');
    for (uint32_t unit = 100000; unit > n.count && unit > 1; unit /= 10) {
        buf_char(b, '0');
    }
    buf_u64(b, n.count);
}

static void put_cues(struct buf *b, const struct incident *i, uint16_t cues)
{
    const char *before = " ";
    buf_text(b, "only ");
    put_number(b, i->number);
    buf_text(b, " tells of");
    for (uint32_t k = 0; k < CUE_COUNT; k++) {
        if ((cues >> k & 1) != 0) {
            buf_text(b, before);
            buf_text(b, word_of(&cue_words, k));
            before = ", ";
        }
    }
}

static bool same_account(struct turn *t, const struct incident *a, const struct incident *b,
                         bool confirm)
{
    uint16_t differ = merge_differences(a, b);
    if (differ == 0 || confirm) {
        return true;
    }
    char say[200];
    struct buf text;
    buf_fixed(&text, say, sizeof(say) - 1);
    if ((differ & a->cues) != 0) {
        put_cues(&text, a, (uint16_t)(differ & a->cues));
    }
    if ((differ & b->cues) != 0) {
        buf_text(&text, (differ & a->cues) != 0 ? "; " : "");
        put_cues(&text, b, (uint16_t)(differ & b->cues));
    }
    say[text.len] = '\0';
    struct fault *f = &t->out->fault;
    fault_set(f, ERR_INVALID, say, NULL, NULL);
    memset(f->field, 0, sizeof(f->field));
    memcpy(f->field, "confirm", sizeof("confirm"));
    turn_refuse_fault(t, REFUSED_INCIDENTS_DIFFER);
    return false;
}

void decide_incident_merge(struct turn *t, const struct incident_merge *c)
{
    const struct incident *from = turn_open_incident(t, c->incident);
    const struct incident *into = from != NULL ? turn_open_incident(t, c->into) : NULL;
    if (into == NULL) {
        return;
    }
    if (from == into) {
        turn_refuse(t, REFUSED_SAME_INCIDENT, "into");
        return;
    }
    if (from->panic) {
        turn_refuse(t, REFUSED_PANIC_STANDS, "incident");
        return;
    }
    if (into->merged_count + 1u + from->merged_count > MERGED_MAX) {
        turn_refuse(t, REFUSED_FULL, "into");
        return;
    }
    if (!same_account(t, from, into, c->confirm)) {
        return;
    }
    bool differed = merge_differences(from, into) != 0;
    struct sealed reason = turn_seal_value(t, &c->reason, "merge_reason");
    incident_id id = into->id;
    merge_emit(t, from, into, reason, differed);
    t->out->incident = id;
}
