#include "dispatch/plan/check_path.h"

#include <string.h>

#define VALUE_SHOWN_MAX 40 /* bytes of a wrong text that are shown */

void path_begin(struct check_path *p, struct fault *fault)
{
    p->fault = fault;
    say_begin(&p->say, p->bytes, sizeof(p->bytes));
}

size_t path_name(struct check_path *p, const char *name)
{
    size_t before = p->say.len;

    say_text(&p->say, before > 0 ? "." : "");
    say_text(&p->say, name);
    return before;
}

size_t path_index(struct check_path *p, uint32_t index)
{
    size_t before = p->say.len;

    say_text(&p->say, "[");
    say_number(&p->say, index);
    say_text(&p->say, "]");
    return before;
}

void path_back(struct check_path *p, size_t len)
{
    say_back(&p->say, len);
}

/* Starts the fault and its sentence; false when nobody wants to read it. */
static bool begin(struct check_path *p, struct say *primary)
{
    struct say field;

    if (p->fault == NULL) {
        return false;
    }
    memset(p->fault, 0, sizeof(*p->fault));
    p->fault->err = ERR_INVALID;
    say_begin(&field, p->fault->field, sizeof(p->fault->field));
    say_text(&field, p->bytes);
    say_begin(primary, p->fault->primary, sizeof(p->fault->primary));
    say_text(primary, p->bytes);
    say_text(primary, " is ");
    return true;
}

static enum err end(struct say *primary, const char *expected)
{
    say_text(primary, ", expected ");
    say_text(primary, expected);
    return ERR_INVALID;
}

enum err path_bad_text(struct check_path *p, struct str value, const char *expected)
{
    char shown[VALUE_SHOWN_MAX + 1];
    struct say value_say;
    struct say s;

    if (!begin(p, &s)) {
        return ERR_INVALID;
    }
    say_begin(&value_say, shown, sizeof(shown));
    say_str(&value_say, value);
    say_text(&s, "\"");
    say_text(&s, shown);
    say_text(&s, value_say.cut ? "…\"" : "\"");
    return end(&s, expected);
}

enum err path_bad_number(struct check_path *p, uint64_t value, const char *expected)
{
    struct say s;

    if (!begin(p, &s)) {
        return ERR_INVALID;
    }
    say_number(&s, value);
    return end(&s, expected);
}

enum err path_bad(struct check_path *p, const char *value, const char *expected)
{
    struct say s;

    if (!begin(p, &s)) {
        return ERR_INVALID;
    }
    say_text(&s, value);
    return end(&s, expected);
}
