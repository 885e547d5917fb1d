#include "dispatch/core/image.h"

#include "base/must.h"
#include "dispatch/plan/recommend.h"

void image_tiered(struct incident *i, const struct incident_tiered *e)
{
    const struct requirement *needs = e->requirements.at;
    const struct rule_named *rules = e->rules.at;
    i->tier = e->tier;
    i->tier_by_person = e->by_person;
    if (e->plan.len == 0) {
        return;
    }
    must(e->requirements.count <= REQUIREMENTS_MAX);
    i->plan = e->plan;
    i->plan_version = e->plan_version;
    i->requirement_count = (uint8_t)e->requirements.count;
    memset(i->requirements, 0, sizeof(i->requirements));
    if (e->requirements.count > 0) {
        memcpy(i->requirements, needs, e->requirements.count * sizeof(*needs));
    }
    i->rule_count =
        (uint8_t)(e->rules.count < INCIDENT_RULES_MAX ? e->rules.count : INCIDENT_RULES_MAX);
    memset(i->rules, 0, sizeof(i->rules));
    for (uint32_t k = 0; k < i->rule_count; k++) {
        i->rules[k] = rules[k].rule;
    }
}

void image_recommended(struct incident *i, const struct incident_recommended *e)
{
    const struct slot_advice *slots = e->slots.at;
    if (!recommend_is_kept(text_str(&e->weights))) {
        return;
    }
    for (uint32_t k = 0; k < e->slots.count; k++) {
        for (uint32_t r = 0; r < i->requirement_count; r++) {
            if (i->requirements[r].slot == slots[k].slot) {
                i->requirements[r].meant = slots[k].chosen;
            }
        }
    }
}

void image_amended(struct incident *i, const struct incident_amended *e)
{
    i->rev = e->rev;
    if (e->type.len > 0) {
        i->type_dispatched = e->type;
    }
    i->priority = e->priority != 0 ? e->priority : i->priority;
    i->grade = e->grade != 0 ? e->grade : i->grade;
    if (e->place_changed) {
        i->place = e->place;
        i->withheld = e->place.state == PLACE_WITHHELD;
    }
    if (e->cues_changed) {
        i->cues = e->cues;
    }
    if (e->cues_denied_changed) {
        i->cues_denied = e->cues_denied;
    }
}

void image_contact(struct incident *i, const struct report_amended *e)
{
    i->contact = e->contact_changed ? e->incident_contact : i->contact;
}

void image_held(struct incident *i, const struct incident_held *e)
{
    i->held_until = e->until;
    i->review_at = e->review_at;
    i->rev++;
}

void image_owned(struct incident *i, const struct incident_owned *e)
{
    i->owner = e->owner;
    i->seat = e->seat;
    i->unread = e->unread;
}

void image_closed(struct incident *i, const struct incident_closed *e, int64_t at)
{
    i->status = INCIDENT_CLOSED;
    i->status_since = i->closed_at = at;
    i->held_until = 0;
    i->disposition = e->disposition;
    i->unread = false; /* what is over needs no reading */
    i->rev++;
    if (e->type.len > 0) {
        i->type_handled = e->type;
    }
}

void image_reopened(struct incident *i, const struct incident *back, int64_t at)
{
    if (back != NULL) {
        uint32_t chain = i->next_hash;
        *i = *back;
        i->next_hash = chain;
        i->first_report = i->first_assignment = i->due_slot = 0;
    }
    i->status = INCIDENT_WAITING;
    i->status_since = at;
    i->closed_at = 0;
    i->merged_into = (incident_id){ 0 };
    i->disposition = DISPOSITION_NONE;
    i->alarmed = 0;
    i->lead = (unit_id){ 0 };
    i->rev++;
}

