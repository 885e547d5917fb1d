#include "tests/routing/drives.h"

#include "base/geo.h"
#include "base/must.h"
#include "tests/suite.h"

void drives_begin(struct drives *d, const struct road *road, uint64_t seed)
{
    struct fault f;

    *d = (struct drives){ .road = road, .seed = seed, .noise_mm = 8000, .every_us = 5 * US_PER_S };
    prng_seed(&d->random, seed);
    ck_assert_int_eq(path_query_init(&d->ways, road, &f), OK);
}

void drives_end(struct drives *d)
{
    path_query_fini(&d->ways);
}

uint32_t drives_ms(const struct drives *d, uint32_t segment, uint32_t hour)
{
    const struct network *n = &d->road->network;
    struct prng own;

    prng_seed(&own, d->seed * 1000003 + segment / 2);
    uint64_t slow = 800 + prng_below(&own, 1200);

    slow = hour == 8 || hour == 18 ? slow * 8 / 5 : slow;
    uint64_t ms = n->segment_ms[segment] * slow / 1000;
    uint64_t least = n->piece[segment / 2].length_mm / 25;

    return (uint32_t)(ms > least ? ms : least);
}

static struct point between(struct point a, struct point b, uint64_t part, uint64_t of)
{
    if (of == 0) {
        return a;
    }
    return (struct point){
        a.lon_e7 + (int32_t)(((int64_t)b.lon_e7 - a.lon_e7) * (int64_t)part / (int64_t)of),
        a.lat_e7 + (int32_t)(((int64_t)b.lat_e7 - a.lat_e7) * (int64_t)part / (int64_t)of)
    };
}

static struct point place_on(const struct network *n, uint32_t segment, uint64_t along_mm)
{
    const struct piece *p = &n->piece[segment / 2];
    const struct point *shape = &n->shape[p->first_point];
    uint64_t mm = segment % 2 == 1 ? p->length_mm - along_mm : along_mm;

    for (uint32_t i = 0; i + 1 < p->point_count; i++) {
        uint64_t line = geo_distance_mm(shape[i], shape[i + 1]);

        if (mm <= line) {
            return between(shape[i], shape[i + 1], mm, line);
        }
        mm -= line;
    }
    return shape[p->point_count - 1];
}

/* About normal: twelve even ones added. */
static int32_t noise(struct drives *d, uint32_t mm)
{
    int64_t sum = 0;

    for (int i = 0; i < 12; i++) {
        sum += (int64_t)prng_below(&d->random, 2 * (uint64_t)mm + 1) - mm;
    }
    return (int32_t)(sum / 2);
}

static struct point moved(struct point p, int64_t east_mm, int64_t north_mm)
{
    int64_t lon = geo_span_lon_e7(1000000, p.lat_e7);
    int64_t lat = geo_span_lat_e7(1000000);

    return (struct point){ p.lon_e7 + (int32_t)(east_mm * lon / 1000000),
                           p.lat_e7 + (int32_t)(north_mm * lat / 1000000) };
}

struct hearing {
    int64_t now_us, next_us, deaf_until_us;
    int64_t east_mm, north_mm;
};

static void hear(struct drives *d, struct hearing *h, struct point at)
{
    if (h->now_us < h->next_us) {
        return;
    }
    h->next_us = h->now_us + d->every_us;
    if (h->now_us < h->deaf_until_us || d->count == DRIVE_FIXES_MAX) {
        return;
    }
    at = moved(at, h->east_mm + noise(d, d->noise_mm), h->north_mm + noise(d, d->noise_mm));
    if (d->jump_one_in > 0 && prng_below(&d->random, d->jump_one_in) == 0) {
        at = moved(at, noise(d, 900000), noise(d, 900000));
    }
    if (d->silence_one_in > 0 && prng_below(&d->random, d->silence_one_in) == 0) {
        h->deaf_until_us = h->now_us + (20 + (int64_t)prng_below(&d->random, 180)) * US_PER_S;
    }
    d->fix[d->count++] = (struct trip_fix){ .at = at, .at_us = h->now_us };
}

static void stand(struct drives *d, struct hearing *h, struct point at, int64_t us)
{
    for (int64_t end = h->now_us + us; h->now_us < end; h->now_us += US_PER_S) {
        hear(d, h, at);
    }
}

static void drive_leg(struct drives *d, struct hearing *h, const struct match_part *leg)
{
    const struct network *n = &d->road->network;
    uint32_t hour = speeds_hour(h->now_us);
    uint64_t length = n->piece[leg->segment / 2].length_mm;
    uint64_t mm = leg->to_mm - leg->from_mm;
    int64_t us = length == 0
                     ? 0
                     : (int64_t)((uint64_t)drives_ms(d, leg->segment, hour) * 1000 * mm / length);
    int64_t begin = h->now_us + (int64_t)leg->turn_ms * US_PER_MS;

    stand(d, h, place_on(n, leg->segment, leg->from_mm), begin - h->now_us);
    for (h->now_us = begin; h->now_us < begin + us; h->now_us += US_PER_S) {
        uint64_t part = mm * (uint64_t)(h->now_us - begin) / (uint64_t)us;

        hear(d, h, place_on(n, leg->segment, leg->from_mm + part));
    }
    h->now_us = begin + us;
}

static void list_legs(struct drives *d, const struct path *p)
{
    const struct network *n = &d->road->network;

    d->leg_count = 0;
    for (uint32_t i = 0; i < p->leg_count && i < DRIVE_LEGS_MAX; i++) {
        uint32_t s = p->leg[i].segment;
        uint32_t length = n->piece[s / 2].length_mm;
        uint32_t from = s % 2 == 1 ? length - p->road_from.along_mm : p->road_from.along_mm;
        uint32_t to = s % 2 == 1 ? length - p->road_to.along_mm : p->road_to.along_mm;
        bool last = i + 1 == p->leg_count;

        d->leg[d->leg_count++] = (struct match_part){
            .segment = s,
            .from_mm = i == 0 ? from : 0,
            .to_mm = last ? to : length,
            .turn_ms = i == 0 ? 0 : n->arc_turn_ms[p->leg[i].arc],
        };
    }
}

bool drives_go(struct drives *d, struct point from, struct point to, int64_t at_us)
{
    struct path p;
    struct hearing h = { .now_us = at_us, .next_us = at_us };

    d->count = 0;
    if (!path_find(&d->ways, &d->road->free, from, to, &p) || p.through || p.leg_count < 4 ||
        p.leg_count > DRIVE_LEGS_MAX) {
        return false;
    }
    list_legs(d, &p);
    h.east_mm = (int64_t)prng_below(&d->random, 2 * (uint64_t)d->offset_mm + 1) - d->offset_mm;
    h.north_mm = (int64_t)prng_below(&d->random, 2 * (uint64_t)d->offset_mm + 1) - d->offset_mm;
    const struct network *n = &d->road->network;
    const struct match_part *last = &d->leg[d->leg_count - 1];

    stand(d, &h, place_on(n, d->leg[0].segment, d->leg[0].from_mm), d->stand_us);
    for (uint32_t i = 0; i < d->leg_count; i++) {
        drive_leg(d, &h, &d->leg[i]);
    }
    stand(d, &h, place_on(n, last->segment, last->to_mm), d->stand_us);
    return true;
}
