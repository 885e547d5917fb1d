/* How many HTTP reads a user and an address still may send: a bucket each, found by hash. There is
 * a fixed number of places; when many are wanted, who asked longest ago loses theirs and begins
 * anew with a full one, which is more than they are due and never less. */
#include "base/network.h"
#include "ws/http.h"

#include <sodium.h>
#include <stdlib.h>

#define PLACES 16384u
#define PROBES 8u
#define BURST_S 10
/* Of protected reads: at 2 a second 60 at once. No hand opens incidents at that pace, but a unit's
 * day of tracks, a sample a second, comes in 43 pages, and the desk asks for up to 60 of them. */
#define PROTECTED_BURST_S 30

struct allowance {
    uint64_t key; /* 0: free */
    struct bucket reads;
};

struct allowances {
    uint8_t secret[16]; /* so that nobody can choose names that share their places */
    struct allowance at[PLACES];
};

bool allowances_init(struct gateway *g)
{
    g->allowances = calloc(1, sizeof(*g->allowances));
    if (g->allowances != NULL) {
        randombytes_buf(g->allowances->secret, sizeof(g->allowances->secret));
    }
    return g->allowances != NULL;
}

static struct bucket *bucket_of(struct allowances *a, char kind, struct str name)
{
    uint64_t key = hash_mix(hash_sip(name, a->secret) ^ (uint64_t)kind) | 1;
    struct allowance *best = &a->at[key % PLACES];

    for (uint32_t i = 0; i < PROBES; i++) {
        struct allowance *p = &a->at[(key + i) % PLACES];

        if (p->key == key) {
            return &p->reads;
        }
        best = p->reads.at_us < best->reads.at_us ? p : best;
    }
    *best = (struct allowance){ .key = key };
    return &best->reads;
}

static void take(struct http_call *call, char kind, struct str name, int64_t per_s, int64_t burst_s,
                 const char *what)
{
    struct gateway *g = call->conn->g;
    struct bucket *b = bucket_of(g->allowances, kind, name);

    if (!bucket_take(b, mono_us(), per_s, per_s * burst_s)) {
        (void)fault_set(&call->fault, ERR_TOO_MANY, what, "", "read less often");
        call->retry_after_s = 1; /* by then there are at least per_s of them */
        g->metrics.reads_refused++;
    }
}

static bool counted(const struct http_call *call)
{
    bool health =
        call->route != NULL && (call->route->run == call_health || call->route->run == call_ready);

    return (call->method == METHOD_GET || call->method == METHOD_HEAD) && !health;
}

/* Costs somebody work before it is known who asks: a read without a token, or a token that this
 * gateway does not know yet and must ask for, whatever the method. A known user counts by name. */
static bool counted_by_address(const struct http_call *call)
{
    if (call->token_len == 0) {
        return counted(call);
    }
    return token_by_digest(call->conn->g, &call->token_hash) == NULL;
}

void allow_address(struct http_call *call)
{
    uint8_t bytes[16];

    if (!counted_by_address(call)) {
        return;
    }
    take(call, 'a', network_of(str_of(call->conn->address), bytes),
         call->conn->g->conf->address_reads_per_s_max, BURST_S,
         "more reads than an address may send");
}

void allow_user(struct http_call *call)
{
    if (counted(call) && call->fault.err == OK) {
        take(call, 'u', str_of(call->principal), call->conn->g->conf->reads_per_s_max, BURST_S,
             "more reads than a user may send");
    }
    /* Each of these is a row that is never erased; while the log is down all share one spool, and
     * the limit on breaking the glass looks at so many of the last ones. */
    if (counted(call) && call->fault.err == OK && call->route->run == call_protected) {
        take(call, 'p', str_of(call->principal), call->conn->g->conf->protected_reads_per_s_max,
             PROTECTED_BURST_S, "more protected reads than a user may send");
    }
}
