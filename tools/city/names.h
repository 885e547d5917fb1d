/* Names in Chinese and English, no two alike. */
#ifndef TOOLS_CITY_NAMES_H
#define TOOLS_CITY_NAMES_H

#include "tools/city/areas.h"
#include "tools/city/city.h"

struct names {
    struct prng prng;
    uint8_t *used; /* pairs of characters that were given out */
    uint32_t avenues;
};

struct name {
    char zh[64];
    char en[64];
};

void names_init(struct names *n, uint64_t seed);
void names_free(struct names *n);

/* A pair of characters nobody else has, and its sound ("安宁", "Anning"). */
void names_stem(struct names *n, struct name *out);
/* The same, said as "STEM + ending". */
void names_make(struct names *n, const char *zh, const char *en, struct name *out);
void names_village(struct names *n, bool town, struct name *out);

/* All streets. */
void names_streets(struct names *n, struct city *c);
/* Station areas and communities. */
void names_areas(struct names *n, struct areas *a);

/* The name of a part of a street: great ones change it from quarter to quarter (人民东路). False:
 * it has none (ramps, roads inside estates). */
bool names_part(const struct city *c, uint32_t street, struct vec at, struct name *out);

#endif
