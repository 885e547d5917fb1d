#include "server/worlds.h"

#include <stdlib.h>
#include <sys/mman.h>

struct world_limits worlds_limits(const struct conf *conf)
{
    return (struct world_limits){
        .incidents = (uint32_t)conf->incidents_max,
        .reports = (uint32_t)conf->reports_max,
        .assignments = (uint32_t)conf->assignments_max,
        .units = (uint32_t)conf->units_max,
        .users = (uint32_t)conf->users_max,
        .zones = (uint32_t)conf->zones_max,
        .types = (uint32_t)conf->types_max,
        .premises = 65536,
        .roads = ROAD_NOTICES_MAX,
        .alarms = (uint32_t)(conf->incidents_max + conf->assignments_max),
        .rings = 65536,
        .points = 4194304,
        .offsets = 256,
        .command_ids = (uint32_t)conf->command_ids_max,
    };
}

enum err worlds_new(const struct world_limits *limits, struct world_memory **out, struct fault *f)
{
    struct world_memory *m = calloc(1, sizeof(*m));
    if (m == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a world", NULL, NULL);
    }
    m->size = world_size(limits);
    m->at = mmap(NULL, m->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                 -1, 0);
    if (m->at == MAP_FAILED) {
        free(m);
        return fault_set(f, ERR_NO_MEMORY, "no memory for a world", NULL,
                         "lower the capacities in the configuration");
    }
    world_init(&m->world, limits, m->at);
    *out = m;
    return OK;
}

void worlds_free(struct world_memory *m)
{
    if (m != NULL) {
        world_fini(&m->world);
        munmap(m->at, m->size);
        free(m);
    }
}
