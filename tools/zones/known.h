/* The zones of the city that zones are imported for: of its folder, or as a server tells them. */
#ifndef TOOLS_ZONES_KNOWN_H
#define TOOLS_ZONES_KNOWN_H

#include "tools/zones/zones.h"

struct json_doc;

/* Each zone of a city, in the order in which the core numbers them. */
MUST_USE enum err zones_know_all(struct zones *z, const struct list *zones);

/* GET /city as JSON and as GeoJSON. Strings are copied. Fails: ERR_MALFORMED. */
MUST_USE enum err zones_know_told(struct zones *z, const struct json_doc *city,
                                  const struct json_doc *outlines);

/* A city's zones with those of `changes` in the place of their codes, coarse before fine; in the
 * arena. */
struct list zones_merged(struct zones *z, const struct list *city, const struct list *changes);

#endif
