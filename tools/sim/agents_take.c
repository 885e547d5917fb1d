/* What is due as a command, and what its answer means. */
#include "dispatch/codec/event_row.h"
#include "tools/sim/agents_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define S US_PER_S
#define TRIES_MAX 60
#define WAITING_SPARED 3

struct personal_in agents_say(struct agents *a, struct str text)
{
    struct personal_in in = { .value = text };

    for (size_t i = 0; i < sizeof(in.salt) && text.len > 0; i += 8) {
        uint64_t r = prng_next(&a->prng);

        memcpy(in.salt + i, &r, 8);
    }
    if (text.len > 0) {
        log_personal_hash(in.salt, text, &in.hash);
    }
    return in;
}

static struct str number_text(struct agents *a, char *out, size_t size, uint64_t n)
{
    int len = snprintf(out, size, "%.*s-%" PRIu64, (int)a->opts.tag.len, a->opts.tag.at, n);

    must(len > 0 && (size_t)len < size);
    return (struct str){ .at = out, .len = (size_t)len };
}

/* Puts off all calls to come while several incidents wait for their first unit. */
static void spare_crews(struct agents *a)
{
    uint32_t wait = 0;

    for (uint32_t i = 0; a->opts.spare && i < a->jobs_cap; i++) {
        const struct job *j = &a->jobs[i];

        wait += j->open && j->ours && !j->got_unit && floor_ours(a, j->seat) ? 1 : 0;
    }
    if (wait > WAITING_SPARED) {
        a->calls_us += agents_between(a, 10 * S, 30 * S);
    }
}

/* When the call of that number comes; 0: it never does. */
static int64_t comes_at(struct agents *a, uint32_t instance, int64_t now)
{
    const struct town *t = a->opts.town;
    int64_t at;

    if (a->opts.live != 0) {
        at = now + (a->open < a->opts.live ? agents_between(a, S / 10, S / 2)
                                           : agents_between(a, 2 * S, 8 * S));
    } else if (!a->opts.loop && instance >= t->count) {
        return 0;
    } else {
        int64_t after = (instance / t->count) * t->span_us + t->calls[instance % t->count].at_us;

        at = a->calls_us + after * t->stretch_percent / 100;
        if (instance >= t->count) {
            at += agents_between(a, 0, 60 * S); /* no two hours are alike */
        }
        at = at > now ? at : now;
    }
    return a->opts.until_us == 0 || at < a->opts.until_us ? at : 0;
}

/* The free crew of a police type that stands nearest; 0: none. Type NONE: any police. */
static uint32_t nearest_free(struct agents *a, const struct town_call *call)
{
    const struct city_unit *u = a->opts.town->city.units.at;
    struct point at = { call->report.place.lon, call->report.place.lat };
    bool has_point = at.lon_e7 != 0 || at.lat_e7 != 0;
    uint32_t best = 0;
    int64_t best_far = INT64_MAX;

    for (uint32_t i = 1; i <= a->crew_count; i++) {
        const struct crew *c = &a->crews[i];
        bool police = u[i - 1].police_type < POLICE_TYPE_GRID;
        bool wanted = call->unit != 0 ? i == call->unit : police && !u[i - 1].voice_only;

        if (!wanted || crew_is_guest(a, i) || !c->on_duty || c->away || c->stacked > 0 ||
            c->bound != 0) {
            continue;
        }
        struct point p = agents_place(a, c);
        int64_t dx = (int64_t)p.lon_e7 - at.lon_e7;
        int64_t dy = (int64_t)p.lat_e7 - at.lat_e7;
        int64_t far = has_point ? (dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy) : (int64_t)i;

        if (far < best_far) {
            best = i;
            best_far = far;
        }
    }
    return best;
}

static void reseal(struct agents *a, struct report_receive *r)
{
    r->narrative = agents_say(a, r->narrative.value);
    r->place.address = agents_say(a, r->place.address.value);
    r->place.detail = agents_say(a, r->place.detail.value);
    r->caller.name = agents_say(a, r->caller.name.value);
    r->caller.phone = agents_say(a, r->caller.phone.value);
    r->caller.language = agents_say(a, r->caller.language.value);
}

static bool by_channel(uint8_t channel)
{
    return channel == CHANNEL_SMS || channel == CHANNEL_APP || channel == CHANNEL_WEB ||
           channel == CHANNEL_SENSOR || channel == CHANNEL_AGENCY;
}

/* Who is on the way to come upon that call; 0: nobody. */
static uint32_t bound_for(const struct agents *a, uint32_t instance)
{
    for (uint32_t i = 1; i <= a->crew_count; i++) {
        if (a->crews[i].bound == instance + 1 && a->crews[i].stacked == 0) {
            return i;
        }
    }
    return 0;
}

