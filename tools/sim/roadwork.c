/* What happens to the roads of a city, and what its people say of it: works, a bridge that is
 * closed, an underpass full of water, a queue, a public event, an accident that blocks a road. Each
 * is given out with its reason and its end, and is opened again before that, or by its time. */
#include "base/geo.h"
#include "tools/sim/agents_state.h"

#include <stdlib.h>

#define S US_PER_S
#define MIN US_PER_MIN
#define STANDING_MAX 6      /* at once, of what happens by itself */
#define STROKE_MM 18000     /* to each side of a road */
#define BLOCKS_PERMILLE 120 /* traffic scenes that leave no room to pass, or little */
#define EARLY_PERMILLE 500  /* what is opened before its time */
#define NEAR_MM 30000

enum happening { WORKS, BRIDGE, UNDERPASS, QUEUE, GATHERING, HAPPENINGS };

/* Minutes that it lasts, and its share. */
static const struct {
    int64_t least_min, most_min;
    uint32_t permille;
} happenings[HAPPENINGS] = { [WORKS] = { 60, 300, 350 },
                             [BRIDGE] = { 30, 120, 150 },
                             [UNDERPASS] = { 40, 150, 150 },
                             [QUEUE] = { 20, 60, 250 },
                             [GATHERING] = { 60, 180, 100 } };

/* Who looks for some minutes sees it end. */
static int64_t paced(const struct agents *a, int64_t us)
{
    return a->opts.soon ? us / 6 : us;
}

void roadwork_begin(struct agents *a, int64_t start_us)
{
    if (a->opts.ways != NULL && a->opts.everyday) {
        agents_plan(a, start_us + (a->opts.soon ? 90 * S : 30 * MIN),
                    (struct act){ .kind = ACT_ROADWORK });
    }
}

static bool is_main(const struct piece *p)
{
    return p->class <= ROAD_SECONDARY;
}

static bool fits(const struct piece *p, enum happening what)
{
    bool street = p->class >= ROAD_PRIMARY && p->class <= ROAD_RESIDENTIAL;

    switch (what) {
    case WORKS:
        return street && p->length_mm > 60000 && p->flags == 0;
    case BRIDGE:
        return p->class <= ROAD_TERTIARY && (p->flags & PIECE_BRIDGE) != 0;
    case UNDERPASS:
        return p->class <= ROAD_RESIDENTIAL && (p->flags & PIECE_TUNNEL) != 0;
    case QUEUE:
        return is_main(p) && p->length_mm > 100000;
    case GATHERING:
    case HAPPENINGS:
        return street && p->length_mm > 60000;
    }
    return false;
}

/* A piece of road for it; false: the city has none, as far as was looked. */
static bool choose_piece(struct agents *a, enum happening what, uint32_t *piece)
{
    const struct network *n = &ways_road(a->opts.ways)->network;
    uint32_t first = (uint32_t)agents_between(a, 0, n->piece_count - 1);

    for (uint32_t k = 0; k < n->piece_count; k++) {
        *piece = (first + k) % n->piece_count;
        if (fits(&n->piece[*piece], what)) {
            return true;
        }
    }
    return false;
}

/* The middle of a piece, and a stroke across it there. */
static struct point middle_of(const struct network *n, uint32_t piece, struct point stroke[2])
{
    const struct piece *p = &n->piece[piece];
    const struct point *at = &n->shape[p->first_point];
    uint64_t left = p->length_mm / 2;
    uint32_t i = 1;

    while (i + 1 < p->point_count && geo_distance_mm(at[i - 1], at[i]) < left) {
        left -= geo_distance_mm(at[i - 1], at[i]);
        i++;
    }
    int64_t line = geo_distance_mm(at[i - 1], at[i]);
    int64_t dx = (int64_t)at[i].lon_e7 - at[i - 1].lon_e7;
    int64_t dy = (int64_t)at[i].lat_e7 - at[i - 1].lat_e7;
    int64_t in = (int64_t)left < line ? (int64_t)left : line;
    struct point m = at[i - 1];

