/* Where units were: the access is durable before it is told. */
#include "server/auth_inside.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/codec/scan.h"
#include "dispatch/model/access.h"
#include "server/retention.h"
#include "sql/access_log.h"
#include "sql/tracks.h"

#define WINDOWS_MAX 512u
#define SAMPLES_A_PAGE 2000u

struct asked {
    struct str subject; /* "live-u12" */
    struct str date;    /* "-": an incident's; "past:…": of one that has left the memory, with the
                           zones whose incidents the reader sees */
    struct track_window windows[WINDOWS_MAX];
    struct track_query query;
};

/* Numbers between colons, each perhaps with a minus. False when they are not exactly `count`. */
static bool read_numbers(struct str word, int64_t *out, uint32_t count)
{
    size_t k = 0;
    for (uint32_t n = 0; n < count; n++) {
        bool minus = k < word.len && word.at[k] == '-';
        size_t first = k += minus ? 1 : 0;
        int64_t v = 0;
        for (; k < word.len && word.at[k] >= '0' && word.at[k] <= '9' && k - first < 18; k++) {
            v = v * 10 + (word.at[k] - '0');
        }
        if (k == first || (n + 1 < count && (k >= word.len || word.at[k++] != ':'))) {
            return false;
        }
        out[n] = minus ? -v : v;
    }
    return k == word.len;
}

static bool read_line(struct str line, struct asked *a)
{
    int64_t n[3];
    a->subject = scan_word(&line);
    a->date = scan_word(&line);
    if (a->subject.len == 0 || a->date.len == 0 || !read_numbers(scan_word(&line), n, 2)) {
        return false;
    }
    a->query = (struct track_query){ .windows = a->windows,
                                     .after_unit = (uint32_t)n[0],
                                     .after_us = n[1],
                                     .limit = SAMPLES_A_PAGE + 1 };
    while (line.len > 0) {
        if (a->query.count == WINDOWS_MAX || !read_numbers(scan_word(&line), n, 3) || n[0] < 1 ||
            n[0] > UINT32_MAX) {
            return false;
        }
        a->windows[a->query.count++] =
            (struct track_window){ .unit = (uint32_t)n[0], .from_us = n[1], .to_us = n[2] };
    }
    return true;
}

static bool of_a_day(const struct asked *a)
{
    return a->date.at[0] >= '0' && a->date.at[0] <= '9';
}

static bool of_the_past(const struct asked *a)
{
    return a->date.len > 5 && memcmp(a->date.at, "past:", 5) == 0;
}

/* "live-z12" among "3,12,40". */
static bool zone_listed(struct str zones, const char *zone)
{
    const char *digits = strrchr(zone, ID_LETTER_ZONE);
    size_t len = digits != NULL ? strlen(++digits) : 0;
    for (size_t k = 0; len > 0 && k + len <= zones.len;) {
        const char *comma = memchr(zones.at + k, ',', zones.len - k);
        size_t word = comma != NULL ? (size_t)(comma - zones.at) - k : zones.len - k;
        if (word == len && memcmp(zones.at + k, digits, len) == 0) {
            return true;
        }
        k += word + 1;
    }
    return false;
}

/* Units and times of an incident that has left the memory, if it lies where the reader sees. */
static enum err look_up(struct pg *pg, struct asked *a, struct fault *f)
{
    char zone[40];
    struct str zones = { a->date.at + 5, a->date.len - 5 };
    enum err err = tracks_past(pg, a->subject, a->windows, WINDOWS_MAX, &a->query.count, zone, f);
    if (err == OK && zone[0] != '\0' && !str_is(zones, "*") && !zone_listed(zones, zone)) {
        err = fault_set(f, ERR_NOT_FOUND, "there is no such incident", NULL, NULL);
    }
    return err;
}

/* The day, or the units, and of a further page from where on. */
static void list_fields(const struct asked *a, struct str world, struct buf *b)
{
    buf_text(b, "track");
    if (of_a_day(a)) {
        buf_char(b, ' ');
        buf_str(b, a->date);
    }
    for (uint32_t k = 0; !of_a_day(a) && k < a->query.count; k++) {
        if (b->len > ACCESS_TEXT_SIZE_MAX - 128) {
            buf_fmt(b, ",and %u more", a->query.count - k);
            break;
        }
        buf_fmt(b, "%c" STR_FMT "-%c%u", k == 0 ? ' ' : ',', STR_ARG(world), ID_LETTER_UNIT,
                a->windows[k].unit);
    }
    if (a->query.after_unit != 0) {
        char text[INSTANT_TEXT_SIZE];
        instant_text(a->query.after_us, text);
        buf_fmt(b, " from %s", text);
    }
}