/* True when the unit is there. By road it takes its time: the act comes again then. */
static bool comes_upon(struct agents *a, int64_t now, const struct act *act, uint32_t unit,
                       struct point at)
{
    struct crew *c = &a->crews[unit];

    if (!drive_by_road(a, c)) {
        c->from = c->to = at;
        c->depart = c->arrive = 0;
        return true;
    }
    if (c->bound != act->of + 1) {
        c->bound = act->of + 1;
        drive_go(a, now, c, at, false);
    }
    if (now < c->arrive) {
        agents_plan(a, c->arrive, *act);
        return false;
    }
    return true;
}

/* An officer came upon it: who is nearest and free tells it. False: nobody is, later again. */
static bool take_onview(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    const struct town_call *call = agents_call(a, act->of);
    struct report_receive *r = &c->as.report_receive;
    uint32_t bound = bound_for(a, act->of);
    uint32_t unit = bound != 0 ? bound : nearest_free(a, call);
    uint8_t by = BY_TERMINAL;

    if (unit == 0 && act->tries < TRIES_MAX) {
        act->tries++;
        agents_plan(a, now + 30 * S, *act);
        return false;
    }
    if (unit == 0) {
        r->on_scene = false; /* nobody is left to be there: told as a call */
        a->counts.onview_as_calls++;
        c->principal = a->desk;
        return a->desk.len > 0 || agents_later(a, now, act);
    }
    struct point at = { r->place.lon, r->place.lat };

    if (r->place.state != PLACE_UNKNOWN && (at.lon_e7 != 0 || at.lat_e7 != 0) &&
        !comes_upon(a, now, act, unit, at)) {
        return false;
    }
    if (!crew_speaks(a, unit, c, &by)) {
        return agents_later(a, now, act);
    }
    a->crews[unit].bound = 0;
    r->unit = (unit_id){ unit };
    return true;
}

static void count_call(struct agents *a, const struct town_call *call)
{
    agents_count(a->counts.came, call);
    a->unsettled++;
}

/* A call by voice rings until somebody is free to take it. True: it is answered now. */
static bool answered(struct agents *a, int64_t now, const struct act *act, bool first)
{
    if (a->floor.post_count == 0) {
        return true;
    }
    if (first) {
        a->rang = agents_grow(a->rang, &a->rang_cap, act->of, sizeof(*a->rang));
        a->rang[act->of] = now;
        agents_plan(a, now + agents_between(a, 2 * S, 9 * S), *act);
        return false;
    }
    return a->desk.len > 0 || agents_later(a, now, act);
}

static bool take_call(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    bool first = act->tries == 0 && act->of == a->next_call;
    const struct town_call *call = agents_call(a, act->of);

    if (first) {
        a->next_call++;
        count_call(a, call);
        spare_crews(a);
        int64_t at = comes_at(a, a->next_call, now);

        if (at != 0) {
            agents_plan(a, at, (struct act){ .kind = ACT_CALL, .of = a->next_call });
        } else {
            a->calls_over = true;
        }
    }
    c->type = COMMAND_REPORT_RECEIVE;
    c->as.report_receive = call->report;
    if (call->onview && !take_onview(a, now, act, c)) {
        return false;
    }
    struct report_receive *r = &c->as.report_receive;
    bool voice = !call->onview && !by_channel(r->channel);

    if (voice && !answered(a, now, act, first)) {
        return false;
    }
    if (voice && a->floor.post_count > 0 && r->rang_at == 0 && r->answered_at == 0) {
        r->rang_at = a->rang[act->of];
        r->answered_at = now;
        r->ended_at = 0;
    }
    reseal(a, r);
    r->external_id = number_text(a, a->external, sizeof(a->external), act->of);
    r->no_open = call->ends != TOWN_INCIDENT && !desk_merges(a, act->of);
    if (!call->onview) {
        c->principal = voice ? a->desk : STR("intake");
    }
    return true;
}