    line = line > 0 ? line : 1;
    m.lon_e7 += (int32_t)(dx * in / line);
    m.lat_e7 += (int32_t)(dy * in / line);
    /* a quarter turn, with the scale of longitude on both sides */
    int64_t scale = 1000 * (int64_t)geo_span_lon_e7(1000000, m.lat_e7) / geo_span_lat_e7(1000000);
    int64_t across_lon = -dy * scale / 1000 * STROKE_MM / line;
    int64_t across_lat = dx * 1000 / scale * STROKE_MM / line;

    stroke[0] =
        (struct point){ (int32_t)(m.lon_e7 - across_lon), (int32_t)(m.lat_e7 - across_lat) };
    stroke[1] =
        (struct point){ (int32_t)(m.lon_e7 + across_lon), (int32_t)(m.lat_e7 + across_lat) };
    return m;
}

static enum happening choose_happening(struct agents *a)
{
    uint32_t n = (uint32_t)agents_between(a, 0, 999);
    uint32_t k = 0;

    while (k + 1 < HAPPENINGS && n >= happenings[k].permille) {
        n -= happenings[k].permille;
        k++;
    }
    return (enum happening)k;
}

/* Closed, or so many percent of the usual speed. */
static void say(struct agents *a, struct command *c, uint8_t percent, uint8_t reason, int64_t until)
{
    struct list points = { .at = a->drawing, .count = a->drawing_count };

    if (percent == 0) {
        c->type = COMMAND_ROAD_CLOSE;
        c->as.road_close = (struct road_close){
            .points = points, .area = a->drawing_count > 2, .reason = reason, .until = until
        };
    } else {
        c->type = COMMAND_ROAD_SLOW;
        c->as.road_slow = (struct road_slow){
            .points = points, .percent = percent, .reason = reason, .until = until
        };
    }
}

static void draw_point(struct agents *a, struct point p)
{
    a->drawing[0] = p;
    a->drawing_count = 1;
}

static void draw_square(struct agents *a, struct point p)
{
    int32_t lon = (int32_t)geo_span_lon_e7(120000, p.lat_e7);
    int32_t lat = (int32_t)geo_span_lat_e7(120000);

    a->drawing[0] = (struct point){ p.lon_e7 - lon, p.lat_e7 - lat };
    a->drawing[1] = (struct point){ p.lon_e7 + lon, p.lat_e7 - lat };
    a->drawing[2] = (struct point){ p.lon_e7 + lon, p.lat_e7 + lat };
    a->drawing[3] = (struct point){ p.lon_e7 - lon, p.lat_e7 + lat };
    a->drawing_count = 4;
}

static bool take_happening(struct agents *a, int64_t now, struct command *c)
{
    enum happening what = choose_happening(a);
    int64_t lasts = agents_between(a, happenings[what].least_min, happenings[what].most_min) * MIN;
    int64_t until = now + paced(a, lasts);
    uint8_t slow = (uint8_t)agents_between(a, 3, 6);
    bool half = agents_chance(a, 600);
    uint32_t piece;

    if (ways_notice_count(a->opts.ways) >= STANDING_MAX || !choose_piece(a, what, &piece)) {
        return false;
    }
    struct point middle = middle_of(&ways_road(a->opts.ways)->network, piece, a->drawing);

    a->drawing_count = 2;
    switch (what) {
    case WORKS: /* half the road is dug up, or all of it */
        draw_point(a, middle);
        say(a, c, half ? (uint8_t)(slow * 10) : 0, ROAD_REASON_WORKS, until);
        break;
    case BRIDGE:
        c->principal = floor_commander(a);
        say(a, c, 0, half ? ROAD_REASON_DAMAGE : ROAD_REASON_WORKS, until);
        break;
    case UNDERPASS:
        say(a, c, 0, ROAD_REASON_FLOOD, until);
        break;
    case QUEUE:
        draw_point(a, middle);
        say(a, c, (uint8_t)(slow * 10), ROAD_REASON_CONGESTION, until);
        break;
    case GATHERING:
    case HAPPENINGS:
        draw_square(a, middle);
        say(a, c, 0, ROAD_REASON_EVENT, until);
        break;
    }
    c->principal = c->principal.len > 0 ? c->principal : a->desk;
    return true;
}

