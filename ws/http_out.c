/* Answers on their way out. An answer that the socket takes is written at once; the rest follows as
 * it becomes writable. */
#include "ws/http.h"

#include <stdlib.h>

static const char every_answer[] = "X-Content-Type-Options: nosniff\r\n"
                                   "X-Frame-Options: DENY\r\n"
                                   "Referrer-Policy: no-referrer\r\n"
                                   "Cross-Origin-Resource-Policy: same-origin\r\n";

const char *http_reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 204:
        return "No Content";
    case 302:
        return "Found";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return "Internal Server Error";
    }
}

static void finish(struct http_call *call)
{
    struct conn *c = call->conn;
    bool keep = call->keep_alive;

    http_call_free(c);
    if (!keep) {
        conn_kill(c);
        return;
    }
    conn_wait(c, &c->g->idle);
    if (lws_http_transaction_completed(c->wsi) != 0) {
        conn_kill(c);
        return;
    }
    lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
    conn_go_on_reading(c);
}

/* Writes what the socket takes. The call may be gone afterwards. */
static void send_more(struct http_call *call)
{
    struct conn *c = call->conn;

    while (call->sent < call->out.len && !lws_partial_buffered(c->wsi)) {
        size_t left = call->out.len - call->sent;
        size_t len = left < TX_BYTES ? left : TX_BYTES;

        if (lws_write(c->wsi, (unsigned char *)call->out.at + call->sent, len, LWS_WRITE_HTTP) <
            0) {
            conn_kill(c);
            return;
        }
        call->sent += len;
        conn_wait(c, &c->g->working); /* it moves */
        c->g->metrics.bytes_out += len;
    }
    if (call->sent == call->out.len && call->ended && !lws_partial_buffered(c->wsi)) {
        finish(call);
        return;
    }
    if (call->sent == call->out.len) {
        buf_reset(&call->out);
        call->sent = 0;
    }
    if (call->ended || lws_partial_buffered(c->wsi)) {
        /* libwebsockets serves no writability of a connection that it may not read from. */
        conn_go_on_reading(c);
        lws_callback_on_writable(c->wsi);
    }
}

int http_writable(struct conn *c)
{
    if (c->stage == STAGE_CLOSING) {
        return -1;
    }
    if (c->call != NULL && c->call->running) {
        send_more(c->call);
    }
    return c->stage == STAGE_CLOSING ? -1 : 0;
}

static void write_head(struct http_call *call, int status, const char *type, struct str headers,
                       bool chunked, size_t length)
{
    struct buf *b = &call->out;

    call->running = true;
    buf_text(b, "HTTP/1.1 ");
    buf_u64(b, (uint64_t)status);
    buf_char(b, ' ');
    buf_text(b, http_reason(status));
    if (type != NULL) {
        buf_text(b, "\r\nContent-Type: ");
        buf_text(b, type);
    }
    if (chunked) {
        buf_text(b, "\r\nTransfer-Encoding: chunked");
    } else if (status != 304 && status != 204) {
        buf_text(b, "\r\nContent-Length: ");
        buf_u64(b, length);
    }
    buf_text(b, "\r\n");
    buf_text(b, every_answer);
    if (call->conn->g->tls) {
        buf_text(b, "Strict-Transport-Security: max-age=31536000\r\n");
    }
    buf_str(b, headers);
    buf_text(b, call->keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

void http_answer(struct http_call *call, int status, const char *type, struct str headers,
                 struct str body)
{
    write_head(call, status, type, headers, false, body.len);
    if (call->method != METHOD_HEAD) {
        buf_str(&call->out, body);
    }
    if (!buf_ok(&call->out)) {
        conn_kill(call->conn);
        return;
    }
    call->ended = true;
    send_more(call);
}

void http_json(struct http_call *call, int status, struct str body)
{
    http_answer(call, status, "application/json", STR("Cache-Control: no-store\r\n"), body);
}

void http_fault(struct http_call *call, const struct fault *f)
{
    struct fault copy = *f;
    struct buf body;
    struct buf headers;
    int status = problem_status(&copy);

    buf_init(&body);
    buf_init(&headers);
    problem_write(&body, &copy, str_of(call->path));
    buf_text(&headers, "Cache-Control: no-store\r\n");
    if (copy.err == ERR_UNSIGNED) {
        buf_text(&headers, "WWW-Authenticate: Bearer\r\n");
    }
    if (copy.err == ERR_METHOD && strlen(copy.hint) > 4) {
        buf_fmt(&headers, "Allow: %s\r\n", copy.hint + 4); /* "use POST" */
    }
    if (status == 503 || status == 429) {
        buf_fmt(&headers, "Retry-After: %d\r\n", call->retry_after_s > 0 ? call->retry_after_s : 1);
    }
    call->conn->g->metrics.problems++;
    http_answer(call, status, "application/problem+json", buf_view(&headers), buf_view(&body));
    buf_fini(&body);
    buf_fini(&headers);
}

void http_head(struct http_call *call, int status, const char *type, struct str headers)
{
    call->chunked = true;
    write_head(call, status, type, headers, true, 0);
}

void http_part(struct http_call *call, struct str bytes)
{
    if (bytes.len == 0 || call->method == METHOD_HEAD) {
        return;
    }
    buf_fmt(&call->out, "%zx\r\n", bytes.len);
    buf_str(&call->out, bytes);
    buf_text(&call->out, "\r\n");
    if (!buf_ok(&call->out)) {
        conn_kill(call->conn);
        return;
    }
    send_more(call);
}

void http_end(struct http_call *call)
{
    buf_text(&call->out, call->method == METHOD_HEAD ? "" : "0\r\n\r\n");
    call->ended = true;
    send_more(call);
}
