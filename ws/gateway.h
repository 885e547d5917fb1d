/* A gateway thread: HTTP and WebSocket for its connections on a libwebsockets context of its own.
 * It holds no domain state: it parses, checks limits, passes on, and writes what the ring and the
 * answers hold. Owns its connections and its thread; borrows the door, the ring and the settings
 * until gateway_stop. */
#ifndef WS_GATEWAY_H
#define WS_GATEWAY_H

#include "base/conf.h"
#include "ws/door.h"
#include "ws/ring.h"

struct gateway;

struct gateway_setup {
    const struct conf *conf;
    struct door door;
    struct ring *ring; /* reader number = door.index */
    struct str world;  /* name */
    struct str world_id;
    uint64_t epoch;
    uint32_t clock_rate;
    const char *tiles_hash; /* of conf->basemap, by tiles_hash; NULL: it is reckoned here */
    int64_t (*now_us)(
        void *arg); /* the server's clock, safe from any thread; NULL: CLOCK_REALTIME */
    void *now_arg;
};

/* Starts the thread. Fails: ERR_CONFIG (certificate, console folder), ERR_NO_MEMORY. */
MUST_USE enum err gateway_start(const struct gateway_setup *setup, struct gateway **out,
                                struct fault *f);

/* Closes every connection with 1012 and joins the thread. */
void gateway_stop(struct gateway *g);

#endif
