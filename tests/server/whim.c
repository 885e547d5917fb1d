#include "tests/server/whim.h"

#include "base/hash.h"

static uint32_t pick(struct prng *p, uint32_t n)
{
    return (uint32_t)prng_below(p, n);
}

static bool one_in(struct prng *p, uint32_t n)
{
    return pick(p, n) == 0;
}

struct personal_in whim_words(const char *text)
{
    struct personal_in in = { .value = str_of(text), .salt = { 4, 5, 6 } };
    hash_sha256((struct str){ .at = (const char *)in.salt, .len = sizeof(in.salt) }, in.value,
                &in.hash);
    return in;
}

struct place_in whim_place(int32_t lon, int32_t lat)
{
    return (struct place_in){
        .state = PLACE_KNOWN, .lon = lon, .lat = lat, .address = whim_words(PLANTED_ADDRESS)
    };
}

/* A number near the newest ones; in wild moods sometimes one that never was. */
static uint32_t some_id(const struct whim *w, struct prng *p, uint32_t next)
{
    uint32_t back = pick(p, w->back);
    return back + 1 < next ? next - 1 - back : (w->wild ? pick(p, 3) : 1);
}

static uint32_t some_unit(const struct whim *w, struct prng *p)
{
    return w->wild && one_in(p, 10) ? pick(p, w->units + 5) : 1 + pick(p, w->units);
}

/* Of a shift or of work: often not said, mostly soon, at times one that cannot be. */
static int64_t some_end(const struct whim *w, struct prng *p)
{
    int64_t minutes = (int64_t)pick(p, w->wild ? 2000 : 600) - (w->wild ? 60 : 0);
    return one_in(p, 2) ? 0 : w->world->at + (1 + minutes) * US_PER_MIN;
}

static struct place_in some_place(struct prng *p)
{
    static const uint8_t states[] = { PLACE_KNOWN,       PLACE_KNOWN,   PLACE_KNOWN,
                                      PLACE_APPROXIMATE, PLACE_UNKNOWN, PLACE_WITHHELD };
    struct place_in in =
        whim_place(1226000000 + (int32_t)pick(p, 2000000), 294000000 + (int32_t)pick(p, 800000));
    in.state = states[pick(p, sizeof(states))];
    in.protected = one_in(p, 8);
    if (in.protected || in.state == PLACE_WITHHELD) {
        in.address = whim_words(PLANTED_HIDDEN);
    }
    if (!one_in(p, 4)) {
        in.detail = whim_words("植字楼 4 单元");
    }
    return in;
}

static struct cues_in some_cues(struct prng *p)
{
    return (struct cues_in){ .weapon = one_in(p, 8),
                             .injured = one_in(p, 5),
                             .trapped = one_in(p, 20),
                             .crowd = one_in(p, 15) };
}

static struct str some_type(const struct whim *w, struct prng *p)
{
    if (one_in(p, 8)) {
        return w->wild && one_in(p, 2) ? STR("99.99.99.98") : (struct str){ 0 };
    }
    return text_str(&w->world->types[pick(p, w->world->type_count)].code);
}

void whim_report(const struct whim *w, struct prng *p, struct command *c)
{
    c->type = COMMAND_REPORT_RECEIVE;
    struct report_receive *r = &c->as.report_receive;
    *r = (struct report_receive){ .channel = (uint8_t)pick(p, CHANNEL_COUNT),
                                  .type = some_type(w, p),
                                  .priority = (uint8_t)pick(p, 4),
                                  .place = some_place(p),
                                  .narrative = whim_words(PLANTED_WORDS),
                                  .cues = some_cues(p),
                                  .cues_denied = some_cues(p),
                                  .no_open = one_in(p, 6),
                                  .on_scene = one_in(p, 12) };
    r->caller.name = whim_words(PLANTED_NAME);
    r->caller.phone = whim_words(PLANTED_PHONE);
    r->caller.contact = (uint8_t)(one_in(p, 4) ? pick(p, CONTACT_COUNT) : CONTACT_CALL);
    r->call = (uint8_t)(one_in(p, 3) ? pick(p, CALL_KIND_COUNT) : CALL_SPEECH);
    if (one_in(p, 3)) {
        r->caller_place = (struct caller_place_in){ .lon = 1226300000 + (int32_t)pick(p, 900000),
                                                    .lat = 294300000 + (int32_t)pick(p, 300000),
                                                    .radius_m = 300 };
    }
    r->external_id = STR("ext-植-1");
    r->unit.n = r->on_scene ? some_unit(w, p) : 0;
    r->incident.n = one_in(p, 6) ? some_id(w, p, w->world->next_incident) : 0;
}

