#include "tools/osm/way_facts.h"

#include <stdlib.h>
#include <string.h>

struct class_word {
    const char *word;
    uint8_t class;
    uint8_t flags;
};

static const struct class_word class_words[] = {
    { "motorway", ROAD_MOTORWAY, 0 },
    { "motorway_link", ROAD_MOTORWAY, PIECE_LINK },
    { "trunk", ROAD_TRUNK, 0 },
    { "trunk_link", ROAD_TRUNK, PIECE_LINK },
    { "primary", ROAD_PRIMARY, 0 },
    { "primary_link", ROAD_PRIMARY, PIECE_LINK },
    { "secondary", ROAD_SECONDARY, 0 },
    { "secondary_link", ROAD_SECONDARY, PIECE_LINK },
    { "tertiary", ROAD_TERTIARY, 0 },
    { "tertiary_link", ROAD_TERTIARY, PIECE_LINK },
    { "unclassified", ROAD_UNCLASSIFIED, 0 },
    { "road", ROAD_UNCLASSIFIED, 0 },
    { "residential", ROAD_RESIDENTIAL, 0 },
    { "living_street", ROAD_LIVING_STREET, 0 },
    { "service", ROAD_SERVICE, 0 },
    { "busway", ROAD_SERVICE, 0 },
    { "track", ROAD_TRACK, 0 },
    { "pedestrian", ROAD_PEDESTRIAN, 0 },
    { "footway", ROAD_PATH, 0 },
    { "path", ROAD_PATH, 0 },
    { "cycleway", ROAD_PATH, 0 },
    { "bridleway", ROAD_PATH, 0 },
    { "corridor", ROAD_PATH, 0 },
    { "steps", ROAD_STEPS, 0 },
};

static bool is(const char *value, const char *word)
{
    return value != NULL && strcmp(value, word) == 0;
}

