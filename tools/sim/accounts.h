/* The file of demo accounts that demo-setup writes and simulate, ./up and the benches read,
 * readable by its owner only:
 *   {"accounts":[{"username":"operator","role":"operator","password":"…"},…]}, one account a line.
 * "unit" (its number) stands beside a unit's, "zone" (a code) beside the desk of one station.
 */
#ifndef TOOLS_SIM_ACCOUNTS_H
#define TOOLS_SIM_ACCOUNTS_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/model/words.h"
#include "tools/sim/cast.h"

struct account {
    struct str username;
    struct str password; /* empty: not set yet */
    uint8_t role;
    uint32_t unit;   /* of role unit */
    struct str zone; /* of a station's desk; empty: every zone */
};

struct accounts {
    struct account *at;
    uint32_t count;
};

/* The accounts of a city, without passwords: one a role for guests (the user name is the role's;
 * that of a unit is the patrol car nobody plays, that of a station's desk one station's), the
 * floor's people, call takers and desks, and one for each unit. Fails: ERR_NO_MEMORY. */
MUST_USE enum err accounts_plan(struct arena *a, const struct city *city, const struct cast *cast,
                                struct accounts *out, struct fault *f);

/* Reads the file. Fails: ERR_IO when it is not there, ERR_MALFORMED. */
MUST_USE enum err accounts_read(struct arena *a, const char *path, struct accounts *out,
                                struct fault *f);

/* Writes it whole, mode 0600, in place of the old one. Fails: ERR_IO. */
MUST_USE enum err accounts_write(const char *path, const struct accounts *accounts,
                                 struct fault *f);

/* The account of that name, or NULL. */
struct account *accounts_find(const struct accounts *accounts, struct str username);

#endif
