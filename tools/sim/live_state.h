/* What a live simulation holds. Private to tools/sim/live*.c:
 *   live.c         the run: timers, fixes, progress      live_seat.c  who takes part, connections
 *   live_frames.c  what the watcher is told              live_send.c  commands on their way
 *   live_sign.c    signing in and out */
#ifndef TOOLS_SIM_LIVE_STATE_H
#define TOOLS_SIM_LIVE_STATE_H

#include "tools/sim/live.h"
#include "tools/wire/http_client.h"
#include "tools/wire/ws_client.h"

#define PENDING_MAX 65536 /* commands without an answer; a power of two */
#define LIVE_TOKEN_SIZE 128

struct live;

/* A person at a screen or a terminal. */
struct desk_seat {
    struct live *live;
    const struct account *account;
    char token[LIVE_TOKEN_SIZE];
    struct ws_client *ws;
    struct ws_client *gone; /* to be freed outside its callback */
    struct event *retry;
    bool wanted;     /* is to be connected */
    bool cut;        /* has no link for a while: what it sends is kept */
    bool signing_in; /* waits for a token */
    bool welcome;    /* said hello and was let in */
    int64_t sent_fix_at;
    /* Where to go on after a loss. */
    char world_id[64], audience[32], hash[20];
    uint64_t seq;
};

/* A walk to the door: signing in, or out with this token. */
struct errand {
    struct desk_seat *seat;
    bool sign_out;
    char token[LIVE_TOKEN_SIZE];
};
#define ERRANDS_MAX 65536 /* a power of two: one a unit, and some */

/* A command on its way. */
struct command_out {
    uint64_t number; /* 0: free */
    struct act act;
    struct desk_seat *seat;
    bool sent; /* at least once */
    bool kept; /* while its terminal had no link */
    struct buf text;
};

struct live {
    const struct live_opts *opts;
    struct fault *fault;
    struct live_result *result;
    struct event_base *base;
    struct agents *agents;
    struct arena arena;      /* of one command or frame */
    struct desk_seat *seats; /* the first one is the watcher: what it is told is what they know */
    uint32_t seat_count;
    struct errand *errands; /* a ring */
    uint32_t errand_first, errand_last;
    bool errand_busy;
    struct http_client *signer;
    struct http_client *channel; /* reports of channels without a screen */
    uint64_t channel_number;     /* of the command under way on it */
    struct command_out *out;
    struct event *wake, *every_second, *fixes;
    uint32_t seconds; /* it has gone on for so long */
    int64_t began_us; /* of the machine's own clock */
    struct event *signals[2];
    char world[32]; /* name, stands in ids */
    char tag[32];
    int64_t clock_server,
        clock_mono; /* an instant of the server's clock and ours at that moment; 0: not known */
    uint64_t channel_first, channel_last; /* numbers that wait for the channel, a ring */
    uint64_t channel_queue[1024];
    bool connected; /* who is there from the start has signed in */
    bool pictured;  /* the watcher had its first snapshot */
    bool begun, stop;
};

static inline bool live_is_watcher(const struct desk_seat *s)
{
    return s == &s->live->seats[0];
}

int64_t live_mono_us(void);

/* The server's clock now; 0 before its first beat. */
int64_t live_now(const struct live *l);

/* Lets people act whose time has come, and arms the timer for the next. */
void live_act(struct live *l);

/* Works off the errands; when those from before it are done the first time, live_connect. Failures
 * end the run (live_fail). */
void live_sign_in(struct live *l);

/* One more: signs in, or out of the session the seat has now. */
void live_errand(struct desk_seat *s, bool sign_out);
void live_errands(struct live *l);

/* When everybody has a token, so that nobody acts while others still stand at the door. */
void live_connect(struct live *l);

/* False: an account is missing. */
bool live_make_seats(struct live *l);

/* Connects, signing in first where there is no session; lets the connection go without a word. */
void live_seat_up(struct desk_seat *s);
void live_seat_down(struct desk_seat *s);

/* As agents_opts.console. */
void live_console(void *live, struct str person, enum agents_console what);

/* As agents_opts.link: the terminal's socket is closed, and opened again. */
void live_link(void *live, uint32_t unit, bool up);

struct desk_seat *live_seat_of(struct live *l, struct str principal);

/* Frames. */
void live_on_text(struct desk_seat *s, struct str text);

/* Sends a command as its principal, or keeps it until that one is connected. */
void live_send(struct live *l, const struct act *act, const struct command *c);

/* The answer to a command: `code` NULL when it was accepted. */
void live_answer(struct live *l, uint64_t number, const char *code);

/* The number behind our tag in a command's id; 0: not ours. */
uint64_t live_number(const struct live *l, struct str id);

/* What did not go out yet of this seat's commands, and what has no answer, again. */
void live_resend(struct desk_seat *s);

/* Who sat here is gone: what they had under way is somebody else's to do again. */
void live_give_back(struct desk_seat *s);

/* Reports of channels over HTTP, one at a time. */
void live_feed_channel(struct live *l);
void live_on_channel_answer(void *live, struct http_client *c, int status, struct str body);
void live_on_channel_lost(void *live, struct http_client *c, const char *reason);

void live_fail(struct live *l, enum err err, const char *primary, const char *detail);

#endif
