#include "dispatch/codec/doc.h"

#include "base/must.h"
#include "dispatch/model/fields_at.h"

#include <inttypes.h>

static void schema_of_field(struct buf *b, const struct field *f, unsigned indent);
static void type_of_field(struct buf *b, const struct field *f, const struct doc_opt *opt);

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static void camel(struct buf *b, const char *name, bool big)
{
    for (; *name != '\0'; name++) {
        if (*name == '_' || *name == '.') {
            big = true;
        } else {
            buf_char(b, big ? upper(*name) : *name);
            big = false;
        }
    }
}

void doc_name(struct buf *b, const char *name)
{
    camel(b, name, true);
}

/* Whether these readers or writers ever meet the field. */
static bool met(const struct field *f, const struct doc_opt *opt)
{
    if (opt->input) {
        return f->type != F_SEALED;
    }
    return (f->type != F_PERSONAL) && (f->type != F_SEALED || opt->sealed) &&
           (f->privacy == OPEN || opt->tactical);
}

/* Whether it is always there. */
static bool required(const struct field *f, const struct doc_opt *opt)
{
    if (opt->input) {
        return f->need;
    }
    return f->type == F_WORD_ONE || (opt->all && !field_has_flag(f));
}

/* One line of YAML at that depth. */
static void line(struct buf *b, unsigned indent, const char *text)
{
    buf_fmt(b, "%*s%s\n", (int)indent, "", text);
}

static void ref_line(struct buf *b, unsigned indent, const char *name)
{
    buf_fmt(b, "%*s$ref: '#/components/schemas/", (int)indent, "");
    doc_name(b, name);
    buf_text(b, "'\n");
}

void doc_words_schema(struct buf *b, const struct words *w, unsigned indent)
{
    buf_fmt(b, "%*s", (int)indent, "");
    doc_name(b, w->name);
    buf_text(b, ":\n");
    line(b, indent + 2, "type: string");
    line(b, indent + 2, "enum:");
    for (uint32_t i = 0; i < w->count; i++) {
        buf_fmt(b, "%*s- '%s'\n", (int)indent + 2, "", w->at[i]);
    }
}

void doc_schema(struct buf *b, const struct shape *s, const struct doc_opt *opt, unsigned indent)
{
    bool any = false;

    buf_fmt(b, "%*s", (int)indent, "");
    doc_name(b, s->name);
    buf_text(b, ":\n");
    line(b, indent + 2, "type: object");
    if (opt->input) {
        line(b, indent + 2, "additionalProperties: false");
    }
    for (uint32_t i = 0; i < s->count; i++) {
        if (met(&s->fields[i], opt) && required(&s->fields[i], opt)) {
            if (!any) {
                line(b, indent + 2, "required:");
            }
            any = true;
            buf_fmt(b, "%*s- %s\n", (int)indent + 2, "", s->fields[i].name);
        }
    }
    line(b, indent + 2, "properties:");
    for (uint32_t i = 0; i < s->count; i++) {
        if (met(&s->fields[i], opt)) {
            buf_fmt(b, "%*s%s:\n", (int)indent + 4, "", s->fields[i].name);
            schema_of_field(b, &s->fields[i], indent + 6);
        }
    }
}

static void check_names(const struct shape_set *set)
{
    /* Word lists and shapes share one name space in the documents. */
    for (uint32_t i = 0; i < set->word_count; i++) {
        must(shape_set_find(set, str_of(set->words[i]->name)) == NULL);
    }
}

void doc_schemas(struct buf *b, const struct shape_set *set, const struct doc_opt *opt,
                 unsigned indent)
{
    check_names(set);
    for (uint32_t i = 0; i < set->word_count; i++) {
        doc_words_schema(b, set->words[i], indent);
    }
    for (uint32_t i = 0; i < set->shape_count; i++) {
        doc_schema(b, set->shapes[i], opt, indent);
    }
}

static void schema_of_number(struct buf *b, const struct field *f, unsigned indent)
{
    if (f->type == F_DEG) {
        int32_t max = field_deg_max(f) / DEG_E7;

        line(b, indent, "type: number");
        buf_fmt(b, "%*sminimum: %" PRId32 "\n", (int)indent, "", -max);
        buf_fmt(b, "%*smaximum: %" PRId32 "\n", (int)indent, "", max);
        return;
    }
    uint64_t max = f->type == F_UINT ? field_uint_max(f) : (uint64_t)field_int_max(f);

    max = max > FIELD_JSON_UINT_MAX ? FIELD_JSON_UINT_MAX : max;
    line(b, indent, "type: integer");
    buf_fmt(b, "%*sminimum: %s%" PRIu64 "\n", (int)indent, "", f->type == F_UINT ? "" : "-",
            f->type == F_UINT ? 0 : max);
    buf_fmt(b, "%*smaximum: %" PRIu64 "\n", (int)indent, "", max);
}

/* maxLength counts characters, our limits bytes: the first is never the tighter one. */
static void schema_of_text(struct buf *b, size_t bytes_max, unsigned indent)
{
    line(b, indent, "type: string");
    buf_fmt(b, "%*smaxLength: %zu\n", (int)indent, "", bytes_max);
    buf_fmt(b, "%*sx-max-bytes: %zu\n", (int)indent, "", bytes_max);
}