static void make_order(const struct whim *w, struct prng *p, struct command *c)
{
    static struct unit_ref refs[2];
    incident_id i = { some_id(w, p, w->world->next_incident) };
    refs[0].unit.n = some_unit(w, p);
    refs[1].unit.n = w->wild ? some_unit(w, p) : w->units + 1 - refs[0].unit.n;
    struct list units = { .at = refs, .count = 1 + pick(p, 2) };
    if (one_in(p, 4)) {
        c->type = COMMAND_ASSIGNMENT_RESERVE;
        c->as.assignment_reserve = (struct assignment_reserve){ .incident = i, .units = units };
        return;
    }
    c->type = COMMAND_ASSIGNMENT_DISPATCH;
    c->as.assignment_dispatch = (struct assignment_dispatch){ .incident = i, .units = units };
    if (one_in(p, 4)) { /* a station's desk is to name one */
        c->as.assignment_dispatch.units.count = 0;
        c->as.assignment_dispatch.station.n = 1 + pick(p, w->world->zone_count);
        return;
    }
    if (w->wild && one_in(p, 2)) { /* whoever the machine finds, for a slot that may not be */
        c->as.assignment_dispatch.units = (struct list){ 0 };
        c->as.assignment_dispatch.slot = (uint8_t)pick(p, 4);
    }
}

static void make_progress(const struct whim *w, struct prng *p, struct command *c, assignment_id a)
{
    static const uint8_t steps[] = { ASSIGNMENT_EN_ROUTE, ASSIGNMENT_ON_SCENE,
                                     ASSIGNMENT_ON_SCENE, ASSIGNMENT_TRANSPORTING,
                                     ASSIGNMENT_CLEARED,  ASSIGNMENT_CLEARED };
    uint8_t status = w->wild ? (uint8_t)pick(p, ASSIGNMENT_STATUS_COUNT) : steps[pick(p, 6)];
    c->type = COMMAND_ASSIGNMENT_PROGRESS;
    c->as.assignment_progress = (struct assignment_progress){ .assignment = a, .status = status };
    if (status == ASSIGNMENT_TRANSPORTING) {
        c->as.assignment_progress.destination = (uint8_t)pick(p, DESTINATION_COUNT);
        c->as.assignment_progress.destination_place = whim_words(PLANTED_ADDRESS);
    }
}

/* What people do about an order beside its steps. */
static void make_order_change(const struct whim *w, struct prng *p, struct command *c,
                              assignment_id a)
{
    struct personal_in why = whim_words(PLANTED_WORDS);
    switch (pick(p, 8)) {
    case 0:
        c->type = COMMAND_ASSIGNMENT_NAME;
        c->as.assignment_name =
            (struct assignment_name){ .assignment = a, .unit = { some_unit(w, p) } };
        return;
    case 1:
        c->type = COMMAND_ASSIGNMENT_SPEAK;
        c->as.assignment_speak.assignment = a;
        return;
    case 2:
        c->type = COMMAND_ASSIGNMENT_DIVERT;
        c->as.assignment_divert = (struct assignment_divert){
            .assignment = a, .incident = { some_id(w, p, w->world->next_incident) }, .reason = why
        };
        return;
    case 3:
        c->type = COMMAND_ASSIGNMENT_RELIEVE;
        c->as.assignment_relieve = (struct assignment_relieve){ .assignment = a,
                                                                .unit = { some_unit(w, p) },
                                                                .reason = why };
        return;
    case 4:
        c->type = COMMAND_ASSIGNMENT_KEEP;
        c->as.assignment_keep.assignment = a;
        return;
    case 5:
        c->type = COMMAND_ASSIGNMENT_SAFE;
        c->as.assignment_safe_in.assignment = a;
        return;
    case 6:
        c->type = COMMAND_ASSIGNMENT_EXPECT;
        c->as.assignment_expect =
            (struct assignment_expect){ .assignment = a, .free_at = some_end(w, p) };
        return;
    default:
        c->type = COMMAND_ASSIGNMENT_REPORT;
        c->as.assignment_report = (struct assignment_report){ .assignment = a, .note = why };
        return;
    }
}

