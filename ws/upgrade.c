/* A request that asks to become a WebSocket: who may, and to what. */
#include "ws/http.h"

#include <strings.h>

/* Same host, or one of those allowed by name; programs send no Origin. */
static bool origin_allowed(struct conn *c)
{
    char origin[256];
    char host[256];
    const char *at;
    const char *list = c->g->conf->allowed_origins;

    if (lws_hdr_total_length(c->wsi, WSI_TOKEN_ORIGIN) == 0) {
        return true;
    }
    if (!http_header(c->wsi, WSI_TOKEN_ORIGIN, origin, sizeof(origin)) ||
        !http_header(c->wsi, WSI_TOKEN_HOST, host, sizeof(host))) {
        return false;
    }
    at = strstr(origin, "://");
    if (at != NULL && strcasecmp(at + 3, host) == 0) {
        return strncasecmp(origin, c->g->tls ? "https" : "http", (size_t)(at - origin)) == 0;
    }
    while (*list != '\0') {
        size_t len = strcspn(list, " ");

        if (len == strlen(origin) && len != 0 && strncasecmp(list, origin, len) == 0) {
            return true;
        }
        list += len + (list[len] == ' ');
    }
    return false;
}

static bool offers_protocol(struct lws *wsi)
{
    char value[256];
    const char *at = value;

    if (lws_hdr_total_length(wsi, WSI_TOKEN_PROTOCOL) == 0) {
        return true;
    }
    if (!http_header(wsi, WSI_TOKEN_PROTOCOL, value, sizeof(value))) {
        return false;
    }
    while (*at != '\0') {
        at += strspn(at, " ,\t");
        if (strncmp(at, "tocsin.v1", 9) == 0 && strchr(" ,\t", at[9]) != NULL) {
            return true;
        }
        at += strcspn(at, " ,\t");
    }
    return false;
}

/* 0: go on to the WebSocket. Otherwise the answer is written here and the connection ends. */
int http_confirm_upgrade(struct conn *c)
{
    struct http_call *call;
    char *uri = NULL;
    char upgrade[32];
    int len = 0;

    call = http_call_new(c, STR(""));
    if (call == NULL) {
        return -1;
    }
    c->call = call;
    call->keep_alive = false;
    if (!http_read_host(call)) {
    } else if (!http_header(c->wsi, WSI_TOKEN_UPGRADE, upgrade, sizeof(upgrade)) ||
               strcasecmp(upgrade, "websocket") != 0) {
        (void)fault_set(&call->fault, ERR_MALFORMED, "the only upgrade here is websocket", "", "");
    } else if (lws_http_get_uri_and_method(c->wsi, &uri, &len) != LWSHUMETH_GET || len != 3 ||
               memcmp(uri, "/ws", 3) != 0) {
        (void)fault_set(&call->fault, ERR_NOT_FOUND, "the WebSocket is at /ws", "", "");
    } else if (!origin_allowed(c)) {
        (void)fault_set(&call->fault, ERR_FORBIDDEN,
                        "pages of this origin may not open a WebSocket here", "",
                        "add it to allowed_origins");
    } else if (!offers_protocol(c->wsi)) {
        (void)fault_set(&call->fault, ERR_MALFORMED, "the subprotocol is tocsin.v1", "", "");
    }
    if (call->fault.err == OK) {
        http_call_free(c);
        return 0;
    }
    http_fault(call, &call->fault);
    return -1;
}
