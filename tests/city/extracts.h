/* Road networks made of the real extracts, as files. Fails the test when anything fails. */
#ifndef TESTS_CITY_EXTRACTS_H
#define TESTS_CITY_EXTRACTS_H

#include "routing/road.h"
#include "tools/osm/network.h"

enum extract_of { EXTRACT_PORTO, EXTRACT_SAN_FRANCISCO, EXTRACT_PORTO_ON_FOOT };

/* Whether the real data is there: TOCSIN_DATA or ../shared/data. */
bool extracts_there(void);

/* Writes the network to a new file; `path` ends in XXXXXX, which is filled in. */
void extracts_make(enum extract_of which, char *path, struct network_report *report);

/* Opens it; no file is left. Close by road_close. */
void extracts_open(enum extract_of which, struct road *road);

#endif
