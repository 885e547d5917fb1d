/* What zones must be before they are taken, of a whole city or by themselves. */
#ifndef DISPATCH_COMMAND_ZONES_CHECK_H
#define DISPATCH_COMMAND_ZONES_CHECK_H

#include "dispatch/core/turn.h"

/* False after refusing (bad_city): "PATH[index].member is "value", expected …". */
bool zones_bad(struct turn *t, const char *path, uint32_t index, const char *member,
               struct str value, const char *expected);

/* Codes once each; parents that are known or stand before, and of a coarser kind than what lies in
 * them, so that none lies in itself; rings of three corners on the Earth, holes behind an outer
 * one. Refuses (bad_city) naming what is wrong under `path`. */
bool zones_check(struct turn *t, const char *path, const struct list *zones);

#endif
