/* The way of an order, asked of the roads as they are. */
#include "base/geo.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/view/way.h"
#include "routing/path_line.h"
#include "routing/path_steps.h"
#include "server/view_inside.h"

#define LINE_OFF_MM 2000 /* under a pixel until a street fills the screen */

/* What the roads said. */
struct route {
    const struct road *road; /* NULL: there are none */
    struct path path;
    uint32_t free_ms;
    struct path_limit limits[ROAD_NOTICES_MAX];
    uint32_t limit_count;
    struct path_step *steps;
    uint32_t step_count;
    struct point *line;
    uint32_t point_count;
};

static enum err no_memory(struct fault *f)
{
    return fault_set(f, ERR_NO_MEMORY, "the way needs more memory than a read may take", NULL,
                     NULL);
}

static enum err draw(struct view *v, struct route *t, struct fault *f)
{
    uint32_t points = path_points(t->road, &t->path, NULL, 0);
    uint32_t steps = path_steps(t->road, &t->path, NULL, 0);

    t->line = arena_alloc(&v->arena, ((size_t)points + 1) * sizeof(*t->line));
    t->steps = arena_alloc(&v->arena, ((size_t)steps + 1) * sizeof(*t->steps));
    if (t->line == NULL || t->steps == NULL) {
        return no_memory(f);
    }
    (void)path_points(t->road, &t->path, t->line, points);
    t->point_count = path_line_thin(t->line, points, LINE_OFF_MM);
    t->step_count = path_steps(t->road, &t->path, t->steps, steps);
    return OK;
}

/* The way itself, and how it ends: by road, by line, or not at all. */
static enum err find(struct view *v, struct way_asked *asked, struct route *t, struct fault *f)
{
    const struct road_weights *live = v->travel.query.weights;

    t->road = v->travel.query.road;
    if (t->road == NULL) {
        t->path =
            (struct path){ .ms = travel_ms(&v->travel, asked->from, asked->to), .by_line = true };
    } else {
        t->limit_count = path_limits(&v->travel.path, live, asked->from, asked->to, t->limits,
                                     ROAD_NOTICES_MAX, &t->free_ms);
        (void)path_find(&v->travel.path, live, asked->from, asked->to, &t->path);
    }
    if (t->path.ms == ETA_INF_MS) {
        asked->state = WAY_NONE;
        return OK;
    }
    if (t->path.by_line) {
        asked->state = WAY_LINE;
        return OK;
    }
    return draw(v, t, f);
}

static uint64_t mm_to_m(uint64_t mm)
{
    return (mm + 500) / 1000;
}

static void put_number(struct buf *b, const char *name, uint64_t n)
{
    buf_text(b, ",\"");
    buf_text(b, name);
    buf_text(b, "\":");
    buf_u64(b, n);
}

static void put_point(struct buf *b, struct point at)
{
    buf_char(b, '[');
    json_out_deg(b, at.lon_e7);
    buf_char(b, ',');
    json_out_deg(b, at.lat_e7);
    buf_char(b, ']');
}

static void put_line(struct buf *b, const struct way_asked *asked, const struct route *t)
{
    buf_text(b, "{\"type\":\"LineString\",\"coordinates\":[");
    if (asked->state == WAY_LINE) {
        put_point(b, asked->from);
        buf_char(b, ',');
        put_point(b, asked->to);
    }
    for (uint32_t i = 0; i < t->point_count; i++) {
        buf_text(b, i > 0 ? "," : "");
        put_point(b, t->line[i]);
    }
    if (t->point_count == 1) { /* there already, and a line has two */
        buf_char(b, ',');
        put_point(b, t->line[0]);
    }
    buf_text(b, "]}");
}

static void put_step(struct buf *b, const struct path_step *s)
{
    static const char *const turns[PATH_TURN_COUNT] = {
        [PATH_START] = "start",
        [PATH_STRAIGHT] = "straight",
        [PATH_SLIGHT_LEFT] = "slight_left",
        [PATH_SLIGHT_RIGHT] = "slight_right",
        [PATH_LEFT] = "left",
        [PATH_RIGHT] = "right",
        [PATH_SHARP_LEFT] = "sharp_left",
        [PATH_SHARP_RIGHT] = "sharp_right",
        [PATH_U_TURN] = "u_turn",
    };
    buf_text(b, "{\"turn\":\"");
    buf_text(b, turns[s->turn]);
    buf_char(b, '"');
    if (s->name[0] != '\0') {
        buf_text(b, ",\"name\":");
        buf_json_str(b, str_of(s->name));
    }
    buf_text(b, s->roundabout ? ",\"roundabout\":true" : "");
    buf_text(b, s->bridge ? ",\"bridge\":true" : "");
    put_number(b, "length_m", mm_to_m(s->length_mm));
    put_number(b, "travel_ms", s->ms);
    buf_text(b, ",\"lon\":");
    json_out_deg(b, s->at.lon_e7);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, s->at.lat_e7);
    buf_char(b, '}');
}