static bool one_of(const char *value, const char *const *words, size_t count)
{
    for (size_t i = 0; value != NULL && i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

#define ONE_OF(value, words) one_of(value, words, sizeof(words) / sizeof((words)[0]))

static bool read_class(const struct extract *x, struct extract_tags tags, struct way_facts *facts)
{
    const char *highway = extract_tag(x, tags, "highway");

    for (size_t i = 0; highway != NULL && i < sizeof(class_words) / sizeof(class_words[0]); i++) {
        if (strcmp(highway, class_words[i].word) == 0) {
            facts->class = class_words[i].class;
            facts->flags = class_words[i].flags;
            return true;
        }
    }
    if (is(extract_tag(x, tags, "route"), "ferry")) {
        facts->class = ROAD_FERRY;
        return true;
    }
    return false;
}

static uint8_t access_of(const char *value)
{
    static const char *const allowed[] = { "yes", "designated", "official", "permissive",
                                           "public" };
    static const char *const visitors[] = { "destination", "customers", "delivery", "residents" };
    static const char *const closed[] = { "no", "agricultural", "forestry" };

    if (ONE_OF(value, allowed)) {
        return ACCESS_YES;
    }
    if (ONE_OF(value, visitors)) {
        return ACCESS_DESTINATION;
    }
    if (ONE_OF(value, closed)) {
        return ACCESS_NO;
    }
    return is(value, "private") || is(value, "permit") ? ACCESS_PRIVATE : ACCESS_UNSAID;
}

/* The first of the keys, from the closest to the widest, that says something. */
static uint8_t read_access(const struct extract *x, struct extract_tags tags,
                           const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t said = access_of(extract_tag(x, tags, keys[i]));

        if (said != ACCESS_UNSAID) {
            return said;
        }
    }
    return ACCESS_UNSAID;
}

#define READ_ACCESS(x, tags, keys) read_access(x, tags, keys, sizeof(keys) / sizeof((keys)[0]))

static void read_direction(const struct extract *x, struct extract_tags tags,
                           struct way_facts *facts)
{
    static const char *const along[] = { "yes", "true", "1" };
    static const char *const against[] = { "-1", "reverse" };
    const char *oneway = extract_tag(x, tags, "oneway");
    const char *junction = extract_tag(x, tags, "junction");

    if (is(junction, "roundabout") || is(junction, "circular")) {
        facts->flags |= PIECE_ROUNDABOUT;
    }
    if (ONE_OF(oneway, along)) {
        facts->one_way = 1;
    } else if (ONE_OF(oneway, against)) {
        facts->one_way = -1;
    } else if (is(oneway, "alternating") || is(oneway, "reversible")) {
        facts->alternating = true;
    } else if (oneway == NULL &&
               ((facts->flags & PIECE_ROUNDABOUT) != 0 || (facts->class == ROAD_MOTORWAY))) {
        facts->one_way = 1; /* implied where nothing is said */
    }
}

/* "50", "30 mph", "walk", "none"; 0: nothing that can be used. */
static uint16_t speed_of(const char *value)
{
    char *end = NULL;

    if (value == NULL) {
        return 0;
    }
    if (strcmp(value, "walk") == 0) {
        return 5;
    }
    double v = strtod(value, &end);

    if (end == value || !(v > 0) || v > 300) {
        return 0;
    }
    while (*end == ' ') {
        end++;
    }
    if (strcmp(end, "mph") == 0) {
        v *= 1.609344;
    } else if (*end != '\0' && strcmp(end, "km/h") != 0 && strcmp(end, "kmh") != 0) {
        return 0; /* several values, conditions, knots */
    }
    return (uint16_t)(v < 1 ? 1 : v);
}

static void read_limits(const struct extract *x, struct extract_tags tags, struct way_facts *facts)
{
    uint16_t both = speed_of(extract_tag(x, tags, "maxspeed"));
    uint16_t along = speed_of(extract_tag(x, tags, "maxspeed:forward"));
    uint16_t against = speed_of(extract_tag(x, tags, "maxspeed:backward"));

    facts->limit_kmh[0] = along > 0 ? along : both;
    facts->limit_kmh[1] = against > 0 ? against : both;
}

static bool is_said(const struct extract *x, struct extract_tags tags, const char *key)
{
    const char *value = extract_tag(x, tags, key);

    return value != NULL && strcmp(value, "no") != 0;
}

struct way_facts way_facts_read(const struct extract *x, struct extract_tags tags)
{
    static const char *const motor[] = { "motorcar", "motor_vehicle", "vehicle", "access" };
    static const char *const foot[] = { "foot", "access" };
    static const char *const emergency[] = { "emergency" };
    struct way_facts facts = { 0 };

    if (!read_class(x, tags, &facts) || is(extract_tag(x, tags, "area"), "yes")) {
        return facts;
    }
    facts.road = true;
    facts.flags |= is_said(x, tags, "bridge") ? PIECE_BRIDGE : 0;
    facts.flags |= is_said(x, tags, "tunnel") ? PIECE_TUNNEL : 0;
    facts.motor = READ_ACCESS(x, tags, motor);
    facts.foot = READ_ACCESS(x, tags, foot);
    facts.emergency = READ_ACCESS(x, tags, emergency);
    facts.parking_aisle = is(extract_tag(x, tags, "service"), "parking_aisle");
    read_direction(x, tags, &facts);
    read_limits(x, tags, &facts);
    return facts;
}

struct node_facts node_facts_read(const struct extract *x, struct extract_tags tags)
{
    static const char *const bars[] = { "bollard", "block",     "jersey_barrier", "debris",
                                        "stile",   "turnstile", "kissing_gate",   "cycle_barrier" };
    struct node_facts facts = { 0 };

    if (tags.count == 0) {
        return facts;
    }
    facts.signals = is(extract_tag(x, tags, "highway"), "traffic_signals");
    facts.bars_vehicles = ONE_OF(extract_tag(x, tags, "barrier"), bars) &&
                          access_of(extract_tag(x, tags, "motor_vehicle")) != ACCESS_YES &&
                          access_of(extract_tag(x, tags, "emergency")) != ACCESS_YES;
    return facts;
}
