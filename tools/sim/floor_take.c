/* What the people at the desks do about their seats, as commands. */
#include "dispatch/core/deadlines.h"
#include "tools/sim/agents_state.h"
#include "tools/sim/floor.h"

#include <stdio.h>
#include <string.h>

#define S US_PER_S
#define MIN US_PER_MIN
#define REVIEW_US (30 * MIN)
#define NOTICE_TRIES_MAX 20
#define SILENT_US (5 * S) /* server/crew.h: told when for so long nothing was heard */

static uint32_t post_index(uint32_t person)
{
    return person / 2;
}

static uint32_t partner(uint32_t person)
{
    return person ^ 1;
}

static void again(struct agents *a, int64_t at, const struct act *act)
{
    struct act next = *act;

    next.tries++;
    agents_plan(a, at, next);
}

static void plan(struct agents *a, int64_t at, enum act_kind kind, uint32_t person)
{
    agents_plan(
        a, at,
        (struct act){ .kind = (uint8_t)kind, .slot = a->floor.people[person].stint, .of = person });
}

/* A console is connected or not: whoever carries sockets does it, else the core is told as the
 * server tells it. */
static bool by_sockets(struct agents *a, uint32_t person, enum agents_console what)
{
    if (a->opts.console != NULL) {
        a->opts.console(a->opts.arg, str_of(a->floor.people[person].name), what);
    }
    return a->opts.console != NULL;
}

static bool presence(struct agents *a, uint32_t person, bool present, struct command *c)
{
    struct person *p = &a->floor.people[person];

    p->there = present;
    if (by_sockets(a, person, present ? CONSOLE_COMES : CONSOLE_SIGNS_OUT)) {
        return false;
    }
    c->principal = STR("system");
    c->type = COMMAND_USER_PRESENCE;
    c->as.user_presence = (struct user_presence){ .username = str_of(p->name), .present = present };
    return true;
}

/* Comes to the floor; sits down at once when nobody is in the way, else waits for the sheet. */
static bool take_come(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct floor *f = &a->floor;
    const struct person *p = &f->people[act->of];
    const struct person *other = &f->people[partner(act->of)];
    bool wait = other->seated && other->there;

    if (p->seated && !p->there) { /* the seat was theirs before we came */
        floor_plan_stint(a, now, act->of);
        return presence(a, act->of, true, c);
    }
    if (f->posts[post_index(act->of)].turn != act->of % 2 || p->seated) {
        return false;
    }
    plan(a, now + (wait ? 10 * MIN : agents_between(a, S, 3 * S)), ACT_SIT, act->of);
    return presence(a, act->of, true, c);
}

/* What of the seat's work is (not) read, up to READ_MAX things each. */
static void gather(struct agents *a, uint32_t seat, bool unread_only, struct list *incidents,
                   struct list *reports)
{
    struct floor *f = &a->floor;

    *incidents = (struct list){ .at = f->incidents };
    *reports = (struct list){ .at = f->reports };
    for (uint32_t i = 1; i < a->jobs_cap && incidents->count < READ_MAX; i++) {
        const struct job *j = &a->jobs[i];

        if (j->open && j->seat == seat && (j->unread || !unread_only)) {
            f->incidents[incidents->count++].incident.n = i;
        }
    }
    for (uint32_t i = 1; i < f->paper_cap && reports->count < READ_MAX; i++) {
        const struct paper *p = &f->papers[i];

        if (p->open && p->seat == seat && (p->unread || !unread_only)) {
            f->reports[reports->count++].report.n = i;
        }
    }
}

static bool take_sit(struct agents *a, const struct act *act, struct command *c)
{
    const struct floor *f = &a->floor;
    const struct person *p = &f->people[act->of];
    const struct post *post = &f->posts[post_index(act->of)];
    struct seat_take *take = &c->as.seat_take;

    if (!p->there || p->seated || post->turn != act->of % 2) {
        return false;
    }
    if (post->guest && !post->silent) { /* a guest's for now */
        plan(a, a->now + 30 * S, ACT_SIT, act->of);
        return false;
    }
    c->principal = str_of(p->name);
    c->type = COMMAND_SEAT_TAKE;
    take->seat = (seat_id){ post->seat };
    if (agents_chance(a, 700)) { /* goes through the sheet before signing it */
        gather(a, post->seat, false, &take->incidents, &take->reports);
    }
    return true;
}

