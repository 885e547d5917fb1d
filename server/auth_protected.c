/* Protected values: the access is durable before they leave, in the log or, while that is down, in
 * the spool. */
#include "server/auth_inside.h"

#include "base/log.h"
#include "base/must.h"
#include "dispatch/codec/json_out.h"
#include "dispatch/codec/scan.h"
#include "dispatch/model/access.h"
#include "sql/access_log.h"
#include "sql/personal.h"

#define REFS_MAX 2048
#define GLASSES_AN_HOUR 10u         /* a person may break */
#define GLASS_ROWS_LOOKED_AT 20000u /* of the access log, for that */
#define OUT_BYTES_MAX ((size_t)400 << 10)

struct wanted {
    struct str incident;
    bool own; /* of who owns it, or of a unit assigned */
    uint32_t count;
    struct str *names;
    struct str *hashes;
    uint64_t *refs;
};

static enum err bad_line(struct fault *f)
{
    return fault_set(f, ERR_INVALID, "the fields to be read are not given as expected", NULL, NULL);
}

/* "name=17:<64 hex>" */
static bool read_word(struct str word, struct str *name, uint64_t *ref, struct str *hash)
{
    const char *equals = memchr(word.at, '=', word.len);
    const char *colon =
        equals != NULL ? memchr(equals, ':', word.len - (size_t)(equals - word.at)) : NULL;
    if (colon == NULL || equals == word.at || colon - equals < 2 || colon - equals > 18) {
        return false;
    }
    *name = (struct str){ word.at, (size_t)(equals - word.at) };
    *hash = (struct str){ colon + 1, word.len - (size_t)(colon + 1 - word.at) };
    *ref = 0;
    for (const char *c = equals + 1; c < colon; c++) {
        if (*c < '0' || *c > '9') {
            return false;
        }
        *ref = *ref * 10 + (uint64_t)(*c - '0');
    }
    return *ref != 0 && hash->len == 2 * SHA256_SIZE;
}

static enum err read_line(struct str line, struct arena *arena, struct wanted *w, struct fault *f)
{
    *w = (struct wanted){ .names = arena_alloc(arena, REFS_MAX * sizeof(struct str)),
                          .hashes = arena_alloc(arena, REFS_MAX * sizeof(struct str)),
                          .refs = arena_alloc(arena, REFS_MAX * sizeof(uint64_t)) };
    if (w->names == NULL || w->hashes == NULL || w->refs == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for protected values", NULL, NULL);
    }
    w->incident = scan_word(&line);
    if (line.len >= 3 && memcmp(line.at, "own", 3) == 0 && (line.len == 3 || line.at[3] == ' ')) {
        w->own = true;
        (void)scan_word(&line);
    }
    while (line.len > 0) {
        if (w->count == REFS_MAX) {
            return fault_set(f, ERR_TOO_LARGE, "too many protected values in one reading", NULL,
                             NULL);
        }
        if (!read_word(scan_word(&line), &w->names[w->count], &w->refs[w->count],
                       &w->hashes[w->count])) {
            return bad_line(f);
        }
        w->count++;
    }
    return w->incident.len > 0 ? OK : bad_line(f);
}

/* All names where they fit; else how many of them, after those that do. */
static void list_fields(const struct wanted *w, struct buf *b)
{
    for (uint32_t k = 0; k < w->count; k++) {
        if (b->len + w->names[k].len + 32 > ACCESS_TEXT_SIZE_MAX) {
            buf_fmt(b, ",and %u more", w->count - k);
            return;
        }
        buf_text(b, k > 0 ? "," : "");
        buf_str(b, w->names[k]);
    }
}

/* A limit of its own, from the access log itself: it holds for a server that starts anew too. */
static enum err glass_allowed(struct pg *pg, struct str principal, struct auth_recorded *r,
                              struct fault *f)
{
    uint64_t count = 0;
    int64_t first_us = 0;
    int64_t since_us = r->now_us - US_PER_HOUR;
    enum err err =
        access_glasses_of(pg, principal, since_us, GLASS_ROWS_LOOKED_AT, &count, &first_us, f);
    if (err != OK || count < GLASSES_AN_HOUR) {
        return err;
    }
    r->retry_after_s = (uint32_t)((first_us - since_us) / US_PER_S + 1);
    return fault_set(f, ERR_TOO_MANY, "the glass was broken ten times within an hour", NULL,
                     "ask the owner or the commander");
}

static enum err record(struct pg *pg, struct str principal, struct str purpose,
                       const struct wanted *w, struct auth_recorded *recorded, struct fault *f)
{
    struct access access;
    uint64_t seq = 0;
    struct buf fields;
    if (!access_read(purpose, &access)) {
        return fault_field(f, ERR_INVALID, "purpose", "the purpose is not given as expected");
    }
    if (access.glass && glass_allowed(pg, principal, recorded, f) != OK) {
        return f->err;
    }
    buf_init(&fields);
    list_fields(w, &fields);
    const struct access_entry e = {
        .actor = principal, .incident = w->incident, .purpose = purpose, .fields = buf_view(&fields)
    };
    enum err err = access_append(pg, &e, &seq, f);
    buf_fini(&fields);
    if (err == ERR_IO) {
        /* A database that answers but takes nothing (its disk is full) is as good as down. */
        err = fault_set(f, ERR_LOG_UNAVAILABLE, "the log takes nothing at the moment", NULL, NULL);
    }
    if (err == OK) {
        recorded->access = access;
    }
    if (err == OK && access.glass) {
        log_warn("auth", "the glass was broken: protected fields read with a reason",
                 "user=" STR_FMT " incident=" STR_FMT " access=%llu", STR_ARG(principal),
                 STR_ARG(w->incident), (unsigned long long)seq);
    }
    return err;
}

