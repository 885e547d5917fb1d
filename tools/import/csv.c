#include "tools/import/csv.h"

#include <stdio.h>

/* One field at the beginning of `rest`, unquoted. NULL: all is well; else what is wrong. `*last`:
 * the row ends behind it. */
static const char *read_field(struct csv *c, struct str *out, bool *last)
{
    struct str *r = &c->rest;
    bool quoted = r->len > 0 && r->at[0] == '"';
    size_t from = quoted ? 1 : 0;
    size_t i = from;
    size_t n = 0;

    for (; i < r->len; i++) {
        char ch = r->at[i];

        if (quoted && ch == '"') {
            if (i + 1 < r->len && r->at[i + 1] == '"') {
                i++;
                n++;
                continue;
            }
            break;
        }
        if (!quoted && (ch == ',' || ch == '\n' || ch == '\r')) {
            break;
        }
        if (!quoted && ch == '"') {
            return "a quote inside an unquoted value";
        }
        c->line += ch == '\n' ? 1 : 0;
    }
    if (quoted && i >= r->len) {
        return "a quoted value that does not end";
    }
    *out = (struct str){ .at = r->at + from, .len = i - from };
    if (n > 0) {
        char *copy = arena_alloc(c->arena, out->len + 1);
        size_t k = 0;

        for (size_t j = 0; copy != NULL && j < out->len; j++) {
            copy[k++] = out->at[j];
            j += out->at[j] == '"' ? 1 : 0;
        }
        *out = (struct str){ .at = copy, .len = k };
    }
    i += quoted ? 1 : 0;
    if (i < r->len && r->at[i] == '\r' && i + 1 < r->len && r->at[i + 1] == '\n') {
        i++;
    }
    if (i < r->len && r->at[i] != ',' && r->at[i] != '\n') {
        return "text behind a closing quote";
    }
    *last = i >= r->len || r->at[i] == '\n';
    c->line += i < r->len && r->at[i] == '\n' ? 1 : 0;
    i += i < r->len ? 1 : 0;
    *r = (struct str){ .at = r->at + i, .len = r->len - i };
    return NULL;
}

/* Skips to the line behind the present one, after a row that does not parse. */
static void skip_line(struct csv *c)
{
    const char *end = c->rest.len > 0 ? memchr(c->rest.at, '\n', c->rest.len) : NULL;
    size_t len = end != NULL ? (size_t)(end - c->rest.at) + 1 : c->rest.len;

    c->rest = (struct str){ .at = c->rest.at + len, .len = c->rest.len - len };
    c->line = c->row_line + 1;
}

/* A row into `at`; its number of fields, or 0 after telling what is wrong. */
static uint32_t read_row(struct csv *c, struct str *at)
{
    struct str begin = c->rest;
    uint32_t count = 0;
    bool last = false;

    c->row_line = c->line;
    while (!last) {
        const char *wrong = count == CSV_COLUMNS_MAX ? "more fields than can be read" : NULL;

        wrong = wrong == NULL ? read_field(c, &at[count], &last) : wrong;
        if (wrong != NULL) {
            (void)fprintf(
                stderr, "%s:%u: field %u (" STR_FMT "): %s\n", c->name, c->row_line, count + 1,
                STR_ARG(count < c->columns ? c->header[count] : STR("no such column")), wrong);
            c->rest = begin;
            skip_line(c);
            return 0;
        }
        count++;
    }
    return count;
}

enum err csv_begin(struct csv *c, const char *name, struct str text, struct arena *a,
                   struct fault *f)
{
    memset(c, 0, sizeof(*c));
    c->name = name;
    c->arena = a;
    c->rest = text;
    c->line = 1;
    if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) {
        c->rest = (struct str){ .at = text.at + 3, .len = text.len - 3 };
    }
    if (!str_utf8(text)) {
        return fault_set(f, ERR_MALFORMED, "a file is not UTF-8", name, NULL);
    }
    struct str header[CSV_COLUMNS_MAX];
    uint32_t count = c->rest.len > 0 ? read_row(c, header) : 0;

    if (count == 0) {
        return fault_set(f, ERR_MALFORMED, "a file has no header line", name, NULL);
    }
    memcpy(c->header, header, sizeof(header));
    c->columns = count;
    return OK;
}

bool csv_next(struct csv *c)
{
    while (c->rest.len > 0) {
        uint32_t count = read_row(c, c->at);

        if (count == c->columns) {
            c->rows++;
            return true;
        }
        if (count > 0) {
            (void)fprintf(stderr, "%s:%u: field %u: the row has %u fields, expected %u\n", c->name,
                          c->row_line, count < c->columns ? count + 1 : c->columns + 1, count,
                          c->columns);
        }
        c->rows++;
        c->bad++;
    }
    return false;
}

struct str csv_get(const struct csv *c, const char *column)
{
    for (uint32_t i = 0; i < c->columns; i++) {
        if (str_is(c->header[i], column)) {
            return c->at[i];
        }
    }
    return (struct str){ 0 };
}

enum err csv_needs(const struct csv *c, const char *const *columns, struct fault *f)
{
    for (; *columns != NULL; columns++) {
        bool there = false;

        for (uint32_t i = 0; i < c->columns; i++) {
            there = there || str_is(c->header[i], *columns);
        }
        if (!there) {
            return fault_field(f, ERR_MALFORMED, *columns, "%s has no column %s", c->name,
                               *columns);
        }
    }
    return OK;
}

void csv_bad_value(struct csv *c, const char *column, const char *expected)
{
    struct str value = csv_get(c, column);

    (void)fprintf(stderr, "%s:%u: field %s: \"%.*s\", expected %s\n", c->name, c->row_line, column,
                  (int)(value.len < 60 ? value.len : 60), value.at != NULL ? value.at : "",
                  expected);
    c->bad++;
}
