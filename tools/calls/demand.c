#include "tools/calls/demand.h"

#include "dispatch/model/words.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err bad(struct fault *f, const char *field, const char *expected)
{
    return fault_field(f, ERR_MALFORMED, field, "expected %s", expected);
}

static enum err load(const char *seeds, const char *name, json_t **out, struct fault *f)
{
    char path[PATH_MAX];
    json_error_t error;
    int n = snprintf(path, sizeof(path), "%s/linjiang/%s", seeds, name);

    if (n < 0 || n >= (int)sizeof(path)) {
        return fault_set(f, ERR_IO, "a path is too long", seeds, NULL);
    }
    *out = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    return *out != NULL ? OK : fault_set(f, ERR_IO, "could not read a file", path, error.text);
}

static uint32_t number(const json_t *o, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(o, key));

    return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static const char *word(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

static bool numbers(const json_t *list, uint32_t *out, size_t count)
{
    if (json_array_size(list) != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        json_int_t n = json_integer_value(json_array_get(list, i));

        if (n < 0 || n > 10000000) {
            return false;
        }
        out[i] = (uint32_t)n;
    }
    return true;
}

static bool is_code(const char *code)
{
    return code != NULL && strlen(code) == 11 && code[2] == '.' && code[0] >= '1' && code[0] <= '9';
}

uint32_t demand_class(const char *code)
{
    return (uint32_t)(code[0] - '0') * 10 + (uint32_t)(code[1] - '0');
}

static enum err read_manners(struct demand *d, struct fault *f)
{
    json_t *list = json_object_get(json_object_get(d->root, "assumed"), "manners");
    size_t i;
    json_t *row;

    json_array_foreach(list, i, row)
    {
        struct manner *m = &d->manners[d->manner_count];
        const char *key;
        json_t *value;

        if (d->manner_count == MANNERS_MAX || (m->code = word(row, "code")) == NULL) {
            return bad(f, "assumed.manners", "rows with a code");
        }
        json_object_foreach(json_object_get(row, "places"), key, value)
        {
            uint32_t kind = spot_kind_of(key);

            if (kind == SPOT_KINDS) {
                return bad(f, "assumed.manners.places", "kinds of tools/calls/spots.def");
            }
            m->places[kind] = (uint32_t)json_integer_value(value);
        }
        json_object_foreach(json_object_get(row, "cues"), key, value)
        {
            uint32_t cue;

            if (!word_find(&cue_words, str_of(key), &cue) || cue >= CUES_MAX) {
                return bad(f, "assumed.manners.cues", "danger cues");
            }
            m->cues[cue] = (uint32_t)json_integer_value(value);
        }
        m->more_callers_percent = number(row, "more_callers_percent");
        m->channel = word(row, "channel");
        m->evening = json_is_true(json_object_get(row, "evening"));
        d->manner_count++;
    }
    return d->manner_count > 0 ? OK : bad(f, "assumed.manners", "at least one row");
}

static uint32_t manner_of(const struct demand *d, const char *code)
{
    uint32_t best = 0;
    size_t longest = 0;

    for (uint32_t i = 0; i < d->manner_count; i++) {
        size_t len = strlen(d->manners[i].code);

        if (len >= longest && strncmp(d->manners[i].code, code, len) == 0) {
            longest = len;
            best = i;
        }
    }
    return best;
}

static enum err add_type(struct demand *d, const char *code, uint64_t weight, uint32_t onview,
                         bool fitted, struct fault *f)
{
    if (!is_code(code) || d->type_count == TYPES_MAX) {
        return bad(f, fitted ? "fitted.types" : "assumed.types", "rows with an incident type");
    }
    d->types[d->type_count++] = (struct demand_type){ .code = code,
                                                      .weight = (uint32_t)weight,
                                                      .onview = onview,
                                                      .manner = manner_of(d, code),
                                                      .fitted = fitted };
    return OK;
}

/* Both lists share a million as `of_fitted_types_percent` says. */
static enum err read_types(struct demand *d, struct fault *f)
{
    json_t *assumed = json_object_get(d->root, "assumed");
    json_t *lists[2] = { json_object_get(json_object_get(d->root, "fitted"), "types"),
                         json_object_get(assumed, "types") };
    static const char *const keys[2] = { "calls", "weight" };
    uint32_t percent = number(assumed, "of_fitted_types_percent");
    uint64_t parts[2] = { (uint64_t)percent * 10000, (uint64_t)(100 - percent) * 10000 };

    if (percent == 0 || percent >= 100) {
        return bad(f, "assumed.of_fitted_types_percent", "1 to 99");
    }
    for (int k = 0; k < 2; k++) {
        uint64_t sum = 0;
        size_t i;
        json_t *row;

        json_array_foreach(lists[k], i, row)
        {
            sum += number(row, keys[k]);
        }
        if (sum == 0) {
            return bad(f, k == 0 ? "fitted.types" : "assumed.types", "rows");
        }
        json_array_foreach(lists[k], i, row)
        {
            uint32_t n = number(row, keys[k]);

            if (add_type(d, word(row, "code"), parts[k] * n / sum,
                         n > 0 ? number(row, "onview") * 1000 / n : 0, k == 0, f) != OK) {
                return f->err;
            }
        }
    }
    return OK;
}

static enum err read_curves(struct demand *d, struct fault *f)
{
    json_t *fitted = json_object_get(d->root, "fitted");
    const char *key;
    json_t *value;

    if (!numbers(json_object_get(fitted, "hours"), d->hours, HOURS)) {
        return bad(f, "fitted.hours", "24 numbers");
    }
    json_object_foreach(json_object_get(fitted, "hours_by_class"), key, value)
    {
        if (strlen(key) != 2 || demand_class(key) >= CURVES ||
            !numbers(value, d->curves[demand_class(key)], HOURS)) {
            return bad(f, "fitted.hours_by_class", "24 numbers for a class");
        }
    }
    json_object_foreach(json_object_get(fitted, "scene_s"), key, value)
    {
        uint32_t class = key[0] != '\0' && strlen(key) == 2 ? demand_class(key) : 0;

        if (class >= CURVES || !numbers(value, d->scene_s[class], QUANTILES)) {
            return bad(f, "fitted.scene_s", "ten numbers for a class");
        }
    }
    if (!numbers(json_object_get(json_object_get(d->root, "assumed"), "days"), d->days, 7)) {
        return bad(f, "assumed.days", "seven numbers");
    }
    return OK;
}

/* What people do in the evening and at night, in percent of an even day. */
static uint32_t evening_percent(uint32_t hour)
{
    return hour >= 18 ? 175 : (hour < 3 ? 165 : (hour < 8 ? 55 : 65));
}

static void add_up_hours(struct demand *d)
{
    for (uint32_t h = 0; h < HOURS; h++) {
        uint64_t sum = 0;

        for (uint32_t i = 0; i < d->type_count; i++) {
            const struct demand_type *t = &d->types[i];
            uint32_t own = d->curves[demand_class(t->code)][h];
            uint64_t weight = t->weight;

            if (d->manners[t->manner].evening) {
                weight = weight * evening_percent(h) / 100;
            } else if (own > 0 && d->hours[h] > 0) {
                weight = weight * own / d->hours[h];
            }
            sum += weight;
            d->by_hour[h][i] = (uint32_t)sum;
        }
    }
}

static enum err read_rest(struct demand *d, struct fault *f)
{
    json_t *assumed = json_object_get(d->root, "assumed");
    size_t i;
    json_t *row;

    json_array_foreach(json_object_get(assumed, "no_incident"), i, row)
    {
        struct no_incident n = { word(row, "what"), word(row, "call"), word(row, "outcome"),
                                 number(row, "percent") };

        if (n.what == NULL || n.call == NULL || n.outcome == NULL ||
            d->no_incident_count == NO_INCIDENT_MAX) {
            return bad(f, "assumed.no_incident", "rows of what, percent, call, outcome");
        }
        d->no_incident[d->no_incident_count++] = n;
    }
    json_array_foreach(json_object_get(assumed, "bursts"), i, row)
    {
        struct burst b = { .what = word(row, "what"),
                           .per_100_days = number(row, "per_100_days"),
                           .adds_percent = number(row, "adds_percent"),
                           .radius_m = number(row, "radius_m"),
                           .codes = json_object_get(row, "codes") };

        if (d->burst_count == BURSTS_MAX || b.what == NULL || json_array_size(b.codes) == 0 ||
            !numbers(json_object_get(row, "minutes"), b.minutes, 2) ||
            b.minutes[0] > b.minutes[1]) {
            return bad(f, "assumed.bursts", "rows of what, per_100_days, minutes, codes");
        }
        (void)numbers(json_object_get(row, "calls"), b.calls, 2);
        (void)numbers(json_object_get(row, "callers"), b.callers, 2);
        d->bursts[d->burst_count++] = b;
    }
    d->callers = json_object_get(assumed, "callers");
    d->hotspots_percent = number(assumed, "hotspots_percent");
    return OK;
}

enum err demand_read(struct demand *d, const char *seeds, struct fault *f)
{
    memset(d, 0, sizeof(*d));
    arena_init(&d->arena, (size_t)16 << 20);
    if (load(seeds, "demand.json", &d->root, f) != OK ||
        load(seeds, "words.json", &d->words, f) != OK || read_manners(d, f) != OK ||
        read_types(d, f) != OK || read_curves(d, f) != OK || read_rest(d, f) != OK) {
        return f->err;
    }
    add_up_hours(d);
    return OK;
}

void demand_free(struct demand *d)
{
    json_decref(d->root);
    json_decref(d->words);
    arena_fini(&d->arena);
    memset(d, 0, sizeof(*d));
}

uint32_t demand_type_at(const struct demand *d, uint32_t hour, struct prng *p)
{
    const uint32_t *sums = d->by_hour[hour % HOURS];
    uint64_t at = prng_below(p, sums[d->type_count - 1]);
    uint32_t i = 0;

    while (sums[i] <= at) {
        i++;
    }
    return i;
}

uint32_t demand_type_of(const struct demand *d, const char *code)
{
    uint32_t i = 0;

    while (i < d->type_count && strcmp(d->types[i].code, code) != 0) {
        i++;
    }
    return i;
}

uint32_t demand_scene_s(const struct demand *d, const char *code, struct prng *p)
{
    const uint32_t *q = d->scene_s[demand_class(code)];
    uint64_t at = prng_below(p, (QUANTILES - 1) * 1000);
    uint64_t i = at / 1000;

    q = q[QUANTILES - 1] > 0 ? q : d->scene_s[0];
    return (uint32_t)(q[i] + (uint64_t)(q[i + 1] - q[i]) * (at % 1000) / 1000);
}

const char *demand_disposition(const struct demand *d, const char *code, struct prng *p)
{
    char class[3] = { code[0], code[1], '\0' };
    json_t *all = json_object_get(json_object_get(d->root, "fitted"), "dispositions");
    json_t *own = json_object_get(all, class);
    const char *key;
    json_t *value;
    uint64_t sum = 0;

    own = own != NULL ? own : json_object_get(all, "50");
    json_object_foreach(own, key, value)
    {
        sum += (uint64_t)json_integer_value(value);
    }
    uint64_t at = sum > 0 ? prng_below(p, sum) : 0;

    json_object_foreach(own, key, value)
    {
        uint64_t n = (uint64_t)json_integer_value(value);

        if (at < n) {
            return key;
        }
        at -= n;
    }
    return "handled";
}

uint32_t demand_caller(const struct demand *d, const char *key)
{
    return number(d->callers, key);
}

uint32_t demand_more_percent(const struct demand *d)
{
    uint64_t sum = 0;
    uint64_t all = 0;

    for (uint32_t i = 0; i < d->type_count; i++) {
        const struct demand_type *t = &d->types[i];

        sum += (uint64_t)t->weight * (1000 - t->onview) / 1000 *
               d->manners[t->manner].more_callers_percent;
        all += t->weight;
    }
    return all > 0 ? (uint32_t)(sum / all) : 0;
}

uint32_t demand_no_incident_percent(const struct demand *d)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < d->no_incident_count; i++) {
        sum += d->no_incident[i].percent;
    }
    return sum;
}
