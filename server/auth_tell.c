/* What the auth thread has to tell the core. */
#include "server/auth_inside.h"

#include "base/log.h"
#include "dispatch/codec/scan.h"
#include "dispatch/core/deadlines.h"
#include "server/internal.h"
#include "sql/access_log.h"

#define ACCESS_ROWS_LOOKED_AT 2000

bool auth_tell_glass(const struct auth_setup *setup, struct str person, struct str incident,
                     const struct access *access, bool spooled)
{
    struct glass_warn w = { .person = person, .purpose = access->purpose, .spooled = spooled };
    struct str world = str_of(setup->conf->world);
    if (scan_id(incident, world, ID_LETTER_INCIDENT, UINT32_MAX, &w.incident.n) != SCAN_ID_OK &&
        scan_id(incident, world, ID_LETTER_REPORT, UINT32_MAX, &w.report.n) != SCAN_ID_OK) {
        return true; /* of another world: nothing the core could know */
    }
    bool sent = internal_push(&setup->to_core, COMMAND_GLASS_WARN, &w);
    if (!sent) {
        log_warn("auth", "the alarm of an access waits: the core does not listen",
                 "user=" STR_FMT " incident=" STR_FMT, STR_ARG(person), STR_ARG(incident));
    }
    return sent;
}

struct glass_again {
    const struct auth_setup *setup;
    bool all;
};

static void glass_again(void *arg, struct str actor, struct str incident, struct str purpose,
                        bool spooled)
{
    struct glass_again *g = arg;
    struct access access;
    if (access_read(purpose, &access) && (access.glass || spooled)) {
        g->all = auth_tell_glass(g->setup, actor, incident, &access, spooled) && g->all;
    }
}

enum err auth_tell_glasses(const struct auth_setup *setup, struct pg *pg, int64_t now, bool *all,
                           struct fault *f)
{
    struct glass_again g = { .setup = setup, .all = true };
    enum err err =
        access_alarming(pg, now - GLASS_SHOWN_US, ACCESS_ROWS_LOOKED_AT, glass_again, &g, f);
    *all = err == OK && g.all;
    return err;
}
