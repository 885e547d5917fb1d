/* What a live simulation holds. Private to tools/sim/live*.c. */
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
    bool welcome; /* said hello and was let in */
    int64_t sent_fix_at;
    /* Where to go on after a loss. */
    char world_id[64], audience[32], hash[20];
    uint64_t seq;
};

/* A command on its way. */
struct command_out {
    uint64_t number; /* 0: free */
    struct act act;
    struct desk_seat *seat;
    bool sent; /* at least once */
    struct buf text;
};

struct live {
    const struct live_opts *opts;
    struct fault *fault;
    struct live_result *result;
    struct event_base *base;
    struct agents *agents;
    struct arena arena; /* of one command or frame */
    struct desk_seat *seats;
    uint32_t seat_count;
    uint32_t signing; /* next seat to sign in */
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
    bool begun, stop;
};

/* The server's clock now; 0 before its first beat. */
int64_t live_now(const struct live *l);

/* Lets people act whose time has come, and arms the timer for the next. */
void live_act(struct live *l);

/* Everybody signs in; then live_connect. Failures end the run (live_fail). */
void live_sign_in(struct live *l);

/* When everybody has a token, so that nobody acts while others still stand at the door. */
void live_connect(struct live *l);

/* Frames. */
void live_on_text(struct desk_seat *s, struct str text);

/* The answer to a command: `code` NULL when it was accepted. */
void live_answer(struct live *l, uint64_t number, const char *code);

/* The number behind our tag in a command's id; 0: not ours. */
uint64_t live_number(const struct live *l, struct str id);

/* What did not go out yet of this seat's commands, and what has no answer, again. */
void live_resend(struct desk_seat *s);

void live_fail(struct live *l, enum err err, const char *primary, const char *detail);

#endif