void image_panic_answered(struct incident *i)
{
    i->panic = false;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

void image_absorbed(struct incident *i, const struct incident_absorbed *e)
{
    const struct merged_part *parts = e->parts.at;
    must(i->merged_count + 1 + e->parts.count <= MERGED_MAX);
    i->merged[i->merged_count++] =
        (struct merged_part){ .incident = e->from,
                              .number = e->number,
                              .cues = e->cues,
                              .type = e->type.len > 0 ? i->type_dispatched : (struct text16){ 0 },
                              .priority = e->priority != 0 ? i->priority : 0,
                              .typed = e->type.len > 0,
                              .urgent = e->priority != 0,
                              .placed = e->place_changed,
                              .verified = e->verified,
                              .led = e->lead.n != 0,
                              .tiered = e->tier != 0 };
    for (uint32_t k = 0; k < e->parts.count; k++) {
        i->merged[i->merged_count++] = parts[k];
    }
    i->rev = e->rev;
    i->cues |= e->cues;
    i->report_count = e->report_count;
    i->contact = e->contact;
    i->priority = e->priority != 0 ? e->priority : i->priority;
    i->type_dispatched = e->type.len > 0 ? e->type : i->type_dispatched;
    i->unverified = i->unverified && !e->verified;
    i->lead = e->lead.n != 0 ? e->lead : i->lead;
    i->first_dispatched_at = earlier(i->first_dispatched_at, e->first_dispatched_at);
    i->first_on_scene_at = earlier(i->first_on_scene_at, e->first_on_scene_at);
    if (e->place_changed) {
        i->place = e->place;
        i->withheld = e->place.state == PLACE_WITHHELD;
    }
}

void image_merged(struct incident *i, const struct incident_merged *e, int64_t at)
{
    i->status = INCIDENT_MERGED;
    i->status_since = i->closed_at = at;
    i->held_until = 0;
    i->merged_into = e->into;
    i->report_count = 0;
    i->contact = CONTACT_CALL;
    i->rev++;
}

void image_strike(struct incident *i, incident_id gone)
{
    uint8_t kept = 0;
    for (uint8_t k = 0; k < i->merged_count; k++) {
        if (i->merged[k].incident.n != gone.n) {
            i->merged[kept++] = i->merged[k];
        }
    }
    memset(&i->merged[kept], 0, (size_t)(i->merged_count - kept) * sizeof(i->merged[0]));
    i->merged_count = kept;
}

void image_parted(struct incident *i, const struct incident_parted *e)
{
    const struct merged_part *parts = e->parts.at;
    image_strike(i, e->gone);
    for (uint32_t k = 0; k < e->parts.count; k++) {
        image_strike(i, parts[k].incident);
    }
    i->rev = e->rev;
    i->cues = e->cues;
    i->report_count = e->report_count;
    i->contact = e->contact;
    i->type_dispatched = e->type_changed ? e->type : i->type_dispatched;
    i->priority = e->priority_changed ? e->priority : i->priority;
    i->unverified = e->unverified;
    i->lead = e->lead_ended ? (unit_id){ 0 } : i->lead;
    i->tier_by_person = i->tier_by_person && !e->tier_ended;
    i->first_dispatched_at = e->first_dispatched_at;
    i->first_on_scene_at = e->first_on_scene_at;
    if (e->place_changed) {
        i->place = e->place;
        i->withheld = e->place.state == PLACE_WITHHELD;
    }
}

void image_split(struct incident *i, const struct incident_split_off *e, int64_t at)
{
    i->status = INCIDENT_WAITING;
    i->status_since = at;
    i->closed_at = 0;
    i->merged_into = (incident_id){ 0 };
    i->alarmed = 0;
    i->rev = e->rev;
    i->report_count = e->report_count;
    i->contact = e->contact;
    /* Rows without the name come from before this was kept: their digest must stay as it was. */
    i->split_from = e->person.len > 0 ? e->from : i->split_from;
}

void image_ordered(struct incident *i, const struct assignment_made *e, int64_t at)
{
    const struct assignment *a = &e->assignment;
    if (a->status == ASSIGNMENT_RESERVED) {
        return;
    }
    i->held_until = 0;
    i->first_dispatched_at = i->first_dispatched_at != 0 ? i->first_dispatched_at : at;
    if (a->on_scene_at != 0 && i->first_on_scene_at == 0) {
        i->first_on_scene_at = a->on_scene_at;
    }
    for (uint32_t k = 0; e->instead_of.n != 0 && k < i->requirement_count; k++) {
        if (i->requirements[k].slot == a->slot) {
            i->requirements[k].offers++;
        }
    }
}

void image_progressed(struct incident *i, uint8_t status, int64_t at)
{
    if (status == ASSIGNMENT_ON_SCENE && i->first_on_scene_at == 0) {
        i->first_on_scene_at = at;
    }
}

void image_fed_back(struct incident *i, const struct assignment_fed_back *e)
{
    if (e->type.len > 0) {
        i->type_handled = e->type;
    }
}

void image_led(struct incident *i, const struct incident_led *e)
{
    i->lead = e->unit;
    i->rev += e->unit.n != 0 ? 1 : 0;
}

void image_told(struct incident *i, bool first_report, int64_t at)
{
    i->first_report_at = first_report ? at : i->first_report_at;
}

static void take_linked(struct incident *i, const struct event *e)
{
    if (e->kind == EVENT_REPORT_LINKED) {
        i->report_count = e->as.report_linked.report_count;
        i->cues |= e->as.report_linked.cues;
        i->contact = e->as.report_linked.contact;
    } else {
        i->report_count = e->as.report_unlinked.report_count;
        i->contact = e->as.report_unlinked.contact;
        i->cues_denied = (uint16_t)(i->cues_denied & ~e->as.report_unlinked.cues_denied);
    }
}

static void take_assignment(struct incident *i, const struct event *e, int64_t at)
{
    if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
        image_progressed(i, e->as.assignment_progressed.status, at);
        image_told(i, e->as.assignment_progressed.first_report, at);
    } else if (e->kind == EVENT_ASSIGNMENT_FED_BACK) {
        image_fed_back(i, &e->as.assignment_fed_back);
        image_told(i, e->as.assignment_fed_back.first_report, at);
    } else if (e->kind == EVENT_ASSIGNMENT_REPORTED) {
        image_told(i, e->as.assignment_reported.first_report, at);
    } else if (e->kind == EVENT_ASSIGNMENT_RESERVED || e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        image_ordered(i, &e->as.assignment_made, at);
        image_told(i, e->as.assignment_made.first_report, at);
    }
}

