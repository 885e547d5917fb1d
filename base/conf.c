#include "base/conf.h"

#include "base/buf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define CONF_FILE_MAX ((size_t)1 << 20)

struct param {
    const char *name;
    const char *unit; /* NULL for a text */
    const char *help;
    const char *standard_text;
    int64_t standard;
    int64_t least;
    int64_t most;
    size_t offset;
    size_t size;
};

#define PARAM_INT(name_, standard_, min_, max_, unit_, help_) \
    { .name = #name_,                                         \
      .unit = (unit_),                                        \
      .help = (help_),                                        \
      .standard = (standard_),                                \
      .least = (min_),                                        \
      .most = (max_),                                         \
      .offset = offsetof(struct conf, name_) },
#define PARAM_TEXT(name_, standard_, size_, help_) \
    { .name = #name_,                              \
      .help = (help_),                             \
      .standard_text = (standard_),                \
      .offset = offsetof(struct conf, name_),      \
      .size = (size_) },
static const struct param params[] = {
#include "base/params.def"
};
#undef PARAM_INT
#undef PARAM_TEXT

#define PARAM_COUNT (sizeof params / sizeof params[0])

static void *slot(struct conf *c, const struct param *p)
{
    return (char *)c + p->offset;
}

void conf_init(struct conf *c)
{
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < PARAM_COUNT; i++) {
        const struct param *p = &params[i];

        if (p->unit != NULL) {
            must(p->standard >= p->least && p->standard <= p->most);
            memcpy(slot(c, p), &p->standard, sizeof p->standard);
        } else {
            must(strlen(p->standard_text) < p->size);
            memcpy(slot(c, p), p->standard_text, strlen(p->standard_text) + 1);
        }
    }
}

static const struct param *param_find(struct str name)
{
    for (size_t i = 0; i < PARAM_COUNT; i++) {
        if (str_is(name, params[i].name)) {
            return &params[i];
        }
    }
    return NULL;
}

/* A decimal integer and nothing else. */
static bool integer_read(struct str s, int64_t *out)
{
    char text[24];
    char *end;

    if (s.len == 0 || s.len >= sizeof text ||
        (s.at[0] != '-' && (s.at[0] < '0' || s.at[0] > '9'))) {
        return false;
    }
    memcpy(text, s.at, s.len);
    text[s.len] = '\0';
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end == text + s.len;
}

static enum err integer_set(struct conf *c, const struct param *p, struct str value,
                            struct fault *f)
{
    int64_t number;

    if (!integer_read(value, &number) || number < p->least || number > p->most) {
        return fault_field(
            f, ERR_CONFIG, p->name,
            "%s is \"%.*s\", expected a whole number from %" PRId64 " to %" PRId64 " (%s)", p->name,
            (int)(value.len < 40 ? value.len : 40), value.at, p->least, p->most, p->unit);
    }
    memcpy(slot(c, p), &number, sizeof number);
    return OK;
}

static enum err text_set(struct conf *c, const struct param *p, struct str value, struct fault *f)
{
    if (value.len >= p->size) {
        return fault_field(f, ERR_CONFIG, p->name, "%s has %zu bytes, expected at most %zu",
                           p->name, value.len, p->size - 1);
    }
    bool clean = str_utf8(value);

    for (size_t i = 0; i < value.len; i++) {
        clean = clean && (unsigned char)value.at[i] >= 0x20;
    }
    if (!clean) {
        return fault_field(f, ERR_CONFIG, p->name,
                           "%s is not a text: expected UTF-8 without control characters", p->name);
    }
    char *out = slot(c, p);

    memset(out, 0, p->size);
    if (value.len > 0) {
        memcpy(out, value.at, value.len);
    }
    return OK;
}

enum err conf_set(struct conf *c, struct str name, struct str value, struct fault *f)
{
    const struct param *p = param_find(name);

