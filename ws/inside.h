/* What the files of ws/ share; nobody else includes this. One gateway = one thread: nothing here is
 * locked.
 *
 * The road of a WebSocket: conn.c adopts the socket, wire_in.c takes messages, session.c answers
 * hello (token → rights → snapshot or resume), fanout.c sends what the ring has, commands.c passes
 * commands on and holds their answers. The road of a request: http.c finds the route, calls.c and
 * reads.c do it, http_out.c writes the answer. */
#ifndef WS_INSIDE_H
#define WS_INSIDE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "dispatch/model/refusal.h"
#include "dispatch/model/words.h"
#include "ws/gateway.h"
#include "ws/link.h"

#include <libwebsockets.h>
#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#define BEAT_SLOTS 20 /* a slot every 50 ms: each connection hears a beat a second */
#define BEAT_MS 50
#define FRAMES 64                   /* composed frames kept for one head of the ring */
#define FRAME_BYTES (512 * 1024)    /* an events frame ends at the first whole row past this */
#define TX_BYTES (256 * 1024)       /* written at once at most, but for one frame */
#define SEND_BUFFER (256 * 1024)    /* SO_SNDBUF: what a stalled reader holds in the kernel */
#define OUT_BYTES_MAX (1024 * 1024) /* of answers for a client that does not read them */
#define RIGHTS_KEPT 256
#define MARKS_KEPT 4096
#define HELLO_US (5 * US_PER_S)
#define BODY_US (30 * US_PER_S)
#define IDLE_US (75 * US_PER_S)
#define WORK_US (60 * US_PER_S)
#define LAG_US (5 * US_PER_S)
#define CLOSE_US (5 * US_PER_S)

/* WebSocket close codes of the protocol. */
enum close_code {
    CLOSE_RESTART = 1012,
    CLOSE_UNSIGNED = 4001,
    CLOSE_FORBIDDEN = 4003,
    CLOSE_SLOW = 4008,
    CLOSE_PROTOCOL = 4009,
    CLOSE_TOO_LARGE = 4013,
    CLOSE_TOO_MANY = 4029
};

enum stage {
    STAGE_HTTP,   /* speaks HTTP */
    STAGE_HELLO,  /* a WebSocket that has not said hello */
    STAGE_ASKING, /* hello (or a change of rights) is being answered: nothing of the ring goes out
                   */
    STAGE_LIVE,
    STAGE_CLOSING /* nothing goes in or out any more but the close frame */
};

/* Allowance that fills up again: `level` in thousandths. */
struct bucket {
    int64_t at_us;
    int64_t level;
};

/* Everything a connection is selected by. Connections of one class at one cursor get the same
 * bytes. */
struct audience_class {
    struct link all;
    uint64_t id; /* never used again */
    uint32_t refs;
    uint32_t unit;
    uint64_t zones;
    uint16_t topics;
    uint8_t audience;
};

struct out_msg {
    struct out_msg *next;
    uint64_t after_seq; /* goes out once the connection was told of this row */
    uint32_t len;
    unsigned char bytes[]; /* LWS_PRE, then the text */
};

/* A snapshot, shared by all that asked for the same within a second. */
struct snapshot {
    struct link all;
    struct link askers; /* connections that wait for it, by their `asking` */
    struct gateway *g;
    uint32_t refs;
    uint64_t zones;
    uint32_t unit;
    uint16_t topics;
    uint8_t audience;
    uint8_t role;
    bool done;
    int64_t born_us;
    uint64_t seq;
    uint64_t epoch;
    uint8_t hash8[8];
    struct buf bytes; /* LWS_PRE, then the whole message */
};

struct http_call;

struct conn {
    /* What a pass reads and writes of each connection; together they fill two cache lines. */
    struct link beat; /* in a beat slot */
    uint64_t cursor;  /* offset in the ring */
    uint64_t told;    /* last `to` the client knows */
    uint64_t seen;    /* last row scanned for it, >= told */
    uint8_t hash8[8]; /* of row `seen` */
    struct gateway *g;
    struct audience_class *cls;
    struct snapshot *snapshot; /* being sent */
    struct out_msg *out_first;
    int fd; /* libwebsockets' own; written to by ws_write alone */
    uint8_t stage;
    bool buffered; /* libwebsockets may hold bytes that the socket did not take */

