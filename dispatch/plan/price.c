#include "dispatch/plan/price.h"

uint32_t price_late_ms(uint32_t eta_ms, int64_t left_ms)
{
    int64_t past = (int64_t)eta_ms - left_ms + PRICE_SOON_MS;

    if (past <= 0) {
        return 0;
    }
    if (past >= PRICE_SOON_MS + PRICE_PAST_MS) {
        return PRICE_LATE_MS;
    }
    return (uint32_t)(PRICE_LATE_MS * past / (PRICE_SOON_MS + PRICE_PAST_MS));
}

uint32_t price_cover_ms(uint64_t stake, uint64_t whole, uint32_t calls)
{
    uint32_t most = PRICE_CALLS_MAX << PRICE_CALLS_SHIFT;
    uint64_t all_ms =
        ((uint64_t)PRICE_COVER_MS * (calls < most ? calls : most)) >> PRICE_CALLS_SHIFT;

    while (whole >= UINT64_C(1) << 38) { /* room for the product: all_ms is below 2^26 */
        whole >>= 1;
        stake >>= 1;
    }
    if (whole == 0 || stake >= whole) {
        return whole == 0 ? 0 : (uint32_t)all_ms;
    }
    return (uint32_t)(all_ms * stake / whole);
}