/* A traffic scene with somebody there who sees that nobody gets past. */
static bool is_traffic(const struct agents *a, const struct job *j)
{
    if (j->call == 0 || !j->has_point) {
        return false;
    }
    struct str type = agents_call(a, j->call - 1)->report.type;

    return type.len >= 2 && type.at[0] == '3' && type.at[1] == '0';
}

static bool take_block(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    const struct task *t = agents_task(a, act->of);
    struct job *j = agents_job(a, t->incident);
    struct snap on;

    if (!j->open || j->blocked || t->status != ASSIGNMENT_ON_SCENE ||
        !road_snap(ways_weights(a->opts.ways), j->at, &on) || on.off_mm > NEAR_MM) {
        return false;
    }
    uint8_t percent = agents_chance(a, 350) ? 0 : (uint8_t)agents_between(a, 20, 50);
    int64_t until = now + agents_between(a, 20 * MIN, 60 * MIN);

    draw_point(a, on.at);
    say(a, c, percent, ROAD_REASON_ACCIDENT, until);
    if (percent == 0) {
        c->as.road_close.incident.n = t->incident;
    } else {
        c->as.road_slow.incident.n = t->incident;
    }
    j->blocked = true;
    c->principal = a->desk;
    return true;
}

static bool take_open(struct agents *a, const struct act *act, struct command *c)
{
    c->principal = a->desk;
    c->type = COMMAND_ROAD_OPEN;
    c->as.road_open.road = (road_id){ act->of };
    return ways_notice(a->opts.ways, act->of) != NULL;
}

bool roadwork_take(struct agents *a, int64_t now, const struct act *act, struct command *c)
{
    if (act->kind == ACT_ROADWORK) {
        int64_t next = a->opts.soon ? agents_between(a, 90 * S, 240 * S)
                                    : agents_between(a, 60 * MIN, 240 * MIN);

        if (!a->calls_over) {
            agents_plan(a, now + next, *act);
        }
        return take_happening(a, now, c);
    }
    return act->kind == ACT_BLOCK ? take_block(a, now, act, c) : take_open(a, act, c);
}

/* Some is over sooner than was thought; an accident is cleared away with its last car. */
static void see_noticed(struct agents *a, int64_t at, const struct road_notice *n)
{
    int64_t lasts = n->until - at;

    if (!floor_has(a, text_str(&n->person))) {
        return;
    }
    if (n->incident.n != 0) {
        agents_job(a, n->incident.n)->road = n->id.n;
    } else if (lasts > 0 && agents_chance(a, EARLY_PERMILLE)) {
        agents_plan(a, at + lasts * agents_between(a, 50, 90) / 100,
                    (struct act){ .kind = ACT_ROAD_OPEN, .of = n->id.n });
    }
}

void roadwork_see(struct agents *a, int64_t at, const struct event *e)
{
    if (a->opts.ways == NULL || !a->opts.everyday) {
        return;
    }
    if (e->kind == EVENT_ROAD_CLOSED || e->kind == EVENT_ROAD_SLOWED) {
        see_noticed(a, at, &e->as.road_noticed.notice);
    } else if (e->kind == EVENT_ASSIGNMENT_PROGRESSED) {
        const struct assignment_progressed *p = &e->as.assignment_progressed;
        const struct job *j = agents_job(a, p->incident.n);

        if (p->status == ASSIGNMENT_ON_SCENE && is_traffic(a, j) && !j->blocked &&
            agents_chance(a, BLOCKS_PERMILLE)) {
            agents_plan(a, at + agents_between(a, 10 * S, 60 * S),
                        (struct act){ .kind = ACT_BLOCK, .of = p->assignment.n });
        }
        if (p->status >= ASSIGNMENT_CLEARED && j->committed == 0 && j->road != 0) {
            agents_plan(a, at + agents_between(a, 5 * S, 60 * S),
                        (struct act){ .kind = ACT_ROAD_OPEN, .of = j->road });
        }
    }
}
