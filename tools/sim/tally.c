#include "tools/sim/tally.h"

#include "base/must.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Values whose middle is asked for. */
struct values {
    int64_t *at;
    uint32_t count, cap;
};

struct case_ {
    int64_t opened, dispatched, arrived;
    uint8_t tier;
};

enum fate { RAISED, ACKNOWLEDGED, SHELVED, CLIMBED, RETURNED, CLEARED, FATES };

static const char *const fate_names[FATES] = { "raised",  "acknowledged", "shelved",
                                               "climbed", "returned",     "cleared" };

struct tally {
    struct case_ *cases; /* by incident id */
    uint32_t case_cap;
    uint8_t *alarm_kinds; /* by alarm id: kind + 1; 0: not seen */
    uint32_t alarm_cap;
    struct values answer, dispatch[TALLY_TIERS], arrive[TALLY_TIERS];
    uint64_t tiers[TALLY_TIERS];
    uint64_t alarms[ALARM_KIND_COUNT][FATES];
    uint64_t taken, handed_over, left, left_by_rule, silenced, heard, read;
    uint64_t moved_by_rule, moved_by_person;
    uint8_t *order_status; /* by assignment id: how it ended last; 0: it has not */
    bool *orders_made;     /* by assignment id: we saw it begin */
    uint32_t order_cap;
    uint64_t made, late, ends[ASSIGNMENT_STATUS_COUNT];
    uint64_t contacts, callbacks_ended, merged;
    uint64_t named, diverted, relieved, led;
    uint64_t closed, slowed, opened, opened_by_time, at_incidents;
};

struct tally *tally_new(void)
{
    return calloc(1, sizeof(struct tally));
}

void tally_free(struct tally *t)
{
    if (t == NULL) {
        return;
    }
    free(t->cases);
    free(t->alarm_kinds);
    free(t->order_status);
    free(t->orders_made);
    free(t->answer.at);
    for (uint32_t k = 0; k < TALLY_TIERS; k++) {
        free(t->dispatch[k].at);
        free(t->arrive[k].at);
    }
    free(t);
}

static void *room(void *at, uint32_t *cap, uint32_t n, size_t size)
{
    uint32_t old = *cap;

    if (n < old) {
        return at;
    }
    while (*cap <= n) {
        *cap = *cap == 0 ? 1024 : *cap * 2;
    }
    at = realloc(at, *cap * size);
    must(at != NULL);
    memset((char *)at + old * size, 0, (*cap - old) * size);
    return at;
}

static void add(struct values *v, int64_t us)
{
    v->at = room(v->at, &v->cap, v->count, sizeof(*v->at));
    v->at[v->count++] = us;
}

static struct case_ *case_of(struct tally *t, incident_id id)
{
    t->cases = room(t->cases, &t->case_cap, id.n, sizeof(*t->cases));
    return &t->cases[id.n];
}

static uint8_t tier_of(uint8_t tier)
{
    return tier < TALLY_TIERS ? tier : 0;
}

/* The first unit of an incident is on its way, or there. */
static void first_dispatched(struct tally *t, int64_t at, struct case_ *c)
{
    if (c->opened != 0 && c->dispatched == 0) {
        c->dispatched = at;
        add(&t->dispatch[tier_of(c->tier)], at - c->opened);
    }
}

static void first_arrived(struct tally *t, int64_t at, struct case_ *c)
{
    if (c->opened != 0 && c->arrived == 0) {
        c->arrived = at;
        add(&t->arrive[tier_of(c->tier)], at - c->opened);
    }
}

static void order_room(struct tally *t, uint32_t n)
{
    uint32_t cap = t->order_cap;

    t->order_status = room(t->order_status, &t->order_cap, n, sizeof(*t->order_status));
    t->orders_made = room(t->orders_made, &cap, n, sizeof(*t->orders_made));
}