static void make_step(const struct whim *w, struct prng *p, struct command *c)
{
    assignment_id a = { some_id(w, p, w->world->next_assignment) };
    switch (pick(p, 14)) {
    case 0:
    case 1:
        c->type = COMMAND_ASSIGNMENT_ACKNOWLEDGE;
        c->as.assignment_acknowledge.assignment = a;
        return;
    case 2:
        c->type = COMMAND_ASSIGNMENT_DECLINE;
        c->as.assignment_decline =
            (struct assignment_decline){ .assignment = a, .reason = DECLINE_OTHER };
        return;
    case 3:
        c->type = COMMAND_ASSIGNMENT_CANCEL;
        c->as.assignment_cancel =
            (struct assignment_cancel){ .assignment = a, .reason = whim_words(PLANTED_WORDS) };
        return;
    case 4:
        c->type = COMMAND_ASSIGNMENT_FEEDBACK;
        c->as.assignment_feedback =
            (struct assignment_feedback){ .assignment = a,
                                          .type = some_type(w, p),
                                          .disposition = DISPOSITION_HANDLED,
                                          .note = whim_words(PLANTED_WORDS) };
        return;
    case 5:
        c->type = COMMAND_ASSIGNMENT_ACKNOWLEDGE_CHANGE;
        c->as.assignment_acknowledge_change.assignment = a;
        return;
    case 6:
    case 7:
    case 8:
    case 9:
        make_order_change(w, p, c, a);
        return;
    default:
        make_progress(w, p, c, a);
        return;
    }
}

static void make_report_amend(const struct whim *w, struct prng *p, struct command *c, report_id r)
{
    c->type = COMMAND_REPORT_AMEND;
    c->as.report_amend = (struct report_amend){ .report = r,
                                                .call = (uint8_t)pick(p, CALL_KIND_COUNT),
                                                .type = some_type(w, p),
                                                .has_cues = one_in(p, 2),
                                                .cues = some_cues(p),
                                                .has_place = one_in(p, 2),
                                                .place = some_place(p),
                                                .narrative = whim_words(PLANTED_WORDS) };
    c->as.report_amend.caller.phone = whim_words(PLANTED_PHONE);
    c->as.report_amend.caller.contact = (uint8_t)pick(p, CONTACT_CHANGE_COUNT);
}

static void make_report_change(const struct whim *w, struct prng *p, struct command *c,
                               incident_id i)
{
    report_id r = { some_id(w, p, w->world->next_report) };
    switch (pick(p, 7)) {
    case 0:
        make_report_amend(w, p, c, r);
        return;
    case 1:
        c->type = COMMAND_REPORT_CONTACT;
        c->as.report_contact = (struct report_contact){ .report = r,
                                                        .how = (uint8_t)pick(p, 2),
                                                        .result = (uint8_t)pick(p, 5),
                                                        .note = whim_words(PLANTED_WORDS) };
        return;
    case 2:
        c->type = COMMAND_REPORT_MESSAGE;
        c->as.report_message = (struct report_message){ .report = r,
                                                        .from_caller = one_in(p, 2),
                                                        .text = whim_words(PLANTED_WORDS) };
        return;
    case 3:
        c->type = COMMAND_INCIDENT_OPEN;
        c->as.incident_open = (struct incident_open){ .report = r, .at_caller = one_in(p, 2) };
        return;
    case 4:
        c->type = COMMAND_REPORT_LINK;
        c->as.report_link = (struct report_link){ .report = r, .incident = i };
        return;
    case 5:
        c->type = COMMAND_REPORT_UNLINK;
        c->as.report_unlink = (struct report_unlink){ .report = r, .no_open = one_in(p, 2) };
        return;
    default:
        c->type = COMMAND_REPORT_SETTLE;
        c->as.report_settle = (struct report_settle){ .report = r,
                                                      .outcome = OUTCOME_ANSWERED,
                                                      .note = whim_words(PLANTED_WORDS) };
        return;
    }
}