static void take_own(struct incident *i, const struct event *e, int64_t at)
{
    if (e->kind == EVENT_INCIDENT_TIERED) {
        image_tiered(i, &e->as.incident_tiered);
    } else if (e->kind == EVENT_INCIDENT_RECOMMENDED) {
        image_recommended(i, &e->as.incident_recommended);
    } else if (e->kind == EVENT_INCIDENT_AMENDED) {
        image_amended(i, &e->as.incident_amended);
    } else if (e->kind == EVENT_INCIDENT_HELD) {
        image_held(i, &e->as.incident_held);
    } else if (e->kind == EVENT_INCIDENT_CLOSED) {
        image_closed(i, &e->as.incident_closed, at);
    } else if (e->kind == EVENT_INCIDENT_REOPENED) {
        const struct incident_reopened *r = &e->as.incident_reopened;
        image_reopened(i, r->departed ? &r->incident : NULL, at);
    } else if (e->kind == EVENT_UNIT_PANIC_ANSWERED) {
        image_panic_answered(i);
    } else if (e->kind == EVENT_INCIDENT_LED) {
        image_led(i, &e->as.incident_led);
    } else if (e->kind == EVENT_INCIDENT_OWNED) {
        image_owned(i, &e->as.incident_owned);
    }
}

static void take_merge(struct incident *i, const struct event *e, int64_t at)
{
    if (e->kind == EVENT_INCIDENT_ABSORBED) {
        image_absorbed(i, &e->as.incident_absorbed);
    } else if (e->kind == EVENT_INCIDENT_MERGED) {
        image_merged(i, &e->as.incident_merged, at);
    } else if (e->kind == EVENT_INCIDENT_PARTED) {
        image_parted(i, &e->as.incident_parted);
    } else if (e->kind == EVENT_INCIDENT_SPLIT) {
        image_split(i, &e->as.incident_split_off, at);
    }
}

void image_take(struct incident *i, const struct event *e, int64_t at)
{
    if (e->kind == EVENT_INCIDENT_OPENED) {
        *i = e->as.incident_opened.incident;
        i->report_count = 0;
    } else if (e->kind == EVENT_REPORT_LINKED || e->kind == EVENT_REPORT_UNLINKED) {
        take_linked(i, e);
    } else if (e->kind >= EVENT_INCIDENT_ABSORBED && e->kind <= EVENT_INCIDENT_SPLIT) {
        take_merge(i, e, at);
    } else if (e->kind == EVENT_REPORT_AMENDED) {
        image_contact(i, &e->as.report_amended);
    } else if ((e->kind >= EVENT_ASSIGNMENT_RESERVED && e->kind <= EVENT_ASSIGNMENT_FED_BACK) ||
               e->kind == EVENT_ASSIGNMENT_REPORTED) {
        take_assignment(i, e, at);
    } else {
        take_own(i, e, at);
    }
}
