#include "tools/wire/ws_client.h"

#include "tools/wire/sha1.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_TEXT_SIZE 25 /* 16 bytes in base64 and a NUL */
#define HEAD_MAX 8192
#define CLOSED_ABNORMALLY 1006
#define PROTOCOL_ERROR 1002
#define TOO_BIG 1009

enum opcode {
    OP_CONTINUATION = 0,
    OP_TEXT = 1,
    OP_BINARY = 2,
    OP_CLOSE = 8,
    OP_PING = 9,
    OP_PONG = 10
};

struct ws_client {
    struct wire_socket socket;
    struct ws_client_opts opts;
    struct buf message; /* of fragments so far */
    char key[KEY_TEXT_SIZE];
    uint32_t mask;
    bool open;
    bool told; /* on_close was called */
};

/* Masks need to be unlike each other, not secret: what is sent here is our own. */
static uint32_t next_mask(struct ws_client *c)
{
    c->mask ^= c->mask << 13;
    c->mask ^= c->mask >> 17;
    c->mask ^= c->mask << 5;
    return c->mask;
}

static void mask_bytes(char *to, const char *from, size_t len, uint32_t mask)
{
    uint64_t wide = (uint64_t)mask << 32 | mask;
    size_t i = 0;

    for (; i + 8 <= len; i += 8) {
        uint64_t x;

        memcpy(&x, from + i, 8);
        x ^= wide;
        memcpy(to + i, &x, 8);
    }
    for (; i < len; i++) {
        to[i] = (char)((uint8_t)from[i] ^ (uint8_t)(mask >> (8 * (i % 4))));
    }
}

static void put_frame(struct buf *out, enum opcode op, struct str text, uint32_t mask)
{
    char *p = buf_room(out, text.len + 14);
    size_t n = 2;

    if (p == NULL) {
        return;
    }
    p[0] = (char)(0x80 | op);
    if (text.len < 126) {
        p[1] = (char)(0x80 | text.len);
    } else if (text.len < 65536) {
        p[1] = (char)(0x80 | 126);
        p[2] = (char)(text.len >> 8);
        p[3] = (char)text.len;
        n = 4;
    } else {
        p[1] = (char)(0x80 | 127);
        for (size_t i = 0; i < 8; i++) {
            p[2 + i] = (char)((uint64_t)text.len >> (56 - 8 * i));
        }
        n = 10;
    }
    memcpy(p + n, &mask, 4);
    mask_bytes(p + n + 4, text.at, text.len, mask);
    buf_took(out, n + 4 + text.len);
}

void ws_frame_put(struct buf *out, struct str text, uint32_t mask)
{
    put_frame(out, OP_TEXT, text, mask);
}

/* The reason may lie in the input, which goes with the socket. */
static void end(struct ws_client *c, uint16_t code, struct str reason)
{
    char text[128];
    size_t len = reason.len < sizeof(text) ? reason.len : sizeof(text);

    if (len > 0) {
        memcpy(text, reason.at, len);
    }
    c->open = false;
    wire_close(&c->socket);
    if (!c->told) {
        c->told = true;
        c->opts.on_close(c->opts.arg, c, code, (struct str){ .at = text, .len = len });
    }
}

static void on_down(void *owner, const char *reason)
{
    end(owner, CLOSED_ABNORMALLY, str_of(reason));
}

static void on_up(void *owner)
{
    struct ws_client *c = owner;

    buf_fmt(&c->socket.out,
            "GET %s HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
            c->opts.path, c->opts.to.host, c->opts.to.port, c->key);
    if (c->opts.protocol != NULL) {
        buf_fmt(&c->socket.out, "Sec-WebSocket-Protocol: %s\r\n", c->opts.protocol);
    }
    buf_text(&c->socket.out, "\r\n");
}

/* The value of a header line of `head`, without spaces around it. */
static struct str header(struct str head, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = head.at; at < head.at + head.len;) {
        size_t left = (size_t)(head.at + head.len - at);
        const char *line_end = memmem(at, left, "\r\n", 2);
        size_t line = line_end != NULL ? (size_t)(line_end - at) : left;

        if (line > len && at[len] == ':' && strncasecmp(at, name, len) == 0) {
            struct str v = { .at = at + len + 1, .len = line - len - 1 };

            while (v.len > 0 && *v.at == ' ') {
                v.at++;
                v.len--;
            }
            return v;
        }
        at += line + 2;
    }
    return (struct str){ 0 };
}

static bool accepted(const struct ws_client *c, struct str head)
{
    char text[KEY_TEXT_SIZE + sizeof(GUID)];
    char expected[32];
    uint8_t digest[SHA1_SIZE];
    int n = snprintf(text, sizeof(text), "%s%s", c->key, GUID);

    if (head.len < 12 || memcmp(head.at, "HTTP/1.1 101", 12) != 0) {
        return false;
    }
    sha1_short((struct str){ text, (size_t)n }, digest);
    (void)sodium_bin2base64(expected, sizeof(expected), digest, sizeof(digest),
                            sodium_base64_VARIANT_ORIGINAL);
    return str_is(header(head, "Sec-WebSocket-Accept"), expected);
}

