/* Prints what the wire looks like as JSON: every command and event with the shape of its data,
 * every shape, every list of words. tests/ws/test_api_documents makes the interface documents of
 * it. */
#include "base/buf.h"
#include "base/must.h"
#include "dispatch/codec/shape_set.h"
#include "dispatch/model/command.h"
#include "dispatch/model/event.h"

#include <stdio.h>

static const char *const type_names[] = {
    [F_BOOL] = "bool",     [F_NOT] = "not",       [F_UINT] = "uint",         [F_INT] = "int",
    [F_STR] = "str",       [F_TEXT] = "text",     [F_INSTANT] = "instant",   [F_DEG] = "deg",
    [F_WORD] = "word",     [F_WORD_ONE] = "word", [F_BITS] = "bits",         [F_ID] = "id",
    [F_NUMBER] = "number", [F_HASH] = "hash",     [F_PERSONAL] = "personal", [F_SEALED] = "sealed",
    [F_STRUCT] = "struct", [F_LIST] = "list",     [F_STRS] = "strs",         [F_POINTS] = "points",
    [F_ARRAY] = "array",
};

static void print_field(struct buf *b, const struct field *f)
{
    buf_text(b, "{\"name\":");
    buf_json_str(b, str_of(f->name));
    buf_fmt(b,
            ",\"type\":\"%s\",\"need\":%s,\"limit\":%u,\"limit2\":%u,\"size\":%u,\"tactical\":%s",
            type_names[f->type], f->need ? "true" : "false", f->limit, f->limit2, f->size,
            f->privacy == TACTICAL ? "true" : "false");
    if (f->letter != 0) {
        buf_fmt(b, ",\"letter\":\"%c\"", f->letter);
    }
    if (f->words != NULL) {
        buf_fmt(b, ",\"words\":\"%s\"", f->words->name);
    }
    if (f->sub != NULL) {
        buf_fmt(b, ",\"sub\":\"%s\"", f->sub->name);
    }
    buf_char(b, '}');
}

static void print_shape(struct buf *b, const struct shape *s)
{
    buf_fmt(b, "\"%s\":[", s->name);
    for (uint16_t i = 0; i < s->count; i++) {
        buf_text(b, i != 0 ? "," : "");
        print_field(b, &s->fields[i]);
    }
    buf_char(b, ']');
}

static void print_words(struct buf *b, const struct words *w)
{
    buf_fmt(b, "\"%s\":[", w->name);
    for (uint32_t i = 0; i < w->count; i++) {
        buf_text(b, i != 0 ? "," : "");
        buf_json_str(b, str_of(w->at[i]));
    }
    buf_char(b, ']');
}

static void print_list(struct buf *b, const char *name, const char *const *words,
                       const struct shape *const *shapes, size_t count)
{
    buf_fmt(b, ",\"%s\":{", name);
    for (size_t i = 0; i < count; i++) {
        buf_fmt(b, "%s\"%s\":\"%s\"", i != 0 ? "," : "", words[i], shapes[i]->name);
    }
    buf_char(b, '}');
}

int main(void)
{
    static struct shape_set set;
    static const struct shape *shapes[COMMAND_TYPE_COUNT + EVENT_KIND_COUNT + 1];
    static const char *words[COMMAND_TYPE_COUNT + EVENT_KIND_COUNT];
    size_t commands = 0;
    size_t count;
    struct buf b;

    for (int type = 1; type < COMMAND_TYPE_COUNT; type++) {
        if (command_roles((enum command_type)type) != 0) {
            words[commands] = command_infos[type].word;
            shapes[commands++] = command_infos[type].shape;
        }
    }
    count = commands;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        if (event_infos[kind].word != NULL) {
            words[count] = event_infos[kind].word;
            shapes[count++] = event_infos[kind].shape;
        }
    }
    shapes[count] = &by_shape;
    shape_set_fill(&set, shapes, count + 1);
    buf_init(&b);
    buf_text(&b, "{\"shapes\":{");
    for (uint32_t i = 0; i < set.shape_count; i++) {
        buf_text(&b, i != 0 ? "," : "");
        print_shape(&b, set.shapes[i]);
    }
    buf_text(&b, "},\"words\":{");
    for (uint32_t i = 0; i < set.word_count; i++) {
        buf_text(&b, i != 0 ? "," : "");
        print_words(&b, set.words[i]);
    }
    buf_char(&b, '}');
    print_list(&b, "commands", words, shapes, commands);
    print_list(&b, "events", words + commands, shapes + commands, count - commands);
    buf_text(&b, "}\n");
    must(buf_ok(&b));
    fwrite(b.at, 1, b.len, stdout);
    buf_fini(&b);
    return 0;
}
