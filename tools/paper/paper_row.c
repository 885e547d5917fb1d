#include "tools/paper/paper_row.h"

#include "dispatch/codec/scan.h"
#include "dispatch/view/paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const paper_columns[] = { "number",       "writer",     "received",  "type",
                                      "tier",         "lon",        "lat",       "address",
                                      "detail",       "cues",       "narrative", "caller_name",
                                      "caller_phone", "contact",    "closed",    "disposition",
                                      "note",         "still_open", "unit1",     "dispatched1",
                                      "on_scene1",    "cleared1",   "unit2",     "dispatched2",
                                      "on_scene2",    "cleared2",   "unit3",     "dispatched3",
                                      "on_scene3",    "cleared3",   "unit4",     "dispatched4",
                                      "on_scene4",    "cleared4",   "unit5",     "dispatched5",
                                      "on_scene5",    "cleared5",   "unit6",     "dispatched6",
                                      "on_scene6",    "cleared6",   NULL };

/* ---- one value ---- */

static enum err bad(struct fault *f, const char *column, struct str value, const char *expected)
{
    return fault_field(f, ERR_INVALID, column, "%s is \"%.*s\", expected %s", column,
                       value.len < 60 ? (int)value.len : 60, value.at != NULL ? value.at : "",
                       expected);
}

static struct str trimmed(const struct csv *c, const char *column)
{
    struct str s = csv_get(c, column);
    while (s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t')) {
        s = (struct str){ s.at + 1, s.len - 1 };
    }
    while (s.len > 0 && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t')) {
        s.len--;
    }
    return s;
}

/* Digits of exactly that many places. */
static bool digits(struct str s, size_t from, size_t count, uint32_t *out)
{
    *out = 0;
    if (s.len < from + count) {
        return false;
    }
    for (size_t k = from; k < from + count; k++) {
        if (s.at[k] < '0' || s.at[k] > '9') {
            return false;
        }
        *out = *out * 10 + (uint32_t)(s.at[k] - '0');
    }
    return true;
}

static enum err read_number(const struct csv *c, struct number *out, struct fault *f)
{
    struct str s = trimmed(c, "number");
    if (s.len != 15 || s.at[8] != '-' || !digits(s, 0, 8, &out->date) ||
        !digits(s, 9, 6, &out->count)) {
        return bad(f, "number", s, "a number as 20261124-990017");
    }
    return OK;
}

static int64_t offset_us(const struct paper_house *h, int64_t at)
{
    int64_t us = 0;
    for (uint32_t k = 0; k < h->offset_count && h->offsets[k].from <= at; k++) {
        us = h->offsets[k].offset_min * US_PER_MIN;
    }
    return us;
}

/* The instant at which the city's clocks show `local`. */
static int64_t utc_of(const struct paper_house *h, int64_t local)
{
    int64_t at = local - offset_us(h, local);
    return local - offset_us(h, at);
}

/* "2026-11-24 18:05[:06]" or "18:05" of the local day that begins at `day`. */
static bool local_time(struct str s, int64_t day, int64_t *local)
{
    char whole[] = "0000-00-00T00:00:00Z";
    uint32_t hour;
    uint32_t minute;
    if (s.len == 5 && s.at[2] == ':' && digits(s, 0, 2, &hour) && digits(s, 3, 2, &minute) &&
        hour < 24 && minute < 60) {
        *local = day + hour * US_PER_HOUR + minute * US_PER_MIN;
        return true;
    }
    if ((s.len != 16 && s.len != 19) || s.at[10] != ' ') {
        return false;
    }
    memcpy(whole, s.at, 10);
    memcpy(whole + 11, s.at + 11, s.len - 11);
    return instant_read(whole, sizeof(whole) - 1, local) == 0;
}

static int64_t day_of(struct number n, bool *good)
{
    char whole[32];
    int64_t day = 0;
    (void)snprintf(whole, sizeof(whole), "%04u-%02u-%02uT00:00:00Z", n.date / 10000 % 10000,
                   n.date / 100 % 100, n.date % 100);
    *good = instant_read(whole, strlen(whole), &day) == 0;
    return day;
}

struct times {
    const struct paper_house *house;
    int64_t day;   /* local */
    int64_t first; /* of the call, µs UTC; 0: not read yet */
};