static void make_amend(const struct whim *w, struct prng *p, struct command *c, incident_id i)
{
    c->type = COMMAND_INCIDENT_AMEND;
    c->as.incident_amend = (struct incident_amend){ .incident = i,
                                                    .type = some_type(w, p),
                                                    .has_cues = one_in(p, 2),
                                                    .cues = some_cues(p),
                                                    .has_cues_denied = one_in(p, 4),
                                                    .cues_denied = some_cues(p),
                                                    .has_place = one_in(p, 2),
                                                    .place = some_place(p) };
}

/* One that was merged not long before, if there is one. */
static incident_id some_merged(const struct whim *w, incident_id i)
{
    for (uint32_t n = i.n; n > 0 && n + 60 > i.n; n--) {
        const struct incident *x = world_incident(w->world, (incident_id){ n });
        if (x != NULL && x->status == INCIDENT_MERGED) {
            return x->id;
        }
    }
    return i;
}

static void make_incident_change(const struct whim *w, struct prng *p, struct command *c)
{
    incident_id i = { some_id(w, p, w->world->next_incident) };
    struct personal_in why = whim_words(PLANTED_WORDS);
    incident_id other = { some_id(w, p, w->world->next_incident) };
    switch (pick(p, 14)) {
    case 10:
    case 11:
        c->type = COMMAND_INCIDENT_MERGE;
        c->as.incident_merge = (struct incident_merge){
            .incident = i, .into = other, .reason = why, .confirm = !one_in(p, 4)
        };
        return;
    case 12:
    case 13:
        c->type = COMMAND_INCIDENT_SPLIT;
        c->as.incident_split =
            (struct incident_split){ .incident = some_merged(w, i), .reason = why };
        return;
    case 0:
        c->type = COMMAND_INCIDENT_NOTE;
        c->as.incident_note =
            (struct incident_note){ .incident = i, .note = why, .caution = one_in(p, 2) };
        return;
    case 1:
        c->type = COMMAND_INCIDENT_RETIER;
        c->as.incident_retier = (struct incident_retier){ .incident = i,
                                                          .tier = (uint8_t)(1 + pick(p, 4)),
                                                          .reason = why };
        return;
    case 2:
        c->type = COMMAND_INCIDENT_HOLD;
        c->as.incident_hold = (struct incident_hold){ .incident = i,
                                                      .until = w->now + 600 * US_PER_S,
                                                      .reason = why };
        return;
    case 3:
        c->type = COMMAND_INCIDENT_REOPEN;
        c->as.incident_reopen = (struct incident_reopen){ .incident = i, .reason = why };
        return;
    case 4:
    case 5:
        c->type = COMMAND_INCIDENT_CLOSE;
        c->as.incident_close = (struct incident_close){ .incident = i,
                                                        .disposition = DISPOSITION_HANDLED,
                                                        .force = one_in(p, 2) };
        return;
    case 6:
        make_amend(w, p, c, i);
        return;
    case 7:
        c->type = COMMAND_INCIDENT_LEAD;
        c->as.incident_lead = (struct incident_lead){ .incident = i, .unit = { some_unit(w, p) } };
        return;
    default:
        make_report_change(w, p, c, i);
        return;
    }
}