/* The shift is over: the next one comes, and the sheet is signed for them. */
static void end_shift(struct agents *a, int64_t now, uint32_t person)
{
    struct post *post = &a->floor.posts[post_index(person)];

    if (post->turn == person % 2) {
        post->turn = (uint8_t)(partner(person) % 2);
        plan(a, now + agents_between(a, S, 60 * S), ACT_COME, partner(person));
        plan(a, now + agents_between(a, 90 * S, 240 * S), ACT_HAND_OVER, person);
    }
}

static bool take_hand_over(struct agents *a, const struct act *act, struct command *c)
{
    const struct floor *f = &a->floor;
    const struct person *p = &f->people[act->of];

    if (!p->there || !p->seated || !f->people[partner(act->of)].there) {
        return false;
    }
    c->principal = str_of(p->name);
    c->type = COMMAND_SEAT_HAND_OVER;
    c->as.seat_hand_over = (struct seat_hand_over){ .seat = { f->posts[post_index(act->of)].seat },
                                                    .to = str_of(f->people[partner(act->of)].name),
                                                    .note = agents_say(a, STR("交接班")) };
    return true;
}

/* A console dies: nobody hears of it before the gateway's lists lack it for 5 s, or the kernel
 * gives the link up after 10 s more. */
static void die(struct agents *a, int64_t now, uint32_t person)
{
    struct person *p = &a->floor.people[person];
    bool soon = agents_chance(a, 500);

    p->there = false;
    if (!by_sockets(a, person, CONSOLE_DIES)) {
        plan(a, now + agents_between(a, 5 * S, 15 * S), ACT_MISSED, person);
    }
    plan(a,
         now + (soon ? agents_between(a, 3 * S, 60 * S)
                     : agents_between(a, MIN, MIN + floor_paced(a, 29 * MIN))),
         ACT_CONSOLE_BACK, person);
}

static bool take_missed(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct floor *f = &a->floor;
    const struct person *p = &f->people[act->of];

    if (p->there || !p->seated) {
        return false;
    }
    c->principal = STR("system");
    c->type = COMMAND_SEAT_SILENT;
    c->as.seat_silent = (struct seat_silent){ .seat = { f->posts[post_index(act->of)].seat },
                                              .since = now - SILENT_US };
    return true;
}

/* Somebody else may sit there by now; who has the turn takes the seat again. */
static bool take_back(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    struct floor *f = &a->floor;
    struct person *p = &f->people[act->of];
    struct post *post = &f->posts[post_index(act->of)];

    if (p->there) {
        return false;
    }
    p->there = true;
    if (!p->seated) {
        plan(a, now + S, ACT_SIT, act->of);
    } else if (!post->reading) {
        post->reading = true;
        agents_plan(a, now + agents_between(a, 5 * S, 60 * S),
                    (struct act){ .kind = ACT_READ, .of = post_index(act->of) });
    }
    if (by_sockets(a, act->of, CONSOLE_COMES) || !p->seated || !post->silent) {
        return false;
    }
    c->principal = STR("system");
    c->type = COMMAND_SEAT_HEARD;
    c->as.seat_heard.seat = (seat_id){ post->seat };
    return true;
}

static bool take_read(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    struct post *post = &a->floor.posts[act->of];
    struct str who = floor_at(a, post->seat);
    struct seat_read *read = &c->as.seat_read;

    if (who.len == 0) {
        again(a, now + MIN, act);
        return false;
    }
    post->reading = false;
    gather(a, post->seat, true, &read->incidents, &read->reports);
    c->principal = who;
    c->type = COMMAND_SEAT_READ;
    read->seat = (seat_id){ post->seat };
    return read->incidents.count + read->reports.count > 0;
}