static void see_made(struct tally *t, int64_t at, const struct assignment *a)
{
    order_room(t, a->id.n);
    t->orders_made[a->id.n] = true;
    t->made++;
    if (a->status == ASSIGNMENT_DISPATCHED && !a->on_view) {
        first_dispatched(t, at, case_of(t, a->incident));
    } else { /* an officer who was there: no time that a caller waited */
        case_of(t, a->incident)->opened = 0;
    }
}

/* An order ends once; one that lapsed may be signed late and then goes on. */
static void see_end(struct tally *t, const struct assignment_progressed *p)
{
    uint32_t n = p->assignment.n;

    if (n >= t->order_cap || !t->orders_made[n]) {
        return; /* made before we looked */
    }
    if (t->order_status[n] != 0 && p->status < ASSIGNMENT_CLEARED) {
        t->ends[t->order_status[n]]--;
        t->order_status[n] = 0;
        t->late++;
    } else if (p->status >= ASSIGNMENT_CLEARED && p->status < ASSIGNMENT_STATUS_COUNT) {
        t->ends[p->status]++;
        t->order_status[n] = p->status;
    }
}

static void see_order(struct tally *t, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_ASSIGNMENT_DISPATCHED) {
        see_made(t, at, &e->as.assignment_made.assignment);
    } else if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
        const struct assignment_progressed *p = &e->as.assignment_progressed;

        if (p->status == ASSIGNMENT_ON_SCENE) {
            first_arrived(t, at, case_of(t, p->incident));
        }
        see_end(t, p);
    } else if (e->kind == EVENT_ASSIGNMENT_DIVERTED) {
        see_end(t,
                &(struct assignment_progressed){ .assignment = e->as.assignment_diverted.assignment,
                                                 .status = ASSIGNMENT_CANCELLED });
    }
}

static void see_report(struct tally *t, const struct report *r)
{
    if (r->rang_at != 0 && r->answered_at >= r->rang_at) {
        add(&t->answer, r->answered_at - r->rang_at);
    }
}

static void see_incident(struct tally *t, int64_t at, const struct event *e)
{
    if (e->kind == EVENT_REPORT_RECEIVED) {
        see_report(t, &e->as.report_received.report);
    } else if (e->kind == EVENT_INCIDENT_OPENED) {
        *case_of(t, e->as.incident_opened.incident.id) = (struct case_){ .opened = at };
    } else if (e->kind == EVENT_INCIDENT_TIERED) {
        struct case_ *c = case_of(t, e->as.incident_tiered.incident);
        uint8_t tier = tier_of(e->as.incident_tiered.tier);

        t->tiers[c->tier] -= c->tier != 0 ? 1 : 0;
        t->tiers[tier] += tier != 0 ? 1 : 0;
        c->tier = tier;
    } else if (e->kind == EVENT_INCIDENT_OWNED || e->kind == EVENT_REPORT_OWNED) {
        bool by_rule = e->kind == EVENT_INCIDENT_OWNED ? e->as.incident_owned.by_rule
                                                       : e->as.report_owned.by_rule;

        t->moved_by_rule += by_rule ? 1 : 0;
        t->moved_by_person += by_rule ? 0 : 1;
    } else if (e->kind == EVENT_REPORT_CONTACTED) {
        t->contacts++;
    } else if (e->kind == EVENT_REPORT_CALLBACK_ENDED) {
        t->callbacks_ended++;
    } else if (e->kind == EVENT_INCIDENT_MERGED) {
        t->merged++;
    }
}

static void see_seat(struct tally *t, const struct event *e)
{
    if (e->kind == EVENT_SEAT_TAKEN) {
        t->taken++;
        t->handed_over += e->as.seat_taken.handed_over ? 1 : 0;
    } else if (e->kind == EVENT_SEAT_LEFT) {
        t->left++;
        t->left_by_rule += e->as.seat_left.by_rule ? 1 : 0;
    } else if (e->kind == EVENT_SEAT_SILENCED) {
        t->silenced++;
    } else if (e->kind == EVENT_SEAT_HEARD) {
        t->heard++;
    } else if (e->kind == EVENT_SEAT_WORK_READ) {
        t->read++;
    }
}

