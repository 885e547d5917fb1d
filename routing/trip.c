#include "routing/trip.h"

#include "base/geo.h"

/* What is kept of the run, written over what was read of it. */
struct cut {
    struct trip_fix *fix;
    uint32_t first, count; /* of the drive that is gathered */
    trip_fn *fn;
    void *arg;
    struct trip_counts *counts;
};

static void hand_on(struct cut *c)
{
    if (c->count >= 2) {
        c->counts->drives++;
        c->counts->kept += c->count;
        c->fn(c->arg, &c->fix[c->first], c->count);
    }
    c->first += c->count;
    c->count = 0;
}

static void keep(struct cut *c, struct trip_fix fix)
{
    if (c->count == TRIP_FIXES_MAX) {
        hand_on(c);
    }
    c->fix[c->first + c->count++] = fix;
}

/* How many fixes from `at` on are within TRIP_STILL_MM of it, itself included. */
static uint32_t still_for(const struct trip_fix *fixes, uint32_t at, uint32_t count)
{
    uint32_t end = at + 1;

    while (end < count && geo_distance_mm(fixes[at].at, fixes[end].at) < TRIP_STILL_MM &&
           fixes[end].at_us - fixes[end - 1].at_us <= TRIP_GAP_US) {
        end++;
    }
    return end - at;
}

static bool driven(const struct trip_fix *from, const struct trip_fix *to)
{
    uint64_t mm = geo_distance_mm(from->at, to->at);

    return mm <= TRIP_STEP_MM * 2 ||
           mm * (uint64_t)US_PER_S <= (uint64_t)(to->at_us - from->at_us) * TRIP_SPEED_MM_S;
}

/* Where the drive goes on behind fix `at`, which is kept: `count` when the rest stands there. */
static uint32_t next_of(struct cut *c, const struct trip_fix *fixes, uint32_t at, uint32_t count)
{
    uint32_t still = still_for(fixes, at, count);
    uint32_t last = at + still - 1;
    bool ends = last + 1 == count || c->count <= 1;

    if (still > 1 && (ends || fixes[last].at_us - fixes[at].at_us >= TRIP_STILL_US)) {
        c->counts->still += still - 1;
        c->counts->stops += ends ? 0 : 1;
        /* where it stood it was last seen up to a minute before it left: the time to the next fix
         * is nobody's driving */
        if (c->count <= 1) {
            c->count = 0;
        } else {
            hand_on(c);
        }
        return last + 1;
    }
    return at + 1;
}

/* Out to a fix and back again, so far that nobody drives it in that time: the receiver jumped. At
 * the ends there is one side only. */
static bool is_jump(const struct trip_fix *before, const struct trip_fix *fix,
                    const struct trip_fix *after)
{
    if (before == NULL || after == NULL) {
        const struct trip_fix *other = before != NULL ? before : after;

        return other != NULL && !(before != NULL ? driven(before, fix) : driven(fix, after));
    }
    uint64_t out = geo_distance_mm(before->at, fix->at);
    uint64_t back = geo_distance_mm(fix->at, after->at);
    uint64_t over = out + back - geo_distance_mm(before->at, after->at);
    uint64_t passed_us = (uint64_t)(after->at_us - before->at_us);

    return out + back > geo_distance_mm(before->at, after->at) && over > TRIP_JUMP_MM &&
           over * (uint64_t)US_PER_S > passed_us * TRIP_WASTE_MM_S;
}

/* Leaves out jumps and what is not later than the fix before; returns how many fixes are left. */
static uint32_t leave_out_jumps(struct trip_fix *fixes, uint32_t count, struct trip_counts *counts)
{
    uint32_t left = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct trip_fix *before = left > 0 ? &fixes[left - 1] : NULL;
        const struct trip_fix *after = i + 1 < count ? &fixes[i + 1] : NULL;

        if ((before != NULL && fixes[i].at_us <= before->at_us) ||
            (after != NULL && after->at_us <= fixes[i].at_us)) {
            continue;
        }
        if (is_jump(before, &fixes[i], after)) {
            counts->jumps++;
            continue;
        }
        fixes[left++] = fixes[i];
    }
    return left;
}

void trip_cut(struct trip_fix *fixes, uint32_t count, trip_fn *fn, void *arg,
              struct trip_counts *counts)
{
    struct cut c = { .fix = fixes, .fn = fn, .arg = arg, .counts = counts };
    uint32_t jumps = 0;
    int64_t heard_us = 0;

    counts->fixes += count;
    count = leave_out_jumps(fixes, count, counts);
    for (uint32_t i = 0; i < count;) {
        struct trip_fix fix = fixes[i];
        struct trip_fix *last = c.count > 0 ? &c.fix[c.first + c.count - 1] : NULL;

        if (last != NULL && fix.at_us - heard_us > TRIP_GAP_US) {
            counts->gaps++;
            hand_on(&c);
            last = NULL;
        }
        heard_us = fix.at_us;
        if (last != NULL && !driven(last, &fix)) {
            counts->jumps++;
            if (++jumps <= TRIP_JUMPS_MAX) {
                i++;
                continue;
            }
            hand_on(&c);
            last = NULL;
        }
        jumps = 0;
        if (last != NULL && geo_distance_mm(last->at, fix.at) < TRIP_STEP_MM) {
            counts->near++;
            i++;
            continue;
        }
        keep(&c, fix);
        i = next_of(&c, fixes, i, count);
        heard_us = i > 0 ? fixes[i - 1].at_us : heard_us;
    }
    hand_on(&c);
}