static enum err read_time(const struct csv *c, const char *column, const struct times *t,
                          int64_t *out, struct fault *f)
{
    struct str s = trimmed(c, column);
    int64_t local;
    *out = 0;
    if (s.len == 0) {
        return OK;
    }
    if (instant_read(s.at, s.len, out) == 0) {
        return OK;
    }
    if (!local_time(s, t->day, &local)) {
        return bad(f, column, s, "a time as 18:05 or 2026-11-24 18:05");
    }
    *out = utc_of(t->house, local);
    if (s.len == 5 && *out < t->first) {
        *out = utc_of(t->house, local + US_PER_DAY); /* past midnight */
    }
    return OK;
}

static enum err read_degrees(const struct csv *c, const char *column, int32_t limit, int32_t *out,
                             struct fault *f)
{
    struct str s = trimmed(c, column);
    char text[32];
    char *end;
    double v;
    if (s.len == 0 || s.len >= sizeof(text)) {
        return bad(f, column, s, "decimal degrees");
    }
    memcpy(text, s.at, s.len);
    text[s.len] = '\0';
    v = strtod(text, &end);
    if (*end != '\0' || !(v >= -limit && v <= limit)) {
        return bad(f, column, s, "decimal degrees");
    }
    *out = (int32_t)(v * DEG_E7 + (v < 0 ? -0.5 : 0.5));
    return OK;
}

static bool one_of(struct str s, const struct words *words, const struct paper_word *told,
                   uint32_t *out)
{
    if (word_find(words, s, out)) {
        return true;
    }
    for (uint32_t k = 0; told != NULL && k < words->count; k++) {
        if (str_is(s, told[k].zh)) {
            *out = k;
            return true;
        }
    }
    return false;
}

static void set_cue(struct cues_in *c, uint32_t cue)
{
    c->weapon = c->weapon || cue == CUE_WEAPON;
    c->injured = c->injured || cue == CUE_INJURED;
    c->trapped = c->trapped || cue == CUE_TRAPPED;
    c->dead = c->dead || cue == CUE_DEAD;
    c->hazard = c->hazard || cue == CUE_HAZARD;
    c->crowd = c->crowd || cue == CUE_CROWD;
    c->vulnerable = c->vulnerable || cue == CUE_VULNERABLE;
}

/* Words between spaces or semicolons. */
static enum err read_cues(const struct csv *c, struct cues_in *out, struct fault *f)
{
    struct str s = trimmed(c, "cues");
    size_t from = 0;
    for (size_t k = 0; k <= s.len; k++) {
        if (k < s.len && s.at[k] != ' ' && s.at[k] != ';') {
            continue;
        }
        struct str word = { s.at + from, k - from };
        uint32_t cue;
        if (word.len > 0 && !one_of(word, &cue_words, paper_cues, &cue)) {
            return bad(f, "cues", word,
                       "weapon, injured, trapped, dead, hazard, crowd, vulnerable");
        }
        if (word.len > 0) {
            set_cue(out, cue);
        }
        from = k + 1;
    }
    return OK;
}

static struct personal_in personal(const struct csv *c, const char *column)
{
    return (struct personal_in){ .value = trimmed(c, column) };
}

/* ---- parts of the row ---- */

static enum err read_place(const struct csv *c, struct place_in *out, struct fault *f)
{
    bool point = trimmed(c, "lon").len > 0 || trimmed(c, "lat").len > 0;
    enum err err = OK;
    *out = (struct place_in){ .state = point ? PLACE_KNOWN : PLACE_UNKNOWN,
                              .address = personal(c, "address"),
                              .detail = personal(c, "detail") };
    if (point) {
        err = read_degrees(c, "lon", 180, &out->lon, f);
        err = err == OK ? read_degrees(c, "lat", 90, &out->lat, f) : err;
    }
    return err;
}

static enum err find_unit(const struct paper_house *h, const char *column, struct str s,
                          uint32_t *out, struct fault *f)
{
    for (uint32_t k = 0; k < h->unit_count; k++) {
        if (str_eq(h->units[k].callsign, s)) {
            *out = h->units[k].unit;
            return OK;
        }
    }
    return bad(f, column, s, "the call sign of a unit");
}

