/* The report of learning, for people and as JSON. */
#include "tools/learn/learner.h"

#include <inttypes.h>

static const char *const class_names[ROAD_CLASS_COUNT] = {
    [ROAD_MOTORWAY] = "motorway",
    [ROAD_TRUNK] = "trunk",
    [ROAD_PRIMARY] = "primary",
    [ROAD_SECONDARY] = "secondary",
    [ROAD_TERTIARY] = "tertiary",
    [ROAD_UNCLASSIFIED] = "unclassified",
    [ROAD_RESIDENTIAL] = "residential",
    [ROAD_LIVING_STREET] = "living_street",
    [ROAD_SERVICE] = "service",
    [ROAD_TRACK] = "track",
    [ROAD_PEDESTRIAN] = "pedestrian",
    [ROAD_PATH] = "path",
    [ROAD_STEPS] = "steps",
    [ROAD_FERRY] = "ferry",
};

/* Each is left out for one reason. */
struct left_out {
    const char *name, *words;
    uint64_t count;
};
#define LEFT_OUT_MAX 13

static uint32_t list_left_out(const struct learner *l, struct left_out out[LEFT_OUT_MAX])
{
    const struct learn_counts *c = &l->learn.counts;
    const struct left_out all[] = {
        { "fixes_near", "fixes less than 20 m from the one before", l->trips.near },
        { "fixes_still", "fixes of standing", l->trips.still },
        { "fixes_jumped", "fixes that nobody can have driven to", l->trips.jumps },
        { "fixes_off_road", "fixes off every road", l->matched.off_road },
        { "fixes_unreached", "fixes that no way leads to", l->matched.skipped },
        { "cuts_silence", "cuts where a unit was silent for over two minutes", l->trips.gaps },
        { "cuts_stop", "cuts where it stood for over two minutes", l->trips.stops },
        { "cuts_no_way", "cuts where no way goes on", l->matched.breaks },
        { "stretches_turned", "stretches on which it turned round", c->turned },
        { "stretches_too_quick", "stretches over three times as quick as usual", c->quick },
        { "stretches_too_slow", "stretches over ten times as slow as usual", c->slow },
        { "stretches_timeless", "stretches that take no time by the network", c->timeless },
        { "passages_in_part", "passages of less than half of a segment", c->parts },
    };
    uint32_t count = sizeof(all) / sizeof(all[0]);

    for (uint32_t i = 0; i < count; i++) {
        out[i] = all[i];
    }
    return count;
}

static uint32_t segments_of(const struct learner *l)
{
    const struct network *n = &l->road->network;
    uint32_t count = 0;

    for (uint32_t s = 0; s < 2 * n->piece_count; s++) {
        count += n->segment_ms[s] < ETA_INF_MS ? 1 : 0;
    }
    return count;
}

static void tell_hours(const struct learned *of, uint32_t first, const char *days, struct buf *b)
{
    buf_fmt(b, "%s, percent of the usual speed from 0 to 23 o'clock:\n ", days);
    for (uint32_t h = first; h < first + 24; h++) {
        if (of->hour_seen[h] == 0) {
            buf_text(b, "   -");
        } else {
            buf_fmt(b, " %3u", of->hour_percent[h]);
        }
    }
    buf_char(b, '\n');
}

void learner_tell(const struct learner *l, const struct learned *of, struct buf *b)
{
    struct left_out left[LEFT_OUT_MAX];
    uint32_t left_count = list_left_out(l, left);
    uint32_t segments = segments_of(l);
    const struct speeds *s = &of->speeds;

    buf_fmt(b, "%" PRIu64 " drives to incidents read, %" PRIu64 " of them told something\n",
            l->drives, s->drives);
    buf_fmt(b, "%" PRIu64 " passages of %u segments, %.1f %% of the %u that can be driven\n",
            s->seen, of->segments_seen, segments > 0 ? 100.0 * of->segments_seen / segments : 0.0,
            segments);
    buf_fmt(b, "%u segments with a speed of their own, %u of them at an hour\n", s->known_count,
            of->first_cell[SPEEDS_HOURS]);
    tell_hours(of, 0, "Monday to Friday", b);
    tell_hours(of, 24, "Saturday and Sunday", b);
    for (uint32_t c = 0; c < ROAD_CLASS_COUNT; c++) {
        if (of->class_seen[c] > 0) {
            buf_fmt(b, "  %-14s %9" PRIu64 " passages, median %u %%\n", class_names[c],
                    of->class_seen[c], of->class_median[c]);
        }
    }
    buf_fmt(b, "left out of %" PRIu64 " fixes in %" PRIu64 " pieces of drive:\n", l->trips.fixes,
            l->trips.drives);
    for (uint32_t i = 0; i < left_count; i++) {
        buf_fmt(b, "  %9" PRIu64 " %s\n", left[i].count, left[i].words);
    }
    buf_fmt(b, "speeds %s", s->version);
}

void learner_tell_json(const struct learner *l, const struct learned *of, struct buf *b)
{
    struct left_out left[LEFT_OUT_MAX];
    uint32_t left_count = list_left_out(l, left);
    const struct speeds *s = &of->speeds;
    bool first = true;

    buf_fmt(b,
            "{\"speeds\":\"%s\",\"drives\":%" PRIu64 ",\"drives_used\":%" PRIu64
            ",\"passages\":%" PRIu64 ",\"segments\":%u,\"segments_seen\":%u",
            s->version, l->drives, s->drives, s->seen, segments_of(l), of->segments_seen);
    buf_fmt(b, ",\"segments_known\":%u,\"cells\":%u,\"fixes\":%" PRIu64 ",\"hours\":[",
            s->known_count, of->first_cell[SPEEDS_HOURS], l->trips.fixes);
    for (uint32_t h = 0; h < SPEEDS_HOURS; h++) {
        buf_fmt(b, "%s{\"passages\":%" PRIu64 ",\"percent\":%u}", h > 0 ? "," : "",
                of->hour_seen[h], of->hour_percent[h]);
    }
    buf_text(b, "],\"classes\":{");
    for (uint32_t c = 0; c < ROAD_CLASS_COUNT; c++) {
        if (of->class_seen[c] > 0) {
            buf_fmt(b, "%s\"%s\":{\"passages\":%" PRIu64 ",\"median_percent\":%u}",
                    first ? "" : ",", class_names[c], of->class_seen[c], of->class_median[c]);
            first = false;
        }
    }
    buf_text(b, "},\"left_out\":{");
    for (uint32_t i = 0; i < left_count; i++) {
        buf_fmt(b, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", left[i].name, left[i].count);
    }
    buf_text(b, "}}");
}