static void put_value(const struct wanted *w, uint32_t k, const struct personal_value *v,
                      struct buf *b)
{
    char hex[2 * SHA256_SIZE];
    struct buf h;
    buf_fixed(&h, hex, sizeof(hex));
    buf_hex(&h, v->sha256.at, SHA256_SIZE);
    bool same = v->state == PERSONAL_FOUND && str_eq(buf_view(&h), w->hashes[k]);
    buf_json_str(b, w->names[k]);
    if (same) {
        buf_text(b, ":{\"value\":");
        buf_json_str(b, v->value);
    } else if (v->state == PERSONAL_ERASED) {
        buf_text(b, ":{\"erased\":{\"at\":");
        json_out_instant(b, v->erased_us);
        buf_text(b, ",\"rule\":");
        buf_json_str(b, v->rule);
        buf_char(b, '}');
    } else {
        log_error("auth", "a protected value is missing or does not fit the log", "ref=%llu",
                  (unsigned long long)w->refs[k]);
        buf_text(b, ":{\"missing\":true");
    }
    buf_char(b, '}');
}

/* "live-r3": what kind of thing it is. */
static const char *noun_of(struct str id)
{
    size_t k = id.len;
    while (k > 0 && id.at[k - 1] >= '0' && id.at[k - 1] <= '9') {
        k--;
    }
    switch (k > 0 ? id.at[k - 1] : '\0') {
    case ID_LETTER_REPORT:
        return "report";
    case ID_LETTER_SEAT:
        return "seat";
    case ID_LETTER_ALARM:
        return "alarm";
    default:
        return "incident";
    }
}

static enum err put_values(const struct wanted *w, const struct personal_value *values,
                           const bool *held, struct buf *out, struct fault *f)
{
    buf_fmt(out, "{\"%s\":", noun_of(w->incident));
    buf_json_str(out, w->incident);
    buf_text(out, ",\"values\":{");
    for (uint32_t k = 0; k < w->count; k++) {
        buf_text(out, k > 0 ? "," : "");
        if (held == NULL || held[k]) {
            put_value(w, k, &values[k], out);
        } else {
            buf_json_str(out, w->names[k]);
            buf_text(out, ":{\"later\":true}");
        }
    }
    buf_text(out, held == NULL ? "}}" : "},\"spooled\":true}");
    if (!buf_ok(out) || out->len > OUT_BYTES_MAX) {
        return fault_set(f, ERR_TOO_LARGE, "too many protected values in one reading", NULL, NULL);
    }
    return OK;
}

enum err auth_protected(struct pg *pg, struct str principal, struct str purpose, struct str line,
                        struct arena *arena, struct buf *out, struct auth_recorded *recorded,
                        struct fault *f)
{
    struct wanted w;
    recorded->access = (struct access){ .purpose = PURPOSE_NONE };
    enum err err = read_line(line, arena, &w, f);
    if (err != OK) {
        return err;
    }
    struct personal_value *values = arena_alloc(arena, (w.count + 1) * sizeof(*values));
    if (values == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for protected values", NULL, NULL);
    }
    err = record(pg, principal, purpose, &w, recorded, f);
    if (err == OK && w.count > 0) {
        err = personal_read(pg, w.refs, w.count, arena, values, f);
    }
    return err == OK ? put_values(&w, values, NULL, out, f) : err;
}

/* ---- while the log is down ---- */

static enum err spool(struct spool *s, struct str principal, struct str purpose,
                      const struct wanted *w, int64_t now_us, struct fault *f)
{
    struct access access;
    struct buf fields;
    if (!access_read(purpose, &access) || access.glass) {
        return fault_field(f, ERR_INVALID, "purpose", "the purpose is not given as expected");
    }
    buf_init(&fields);
    list_fields(w, &fields);
    const struct access_entry e = { .at_us = now_us,
                                    .actor = principal,
                                    .incident = w->incident,
                                    .purpose = purpose,
                                    .fields = buf_view(&fields) };
    enum err err = spool_append(s, &e, f);
    buf_fini(&fields);
    if (err == OK) {
        log_warn("auth", "protected fields read while the log is down",
                 "user=" STR_FMT " incident=" STR_FMT, STR_ARG(principal), STR_ARG(w->incident));
    }
    return err;
}

enum err auth_protected_spooled(const struct callers *callers, struct spool *s,
                                const struct auth_reading *r, struct arena *arena, struct buf *out,
                                struct fault *f)
{
    struct wanted w;
    uint32_t at_hand = 0;
    enum err err = read_line(r->line, arena, &w, f);
    if (err != OK) {
        return err;
    }
    if (!w.own) {
        return fault_set(f, ERR_LOG_UNAVAILABLE,
                         "the log is down: protected fields are open to the owner and to assigned "
                         "units only",
                         NULL, "ask the owner, or try again later");
    }
    struct personal_value *values = arena_alloc(arena, (w.count + 1) * sizeof(*values));
    bool *held = arena_alloc(arena, (w.count + 1) * sizeof(*held));
    if (values == NULL || held == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for protected values", NULL, NULL);
    }
    for (uint32_t k = 0; k < w.count; k++) {
        held[k] = callers_get(callers, w.refs[k], arena, &values[k]);
        at_hand += held[k] ? 1 : 0;
    }
    if (at_hand == 0) {
        return fault_set(f, ERR_LOG_UNAVAILABLE, "the log is down and holds these fields", NULL,
                         "try again later");
    }
    err = spool(s, r->principal, r->purpose, &w, r->now_us, f);
    return err == OK ? put_values(&w, values, held, out, f) : err;
}
