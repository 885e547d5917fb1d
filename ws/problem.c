/* RFC 9457 problems, on HTTP and inside WebSocket messages alike. */
#include "ws/inside.h"

static void member(struct buf *b, const char *name, struct str value)
{
    if (value.len != 0) {
        buf_fmt(b, ",\"%s\":", name);
        buf_json_str(b, value);
    }
}

/* Copies what fits of well-formed UTF-8, ending at a whole character. */
static void put_whole(char *out, size_t size, struct str s)
{
    size_t len = s.len < size ? s.len : size - 1;

    while (len > 0 && len < s.len && ((unsigned char)s.at[len] & 0xc0) == 0x80) {
        len--;
    }
    if (len > 0) {
        memcpy(out, s.at, len);
    }
    out[len] = '\0';
}

void problem_field(struct fault *f, struct str name)
{
    put_whole(f->field, sizeof(f->field), name);
}

/* The next line of `text`, which goes on behind it. */
static struct str next_line(struct str *text)
{
    const char *end = text->len != 0 ? memchr(text->at, '\n', text->len) : NULL;
    size_t len = end != NULL ? (size_t)(end - text->at) : text->len;
    struct str line = str_from(text->at, len);

    *text = end != NULL ? str_from(end + 1, text->len - len - 1) : STR("");
    return line;
}

void problem_text(struct fault *f, enum err err, struct str text)
{
    (void)fault_set(f, err < ERR_COUNT && err != OK ? err : ERR_IO, "", "", "");
    put_whole(f->primary, sizeof(f->primary), next_line(&text));
    put_whole(f->hint, sizeof(f->hint), next_line(&text));
    put_whole(f->field, sizeof(f->field), next_line(&text));
}

int problem_status(const struct fault *f)
{
    return err_http(f->err);
}

void problem_write(struct buf *b, const struct fault *f, struct str instance)
{
    struct str primary = str_of(f->primary);

    buf_fmt(b, "{\"type\":\"urn:tocsin:problem:%s\",\"title\":", err_word(f->err));
    buf_json_str(b, str_of(err_title(f->err)));
    buf_fmt(b, ",\"status\":%d,\"code\":\"%s\"", err_http(f->err), err_word(f->err));
    if (primary.len != 0 && f->detail[0] != '\0') {
        char both[sizeof(f->primary) + sizeof(f->detail) + 2];
        struct buf text;

        buf_fixed(&text, both, sizeof(both));
        buf_str(&text, primary);
        buf_text(&text, ": ");
        buf_text(&text, f->detail);
        member(b, "detail", buf_view(&text));
    } else {
        member(b, "detail", primary.len != 0 ? primary : str_of(f->detail));
    }
    member(b, "field", str_of(f->field));
    member(b, "hint", str_of(f->hint));
    member(b, "instance", instance);
    buf_char(b, '}');
}

void problem_refusal(struct buf *b, enum refusal r, struct str field, struct str detail,
                     uint64_t seq, const uint8_t hash8[8])
{
    const struct refusal_info *info = &refusal_infos[r];

    buf_fmt(b, "{\"type\":\"urn:tocsin:problem:%s\",\"title\":", info->code);
    buf_json_str(b, str_of(info->en));
    buf_text(b, ",\"title_zh\":");
    buf_json_str(b, str_of(info->zh));
    buf_fmt(b, ",\"status\":%d,\"code\":\"%s\"", info->http, info->code);
    member(b, "field", field);
    member(b, "detail", detail);
    if (seq != 0) { /* a refusal at the door, before the first row was seen, depends on none */
        buf_text(b, ",\"seq\":");
        buf_u64(b, seq);
        buf_text(b, ",\"hash\":\"");
        buf_hex(b, hash8, 8);
        buf_char(b, '"');
    }
    buf_char(b, '}');
}