/* Orders to move up, and what becomes of them: often of an order that is over. */
static void make_move(const struct whim *w, struct prng *p, struct command *c, unit_id u)
{
    switch (pick(p, 8)) {
    case 0:
        c->type = COMMAND_UNIT_MOVE_UP_ACKNOWLEDGE;
        c->as.unit_move_up_acknowledge.unit = u;
        return;
    case 1:
        c->type = COMMAND_UNIT_MOVE_UP_REFUSE;
        c->as.unit_move_up_refuse =
            (struct unit_move_up_refuse){ .unit = u, .reason = DECLINE_VEHICLE };
        return;
    case 2:
        c->type = COMMAND_UNIT_MOVE_UP_ARRIVE;
        c->as.unit_move_up_arrive = (struct unit_move_up_arrive){ .unit = u, .number = pick(p, 3) };
        return;
    case 3:
        c->type = COMMAND_UNIT_MOVE_UP_RECALL;
        c->as.unit_move_up_recall.unit = u;
        return;
    default: {
        const struct unit *to = world_unit(w->world, (unit_id){ some_unit(w, p) });
        c->type = COMMAND_UNIT_MOVE_UP;
        c->as.unit_move_up = (struct unit_move_up){
            .unit = u, .why = MOVE_REASON_GAP, .confirm = one_in(p, 2), .has_at = to != NULL
        };
        if (to != NULL) {
            c->as.unit_move_up.at = (struct point){ to->home_lon_e7, to->home_lat_e7 };
        }
        return;
    }
    }
}

static void make_unit(const struct whim *w, struct prng *p, struct command *c)
{
    unit_id u = { some_unit(w, p) };
    switch (pick(p, 11)) {
    case 0:
        c->type = COMMAND_UNIT_SIGN_OFF;
        c->as.unit_sign_off.unit = u;
        return;
    case 1:
        c->type = COMMAND_UNIT_STATUS;
        c->as.unit_status_set = (struct unit_status_set){ .unit = u,
                                                          .available = one_in(p, 2),
                                                          .reason = UNIT_REASON_MEAL,
                                                          .until = some_end(w, p) };
        return;
    case 2:
        c->type = COMMAND_UNIT_PANIC;
        c->as.unit_panic =
            (struct unit_panic){ .unit = u, .cancel = one_in(p, 3), .silent = one_in(p, 2) };
        return;
    case 3:
        c->type = COMMAND_UNIT_PANIC_ANSWER;
        c->as.unit_panic_answer = (struct unit_panic_answer){ .unit = u,
                                                              .reached = PANIC_REACH_RADIO,
                                                              .how = whim_words(PLANTED_WORDS) };
        return;
    case 4:
    case 5:
    case 6:
    case 7:
        make_move(w, p, c, u);
        return;
    default:
        c->type = COMMAND_UNIT_SIGN_ON;
        c->as.unit_sign_on = (struct unit_sign_on){ .unit = u, .crew = 2, .until = some_end(w, p) };
        return;
    }
}

/* What was worked on paper within the last hours, over or still going on. */
static void make_paper(const struct whim *w, struct prng *p, struct command *c)
{
    static struct paper_unit units[2];
    int64_t at = w->now - (int64_t)pick(p, 7200) * US_PER_S;
    int64_t step = (w->now - at) / 8;
    bool open = one_in(p, 3);
    c->type = COMMAND_PAPER_ENTER;
    struct paper_enter *e = &c->as.paper_enter;
    *e = (struct paper_enter){ .number = world_next_number(w->world, (struct number){ 0 }, at),
                               .writer = STR("operator"),
                               .received_at = at,
                               .type = some_type(w, p),
                               .tier = (uint8_t)pick(p, 5),
                               .place = some_place(p),
                               .narrative = whim_words(PLANTED_WORDS),
                               .cues = some_cues(p),
                               .units = { .at = units, .count = pick(p, 3) },
                               .closed_at = open ? 0 : at + 7 * step,
                               .disposition = open ? DISPOSITION_NONE : DISPOSITION_HANDLED,
                               .note = whim_words(PLANTED_WORDS),
                               .still_open = open };
    e->caller.phone = whim_words(PLANTED_PHONE);
    e->number.count = PAPER_COUNT_FIRST + pick(p, w->wild ? 1100 : 998);
    for (uint32_t k = 0; k < 2; k++) {
        units[k] = (struct paper_unit){ .unit = { some_unit(w, p) },
                                        .dispatched_at = one_in(p, 4) ? 0 : at + step,
                                        .on_scene_at = one_in(p, 3) ? 0 : at + 3 * step,
                                        .cleared_at = one_in(p, 2) ? 0 : at + 6 * step };
    }
}

