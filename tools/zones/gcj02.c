/* GCJ-02, the datum of maps published in China: WGS 84 shifted by some hundred metres. Source: the
 * series that is known from published implementations (Krasovsky's ellipsoid, a = 6,378,245 m,
 * e² = 0.00669342162296594323); the way back is found by iterating, to within a millimetre. */
#include "tools/zones/zones.h"

#include <math.h>
#include <stdio.h>

#define PI 3.14159265358979323846
#define AXIS 6378245.0
#define ECCENTRICITY 0.00669342162296594323

static bool in_china(double lon, double lat)
{
    return lon > 72.004 && lon < 137.8347 && lat > 0.8293 && lat < 55.8271;
}

/* What both series share. */
static double waves(double x, double by)
{
    return (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2 / 3 +
           (20 * sin(by * PI) + 40 * sin(by / 3 * PI)) * 2 / 3;
}

void zones_to_gcj02(double lon, double lat, double *lon_out, double *lat_out)
{
    double x = lon - 105;
    double y = lat - 35;
    double north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x)) +
                   waves(x, y) + (160 * sin(y / 12 * PI) + 320 * sin(y / 30 * PI)) * 2 / 3;
    double east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x)) + waves(x, x) +
                  (150 * sin(x / 12 * PI) + 300 * sin(x / 30 * PI)) * 2 / 3;
    double sine = sin(lat * PI / 180);
    double magic = 1 - ECCENTRICITY * sine * sine;
    double meridian = AXIS * (1 - ECCENTRICITY) / (magic * sqrt(magic));
    double parallel = AXIS / sqrt(magic) * cos(lat * PI / 180);
    bool there = in_china(lon, lat);

    *lat_out = lat + (there ? north / (meridian * PI / 180) : 0);
    *lon_out = lon + (there ? east / (parallel * PI / 180) : 0);
}

void zones_from_gcj02(double lon, double lat, double *lon_out, double *lat_out)
{
    double x = lon;
    double y = lat;

    for (int k = 0; k < 8; k++) {
        double there_x;
        double there_y;

        zones_to_gcj02(x, y, &there_x, &there_y);
        x += lon - there_x;
        y += lat - there_y;
    }
    *lon_out = x;
    *lat_out = y;
}

/* How much of `a` and `b` together both have, with `a` moved. */
struct fit {
    double common, all, moved_common, moved_all;
};

static int move_corner(double *x, double *y, void *arg)
{
    const double *by = arg;

    *x = round(*x + by[0]);
    *y = round(*y + by[1]);
    return 1;
}

static GEOSGeometry *moved(struct zones *z, const GEOSGeometry *g, double by[2])
{
    return GEOSGeom_transformXY_r(z->geos, g, move_corner, by);
}

static void add_fit(struct zones *z, const GEOSGeometry *a, const GEOSGeometry *b, double *common,
                    double *all)
{
    GEOSGeometry *both = a != NULL ? zones_common(z, a, b) : NULL;
    double shared = zones_area_m2(z, both);

    *common += shared;
    *all += zones_area_m2(z, a) + zones_area_m2(z, b) - shared;
    GEOSGeom_destroy_r(z->geos, both);
}

/* The way from GCJ-02 back at the middle of a shape, in 1e-7 degrees; false outside China. */
static bool way_back(struct zones *z, const GEOSGeometry *g, double by[2])
{
    double west = 0, south = 0, east = 0, north = 0;
    double lon;
    double lat;

    if (GEOSisEmpty_r(z->geos, g) != 0 || GEOSGeom_getXMin_r(z->geos, g, &west) == 0 ||
        GEOSGeom_getYMin_r(z->geos, g, &south) == 0 || GEOSGeom_getXMax_r(z->geos, g, &east) == 0 ||
        GEOSGeom_getYMax_r(z->geos, g, &north) == 0) {
        return false;
    }
    double x = (west + east) / 2e7;
    double y = (south + north) / 2e7;

    zones_from_gcj02(x, y, &lon, &lat);
    by[0] = (lon - x) * 1e7;
    by[1] = (lat - y) * 1e7;
    return in_china(x, y);
}

/* Zones that the city has under the same code tell: when the files' would lie clearly better on
 * them after the way back, they are most likely in GCJ-02. */
enum err zones_suspect_gcj02(struct zones *z)
{
    struct fit fit = { 0 };
    const struct zone_item *first = NULL;

    for (uint32_t k = 0; k < z->count; k++) {
        const struct zone_item *it = &z->items[k];
        double by[2];

        if (it->gone || it->file == NULL || it->was == NULL || !way_back(z, it->shape, by)) {
            continue;
        }
        GEOSGeometry *back = moved(z, it->shape, by);

        first = first == NULL ? it : first;
        add_fit(z, it->shape, it->was, &fit.common, &fit.all);
        add_fit(z, back, it->was, &fit.moved_common, &fit.moved_all);
        GEOSGeom_destroy_r(z->geos, back);
    }
    if (first == NULL || z->wish.from_gcj02 || fit.all <= 0 || fit.moved_all <= 0) {
        return OK;
    }
    double as_is = fit.common / fit.all;
    double after = fit.moved_common / fit.moved_all;
    char say[160];

    if (as_is > 0.99 || 1 - after > (1 - as_is) / 2) {
        return OK;
    }
    (void)snprintf(say, sizeof(say),
                   "the files' zones cover those of the city by %.1f %%, read as GCJ-02 by %.1f %%",
                   as_is * 100, after * 100);
    (void)zones_fail(z, first, say);
    (void)snprintf(z->fault->field, sizeof(z->fault->field), "geometry.coordinates");
    (void)snprintf(z->fault->hint, sizeof(z->fault->hint), "--from-gcj02 converts them to WGS 84");
    return ERR_INVALID;
}
