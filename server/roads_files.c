/* The files that travel times come from: one that does not fit is said before anybody is sent by
 * it. */
#include "base/log.h"
#include "routing/speeds_file.h"
#include "server/roads.h"

#include <inttypes.h>

static enum err open_road(const char *path, struct road *road, struct fault *f)
{
    struct fault why = { 0 };
    char line[800];

    if (road_open(road, path, &why) != OK) {
        return fault_field(f, ERR_CONFIG, "roads", "%s", fault_line(&why, line, sizeof(line)));
    }
    log_info("server", "roads loaded", "profile=%s engine=%s pieces=%u nodes=%u source=\"%s\"",
             road->network.profile, road->engine, road->network.piece_count,
             road->network.graph.node_count, road->network.source);
    return OK;
}

/* Those of other roads would be nonsense. */
static enum err open_speeds(const char *path, const struct road *road, struct speeds *speeds,
                            struct fault *f)
{
    struct fault why = { 0 };
    char line[800];

    if (road->network.map == NULL) {
        return fault_field(f, ERR_CONFIG, "speeds",
                           "speeds belong to a road network: expected setting roads beside them");
    }
    if (speeds_open(speeds, path, &road->network, &why) != OK) {
        return fault_field(f, ERR_CONFIG, "speeds", "%s", fault_line(&why, line, sizeof(line)));
    }
    log_info("server", "speeds loaded", "version=%s drives=%" PRIu64 " segments=%u zone=%s",
             speeds->version, speeds->drives, speeds->known_count, speeds->zone);
    return OK;
}

enum err roads_open_files(const struct conf *conf, struct road *road, struct speeds *speeds,
                          struct fault *f)
{
    enum err err = conf->roads[0] != '\0' ? open_road(conf->roads, road, f) : OK;

    return err == OK && conf->speeds[0] != '\0' ? open_speeds(conf->speeds, road, speeds, f) : err;
}
