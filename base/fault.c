#include "base/fault.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct err_row {
    const char *word;
    int http;
    const char *title;
};

static const struct err_row err_rows[ERR_COUNT] = {
    [OK] = { "ok", 200, "ok" },
#define ERROR(name, word, http, title) [ERR_##name] = { word, http, title },
#include "base/errors.def"
#undef ERROR
};

static const struct err_row *row_of(enum err err)
{
    must((unsigned)err < ERR_COUNT);
    return &err_rows[err];
}

static void text_set(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text != NULL ? text : "");
}

enum err fault_set(struct fault *f, enum err err, const char *primary, const char *detail,
                   const char *hint)
{
    if (f != NULL) {
        f->err = err;
        f->field[0] = '\0';
        text_set(f->primary, sizeof f->primary, primary);
        text_set(f->detail, sizeof f->detail, detail);
        text_set(f->hint, sizeof f->hint, hint);
    }
    return err;
}

enum err fault_field(struct fault *f, enum err err, const char *field, const char *fmt, ...)
{
    if (f != NULL) {
        va_list ap;

        f->err = err;
        text_set(f->field, sizeof f->field, field);
        f->detail[0] = '\0';
        f->hint[0] = '\0';
        va_start(ap, fmt);
        vsnprintf(f->primary, sizeof f->primary, fmt, ap);
        va_end(ap);
    }
    return err;
}

const char *err_word(enum err err)
{
    return row_of(err)->word;
}

int err_http(enum err err)
{
    return row_of(err)->http;
}

const char *err_title(enum err err)
{
    return row_of(err)->title;
}

const char *fault_line(const struct fault *f, char *out, size_t size)
{
    const char *primary = f->primary[0] != '\0' ? f->primary : err_title(f->err);
    bool detail = f->detail[0] != '\0';
    bool hint = f->hint[0] != '\0';

    must(size > 0);
    snprintf(out, size, "%s%s%s%s%s%s", primary, detail ? ": " : "", f->detail, hint ? " (" : "",
             f->hint, hint ? ")" : "");
    for (char *c = out; *c != '\0'; c++) {
        /* Foreign messages (libpq's) bring their own line ends. */
        if (*c == '\n' || *c == '\r' || *c == '\t') {
            *c = ' ';
        }
    }
    return out;
}