    struct lws *wsi;
    struct link waiting;  /* in unsigned_, bodies, idle or closing, by `since_us` */
    struct link asking;   /* for a snapshot */
    struct link pendings; /* head */
    int64_t since_us;
    int64_t lag_us;        /* when it fell behind; 0 never */
    int64_t expires_us;    /* of the session, UTC */
    uint64_t rights_seq;   /* the rights are true at this seq */
    uint64_t rights_min;   /* they are to be asked for at this seq or later */
    uint64_t positions_at; /* stamp of the newest position it has */
    size_t snapshot_sent;
    struct out_msg *out_last;
    uint32_t out_bytes;
    struct buf in; /* a message that came in pieces */
    struct http_call *call;
    struct subscription *sub;
    struct bucket commands;
    struct bucket strikes;
    struct bucket hellos; /* each costs the view thread a snapshot */
    uint32_t user;
    uint32_t unit;
    uint32_t coverage_at; /* stamp of the newest coverage it has */
    uint16_t close_code;
    uint8_t close_len;
    uint8_t role;
    uint8_t session[16];
    bool is_ws;
    bool signed_in;   /* counts no longer as unsigned */
    bool have_rights; /* role, unit, user are known */
    bool lagged;      /* fell too far behind; must read again within LAG_US */
    bool again;       /* ask for rights and snapshot as soon as it can be written to */
    bool stopped;     /* rx flow control is on */
    bool close_sent;
    char principal[32];
    char address[46];
    char close_text[48];
};

/* What hello asked for; kept for a change of rights. */
struct subscription {
    uint16_t topics;
    bool has_bbox;
    bool resume;
    int32_t west, south, east, north; /* 1e-7 degree */
    uint64_t resume_seq;
    uint8_t resume_hash[8];
    uint8_t resume_audience;
    struct str zones; /* query lines; points behind the struct */
};

enum pending_kind {
    PENDING_FREE,
    PENDING_HELLO_CHECK,
    PENDING_HELLO_RIGHTS,
    PENDING_SNAPSHOT,
    PENDING_WS_COMMAND,
    PENDING_CALL_CHECK,
    PENDING_CALL_RIGHTS,
    PENDING_CALL_COMMAND,
    PENDING_CALL_ROW,
    PENDING_CALL_READ,
    PENDING_CALL_AUTH
};

/* What waits for an answer of another thread. */
struct pending {
    struct link of_conn;
    struct conn *conn; /* NULL: nobody waits any more */
    struct snapshot *snapshot;
    uint32_t gen;
    uint32_t next_free;
    uint32_t item; /* of a call with many commands */
    uint8_t kind;
    uint8_t id_len;
    char id[64];
};

/* A token that was checked. */
struct token {
    struct sha256 hash;
    uint8_t session[16];
    int64_t expires_us;
    int64_t used_us;
    uint64_t acked_seq; /* what its user has seen acknowledged: reads are at least as new */
    char principal[32];
};
#define TOKENS_MAX 8192

struct frame {
    uint64_t class_id;
    uint64_t cursor;
    uint64_t told;
    uint64_t head;
    uint64_t to;
    uint64_t end; /* cursor behind it */
    uint8_t hash8[8];
    size_t start;
    size_t len; /* 0: nothing is visible */
    struct buf bytes;
};

struct row_mark {
    uint64_t seq;
    uint64_t pos; /* behind the row */
};

struct rights_change {
    uint32_t user;
    uint64_t seq;
};

struct position {
    struct door_fix fix;
    uint64_t zones;
    uint64_t stamp; /* 0: none yet */
    uint32_t newer; /* in order of stamps; 0 none */
    uint32_t older;
};

struct metrics {
    uint64_t accepted, refused_connections, requests, commands, fixes, messages_in;
    uint64_t frames_out, bytes_out, slow_cut, snapshots_sent, passes, problems, reads_refused,
        tiles_broken;
};

struct gateway {
    struct gateway_setup setup;
    const struct conf *conf;
    uint32_t core_owed; /* commands queued since the core was to be woken */
    struct ring *ring;
    pthread_t thread;
    int64_t stop_at_us; /* 0: not stopping */
    uv_loop_t loop;
    uv_async_t stop;
    uv_poll_t door_poll;
    uv_poll_t ring_poll;
    uv_prepare_t prepare;
    uv_idle_t busy;
    uv_timer_t tick;
    uv_timer_t pass_timer;
    struct lws_context *lws;
    struct lws_vhost *vhost;
    bool poke; /* connections go on reading: libwebsockets must look into its buffers */
    bool tls;

    /* connections */
    struct link unsigned_;
    struct link bodies;
    struct link idle;    /* HTTP between requests */
    struct link working; /* HTTP that waits for an answer, or for its client to read it */
    struct link closing;
    struct link blocked; /* not read from until the next tick: the core's queue is full */
    unsigned crew_tick;
    struct link beats[BEAT_SLOTS];
    uint32_t beat_slot; /* whose turn is next */
    uint32_t beat_join; /* where the next connection goes */
    uint32_t conn_count;
    uint32_t unsigned_count;