static void alarm_fate(struct tally *t, alarm_id id, enum fate fate)
{
    uint8_t kind = id.n < t->alarm_cap ? t->alarm_kinds[id.n] : 0;

    if (kind > 0) { /* else raised before we looked */
        t->alarms[kind - 1][fate]++;
    }
}

static void see_alarm(struct tally *t, const struct event *e)
{
    if (e->kind == EVENT_ALARM_RAISED) {
        const struct alarm *a = &e->as.alarm_raised.alarm;

        t->alarm_kinds = room(t->alarm_kinds, &t->alarm_cap, a->id.n, sizeof(*t->alarm_kinds));
        t->alarm_kinds[a->id.n] = (uint8_t)(a->kind + 1);
        t->alarms[a->kind][RAISED]++;
    } else if (e->kind == EVENT_ALARM_ACKNOWLEDGED) {
        alarm_fate(t, e->as.alarm_noticed.alarm, ACKNOWLEDGED);
    } else if (e->kind == EVENT_ALARM_SHELVED) {
        alarm_fate(t, e->as.alarm_shelved.alarm, SHELVED);
    } else if (e->kind == EVENT_ALARM_CLIMBED) {
        alarm_fate(t, e->as.alarm_noticed.alarm, CLIMBED);
    } else if (e->kind == EVENT_ALARM_RETURNED) {
        alarm_fate(t, e->as.alarm_noticed.alarm, RETURNED);
    } else if (e->kind == EVENT_ALARM_CLEARED) {
        alarm_fate(t, e->as.alarm_cleared.alarm, CLEARED);
    }
}

static void see_scene(struct tally *t, const struct event *e)
{
    t->named += e->kind == EVENT_ASSIGNMENT_NAMED ? 1 : 0;
    t->diverted += e->kind == EVENT_ASSIGNMENT_DIVERTED ? 1 : 0;
    t->led += e->kind == EVENT_INCIDENT_LED ? 1 : 0;
    t->relieved +=
        e->kind == EVENT_ASSIGNMENT_DISPATCHED && e->as.assignment_made.assignment.relieves.n != 0
            ? 1
            : 0;
}

static void see_road(struct tally *t, const struct event *e)
{
    if (e->kind == EVENT_ROAD_CLOSED || e->kind == EVENT_ROAD_SLOWED) {
        t->closed += e->kind == EVENT_ROAD_CLOSED ? 1 : 0;
        t->slowed += e->kind == EVENT_ROAD_SLOWED ? 1 : 0;
        t->at_incidents += e->as.road_noticed.notice.incident.n != 0 ? 1 : 0;
    } else if (e->kind == EVENT_ROAD_OPENED) {
        t->opened++;
        t->opened_by_time += e->as.road_opened.by_rule ? 1 : 0;
    }
}

void tally_see(struct tally *t, int64_t at, const struct event *events, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        see_incident(t, at, &events[k]);
        see_order(t, at, &events[k]);
        see_seat(t, &events[k]);
        see_alarm(t, &events[k]);
        see_road(t, &events[k]);
        see_scene(t, &events[k]);
    }
}

static int less(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : (x > y ? 1 : 0);
}

/* Nearest rank: the least value that so many percent of all do not exceed. */
static double percentile_s(const struct values *v, uint32_t percent)
{
    uint32_t rank = (uint32_t)(((uint64_t)v->count * percent + 99) / 100);

    return (double)v->at[rank > 0 ? rank - 1 : 0] / (double)US_PER_S;
}

static void put_values(struct buf *b, const char *name, struct values *v)
{
    buf_fmt(b, "\"%s\":{\"n\":%" PRIu32, name, v->count);
    if (v->count > 0) {
        qsort(v->at, v->count, sizeof(*v->at), less);
        buf_fmt(b, ",\"median_s\":%.1f,\"p90_s\":%.1f", percentile_s(v, 50), percentile_s(v, 90));
    }
    buf_char(b, '}');
}

