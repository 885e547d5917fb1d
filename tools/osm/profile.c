#include "tools/osm/profile.h"

#include <string.h>

/* Speeds of cars by class, and 20 s for turning round: those of OSRM's car profile
 * (project-osrm.org, v5), figures for free roads. Walking: 5 km/h, steps 2, as OSRM's foot profile.
 * Signals 7 s: the value of OSRM's test profile, half a red phase of a minimal cycle. Motorcycles
 * are taken to drive as cars, but faster where cars queue and on ways too narrow for them. */
static const struct profile profiles[] = {
    { .name = "patrol_car",
      .kmh = { [ROAD_MOTORWAY] = 90,
               [ROAD_TRUNK] = 85,
               [ROAD_PRIMARY] = 65,
               [ROAD_SECONDARY] = 55,
               [ROAD_TERTIARY] = 40,
               [ROAD_UNCLASSIFIED] = 25,
               [ROAD_RESIDENTIAL] = 25,
               [ROAD_LIVING_STREET] = 10,
               [ROAD_SERVICE] = 15,
               [ROAD_TRACK] = 5,
               [ROAD_FERRY] = 5 },
      .kmh_most = 120,
      .signals_ms = 7000,
      .turn_ms = 2000,
      .across_ms = 4000,
      .back_ms = 20000 },
    { .name = "motorcycle",
      .kmh = { [ROAD_MOTORWAY] = 90,
               [ROAD_TRUNK] = 85,
               [ROAD_PRIMARY] = 65,
               [ROAD_SECONDARY] = 55,
               [ROAD_TERTIARY] = 45,
               [ROAD_UNCLASSIFIED] = 30,
               [ROAD_RESIDENTIAL] = 30,
               [ROAD_LIVING_STREET] = 15,
               [ROAD_SERVICE] = 20,
               [ROAD_TRACK] = 10,
               [ROAD_PEDESTRIAN] = 6,
               [ROAD_FERRY] = 5 },
      .kmh_most = 100,
      .signals_ms = 5000,
      .turn_ms = 1000,
      .across_ms = 3000,
      .back_ms = 8000 },
    { .name = "on_foot",
      .walks = true,
      .kmh = { [ROAD_TRUNK] = 5,
               [ROAD_PRIMARY] = 5,
               [ROAD_SECONDARY] = 5,
               [ROAD_TERTIARY] = 5,
               [ROAD_UNCLASSIFIED] = 5,
               [ROAD_RESIDENTIAL] = 5,
               [ROAD_LIVING_STREET] = 5,
               [ROAD_SERVICE] = 5,
               [ROAD_TRACK] = 5,
               [ROAD_PEDESTRIAN] = 5,
               [ROAD_PATH] = 5,
               [ROAD_STEPS] = 2,
               [ROAD_FERRY] = 5 },
      .kmh_most = 6,
      .signals_ms = 7000 },
};

#define PROFILE_COUNT (sizeof(profiles) / sizeof(profiles[0]))

const struct profile *profile_find(const char *name)
{
    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        if (strcmp(profiles[i].name, name) == 0) {
            return &profiles[i];
        }
    }
    return NULL;
}

const char *profile_names(void)
{
    return "patrol_car, motorcycle, on_foot";
}

static bool may_walk(const struct way_facts *facts)
{
    return facts->foot != ACCESS_NO && facts->class != ROAD_MOTORWAY;
}

static bool may_drive(const struct way_facts *facts)
{
    if (facts->emergency == ACCESS_YES) {
        return true;
    }
    return facts->motor != ACCESS_NO && facts->emergency != ACCESS_NO;
}

uint32_t profile_kmh(const struct profile *p, const struct way_facts *facts, int against,
                     bool ferries)
{
    uint32_t kmh = p->kmh[facts->class];

    if (!facts->road || kmh == 0 || (facts->class == ROAD_FERRY && !ferries)) {
        return 0;
    }
    if (p->walks) {
        return may_walk(facts) ? kmh : 0;
    }
    if (!may_drive(facts) || facts->one_way == (against != 0 ? 1 : -1)) {
        return 0;
    }
    uint32_t limit = facts->limit_kmh[against != 0 ? 1 : 0];

    if (facts->class != ROAD_FERRY && limit > 0) {
        kmh = limit; /* what is said at the road is nearer the truth than its class */
    } else if ((facts->flags & PIECE_LINK) != 0) {
        kmh /= 2; /* slip roads: OSRM has about half of their road's speed */
    }
    if (facts->parking_aisle && kmh > 10) {
        kmh = 10;
    }
    return kmh < p->kmh_most ? kmh : p->kmh_most;
}
