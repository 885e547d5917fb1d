#include "routing/path_steps.h"

#include "base/geo.h"

#include <string.h>

/* How far from a junction the way's direction is looked at: nearer by, shapes are too fine. */
#define LOOK_MM 15000

/* The part of a leg that is driven: between two places along its piece, from the beginning of the
 * piece's shape. */
struct stretch {
    const struct piece *piece;
    const struct point *shape; /* of the piece */
    struct point begin_at, end_at;
    uint32_t low_mm, high_mm;
    bool backwards;
};

static struct stretch stretch_of(const struct road *road, const struct path *path, uint32_t leg)
{
    const struct network *n = &road->network;
    uint32_t segment = path->leg[leg].segment;
    const struct piece *piece = &n->piece[segment_piece(segment)];
    bool backwards = segment_backwards(segment);
    struct stretch s = { .piece = piece,
                         .shape = &n->shape[piece->first_point],
                         .high_mm = piece->length_mm,
                         .backwards = backwards };

    s.begin_at = s.shape[backwards ? piece->point_count - 1 : 0];
    s.end_at = s.shape[backwards ? 0 : piece->point_count - 1];
    if (leg == 0) {
        *(backwards ? &s.high_mm : &s.low_mm) = path->road_from.along_mm;
        s.begin_at = path->road_from.at;
    }
    if (leg + 1 == path->leg_count) {
        *(backwards ? &s.low_mm : &s.high_mm) = path->road_to.along_mm;
        s.end_at = path->road_to.at;
    }
    return s;
}

/* Where points go: counted, and kept while there is room. */
struct points {
    struct point *out;
    uint32_t room;
    uint32_t count;
    struct point last;
};

static void add_point(struct points *p, struct point at)
{
    if (p->count > 0 && at.lon_e7 == p->last.lon_e7 && at.lat_e7 == p->last.lat_e7) {
        return;
    }
    if (p->count < p->room) {
        p->out[p->count] = at;
    }
    p->count++;
    p->last = at;
}

/* The points of its shape between the ends of a stretch, in the order they are driven by. Against
 * the shape they are counted from its end, so that both ways take one walk. */
static void add_stretch(struct points *p, const struct stretch *s)
{
    uint32_t count = s->piece->point_count;
    uint64_t length_mm = s->piece->length_mm;
    uint64_t from_mm = s->backwards ? length_mm - s->high_mm : s->low_mm;
    uint64_t to_mm = s->backwards ? length_mm - s->low_mm : s->high_mm;
    uint64_t at_mm = 0;

    add_point(p, s->begin_at);
    for (uint32_t i = 1; i + 1 < count; i++) {
        uint32_t before = s->backwards ? count - i : i - 1;
        uint32_t at = s->backwards ? count - 1 - i : i;

        at_mm += geo_distance_mm(s->shape[before], s->shape[at]);
        if (at_mm > from_mm && at_mm < to_mm) {
            add_point(p, s->shape[at]);
        }
    }
    add_point(p, s->end_at);
}

uint32_t path_points(const struct road *road, const struct path *path, struct point *out,
                     uint32_t room)
{
    struct points p = { .out = out, .room = room };

    if (path->ms == ETA_INF_MS) {
        return 0;
    }
    add_point(&p, path->from);
    for (uint32_t i = 0; i < path->leg_count; i++) {
        struct stretch s = stretch_of(road, path, i);

        add_stretch(&p, &s);
    }
    add_point(&p, path->to);
    return p.count;
}

uint32_t path_leg_points(const struct road *road, const struct path *path, uint32_t leg,
                         struct point *out, uint32_t room)
{
    struct points p = { .out = out, .room = room };
    struct stretch s = stretch_of(road, path, leg);

    add_stretch(&p, &s);
    return p.count;
}

/* A direction on the map, in units of which only the relation counts. */
struct heading {
    int64_t east, north;
};

static struct heading heading(struct point a, struct point b)
{
    /* a metre to the east is more units the closer the meridians lie */
    return (struct heading){ .east = ((int64_t)b.lon_e7 - a.lon_e7) * geo_span_lat_e7(10000),
                             .north = ((int64_t)b.lat_e7 - a.lat_e7) *
                                      geo_span_lon_e7(10000, a.lat_e7) };
}

/* The direction at one end of a segment, as it is driven. */
static struct heading heading_at(const struct road *road, uint32_t segment, bool at_end)
{
    const struct network *n = &road->network;
    const struct piece *piece = &n->piece[segment_piece(segment)];
    const struct point *shape = &n->shape[piece->first_point];
    bool from_first = segment_backwards(segment) == at_end;
    struct point junction = shape[from_first ? 0 : piece->point_count - 1];
    struct point look = junction;

    for (uint32_t i = 1; i < piece->point_count && geo_distance_mm(junction, look) < LOOK_MM; i++) {
        look = shape[from_first ? i : piece->point_count - 1 - i];
    }
    return at_end ? heading(look, junction) : heading(junction, look);
}