static bool take_report(struct agents *a, const struct act *act, struct command *c)
{
    uint32_t from = act->of < a->reports_cap ? a->report_calls[act->of] : 0;
    uint32_t instance = from - 1;
    const struct town_call *call = from != 0 ? agents_call(a, instance) : NULL;

    c->principal = a->desk;
    if (act->kind == ACT_SETTLE) {
        c->type = COMMAND_REPORT_SETTLE;
        c->as.report_settle =
            (struct report_settle){ .report = { act->of },
                                    .outcome =
                                        call != NULL ? call->outcome : (uint8_t)OUTCOME_ANSWERED,
                                    .note = agents_say(a, STR("已核实, 不立警情")) };
    } else if (act->kind == ACT_OPEN || call == NULL) {
        c->type = COMMAND_INCIDENT_OPEN;
        c->as.incident_open = (struct incident_open){ .report = { act->of } };
    } else {
        uint32_t same = instance - instance % a->opts.town->count + call->of;

        c->type = COMMAND_REPORT_LINK;
        c->as.report_link = (struct report_link){
            .report = { act->of }, .incident = { same < a->calls_cap ? a->call_incidents[same] : 0 }
        };
        if (c->as.report_link.incident.n == 0) {
            c->type = COMMAND_INCIDENT_OPEN;
            c->as.incident_open = (struct incident_open){ .report = { act->of } };
        }
    }
    return true;
}

void agents_wait_for_unit(struct agents *a, uint32_t incident, struct job *j)
{
    if (a->waiting_count == a->waiting_cap) {
        uint32_t cap = a->waiting_cap == 0 ? 1024 : a->waiting_cap * 2;
        uint32_t *more = malloc(cap * sizeof(*more));

        must(more != NULL);
        for (uint32_t k = 0; k < a->waiting_count; k++) {
            more[k] = a->waiting[(a->waiting_first + k) % a->waiting_cap];
        }
        free(a->waiting);
        a->waiting = more;
        a->waiting_cap = cap;
        a->waiting_first = 0;
    }
    a->waiting[(a->waiting_first + a->waiting_count++) % a->waiting_cap] = incident;
    j->queued = true;
    j->asked = false;
}

/* A free crew of that police type, for a place no travel time can be reckoned to: whoever has been
 * free at the lowest number; 0: none. */
static uint32_t any_free(const struct agents *a, uint8_t police_type)
{
    const struct city_unit *u = a->opts.town->city.units.at;

    for (uint32_t i = 1; i <= a->crew_count; i++) {
        const struct crew *c = &a->crews[i];
        bool fits = police_type == POLICE_TYPE_NONE || u[i - 1].police_type == police_type;

        if (fits && c->on_duty && !c->away && c->stacked == 0) {
            return i;
        }
    }
    return 0;
}

static bool take_dispatch(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    struct job *j = agents_job(a, act->of);

    act->slot = agents_open_slot(j);
    if (!j->open || act->slot == 0 || (j->cleared && j->committed == 0)) {
        j->asked = false;
        return false;
    }
    if (j->held_until > now) {
        agents_plan(a, j->held_until + S, *act);
        return false;
    }
    if (a->opts.live != 0 && a->idle == 0) {
        agents_wait_for_unit(a, act->of, j);
        return false;
    }
    c->principal = a->desk;
    if (scene_diverts(a, act->of, act->slot, c)) {
        return true;
    }
    c->type = COMMAND_ASSIGNMENT_DISPATCH;
    c->as.assignment_dispatch =
        (struct assignment_dispatch){ .incident = { act->of }, .slot = act->slot };
    if (station_takes(a, j, act->slot, c)) {
        return true;
    }
    uint32_t named = j->has_point ? 0 : any_free(a, j->types[act->slot]);

    if (named != 0) { /* the operator knows where it is, the machine does not */
        a->unit_refs[0].unit.n = named;
        c->as.assignment_dispatch.units = (struct list){ .at = a->unit_refs, .count = 1 };
    }
    return true;
}

static bool take_close(struct agents *a, const struct act *act, struct command *c)
{
    const struct job *j = agents_job(a, act->of);

    if (!j->open || j->committed > 0 || j->owed > 0) {
        return false;
    }
    c->principal = a->desk;
    c->type = COMMAND_INCIDENT_CLOSE;
    c->as.incident_close =
        (struct incident_close){ .incident = { act->of },
                                 .disposition = j->call != 0
                                                    ? agents_call(a, j->call - 1)->disposition
                                                    : (uint8_t)DISPOSITION_HANDLED };
    return true;
}

/* An officer is in need there. */
static bool has_panic(const struct agents *a, uint32_t incident)
{
    for (uint32_t i = 1; i <= a->crew_count; i++) {
        if (a->crews[i].panic && a->crews[i].panic_incident == incident) {
            return true;
        }
    }
    return false;
}