    /* the ring */
    uint64_t scanned; /* offset up to which entries were looked at */
    uint64_t seq;     /* last whole row of it */
    uint64_t epoch;
    uint8_t hash8[8];
    uint64_t lag_max;
    uint64_t marked;
    struct row_mark marks[MARKS_KEPT];
    uint64_t mark_count;
    struct rights_change rights[RIGHTS_KEPT];
    uint64_t rights_count;

    /* the pass */
    struct link classes;
    uint64_t class_next;
    struct frame frames[FRAMES];
    bool passing;
    uint64_t pass_head;
    uint32_t pass_slot;
    struct link *pass_at; /* next link of the slot's list; NULL: start of the slot */
    int64_t pass_began_us;
    int64_t pass_not_before_us;

    struct link snapshots;
    struct pending *pending;
    uint32_t pending_cap;
    uint32_t pending_free; /* index + 1 */
    struct token *tokens;
    uint32_t ended;                /* sessions of whose end it has read */
    struct allowances *allowances; /* of users and addresses that read */
    struct tiles *tiles;           /* the base map; NULL: there is none */

    /* positions */
    struct door_fix *fixes; /* received, not yet passed on */
    uint32_t fix_count;
    struct position *positions; /* by unit number */
    uint32_t position_cap;
    uint32_t position_newest;
    uint64_t position_stamp;
    int64_t positions_sent_us;
    struct buf positions_frame;
    struct buf coverage_frame; /* LWS_PRE, then the newest; empty: none yet */
    uint32_t coverage_stamp;
    uint64_t positions_key[3];

    bool ready;
    uint32_t clock_rate;
    struct door_state core; /* the last one that came */
    struct buf scratch;     /* LWS_PRE, then one message */
    struct buf json;        /* canonical bytes, packed structs */
    struct arena arena;     /* one message or one command */
    struct conn *adopting;
    struct metrics metrics;
};

#define MESSAGE_ARENA_MAX (64u * 1024 * 1024)

static inline struct str str_from(const void *at, size_t len)
{
    return (struct str){ .at = at, .len = len };
}

/* gateway.c */
int64_t mono_us(void);
int64_t wall_us(void); /* CLOCK_REALTIME: sessions end by it, however fast the world's clock runs */
int64_t gateway_now_us(const struct gateway *g); /* the server's clock */
void *door_reserve(struct door_way *way, size_t len);
void door_commit(struct door_way *way);
/* The same for the core's queue; it is woken by core_wake, before the loop sleeps, or a little
 * sooner. */
void core_commit(struct gateway *g);
void core_wake(struct gateway *g);

/* conn.c */
int conn_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                  size_t len);
void conn_adopt(struct gateway *g, const struct door_socket *s);
void conn_close(struct conn *c, enum close_code code,
                const char *text); /* a WebSocket, with a reason */
void conn_kill(struct conn *c);    /* as soon as possible, without one */
void conn_free(struct conn *c);
void conn_wait(struct conn *c, struct link *list); /* NULL: in none */
void conn_signed_in(struct conn *c);
void conn_stop_reading(struct conn *c);
void conn_go_on_reading(struct conn *c);
void conn_strike(struct conn *c, enum close_code code); /* again and again closes it */
void conns_expire(struct gateway *g);
bool bucket_take(struct bucket *b, int64_t now_us, int64_t per_s, int64_t burst);

/* pending.c */
struct pending *pending_new(struct gateway *g, struct conn *c, enum pending_kind kind,
                            uint64_t *request); /* NULL: too many wait */
struct pending *pending_find(struct gateway *g, uint64_t request);
void pending_done(struct gateway *g, struct pending *p);
void pendings_drop(struct conn *c); /* of a connection that goes, or asks anew */

/* problem.c */
void problem_write(struct buf *b, const struct fault *f, struct str instance);
void problem_refusal(struct buf *b, enum refusal r, struct str field, struct str detail,
                     uint64_t seq, const uint8_t hash8[8]);
int problem_status(const struct fault *f);
void problem_text(struct fault *f, enum err err,
                  struct str text);                   /* another thread's "primary\nhint\nfield" */
void problem_field(struct fault *f, struct str name); /* cut at a whole character */

/* ws_out.c */
void ws_post(struct conn *c, struct str text, uint64_t after_seq);
void ws_problem(struct conn *c, struct str id,
                const struct fault *f); /* id empty: {"op":"problem"} */
bool ws_writable(struct conn *c);
/* A whole text frame, and a piece of one by libwebsockets' own kinds. LWS_PRE bytes before `at` are
 * written over. False: the connection was killed. */
bool ws_write(struct conn *c, unsigned char *at, size_t len);
bool ws_write_part(struct conn *c, unsigned char *at, size_t len, int protocol);
void ws_flush(struct conn *c);
void ws_out_drop(struct conn *c);
int ws_on_writable(struct conn *c);

