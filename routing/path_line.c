#include "routing/path_line.h"

#include "base/geo.h"

/* Whether all points between two are near the line that joins these. */
static bool near(const struct point *at, uint32_t first, uint32_t last, uint32_t off_mm)
{
    for (uint32_t i = first + 1; i < last; i++) {
        uint32_t along_q16;
        struct point foot = geo_nearest_on_line(at[first], at[last], at[i], &along_q16);

        if (geo_distance_mm(foot, at[i]) > off_mm) {
            return false;
        }
    }
    return true;
}

uint32_t path_line_thin(struct point *at, uint32_t count, uint32_t off_mm)
{
    uint32_t kept = 1;
    uint32_t first = 0;

    while (first + 1 < count) {
        uint32_t last = first + 1;

        while (last + 1 < count && last - first < PATH_LINE_SPAN &&
               near(at, first, last + 1, off_mm)) {
            last++;
        }
        at[kept++] = at[last];
        first = last;
    }
    return count < kept ? count : kept;
}