/* A stroke or an area somewhere in the town, closed, slow or open again. */
static void make_road(const struct whim *w, struct prng *p, struct command *c)
{
    static struct point points[4];
    struct list drawn = { .at = points, .count = 1 + pick(p, 4) };
    struct place_in at = some_place(p);
    int64_t until = one_in(p, 2) ? 0 : w->now + (int64_t)pick(p, 600) * US_PER_S;
    for (uint32_t k = 0; k < 4; k++) {
        points[k] =
            (struct point){ at.lon + (int32_t)pick(p, 50000), at.lat + (int32_t)pick(p, 50000) };
    }
    if (one_in(p, 3)) {
        c->type = COMMAND_ROAD_OPEN;
        c->as.road_open.road = (road_id){ some_id(w, p, w->world->next_road) };
    } else if (one_in(p, 2)) {
        c->type = COMMAND_ROAD_CLOSE;
        c->as.road_close = (struct road_close){ .points = drawn,
                                                .area = drawn.count > 2 && one_in(p, 2),
                                                .reason = ROAD_REASON_FLOOD,
                                                .until = until };
    } else {
        c->type = COMMAND_ROAD_SLOW;
        c->as.road_slow = (struct road_slow){ .points = drawn,
                                              .percent = (uint8_t)(1 + pick(p, 95)),
                                              .reason = ROAD_REASON_CONGESTION,
                                              .until = until };
    }
}

/* A square of the town goes to a zone, or to none. */
static void make_zones(struct prng *p, struct command *c)
{
    static struct point corners[4];
    static struct city_ring ring;
    static struct city_zone zone;
    struct place_in at = some_place(p);
    int32_t side = 1000 + (int32_t)pick(p, 200000);
    corners[0] = (struct point){ at.lon, at.lat };
    corners[1] = (struct point){ at.lon + side, at.lat };
    corners[2] = (struct point){ at.lon + side, at.lat + side };
    corners[3] = (struct point){ at.lon, at.lat + side };
    ring = (struct city_ring){ .points = { corners, 4 } };
    zone = (struct city_zone){ .code = STR("WHIM"),
                               .name_zh = STR("格"),
                               .kind = ZONE_BEAT,
                               .rings = { &ring, one_in(p, 4) ? 0 : 1 } };
    c->type = COMMAND_ZONES_LOAD;
    c->as.zones_load_in = (struct zones_load_in){ .zones = { &zone, 1 } };
}

void whim_command(const struct whim *w, struct prng *p, struct command *c, const char **principal)
{
    static const char *const senders[] = { "operator", "operator", "commander", "commander",
                                           "u1",       "intake",   "nobody" };
    uint32_t kind = pick(p, 26);
    bool zones = one_in(p, 200);
    *c = (struct command){ .type = COMMAND_NONE };
    if (zones) {
        make_zones(p, c);
        *principal = "admin";
        return;
    }
    if (kind == 0) {
        c->type = one_in(p, 2) ? COMMAND_AUTOMATION_STOP : COMMAND_AUTOMATION_RESUME;
    } else if (kind < 6) {
        whim_report(w, p, c);
    } else if (kind < 11) {
        make_order(w, p, c);
    } else if (kind < 16) {
        make_step(w, p, c);
    } else if (kind < 21) {
        make_incident_change(w, p, c);
    } else if (kind < 24) {
        make_unit(w, p, c);
    } else if (kind < 25) {
        make_paper(w, p, c);
    } else {
        make_road(w, p, c);
    }
    *principal = senders[pick(p, w->wild ? 7 : 5)];
}