static size_t take_handshake(struct ws_client *c, struct str bytes)
{
    const char *stop = memmem(bytes.at, bytes.len, "\r\n\r\n", 4);

    if (stop == NULL) {
        if (bytes.len > HEAD_MAX) {
            end(c, PROTOCOL_ERROR, STR("the answer has no end"));
        }
        return 0;
    }
    struct str head = { .at = bytes.at, .len = (size_t)(stop - bytes.at) };

    if (!accepted(c, head)) {
        struct str line = head;
        const char *first = memmem(head.at, head.len, "\r\n", 2);

        line.len = first != NULL ? (size_t)(first - head.at) : head.len;
        end(c, PROTOCOL_ERROR, line);
        return 0;
    }
    c->open = true;
    c->opts.on_open(c->opts.arg, c);
    return head.len + 4;
}

static void take_close(struct ws_client *c, struct str body)
{
    int sent = body.len >= 2 ? (uint8_t)body.at[0] << 8 | (uint8_t)body.at[1] : 1005;
    uint16_t code = (uint16_t)sent;
    struct str reason = { .at = body.at + 2, .len = body.len >= 2 ? body.len - 2 : 0 };

    put_frame(&c->socket.out, OP_CLOSE, (struct str){ body.at, body.len >= 2 ? 2 : 0 },
              next_mask(c));
    wire_flush(&c->socket);
    end(c, code, reason);
}

static void take_frame(struct ws_client *c, enum opcode op, bool final, struct str body)
{
    if (op == OP_BINARY && c->opts.binary) {
        op = OP_TEXT;
    }
    if (op == OP_CLOSE) {
        take_close(c, body);
    } else if (op == OP_PING) {
        put_frame(&c->socket.out, OP_PONG, body, next_mask(c));
        wire_flush(&c->socket);
    } else if (op == OP_TEXT && final && c->message.len == 0) {
        c->opts.on_text(c->opts.arg, c, body);
    } else if (op == OP_TEXT || op == OP_CONTINUATION) {
        buf_add(&c->message, body.at, body.len);
        if (c->message.len > WS_MESSAGE_MAX || !buf_ok(&c->message)) {
            end(c, TOO_BIG, STR("a message is too long"));
        } else if (final) {
            c->opts.on_text(c->opts.arg, c, buf_view(&c->message));
            buf_reset(&c->message);
        }
    } else if (op != OP_PONG) {
        end(c, PROTOCOL_ERROR, STR("a frame of a kind that is not spoken here"));
    }
}

/* Length of the head of the frame at `p` and of its body; false: not all of the head is here yet.
 */
static bool frame_head(const uint8_t *p, size_t len, size_t *head, uint64_t *body)
{
    if (len < 2) {
        return false;
    }
    *body = p[1] & 0x7f;
    *head = *body == 126 ? 4 : (*body == 127 ? 10 : 2);
    if (len < *head) {
        return false;
    }
    if (*head > 2) {
        *body = 0;
        for (size_t i = 2; i < *head; i++) {
            *body = *body << 8 | p[i];
        }
    }
    return true;
}

static size_t on_input(void *owner, struct str bytes)
{
    struct ws_client *c = owner;
    size_t used = 0;

    if (!c->open) {
        used = take_handshake(c, bytes);
    }
    while (c->open) {
        const uint8_t *p = (const uint8_t *)bytes.at + used;
        size_t head;
        uint64_t body;

        if (!frame_head(p, bytes.len - used, &head, &body)) {
            break;
        }
        if ((p[1] & 0x80) != 0 || (p[0] & 0x70) != 0 || body > WS_MESSAGE_MAX) {
            end(c, PROTOCOL_ERROR, STR("a frame that a server may not send"));
            break;
        }
        if (bytes.len - used - head < body) {
            break;
        }
        used += head + (size_t)body;
        take_frame(c, (enum opcode)(p[0] & 0x0f), (p[0] & 0x80) != 0,
                   (struct str){ .at = (const char *)p + head, .len = (size_t)body });
    }
    return used;
}

struct ws_client *ws_client_new(const struct ws_client_opts *o)
{
    struct ws_client *c = calloc(1, sizeof(*c));
    uint8_t key[16];

    if (c == NULL) {
        return NULL;
    }
    randombytes_buf(key, sizeof(key));
    (void)sodium_bin2base64(c->key, sizeof(c->key), key, sizeof(key),
                            sodium_base64_VARIANT_ORIGINAL);
    memcpy(&c->mask, key, sizeof(c->mask));
    c->mask |= 1;
    c->opts = *o;
    buf_init(&c->message);
    c->socket.owner = c;
    c->socket.on_input = on_input;
    c->socket.on_up = on_up;
    c->socket.on_down = on_down;
    if (!wire_open(&c->socket, o->base, &o->to)) {
        free(c);
        return NULL;
    }
    return c;
}

void ws_client_free(struct ws_client *c)
{
    if (c != NULL) {
        wire_close(&c->socket);
        buf_fini(&c->message);
        free(c);
    }
}

bool ws_client_queue(struct ws_client *c, struct str text)
{
    if (c->open) {
        put_frame(&c->socket.out, c->opts.binary ? OP_BINARY : OP_TEXT, text, next_mask(c));
    }
    return c->open && buf_ok(&c->socket.out);
}

void ws_client_flush(struct ws_client *c)
{
    if (c->open) {
        wire_flush(&c->socket);
    }
}

bool ws_client_send(struct ws_client *c, struct str text)
{
    bool queued = ws_client_queue(c, text);

    ws_client_flush(c);
    return queued;
}

size_t ws_client_unsent(const struct ws_client *c)
{
    return c->open ? wire_unsent(&c->socket) : 0;
}