/* session.c */
void session_hello(struct conn *c, struct subscription *sub, struct str token);
void session_again(struct conn *c, uint64_t min_seq); /* asks for rights anew */
void session_checked(struct conn *c, const struct door_auth_done *d, struct str rest);
void session_rights(struct conn *c, const struct door_read_done *d, struct str body);
void session_live(struct conn *c, struct snapshot *s);
void session_ended(struct gateway *g, const uint8_t session[16]);

/* snapshot.c */
void snapshot_ask(struct conn *c);
void snapshot_done(struct snapshot *s, const struct door_read_done *d, struct str body);
void snapshot_unref(struct snapshot *s);
int snapshot_send_more(struct conn *c);
void snapshots_expire(struct gateway *g);

/* fanout.c, compose.c */
void fanout_look(
    struct gateway *g); /* scans new entries of the ring, starts or goes on with a pass */
void fanout_catch_up(struct conn *c);
void fanout_beat(struct gateway *g);
void fanout_told(struct conn *c); /* tells of silent rows now, by a beat */
void fanout_join(struct conn *c);
void fanout_leave(struct conn *c);
bool fanout_row_pos(struct gateway *g, uint64_t seq, uint64_t *pos, uint8_t hash8[8]);
bool fanout_cursor(struct gateway *g, uint64_t seq,
                   uint64_t *pos); /* at or before the row's end, near it */
const struct frame *frame_for(struct gateway *g, const struct conn *c, uint64_t head);
void frame_write_head(struct frame *f, uint64_t from, int64_t at_us);
struct audience_class *class_get(struct gateway *g, uint8_t audience, uint64_t zones,
                                 uint16_t topics, uint32_t unit);
void class_unref(struct audience_class *cls);

/* positions.c, fix_scan.c, fixes.c */
void positions_show(struct gateway *g, const struct door_positions *p, size_t len);
void positions_send(struct conn *c);

/* coverage.c */
void coverage_show(struct gateway *g, const struct door_coverage *d, size_t len);
void coverage_send(struct conn *c);
void fixes_init(struct gateway *g);
void fixes_flush(struct gateway *g);

/* Tells the core who is connected, once a second. */
void crew_tell(struct gateway *g);
struct json_doc;
bool fix_scan(struct str text, struct str world, struct door_fix *out); /* the usual form */
bool fix_read(const struct json_doc *doc, struct str world, struct arena *a, struct door_fix *out,
              struct fault *f); /* any form, and what is wrong with it */
bool fix_take(struct conn *c, const struct door_fix *fix, struct fault *f);

/* wire_in.c */
int wire_receive(struct conn *c, const char *at, size_t len);
void wire_message(struct conn *c, struct str text);

/* commands.c */
enum submit { SUBMITTED, SUBMIT_BAD, SUBMIT_FULL };
struct submission {
    struct conn *conn;
    struct str principal;
    const struct json_doc
        *command; /* {id, type, data, expect?, at_device?}; NULL: the next two and `id` are given */
    const struct json_doc *data;
    uint16_t type;
    struct str id;          /* out: of the command, when it has a usable one */
    enum pending_kind kind; /* who is to get the answer; a call wants the events too */
    uint32_t item;          /* of a call with many commands */
    enum refusal refusal;   /* out: SUBMIT_BAD by a refusal that needs no core */
};
enum submit command_submit(struct submission *s, struct fault *f);
void command_answer_ws(struct pending *p, const struct door_answer *a, struct str field,
                       struct str detail);
bool command_id_valid(struct str id);
void command_write_made(struct gateway *g, struct buf *b, const struct door_answer *a);
void command_fault(const struct door_answer *a, struct fault *f);

/* tokens.c */
void tokens_init(struct gateway *g);
struct token *token_find(struct gateway *g, struct str token);
struct token *token_by_digest(struct gateway *g, const struct sha256 *hash);
struct token *token_standing(struct gateway *g, const struct sha256 *hash);
struct token *token_put(struct gateway *g, const struct sha256 *hash, struct str principal,
                        const uint8_t session[16], int64_t expires_us);
void token_forget(struct gateway *g, const uint8_t session[16]);
void token_digest(struct str token, struct sha256 *out);

/* allowance.c */
bool allowances_init(struct gateway *g);

/* asks.c: records to the other threads. False when the queue is full. */
bool ask_read(struct gateway *g, enum door_read what, uint64_t request, uint64_t number,
              uint64_t min_seq, struct str principal, struct str query, bool geojson, bool ndjson);
bool ask_auth(struct gateway *g, enum door_auth what, uint64_t request, uint64_t number,
              const struct str strings[3]);

#endif