static enum err read_unit(const struct csv *c, const struct times *t, uint32_t n,
                          struct paper_enter *out, struct paper_unit *units, struct fault *f)
{
    static const char *const parts[] = { "dispatched", "on_scene", "cleared" };
    char column[24];
    int64_t at[3] = { 0 };
    (void)snprintf(column, sizeof(column), "unit%u", n);
    struct str sign = trimmed(c, column);
    struct paper_unit *u = &units[out->units.count];
    enum err err = OK;
    if (sign.len > 0) {
        err = find_unit(t->house, column, sign, &u->unit.n, f);
    }
    for (int k = 0; err == OK && k < 3; k++) {
        (void)snprintf(column, sizeof(column), "%s%u", parts[k], n);
        err = read_time(c, column, t, &at[k], f);
        if (err == OK && at[k] != 0 && sign.len == 0) {
            err = bad(f, column, trimmed(c, column), "no time without a unit");
        }
    }
    if (err == OK && sign.len > 0) {
        u->dispatched_at = at[0];
        u->on_scene_at = at[1];
        u->cleared_at = at[2];
        out->units.count++;
    }
    return err;
}

static enum err read_units(const struct csv *c, const struct times *t, struct arena *a,
                           struct paper_enter *out, struct fault *f)
{
    struct paper_unit *units = arena_alloc(a, PAPER_ROW_UNITS * sizeof(*units));
    enum err err = OK;
    if (units == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a row", NULL, NULL);
    }
    memset(units, 0, PAPER_ROW_UNITS * sizeof(*units));
    out->units = (struct list){ .at = units };
    for (uint32_t n = 1; err == OK && n <= PAPER_ROW_UNITS; n++) {
        err = read_unit(c, t, n, out, units, f);
    }
    return err;
}

static enum err read_words(const struct csv *c, struct paper_enter *out, struct fault *f)
{
    struct str tier = trimmed(c, "tier");
    struct str contact = trimmed(c, "contact");
    struct str disposition = trimmed(c, "disposition");
    struct str open = trimmed(c, "still_open");
    uint32_t n = 0;
    if (tier.len > 0 && !(tier.len == 1 && tier.at[0] >= '1' && tier.at[0] <= '4')) {
        return bad(f, "tier", tier, "1, 2, 3 or 4");
    }
    out->tier = tier.len > 0 ? (uint8_t)(tier.at[0] - '0') : 0;
    if (contact.len > 0 && !word_find(&contact_words, contact, &n)) {
        return bad(f, "contact", contact, "call, text or none");
    }
    out->caller.contact = contact.len > 0 ? (uint8_t)n : 0;
    if (disposition.len > 0 &&
        (!one_of(disposition, &disposition_words, paper_dispositions, &n) || n == 0)) {
        return bad(f, "disposition", disposition, "a result of the form's list");
    }
    out->disposition = disposition.len > 0 ? (uint8_t)n : 0;
    out->still_open =
        str_is(open, "yes") || str_is(open, "true") || str_is(open, "1") || str_is(open, "是");
    if (open.len > 0 && !out->still_open && !str_is(open, "no") && !str_is(open, "false") &&
        !str_is(open, "0") && !str_is(open, "否")) {
        return bad(f, "still_open", open, "yes or no");
    }
    return OK;
}

enum err paper_row(const struct csv *c, const struct paper_house *h, struct arena *a,
                   struct paper_enter *out, struct fault *f)
{
    struct times t = { .house = h };
    bool day = false;
    *out = (struct paper_enter){ .writer = trimmed(c, "writer"), .type = trimmed(c, "type") };
    enum err err = read_number(c, &out->number, f);
    if (err != OK) {
        return err;
    }
    t.day = day_of(out->number, &day);
    if (!day) {
        return bad(f, "number", trimmed(c, "number"), "a day that is one");
    }
    out->narrative = personal(c, "narrative");
    out->note = personal(c, "note");
    out->caller = (struct caller_in){ .name = personal(c, "caller_name"),
                                      .phone = personal(c, "caller_phone") };
    err = read_time(c, "received", &t, &out->received_at, f);
    if (err == OK && out->received_at == 0) {
        err = bad(f, "received", (struct str){ 0 }, "when the call came");
    }
    t.first = out->received_at;
    err = err == OK ? read_time(c, "closed", &t, &out->closed_at, f) : err;
    err = err == OK ? read_place(c, &out->place, f) : err;
    err = err == OK ? read_cues(c, &out->cues, f) : err;
    err = err == OK ? read_words(c, out, f) : err;
    return err == OK ? read_units(c, &t, a, out, f) : err;
}