static bool take_desk(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    struct job *j = agents_job(a, act->of);
    bool reopen = act->kind == ACT_REOPEN;

    if (j->open == reopen || (act->kind == ACT_HOLD && has_panic(a, act->of))) {
        return false;
    }
    c->principal = a->desk;
    if (act->kind == ACT_NOTE) {
        c->type = COMMAND_INCIDENT_NOTE;
        c->as.incident_note =
            (struct incident_note){ .incident = { act->of },
                                    .note = agents_say(a, STR("来电人再次来电")) };
    } else if (act->kind == ACT_AMEND) {
        c->type = COMMAND_INCIDENT_AMEND;
        c->as.incident_amend = (struct incident_amend){ .incident = { act->of },
                                                        .has_cues = true,
                                                        .cues = { .injured = true } };
    } else if (act->kind == ACT_RETIER) {
        c->type = COMMAND_INCIDENT_RETIER;
        c->as.incident_retier = (struct incident_retier){
            .incident = { act->of }, .tier = 2, .reason = agents_say(a, STR("现场情况升级"))
        };
    } else if (act->kind == ACT_HOLD) {
        c->type = COMMAND_INCIDENT_HOLD;
        c->as.incident_hold =
            (struct incident_hold){ .incident = { act->of },
                                    .until = now + agents_between(a, 300 * S, 900 * S),
                                    .reason = agents_say(a, STR("与来电人约定稍后到场")) };
    } else {
        c->type = COMMAND_INCIDENT_REOPEN;
        c->as.incident_reopen =
            (struct incident_reopen){ .incident = { act->of },
                                      .reason = agents_say(a, STR("当事人反映新情况")) };
    }
    return true;
}

/* What only a living city has. */
static bool take_living(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    switch (act->kind) {
    case ACT_NAME:
    case ACT_NAME_FOR:
        return station_take(a, now, act, c);
    case ACT_RELIEVE:
    case ACT_LEAD:
        return scene_take(a, act, c);
    case ACT_NOBODY_THERE:
    case ACT_GUEST_OFF:
        return guest_take(a, now, act, c);
    case ACT_ROADWORK:
    case ACT_BLOCK:
    case ACT_ROAD_OPEN:
        return roadwork_take(a, now, act, c);
    case ACT_RETURN:
        drive_take(a, now, act);
        return false;
    default:
        must(act->kind == ACT_LINKS || act->kind == ACT_LINK_BACK);
        link_take(a, now, act);
        return false;
    }
}

static bool take(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    if (act->kind >= ACT_COME) {
        return floor_take(a, now, act, c);
    }
    if (desk_needless(a, act)) {
        return false;
    }
    a->desk = act->kind == ACT_CALL || agents_needs_desk((enum act_kind)act->kind)
                  ? agents_desk(a, act)
                  : (struct str){ 0 };
    if (agents_needs_desk((enum act_kind)act->kind) && a->desk.len == 0) {
        return agents_later(a, now, act);
    }
    switch (act->kind) {
    case ACT_CALL:
        return take_call(a, now, act, c);
    case ACT_SETTLE:
    case ACT_LINK:
    case ACT_OPEN:
        return take_report(a, act, c);
    case ACT_DISPATCH:
        return take_dispatch(a, now, act, c);
    case ACT_CLOSE:
        return take_close(a, act, c);
    case ACT_NOTE:
    case ACT_AMEND:
    case ACT_RETIER:
    case ACT_HOLD:
    case ACT_REOPEN:
        return take_desk(a, now, act, c);
    case ACT_CONTACT:
    case ACT_END_CALLBACK:
    case ACT_SPEAK:
    case ACT_ASK_SAFE:
    case ACT_STAND_DOWN:
    case ACT_MERGE:
        return desk_take(a, now, act, c);
    case ACT_ACKNOWLEDGE:
    case ACT_DECLINE:
    case ACT_SET_OUT:
    case ACT_STAGE:
    case ACT_ARRIVE:
    case ACT_CLEAR:
    case ACT_FEEDBACK:
    case ACT_SEE_CHANGE:
    case ACT_REPORT:
    case ACT_SAFE:
        return crew_take_step(a, act, c);
    case ACT_SIGN_ON:
    case ACT_SIGN_OFF:
    case ACT_BREAK:
    case ACT_BACK:
    case ACT_PANIC:
    case ACT_PANIC_ANSWER:
        return crew_take_duty(a, now, act, c);
    case ACT_MOVE_SIGN:
    case ACT_MOVE_ARRIVE:
        return move_take(a, now, act, c);
    default:
        return take_living(a, now, act, c);
    }
}

bool agents_take(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    if (agents_next(a) == 0 || agents_next(a) > now) {
        return false;
    }
    agents_at(a, now);
    *act = agents_pop(a);
    memset(c, 0, sizeof(*c));
    if (!take(a, now, act, c)) {
        return false;
    }
    c->id = number_text(a, a->id, sizeof(a->id), ++a->next_id);
    a->counts.commands++;
    act->command = (uint8_t)c->type;
    return true;
}
