/* One-way streets, roundabouts and forbidden turns, so laid that every street can still be reached
 * from every other. */
#ifndef TOOLS_CITY_RULES_H
#define TOOLS_CITY_RULES_H

#include "tools/city/city.h"

enum ban { BAN_LEFT, BAN_U_TURN, BAN_STRAIGHT_ONLY };

struct turn_ban {
    uint32_t from, via, to; /* edges and a node; for STRAIGHT_ONLY `to` is the way allowed */
    uint8_t ban;
};

struct rules {
    struct turn_ban *bans;
    uint32_t ban_count, ban_room;
};

void rules_roundabouts(struct city *c);
void rules_oneways(struct city *c);
void rules_bans(struct rules *r, const struct city *c);
void rules_free(struct rules *r);

#endif
