#include "tools/sim/joint.h"

#include <stdlib.h>
#include <string.h>

struct sim_joint {
    uint32_t units_max;
    struct waiting_ask ask;
    struct waiting_found found;
    struct waiting_work work;
    struct waiting_told told;
    struct wanted *wanted; /* by unit */
    void *memory;
    uint32_t next;
};

static bool make_room(struct sim_joint *j)
{
    size_t units = (size_t)j->units_max + 1;

    j->ask.units = calloc(units, sizeof(*j->ask.units));
    j->ask.unit_room = j->units_max;
    j->found.wanted = calloc(units, sizeof(*j->found.wanted));
    j->work.from = calloc(units, sizeof(*j->work.from));
    j->work.ms = calloc(units, sizeof(*j->work.ms));
    j->wanted = calloc(units, sizeof(*j->wanted));
    j->memory = calloc(surge_size(SURGE_SLOTS_MAX, j->units_max) + 1, 1);
    return j->ask.units != NULL && j->found.wanted != NULL && j->work.from != NULL &&
           j->work.ms != NULL && j->wanted != NULL && j->memory != NULL;
}

struct sim_joint *sim_joint_new(uint32_t units_max)
{
    struct sim_joint *j = calloc(1, sizeof(*j));

    if (j == NULL) {
        return NULL;
    }
    j->units_max = units_max < SURGE_UNITS_MAX ? units_max : SURGE_UNITS_MAX;
    if (!make_room(j)) {
        sim_joint_free(j);
        return NULL;
    }
    surge_init(&j->work.surge, SURGE_SLOTS_MAX, j->units_max, j->memory);
    return j;
}

void sim_joint_free(struct sim_joint *j)
{
    if (j == NULL) {
        return;
    }
    free(j->ask.units);
    free(j->found.wanted);
    free(j->work.from);
    free(j->work.ms);
    free(j->wanted);
    free(j->memory);
    free(j);
}

bool sim_joint_round(struct sim_joint *j, const struct asking *asking)
{
    waiting_collect(asking, &j->ask);
    memset(j->wanted, 0, (j->units_max + 1) * sizeof(*j->wanted));
    j->next = 0;
    if (j->ask.slot_count == 0) {
        return false;
    }
    waiting_solve(&j->ask, asking->ports, &j->work, &j->found);
    for (uint32_t c = 0; c < j->ask.unit_count; c++) {
        j->wanted[j->ask.units[c].as.unit] = j->found.wanted[c];
    }
    return true;
}

bool sim_joint_tell(struct sim_joint *j, const struct world *w, struct advice_join *out)
{
    return j->ask.slot_count > 0 && waiting_tell(w, &j->ask, &j->found, &j->next, &j->told, out);
}

bool sim_joint_wanted(const struct sim_joint *j, uint32_t unit, struct wanted *out)
{
    if (unit == 0 || unit > j->units_max) {
        return false;
    }
    *out = j->wanted[unit];
    return out->incident != 0;
}