static bool take_alarm(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct bell *b = &a->floor.bells[act->of];
    bool high = b->climbed || alarm_is_of_access(b->kind);
    struct str who = high ? floor_commander(a) : floor_at(a, b->seat);

    if (b->over || (!high && !floor_ours(a, b->seat))) {
        return false;
    }
    if (who.len == 0) {
        if (act->tries < NOTICE_TRIES_MAX) {
            again(a, now + agents_between(a, 10 * S, 60 * S), act);
        }
        return false;
    }
    c->principal = who;
    if (act->kind == ACT_NOTICE) {
        c->type = COMMAND_ALARM_ACKNOWLEDGE;
        c->as.alarm_acknowledge.alarm = (alarm_id){ act->of };
    } else {
        c->type = COMMAND_ALARM_SHELVE;
        c->as.alarm_shelve =
            (struct alarm_shelve){ .alarm = { act->of },
                                   .until = now + agents_between(a, 5 * MIN, 20 * MIN),
                                   .reason = agents_say(a, STR("已知悉, 稍后处理")) };
    }
    return true;
}

/* Everybody is called away, or the room goes dark. */
static void all_out(struct agents *a, int64_t now)
{
    const struct floor *f = &a->floor;

    for (uint32_t k = 0; k < 2 * f->post_count; k++) {
        if (f->people[k].seated && f->people[k].there) {
            plan(a, now + agents_between(a, 0, 60 * S),
                 agents_chance(a, 500) ? ACT_SIGN_OUT : ACT_CONSOLE_DIES, k);
        }
    }
    agents_plan(a, now + agents_between(a, 8 * US_PER_HOUR, 30 * US_PER_HOUR),
                (struct act){ .kind = ACT_ALL_OUT });
}

/* Acts of who sits somewhere; void when they have got up since. */
static bool take_stint(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct floor *f = &a->floor;
    const struct person *p = &f->people[act->of];

    if (!p->seated || !p->there || p->stint != act->slot) {
        if (act->kind == ACT_SHIFT_END && p->stint == act->slot) {
            end_shift(a, now, act->of); /* the next one comes all the same */
        }
        return false;
    }
    c->principal = str_of(p->name);
    if (act->kind == ACT_SHIFT_END) {
        end_shift(a, now, act->of);
    } else if (act->kind == ACT_CONSOLE_DIES) {
        die(a, now, act->of);
    } else if (act->kind == ACT_SIGN_OUT) {
        return presence(a, act->of, false, c);
    } else {
        c->type = COMMAND_SEAT_LEAVE;
        c->as.seat_leave.seat = (seat_id){ f->posts[post_index(act->of)].seat };
        return true;
    }
    return false;
}

bool floor_take(struct agents *a, int64_t now, struct act *act, struct command *c)
{
    switch (act->kind) {
    case ACT_COME:
        return take_come(a, now, act, c);
    case ACT_SIT:
        return take_sit(a, act, c);
    case ACT_SHIFT_END:
    case ACT_CONSOLE_DIES:
    case ACT_SIGN_OUT:
    case ACT_GET_UP:
        return take_stint(a, now, act, c);
    case ACT_HAND_OVER:
        return take_hand_over(a, act, c);
    case ACT_GO_HOME:
        return !a->floor.people[act->of].seated && a->floor.people[act->of].there &&
               presence(a, act->of, false, c);
    case ACT_MISSED:
        return take_missed(a, now, act, c);
    case ACT_CONSOLE_BACK:
        return take_back(a, now, act, c);
    case ACT_READ:
        return take_read(a, now, act, c);
    case ACT_REVIEW:
        agents_review(a, now);
        agents_plan(a, now + REVIEW_US, *act);
        return false;
    case ACT_ALL_OUT:
        all_out(a, now);
        return false;
    default:
        return take_alarm(a, now, act, c);
    }
}

void floor_refused(struct agents *a, int64_t now, const struct act *act, const char *code)
{
    if (act->kind == ACT_SIT) {
        const struct person *other = &a->floor.people[partner(act->of)];

        again(a, now + agents_between(a, 30 * S, 120 * S), act);
        if (other->seated && other->there) { /* "you may go home now" */
            plan(a, now + agents_between(a, 5 * S, 20 * S), ACT_HAND_OVER, partner(act->of));
        }
    } else if (act->kind == ACT_GET_UP && strcmp(code, "seat_owns_work") == 0 &&
               agents_chance(a, 500)) {
        end_shift(a, now, act->of); /* the work first: hands it over */
    }
}
