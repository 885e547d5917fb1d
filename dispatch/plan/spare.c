#include "dispatch/plan/spare.h"

#include "dispatch/plan/joint.h"

bool spare_duty_over(uint8_t tier, uint32_t duty_ms, uint32_t there_ms)
{
    return duty_ms != 0 && tier != 1 && duty_ms < there_ms + SPARE_WORK_LEAST_MS;
}

uint32_t spare_duty_ms(uint32_t duty_ms, uint32_t there_ms, uint32_t work_ms)
{
    uint64_t done = (uint64_t)there_ms + work_ms;

    if (duty_ms == 0 || done <= duty_ms) {
        return 0;
    }
    uint64_t part = (done - duty_ms) / SPARE_DUTY_PARTS;

    return part < SPARE_DUTY_MAX_MS ? (uint32_t)part : SPARE_DUTY_MAX_MS;
}

bool spare_may_leave(uint8_t to, uint8_t from)
{
    return to >= 1 && from <= JOINT_TIERS && from >= to + SPARE_TIERS_APART;
}

uint32_t spare_leave_ms(uint8_t to, uint8_t from, uint32_t later_ms)
{
    uint64_t later = later_ms < SPARE_NOBODY_MS ? later_ms : SPARE_NOBODY_MS;

    return (uint32_t)(SPARE_DIVERT_MS + later * joint_weight(from) / joint_weight(to));
}

uint32_t spare_clear_ms(int64_t clear_at, int64_t now)
{
    int64_t left = (clear_at - now) / US_PER_MS;

    if (clear_at == 0 || left > SPARE_SOON_MS || left < -(int64_t)SPARE_PAST_MS) {
        return 0;
    }
    return left < SPARE_REST_MS ? SPARE_REST_MS : (uint32_t)left;
}