static void schema_of_formed(struct buf *b, const struct field *f, unsigned indent)
{
    line(b, indent, "type: string");
    if (f->type == F_INSTANT) {
        line(b, indent, "format: date-time");
    } else if (f->type == F_ID) {
        buf_fmt(b, "%*spattern: '^.+-%c[1-9][0-9]*$'\n", (int)indent, "", f->letter);
    } else if (f->type == F_NUMBER) {
        line(b, indent, "pattern: '^[0-9]{8}-[0-9]{6,9}$'");
    } else {
        line(b, indent, "pattern: '^[0-9a-f]{64}$'");
    }
}

static void schema_of_list(struct buf *b, const struct field *f, unsigned indent)
{
    uint32_t max = f->type == F_ARRAY ? field_array_max(f) : f->limit;

    line(b, indent, "type: array");
    if (f->type != F_BITS) {
        buf_fmt(b, "%*smaxItems: %" PRIu64 "\n", (int)indent, "",
                (uint64_t)max * (f->type == F_POINTS ? 2 : 1));
    }
    line(b, indent, "items:");
    if (f->type == F_BITS) {
        ref_line(b, indent + 2, f->words->name);
    } else if (f->type == F_STRS) {
        schema_of_text(b, f->limit2, indent + 2);
    } else if (f->type == F_POINTS) {
        line(b, indent + 2, "type: number");
    } else {
        ref_line(b, indent + 2, f->sub->name);
    }
}

static void schema_of_field(struct buf *b, const struct field *f, unsigned indent)
{
    switch (f->type) {
    case F_BOOL:
        line(b, indent, "type: boolean");
        break;
    case F_NOT:
        line(b, indent, "type: boolean");
        line(b, indent, "default: true");
        break;
    case F_UINT:
    case F_INT:
    case F_DEG:
        schema_of_number(b, f, indent);
        break;
    case F_STR:
    case F_PERSONAL:
        schema_of_text(b, f->limit, indent);
        if (f->type == F_PERSONAL) {
            line(b, indent, "x-personal: true");
        }
        break;
    case F_TEXT:
        schema_of_text(b, field_text_max(f), indent);
        break;
    case F_INSTANT:
    case F_ID:
    case F_NUMBER:
    case F_HASH:
        schema_of_formed(b, f, indent);
        break;
    case F_WORD:
    case F_WORD_ONE:
        ref_line(b, indent, f->words->name);
        break;
    case F_STRUCT:
        ref_line(b, indent, f->sub->name);
        break;
    case F_BITS:
    case F_LIST:
    case F_STRS:
    case F_POINTS:
    case F_ARRAY:
        schema_of_list(b, f, indent);
        break;
    case F_SEALED:
        line(b, indent, "type: object");
        line(b, indent, "properties:");
        line(b, indent + 2, "ref: { type: integer, minimum: 1 }");
        line(b, indent + 2, "sha256: { type: string, pattern: '^[0-9a-f]{64}$' }");
        break;
    }
}

void doc_words_type(struct buf *b, const struct words *w)
{
    buf_text(b, "export const ");
    camel(b, w->name, false);
    buf_text(b, "Words = [\n");
    for (uint32_t i = 0; i < w->count; i++) {
        buf_fmt(b, "  '%s',\n", w->at[i]);
    }
    buf_text(b, "] as const;\nexport type ");
    doc_name(b, w->name);
    buf_text(b, " = (typeof ");
    camel(b, w->name, false);
    buf_text(b, "Words)[number];\n\n");
}

void doc_interface(struct buf *b, const struct shape *s, const struct doc_opt *opt)
{
    buf_text(b, "export interface ");
    doc_name(b, s->name);
    buf_text(b, " {\n");
    for (uint32_t i = 0; i < s->count; i++) {
        const struct field *f = &s->fields[i];

        if (met(f, opt)) {
            buf_fmt(b, "  %s%s: ", f->name, required(f, opt) ? "" : "?");
            type_of_field(b, f, opt);
            buf_text(b, ";\n");
        }
    }
    buf_text(b, "}\n\n");
}

void doc_types(struct buf *b, const struct shape_set *set, const struct doc_opt *opt)
{
    check_names(set);
    for (uint32_t i = 0; i < set->word_count; i++) {
        doc_words_type(b, set->words[i]);
    }
    for (uint32_t i = 0; i < set->shape_count; i++) {
        doc_interface(b, set->shapes[i], opt);
    }
}

static void type_of_field(struct buf *b, const struct field *f, const struct doc_opt *opt)
{
    switch (f->type) {
    case F_BOOL:
    case F_NOT:
        buf_text(b, "boolean");
        break;
    case F_UINT:
    case F_INT:
    case F_DEG:
        buf_text(b, "number");
        break;
    case F_STR:
    case F_TEXT:
    case F_PERSONAL:
        buf_text(b, "string");
        break;
    case F_INSTANT:
    case F_ID:
    case F_NUMBER:
    case F_HASH:
        /* Writers of everything put null where there is none. */
        buf_text(b, opt->all && !opt->input ? "string | null" : "string");
        break;
    case F_WORD:
    case F_WORD_ONE:
        doc_name(b, f->words->name);
        break;
    case F_STRUCT:
        doc_name(b, f->sub->name);
        break;
    case F_BITS:
        doc_name(b, f->words->name);
        buf_text(b, "[]");
        break;
    case F_LIST:
    case F_ARRAY:
        doc_name(b, f->sub->name);
        buf_text(b, "[]");
        break;
    case F_STRS:
        buf_text(b, "string[]");
        break;
    case F_POINTS:
        buf_text(b, "number[]");
        break;
    case F_SEALED:
        buf_text(b, opt->all ? "{ ref: number; sha256: string } | null"
                             : "{ ref: number; sha256: string }");
        break;
    }
}