    if (p == NULL) {
        struct fault unknown;

        fault_field(&unknown, ERR_CONFIG, "", "there is no setting \"%.*s\"",
                    (int)(name.len < 40 ? name.len : 40), name.at != NULL ? name.at : "");
        return fault_set(f, ERR_CONFIG, unknown.primary, NULL,
                         "tocsind --help-config lists every setting");
    }
    return p->unit != NULL ? integer_set(c, p, value, f) : text_set(c, p, value, f);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct str trim(struct str s)
{
    while (s.len > 0 && blank(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len > 0 && blank(s.at[s.len - 1])) {
        s.len--;
    }
    return s;
}

/* Sets what one line says. `given` remembers the settings of this file. */
static enum err line_set(struct conf *c, struct str line, bool given[PARAM_COUNT], struct fault *f)
{
    line = trim(line);
    if (line.len == 0 || line.at[0] == '#') {
        return OK;
    }
    const char *equals = memchr(line.at, '=', line.len);

    if (equals == NULL) {
        return fault_set(f, ERR_CONFIG, "expected \"name = value\"", NULL, NULL);
    }
    size_t before = (size_t)(equals - line.at);
    struct str name = trim((struct str){ line.at, before });
    struct str value = trim((struct str){ equals + 1, line.len - before - 1 });
    const struct param *p = param_find(name);

    if (p != NULL && given[p - params]) {
        return fault_field(f, ERR_CONFIG, p->name, "%s is given twice", p->name);
    }
    if (p != NULL) {
        given[p - params] = true;
    }
    return conf_set(c, name, value, f);
}

enum err conf_text(struct conf *c, const char *name, struct str text, struct fault *f)
{
    bool given[PARAM_COUNT] = { false };
    unsigned number = 0;

    while (text.len > 0) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end != NULL ? (size_t)(end - text.at) : text.len;
        struct fault inner;

        number++;
        if (line_set(c, (struct str){ text.at, len }, given, &inner) != OK) {
            char where[sizeof inner.detail];

            snprintf(where, sizeof where, "%.300s line %u", name, number);
            fault_set(f, ERR_CONFIG, inner.primary, where, inner.hint);
            if (f != NULL) {
                memcpy(f->field, inner.field, sizeof f->field);
            }
            return ERR_CONFIG;
        }
        text.at += len + (end != NULL);
        text.len -= len + (end != NULL);
    }
    return OK;
}

/* The whole file into `out`; false with errno set (0 when it is too large). */
static bool file_read(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "re");
    bool good = file != NULL;

    while (good) {
        char *room = buf_room(out, 4096);
        size_t got = room != NULL ? fread(room, 1, 4096, file) : 0;

        if (got == 0) {
            good = room != NULL && ferror(file) == 0;
            break;
        }
        buf_took(out, got);
        if (out->len > CONF_FILE_MAX) {
            errno = EFBIG;
            good = false;
        }
    }
    if (file != NULL) {
        int saved = errno;

        fclose(file);
        errno = saved;
    }
    return good;
}

enum err conf_read(struct conf *c, const char *path, struct fault *f)
{
    struct buf text;
    enum err err;

    buf_init(&text);
    if (file_read(path, &text)) {
        err = conf_text(c, path, buf_view(&text), f);
    } else {
        char detail[sizeof f->detail];

        snprintf(detail, sizeof detail, "%.300s: %s", path, strerror(errno));
        err = fault_set(f, ERR_IO, "could not read the configuration", detail, NULL);
    }
    buf_fini(&text);
    return err;
}

void conf_print(const struct conf *c)
{
    for (size_t i = 0; i < PARAM_COUNT; i++) {
        const struct param *p = &params[i];
        const char *at = (const char *)c + p->offset;

        printf("# %s\n", p->help);
        if (p->unit != NULL) {
            int64_t value;

            memcpy(&value, at, sizeof value);
            printf("# standard %" PRId64 ", %" PRId64 " to %" PRId64 ", unit %s\n%s = %" PRId64
                   "\n\n",
                   p->standard, p->least, p->most, p->unit, p->name, value);
        } else {
            printf("# standard \"%s\", at most %zu bytes\n%s = %s\n\n", p->standard_text,
                   p->size - 1, p->name, at);
        }
    }
}
