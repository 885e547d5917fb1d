#include "tests/city/extracts.h"

#include "routing/network_file.h"
#include "tests/suite.h"

#include <stdio.h>
#include <unistd.h>

static const char *data_file(const char *name)
{
    static char path[1024];
    const char *top = getenv("TOP_SRCDIR");

    const char *data = getenv("TOCSIN_DATA");

    if (data != NULL) {
        (void)snprintf(path, sizeof(path), "%s/%s", data, name);
    } else {
        (void)snprintf(path, sizeof(path), "%s/../shared/data/%s", top != NULL ? top : ".", name);
    }
    return path;
}

static const char *const extracts[] = { "osm-other/porto.osm.pbf",
                                        "sanfrancisco/sanfrancisco.osm.pbf",
                                        "osm-other/porto.osm.pbf" };
static const char *const profiles[] = { "patrol_car", "patrol_car", "on_foot" };

bool extracts_there(void)
{
    return access(data_file(extracts[EXTRACT_PORTO]), R_OK) == 0 &&
           access(data_file(extracts[EXTRACT_SAN_FRANCISCO]), R_OK) == 0;
}

void extracts_make(enum extract_of which, char *path, struct network_report *report)
{
    struct extract x;
    struct network n;
    struct fault f = { 0 };
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(extract_read(&x, data_file(extracts[which]), &f), OK);
    struct network_wish wish = { .extract = &x,
                                 .profile = profile_find(profiles[which]),
                                 .source = extracts[which] };

    ck_assert_int_eq(network_make(&n, &wish, report, &f), OK);
    ck_assert_int_eq(network_write(&n, path, &f), OK);
    network_unmake(&n);
    extract_free(&x);
}

void extracts_open(enum extract_of which, struct road *road)
{
    char path[] = "/tmp/tocsin-extract-XXXXXX";
    struct network_report report;
    struct fault f;

    extracts_make(which, path, &report);
    ck_assert_int_eq(road_open(road, path, &f), OK);
    ck_assert_int_eq(unlink(path), 0);
}