/* tan 20°, tan 50° (130° is as far from the way back) and tan 15° (165°), in thousandths. */
#define TAN_SLIGHT 364
#define TAN_TURN 1192
#define TAN_BACK 268

static enum path_turn turn_between(const struct road *road, uint32_t before, uint32_t after)
{
    struct heading a = heading_at(road, before, true);
    struct heading b = heading_at(road, after, false);
    __int128 ahead = (__int128)a.east * b.east + (__int128)a.north * b.north;
    __int128 left = (__int128)a.east * b.north - (__int128)a.north * b.east;
    __int128 aside = (left > 0 ? left : -left) * 1000;
    bool to_left = left > 0;

    if ((before ^ after) == 1 || (ahead < 0 && aside <= -ahead * TAN_BACK)) {
        return PATH_U_TURN;
    }
    if (ahead >= 0 && aside <= ahead * TAN_SLIGHT) {
        return PATH_STRAIGHT;
    }
    if (ahead > 0 && aside <= ahead * TAN_TURN) {
        return to_left ? PATH_SLIGHT_LEFT : PATH_SLIGHT_RIGHT;
    }
    if (ahead < 0 && aside <= -ahead * TAN_TURN) {
        return to_left ? PATH_SHARP_LEFT : PATH_SHARP_RIGHT;
    }
    return to_left ? PATH_LEFT : PATH_RIGHT;
}

static bool is_roundabout(const struct road *road, uint32_t segment)
{
    return (road->network.piece[segment_piece(segment)].flags & PIECE_ROUNDABOUT) != 0;
}

/* Whether a driver has to be told where the next leg begins. */
static bool told(const struct road *road, uint32_t before, uint32_t after, enum path_turn turn)
{
    const struct network *n = &road->network;
    bool round = is_roundabout(road, after);

    if (is_roundabout(road, before) != round) {
        return true;
    }
    if (round) {
        return false;
    }
    return turn > PATH_SLIGHT_RIGHT || strcmp(network_name(n, segment_piece(before)),
                                              network_name(n, segment_piece(after))) != 0;
}

static uint32_t length_of(const struct stretch *s)
{
    return s->high_mm > s->low_mm ? s->high_mm - s->low_mm : 0;
}

/* A place at a junction lies on one of the roads there, and it may be one that is not driven then:
 * no more than this of it at the beginning or the end is not told. */
#define STUB_MM 1000

static bool is_stub(const struct road *road, const struct path *path, uint32_t leg)
{
    struct stretch s = stretch_of(road, path, leg);

    return path->leg_count > 1 && (leg == 0 || leg + 1 == path->leg_count) &&
           length_of(&s) < STUB_MM;
}

static struct path_step begin_step(const struct road *road, const struct path *path, uint32_t leg,
                                   enum path_turn turn)
{
    uint32_t segment = path->leg[leg].segment;

    return (struct path_step){ .name = network_name(&road->network, segment_piece(segment)),
                               .turn = turn,
                               .roundabout = is_roundabout(road, segment),
                               .at = stretch_of(road, path, leg).begin_at };
}

static void add_to_step(const struct road *road, const struct path *path, uint32_t leg,
                        struct path_step *step)
{
    struct stretch s = stretch_of(road, path, leg);

    step->length_mm += length_of(&s);
    step->ms += path->leg[leg].ms;
    step->leg_count++;
    step->bridge = step->bridge || (s.piece->flags & PIECE_BRIDGE) != 0;
}

uint32_t path_steps(const struct road *road, const struct path *path, struct path_step *out,
                    uint32_t room)
{
    uint32_t count = 0;
    struct path_step step = { 0 };

    for (uint32_t i = 0; i < path->leg_count; i++) {
        uint32_t before = i > 0 ? path->leg[i - 1].segment : 0;
        uint32_t after = path->leg[i].segment;
        enum path_turn turn = i > 0 ? turn_between(road, before, after) : PATH_START;

        if (i == 1 && is_stub(road, path, 0)) {
            struct path_step before_it = step;

            step = begin_step(road, path, i, PATH_START);
            step.length_mm = before_it.length_mm;
            step.ms = before_it.ms;
            step.leg_count = 1;
            step.at = before_it.at;
        } else if (i == 0 || (told(road, before, after, turn) && !is_stub(road, path, i))) {
            step = begin_step(road, path, i, turn);
            count++;
        }
        add_to_step(road, path, i, &step);
        if (count <= room) {
            out[count - 1] = step;
        }
    }
    return count;
}

uint64_t path_length_mm(const struct road *road, const struct path *path)
{
    uint64_t mm = 0;

    for (uint32_t i = 0; i < path->leg_count; i++) {
        struct stretch s = stretch_of(road, path, i);

        mm += length_of(&s);
    }
    return mm;
}
