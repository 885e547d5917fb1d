#include "base/units.h"

#include <stdbool.h>
#include <stddef.h>

/* Instants that the four-digit years of RFC 3339 can name: 0000-01-01T00:00:00Z and the last µs of
 * 9999. */
#define INSTANT_LEAST (INT64_C(-62167219200) * US_PER_S)
#define INSTANT_MOST (INT64_C(253402300800) * US_PER_S - 1)

#define DAYS_PER_ERA 146097  /* 400 Gregorian years */
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 to 1970-01-01 */

static int64_t div_floor(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years begin in March here, so that the leap day comes last and month lengths follow one line: a
 * month m (0 = March) starts at day (153 m + 2) / 5. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = div_floor(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t march_month = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

void civil_of(int64_t local_us, struct civil *out)
{
    int64_t days = div_floor(local_us, US_PER_DAY);
    int64_t us = local_us - days * US_PER_DAY;
    int64_t shifted = days + DAYS_TO_EPOCH;
    int64_t era = div_floor(shifted, DAYS_PER_ERA);
    int64_t day_of_era = shifted - era * DAYS_PER_ERA;
    /* Takes out the leap days that have passed, so that what is left divides by 365. */
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    int64_t weekday = (days + 3) % 7; /* 1970-01-01 was a Thursday */

    out->year = (int32_t)(year_of_era + era * 400 + (month <= 2));
    out->month = (int32_t)month;
    out->day = (int32_t)(day_of_year - (153 * march_month + 2) / 5 + 1);
    out->hour = (int32_t)(us / US_PER_HOUR);
    out->minute = (int32_t)(us / US_PER_MIN % 60);
    out->second = (int32_t)(us / US_PER_S % 60);
    out->weekday = (int32_t)((weekday + 7) % 7 + 1);
}

static char *digits(char *out, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + count;
}

void instant_text(int64_t at_us, char out[INSTANT_TEXT_SIZE])
{
    struct civil c;
    char *p = out;

    at_us = at_us < INSTANT_LEAST ? INSTANT_LEAST : at_us;
    at_us = at_us > INSTANT_MOST ? INSTANT_MOST : at_us;
    civil_of(at_us, &c);
    p = digits(p, c.year, 4);
    *p++ = '-';
    p = digits(p, c.month, 2);
    *p++ = '-';
    p = digits(p, c.day, 2);
    *p++ = 'T';
    p = digits(p, c.hour, 2);
    *p++ = ':';
    p = digits(p, c.minute, 2);
    *p++ = ':';
    p = digits(p, c.second, 2);
    *p++ = '.';
    p = digits(p, at_us - div_floor(at_us, US_PER_S) * US_PER_S, 6);
    *p++ = 'Z';
    *p = '\0';
}

/* What is left to read; `bad` sticks, so that the readers below need no checks between them. */
struct cursor {
    const char *at;
    const char *end;
    bool bad;
};

static int64_t take_digits(struct cursor *c, int count)
{
    int64_t value = 0;

    for (int i = 0; i < count; i++) {
        if (c->at == c->end || *c->at < '0' || *c->at > '9') {
            c->bad = true;
            return 0;
        }
        value = value * 10 + (*c->at++ - '0');
    }
    return value;
}

static bool take_char(struct cursor *c, char want)
{
    if (c->at == c->end || *c->at != want) {
        return false;
    }
    c->at++;
    return true;
}

static void need_char(struct cursor *c, char upper, char lower)
{
    if (!take_char(c, upper) && !take_char(c, lower)) {
        c->bad = true;
    }
}

/* ".5" to ".123456789", or nothing. */
static int64_t take_fraction_us(struct cursor *c)
{
    int64_t us = 0;
    int count = 0;

    if (!take_char(c, '.')) {
        return 0;
    }
    while (c->at != c->end && *c->at >= '0' && *c->at <= '9') {
        us = count < 6 ? us * 10 + (*c->at - '0') : us;
        count++;
        c->at++;
    }
    if (count == 0 || count > 9) {
        c->bad = true;
    }
    for (; count < 6; count++) {
        us *= 10;
    }
    return us;
}

/* "Z", "+08:00", "-03:30": what to take from local time. */
static int64_t take_offset_us(struct cursor *c)
{
    int64_t sign = 1;

    if (take_char(c, 'Z') || take_char(c, 'z')) {
        return 0;
    }
    if (take_char(c, '-')) {
        sign = -1;
    } else {
        need_char(c, '+', '+');
    }
    int64_t hours = take_digits(c, 2);
    need_char(c, ':', ':');
    int64_t minutes = take_digits(c, 2);

    if (hours > 23 || minutes > 59) {
        c->bad = true;
    }
    return sign * (hours * US_PER_HOUR + minutes * US_PER_MIN);
}

static int64_t days_in(int64_t year, int64_t month)
{
    int64_t next = month < 12 ? days_of(year, month + 1, 1) : days_of(year + 1, 1, 1);

    return next - days_of(year, month, 1);
}

/* A leap second stands only at the end of a UTC month; it is counted as the second that follows it.
 */
static bool second_fits(int64_t second, int64_t utc_us)
{
    struct civil c;

    if (second < 60) {
        return true;
    }
    civil_of(utc_us, &c);
    return second == 60 && c.day == 1 && c.hour == 0 && c.minute == 0 && c.second == 0;
}

int instant_read(const char *at, unsigned long len, int64_t *at_us)
{
    if (at == NULL) {
        return -1;
    }
    struct cursor c = { .at = at, .end = at + len };

    int64_t year = take_digits(&c, 4);
    need_char(&c, '-', '-');
    int64_t month = take_digits(&c, 2);
    need_char(&c, '-', '-');
    int64_t day = take_digits(&c, 2);
    need_char(&c, 'T', 't');
    int64_t hour = take_digits(&c, 2);
    need_char(&c, ':', ':');
    int64_t minute = take_digits(&c, 2);
    need_char(&c, ':', ':');
    int64_t second = take_digits(&c, 2);
    int64_t fraction_us = take_fraction_us(&c);
    int64_t offset_us = take_offset_us(&c);

    if (c.bad || c.at != c.end || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month) || hour > 23 || minute > 59) {
        return -1;
    }
    int64_t utc_us = days_of(year, month, day) * US_PER_DAY + hour * US_PER_HOUR +
                     minute * US_PER_MIN + second * US_PER_S + fraction_us - offset_us;

    if (!second_fits(second, utc_us) || utc_us < INSTANT_LEAST || utc_us > INSTANT_MOST) {
        return -1;
    }
    *at_us = utc_us;
    return 0;
}
