/* A subcommand's session with a running server, over its own interface: signed in as a user, so
 * that what it does is allowed and recorded as that user's. */
#ifndef TOOLS_CLI_SESSION_H
#define TOOLS_CLI_SESSION_H

#include "base/buf.h"
#include "base/fault.h"
#include "tools/wire/http_client.h"

struct session_opts {
    const char *url;           /* http://host:port */
    const char *user;          /* user name */
    const char *password_file; /* its first line; NULL: the first line of standard input */
};

struct cli_session {
    struct wire_address to;
    char token[128];
    char role[32];
};

/* The options every such subcommand has; stands in its table of cli_option. */
#define SESSION_OPTIONS(o)                                                      \
    { "--url", CLI_TEXT, &(o).url, true, "server (http://host:port)" },         \
        { "--user", CLI_TEXT, &(o).user, true, "user to sign in as" },          \
    {                                                                           \
        "--password-file", CLI_TEXT, &(o).password_file, false,                 \
            "file whose first line is the password; standard input unless said" \
    }

/* Signs in. Fails: ERR_INVALID for a URL that is none; ERR_IO for the file or the connection;
 * what the server answered otherwise. */
MUST_USE enum err session_open(struct cli_session *s, const struct session_opts *o,
                               struct fault *f);

/* Signs out; the server may be gone. */
void session_close(struct cli_session *s);

/* One request; the body of the answer is the caller's to free, also after trouble. Busy and
 * unavailable answers (429, 503, 504) are tried again for up to `patience_s`. Fails: ERR_IO. */
MUST_USE enum err session_call(struct cli_session *s, const struct http_request *r, int patience_s,
                               int *status, struct buf *answer, struct fault *f);

/* The problem of an answer that is not as hoped for, as a fault: its title, detail, field. */
enum err session_problem(int status, struct str body, struct fault *f);

/* Appends a value of a query, percent-encoded. */
void session_put_query(struct buf *b, const char *name, struct str value);

#endif