static void put_steps(struct buf *b, const struct route *t)
{
    uint64_t length_mm = 0;
    for (uint32_t i = 0; i < t->step_count; i++) {
        length_mm += t->steps[i].length_mm;
    }
    put_number(b, "length_m", mm_to_m(length_mm));
    buf_text(b, ",\"steps\":[");
    for (uint32_t i = 0; i < t->step_count; i++) {
        buf_text(b, i > 0 ? "," : "");
        put_step(b, &t->steps[i]);
    }
    buf_char(b, ']');
}

/* What is reckoned by straight line: to the road at the beginning, from it at the end. */
static void put_beside(struct buf *b, const char *name, const struct snap *at, uint32_t ms)
{
    buf_text(b, ",\"");
    buf_text(b, name);
    buf_text(b, "\":{\"length_m\":");
    buf_u64(b, mm_to_m(at->off_mm));
    put_number(b, "travel_ms", ms);
    buf_char(b, '}');
}

static void put_notices(const struct reading *r, const struct route *t)
{
    const struct world *w = r->viewer.world;
    const char *before = "";
    buf_text(r->out, ",\"notices\":[");
    for (uint32_t i = 0; i < t->limit_count && i < ROAD_NOTICES_MAX; i++) {
        if (world_road(w, (road_id){ t->limits[i].id }) == NULL) {
            continue; /* opened, and the times do not know yet */
        }
        buf_text(r->out, before);
        buf_text(r->out, "{\"road\":");
        json_out_id(r->out, r->viewer.name, ID_LETTER_ROAD, t->limits[i].id);
        buf_text(r->out,
                 t->limits[i].on_way ? ",\"where\":\"on_way\"}" : ",\"where\":\"avoided\"}");
        before = ",";
    }
    buf_char(r->out, ']');
}

/* A length of off-road parts is told from ten metres on: nobody's place lies on a road's middle. */
#define BESIDE_MM 10000

static void put_route(struct view *v, const struct reading *r, const struct way_asked *asked,
                      const struct route *t)
{
    struct buf *b = r->out;
    put_number(b, "travel_ms", t->path.ms);
    buf_text(b, ",\"arrives_at\":");
    json_out_instant(b, r->live.now + (int64_t)t->path.ms * US_PER_MS);
    buf_text(b, ",\"engine\":\"");
    buf_text(b, travel_engine(&v->travel));
    buf_char(b, '"');
    if (asked->state == WAY_LINE) {
        put_number(b, "length_m", mm_to_m(geo_distance_mm(asked->from, asked->to)));
        return;
    }
    put_number(b, "free_ms", t->free_ms);
    buf_text(b, t->path.through ? ",\"through_closed\":true" : "");
    if (t->path.road_from.off_mm >= BESIDE_MM) {
        put_beside(b, "to_road", &t->path.road_from, t->path.start_ms);
    }
    if (t->path.road_to.off_mm >= BESIDE_MM) {
        put_beside(b, "from_road", &t->path.road_to, t->path.end_ms);
    }
    put_notices(r, t);
    put_steps(b, t);
}

enum err view_read_route(struct view *v, const struct reading *r, struct fault *f)
{
    struct way_asked asked;
    struct route *t = arena_alloc(&v->arena, sizeof(*t));
    enum err err = t != NULL ? read_way_asked(r, &asked, f) : no_memory(f);

    if (err == OK && asked.state == WAY_FOUND) {
        err = find(v, &asked, t, f);
    }
    if (err != OK) {
        return err;
    }
    bool found = asked.state == WAY_FOUND || asked.state == WAY_LINE;
    struct buf *b = r->out;

    buf_text(b, r->geojson ? "{\"type\":\"Feature\",\"geometry\":" : "{");
    if (r->geojson) {
        if (found) {
            put_line(b, &asked, t);
        } else {
            buf_text(b, "null");
        }
        buf_text(b, ",\"properties\":{");
    }
    board_stand(b, r->viewer.world);
    buf_char(b, ',');
    show_way_asked(r, &asked);
    if (found) {
        put_route(v, r, &asked, t);
    }
    if (found && !r->geojson) {
        buf_text(b, ",\"line\":");
        put_line(b, &asked, t);
    }
    buf_text(b, r->geojson ? "}}" : "}");
    return OK;
}
