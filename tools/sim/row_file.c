#include "tools/sim/row_file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* COPY's text form: backslash, tab, newline and carriage return are escaped. */
static void put_text(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];

        if (c == '\\') {
            buf_text(b, "\\\\");
        } else if (c == '\t') {
            buf_text(b, "\\t");
        } else if (c == '\n') {
            buf_text(b, "\\n");
        } else if (c == '\r') {
            buf_text(b, "\\r");
        } else {
            buf_char(b, c);
        }
    }
}

static void put_bytes(struct buf *b, const uint8_t *bytes, size_t size)
{
    buf_text(b, "\\\\x");
    buf_hex(b, bytes, size);
}

enum err row_file_create(struct row_file *f, const char *path, struct fault *fault)
{
    char beside[PATH_MAX];

    buf_init(&f->line);
    f->rows = fopen(path, "w");
    (void)snprintf(beside, sizeof(beside), "%s.personal", path);
    f->personal = f->rows != NULL ? fopen(beside, "w") : NULL;
    if (f->personal == NULL) {
        if (f->rows != NULL) {
            (void)fclose(f->rows);
        }
        return fault_set(fault, ERR_IO, "could not write the log file", path, strerror(errno));
    }
    return OK;
}

static void put_personal(struct row_file *f, const struct log_row *row,
                         const struct log_personal *p)
{
    struct buf *b = &f->line;

    buf_reset(b);
    buf_u64(b, p->ref);
    buf_char(b, '\t');
    buf_u64(b, row->seq);
    buf_char(b, '\t');
    put_bytes(b, p->salt, LOG_SALT_SIZE);
    buf_char(b, '\t');
    put_bytes(b, (const uint8_t *)p->value.at, p->value.len);
    buf_char(b, '\t');
    put_text(b, p->kind);
    buf_char(b, '\t');
    buf_i64(b, p->erase_after_us);
    buf_char(b, '\n');
    (void)fwrite(b->at, 1, b->len, f->personal);
}

void row_file_put(struct row_file *f, const struct log_row *row)
{
    struct buf *b = &f->line;

    buf_reset(b);
    buf_u64(b, row->seq);
    buf_char(b, '\t');
    buf_u64(b, row->epoch);
    buf_char(b, '\t');
    buf_i64(b, row->at_us);
    buf_char(b, '\t');
    put_text(b, row->actor);
    buf_char(b, '\t');
    put_text(b, row->command_id);
    buf_char(b, '\t');
    put_text(b, row->command);
    buf_char(b, '\t');
    put_text(b, row->data);
    buf_char(b, '\t');
    put_bytes(b, row->prev_hash.at, SHA256_SIZE);
    buf_char(b, '\t');
    put_bytes(b, row->hash.at, SHA256_SIZE);
    buf_char(b, '\n');
    (void)fwrite(b->at, 1, b->len, f->rows);
    for (uint32_t i = 0; i < row->personal_count; i++) {
        put_personal(f, row, &row->personal[i]);
    }
}

enum err row_file_close(struct row_file *f, struct fault *fault)
{
    bool failed = ferror(f->rows) != 0 || ferror(f->personal) != 0;

    failed = fclose(f->rows) != 0 || failed;
    failed = fclose(f->personal) != 0 || failed;
    buf_fini(&f->line);
    return failed ? fault_set(fault, ERR_IO, "could not write the log file", strerror(errno), NULL)
                  : OK;
}

/* The next column, unescaped into the arena. False: none left. */
static bool next_column(struct str *line, struct arena *a, struct str *out)
{
    if (line->at == NULL) {
        return false;
    }
    const char *tab = line->len > 0 ? memchr(line->at, '\t', line->len) : NULL;
    size_t len = tab != NULL ? (size_t)(tab - line->at) : line->len;
    char *text = arena_alloc(a, len + 1);
    size_t n = 0;

    if (text == NULL) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        char c = line->at[i];

        if (c == '\\' && i + 1 < len) {
            char e = line->at[++i];

            c = e == 't' ? '\t' : (e == 'n' ? '\n' : (e == 'r' ? '\r' : e));
        }
        text[n++] = c;
    }
    *out = (struct str){ .at = text, .len = n };
    *line =
        tab != NULL ? (struct str){ .at = tab + 1, .len = line->len - len - 1 } : (struct str){ 0 };
    return true;
}

static bool read_number(struct str s, int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(s.at, &end, 10);
    return s.len > 0 && errno == 0 && end == s.at + s.len;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *d = c != '\0' ? strchr(digits, c) : NULL;

    return d != NULL ? (int)(d - digits) : -1;
}

static bool read_hash(struct str s, struct sha256 *out)
{
    if (s.len != 2 + 2 * (size_t)SHA256_SIZE || s.at[0] != '\\' || s.at[1] != 'x') {
        return false;
    }
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        int high = hex_digit(s.at[2 + 2 * i]);
        int low = hex_digit(s.at[3 + 2 * i]);

        if (high < 0 || low < 0) {
            return false;
        }
        out->at[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

enum err row_file_parse(struct str line, struct arena *a, struct log_row *out, struct fault *f)
{
    static const char *const names[] = { "seq",     "epoch", "at",        "actor", "command_id",
                                         "command", "data",  "prev_hash", "hash" };
    struct str at[9] = { 0 };
    int64_t number[3] = { 0 };

    *out = (struct log_row){ 0 };
    for (size_t i = 0; i < 9; i++) {
        if (!next_column(&line, a, &at[i]) || (i < 3 && !read_number(at[i], &number[i]))) {
            return fault_field(f, ERR_CORRUPT, names[i], "column %s cannot be read", names[i]);
        }
    }
    if (line.at != NULL) {
        return fault_set(f, ERR_CORRUPT, "a line has more than nine columns", NULL, NULL);
    }
    if (!read_hash(at[7], &out->prev_hash) || !read_hash(at[8], &out->hash)) {
        return fault_field(f, ERR_CORRUPT, "hash", "a hash is not 32 bytes in hexadecimal");
    }
    out->seq = (uint64_t)number[0];
    out->epoch = (uint64_t)number[1];
    out->at_us = number[2];
    out->actor = at[3];
    out->command_id = at[4];
    out->command = at[5];
    out->data = at[6];
    return OK;
}