static void put_tiers(struct buf *b, const char *name, struct values by_tier[TALLY_TIERS])
{
    char tier[2] = "0";

    buf_fmt(b, ",\"%s\":{", name);
    for (uint8_t k = 1; k < TALLY_TIERS; k++) {
        tier[0] = (char)('0' + k);
        buf_text(b, k > 1 ? "," : "");
        put_values(b, tier, &by_tier[k]);
    }
    buf_char(b, '}');
}

static void put_alarms(const struct tally *t, struct buf *b)
{
    const char *before = "";

    buf_text(b, ",\"alarms\":{");
    for (uint32_t k = 0; k < ALARM_KIND_COUNT; k++) {
        if (t->alarms[k][RAISED] == 0) {
            continue;
        }
        buf_fmt(b, "%s\"%s\":{", before, word_of(&alarm_kind_words, k));
        before = ",";
        for (uint32_t f = 0; f < FATES; f++) {
            buf_fmt(b, "%s\"%s\":%" PRIu64, f > 0 ? "," : "", fate_names[f], t->alarms[k][f]);
        }
        buf_char(b, '}');
    }
    buf_char(b, '}');
}

static void put_orders(const struct tally *t, struct buf *b)
{
    static const struct {
        const char *name;
        uint8_t status;
    } ends[] = { { "cleared", ASSIGNMENT_CLEARED },
                 { "declined", ASSIGNMENT_DECLINED },
                 { "cancelled", ASSIGNMENT_CANCELLED },
                 { "expired", ASSIGNMENT_EXPIRED } };
    uint64_t ended = 0;

    buf_fmt(b, ",\"orders\":{\"made\":%" PRIu64, t->made);
    for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
        buf_fmt(b, ",\"%s\":%" PRIu64, ends[k].name, t->ends[ends[k].status]);
        ended += t->ends[ends[k].status];
    }
    buf_fmt(b,
            ",\"signed_late\":%" PRIu64 ",\"named_by_desks\":%" PRIu64 ",\"diverted\":%" PRIu64
            ",\"relieved\":%" PRIu64 ",\"led\":%" PRIu64 ",\"standing\":%" PRIu64 "}",
            t->late, t->named, t->diverted, t->relieved, t->led, t->made - ended);
}

void tally_json(struct tally *t, struct buf *b)
{
    buf_text(b, "\"tiers\":{");
    for (uint32_t k = 1; k < TALLY_TIERS; k++) {
        buf_fmt(b, "%s\"%" PRIu32 "\":%" PRIu64, k > 1 ? "," : "", k, t->tiers[k]);
    }
    buf_text(b, "},\"times\":{");
    put_values(b, "answer", &t->answer);
    put_tiers(b, "dispatch", t->dispatch);
    put_tiers(b, "arrive", t->arrive);
    buf_char(b, '}');
    put_alarms(t, b);
    buf_fmt(b,
            ",\"seats\":{\"taken\":%" PRIu64 ",\"handed_over\":%" PRIu64 ",\"left\":%" PRIu64
            ",\"signed_out\":%" PRIu64 ",\"silenced\":%" PRIu64 ",\"heard\":%" PRIu64
            ",\"read\":%" PRIu64 ",\"owners_by_rule\":%" PRIu64 ",\"owners_by_person\":%" PRIu64
            "}",
            t->taken, t->handed_over, t->left - t->left_by_rule, t->left_by_rule, t->silenced,
            t->heard, t->read, t->moved_by_rule, t->moved_by_person);
    buf_fmt(b, ",\"callers\":{\"tries\":%" PRIu64 ",\"ended\":%" PRIu64 "},\"merged\":%" PRIu64,
            t->contacts, t->callbacks_ended, t->merged);
    put_orders(t, b);
    buf_fmt(b,
            ",\"roads\":{\"closed\":%" PRIu64 ",\"slowed\":%" PRIu64 ",\"at_incidents\":%" PRIu64
            ",\"opened\":%" PRIu64 ",\"opened_by_time\":%" PRIu64 "}",
            t->closed, t->slowed, t->at_incidents, t->opened, t->opened_by_time);
}