static enum err record(struct pg *pg, const struct auth_reading *r, const struct asked *a,
                       struct str world, struct fault *f)
{
    struct access access;
    struct buf fields;
    if (!access_read(r->purpose, &access) || access.glass || access.reason.len == 0) {
        return fault_field(f, ERR_INVALID, "purpose", "the purpose is not given as expected");
    }
    buf_init(&fields);
    list_fields(a, world, &fields);
    const struct access_entry e = { .actor = r->principal,
                                    .incident = a->subject,
                                    .purpose = r->purpose,
                                    .fields = buf_view(&fields) };
    enum err err = access_append(pg, &e, NULL, f);
    buf_fini(&fields);
    if (err == ERR_IO) {
        err = fault_set(f, ERR_LOG_UNAVAILABLE, "the log takes nothing at the moment", NULL, NULL);
    }
    return err;
}

struct page {
    struct buf *out;
    struct str world;
    uint32_t count;
    struct track_sample last;
    bool more;
};

static void put_sample(void *arg, const struct track_sample *s)
{
    struct page *p = arg;
    struct buf *b = p->out;
    if (p->count == SAMPLES_A_PAGE) {
        p->more = true;
        return;
    }
    buf_text(b, p->count++ > 0 ? ",{\"unit\":" : "{\"unit\":");
    json_out_id(b, p->world, ID_LETTER_UNIT, s->unit);
    buf_text(b, ",\"at\":");
    json_out_instant(b, s->at_us);
    buf_text(b, ",\"lon\":");
    json_out_deg(b, s->lon_e7);
    buf_text(b, ",\"lat\":");
    json_out_deg(b, s->lat_e7);
    if (s->heading != TRACK_UNKNOWN) {
        buf_fmt(b, ",\"heading\":%u", s->heading);
    }
    if (s->speed_kmh != TRACK_UNKNOWN) {
        buf_fmt(b, ",\"speed\":%u", s->speed_kmh);
    }
    buf_text(b, ",\"seq\":");
    buf_u64(b, s->seq);
    buf_char(b, '}');
    p->last = *s;
}

static void put_front(const struct asked *a, struct buf *out)
{
    bool day = of_a_day(a);
    buf_text(out, day ? "{\"unit\":" : "{\"incident\":");
    buf_json_str(out, a->subject);
    if (day) {
        buf_text(out, ",\"date\":");
        buf_json_str(out, a->date);
    }
    buf_fmt(out, ",\"kept_days\":%u,\"samples\":[", retention_days(STR("track")));
}

enum err auth_track(struct pg *pg, struct str world, const struct auth_reading *r,
                    struct arena *arena, struct buf *out, struct fault *f)
{
    struct asked *a = arena_alloc(arena, sizeof(*a));
    struct page page = { .out = out, .world = world };
    if (a == NULL) {
        return fault_set(f, ERR_NO_MEMORY, "no memory for a track", NULL, NULL);
    }
    if (!read_line(r->line, a)) {
        return fault_set(f, ERR_INVALID, "the track to be read is not given as expected", NULL,
                         NULL);
    }
    if (of_the_past(a) && look_up(pg, a, f) != OK) {
        return f->err;
    }
    enum err err = record(pg, r, a, world, f);
    if (err != OK) {
        return err;
    }
    put_front(a, out);
    err = a->query.count > 0 ? tracks_read(pg, &a->query, put_sample, &page, f) : OK;
    buf_char(out, ']');
    if (page.more) {
        buf_fmt(out, ",\"next\":\"%u:%lld\"", page.last.unit, (long long)page.last.at_us);
    }
    buf_char(out, '}');
    return err == OK && !buf_ok(out)
               ? fault_set(f, ERR_NO_MEMORY, "no memory for a track", NULL, NULL)
               : err;
}
