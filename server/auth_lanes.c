#include "base/network.h"
#include "server/auth_inside.h"

#include <sodium.h>
#include <stdlib.h>

#define LANE_JOBS_MAX 256u
#define CROWDED (LANE_JOBS_MAX / 2)
#define ADDRESS_JOBS_MAX 8u /* of one address in a crowded lane */

struct lane {
    struct auth_job *first, *last;
    uint32_t jobs;
};

struct auth_lanes {
    struct lane at[AUTH_LANES];
    uint32_t turn;
};

struct auth_lanes *auth_lanes_new(void)
{
    return calloc(1, sizeof(struct auth_lanes));
}

static struct auth_job *take_from(struct lane *lane)
{
    struct auth_job *j = lane->first;
    lane->first = j->next;
    lane->last = lane->first != NULL ? lane->last : NULL;
    lane->jobs--;
    return j;
}

void auth_lanes_free(struct auth_lanes *l)
{
    for (uint32_t k = 0; l != NULL && k < AUTH_LANES; k++) {
        while (l->at[k].first != NULL) {
            auth_job_free(take_from(&l->at[k]));
        }
    }
    free(l);
}

void auth_job_free(struct auth_job *j)
{
    sodium_memzero(j->record, j->len);
    free(j);
}

/* One address alone never fills a lane. */
static bool has_room(const struct lane *lane, uint64_t address)
{
    uint32_t same = 0;
    if (lane->jobs < CROWDED) {
        return true;
    }
    for (const struct auth_job *j = lane->first; j != NULL; j = j->next) {
        same += j->address == address ? 1 : 0;
    }
    return lane->jobs < LANE_JOBS_MAX && same < ADDRESS_JOBS_MAX;
}

bool auth_lanes_put(struct auth_lanes *l, enum auth_lane which, struct str address,
                    unsigned gateway, const void *record, size_t len)
{
    static const uint8_t key[16] = "tocsin auth lane";
    struct lane *lane = &l->at[which];
    uint8_t network[16];
    uint64_t hash = hash_sip(network_of(address, network), key);
    struct auth_job *j = has_room(lane, hash) ? malloc(sizeof(*j) + len) : NULL;
    if (j == NULL) {
        return false;
    }
    *j = (struct auth_job){ .address = hash, .gateway = gateway, .len = len };
    memcpy(j->record, record, len);
    if (lane->last != NULL) {
        lane->last->next = j;
    } else {
        lane->first = j;
    }
    lane->last = j;
    lane->jobs++;
    return true;
}

/* Two of three turns are for who is known; the third goes to the others in turn, so that nobody is
 * left out. An empty lane's turn is the next one's. */
struct auth_job *auth_lanes_take(struct auth_lanes *l)
{
    static const uint8_t turns[] = { LANE_KNOWN, LANE_KNOWN, LANE_PASSWORD,
                                     LANE_KNOWN, LANE_KNOWN, LANE_STRANGER };
    for (size_t n = 0; n < sizeof(turns); n++) {
        struct lane *lane = &l->at[turns[l->turn++ % sizeof(turns)]];
        if (lane->first != NULL) {
            return take_from(lane);
        }
    }
    return NULL;
}
