/* Which unit goes: all that differs between two plays of the same calls. A policy sees the units
 * that may be sent and what has happened till now. */
#ifndef TOOLS_QUALITY_POLICY_H
#define TOOLS_QUALITY_POLICY_H

#include "tools/quality/standby.h"

struct oracle;
struct futures;

/* A unit that a call waits for. */
struct policy_waiting {
    const struct work_call *call;
    bool first;
    int64_t left_ms; /* as below */
};
#define POLICY_WAITING_MAX 32

struct policy_ask {
    const struct work_call *call;
    bool first;        /* nobody was sent there yet */
    uint32_t nth;      /* how many were */
    uint32_t first_ms; /* from receipt until the first of them is there; UINT32_MAX: none */
    int64_t now_ms;    /* on the clock of the calls */
    int64_t left_ms;   /* from the instant a unit sets out to its target */
    struct fleet *fleet;
    const struct standby *standby; /* as of now */
    uint32_t calls;                /* urgent ones to be expected while who goes is away (price.h) */
    struct oracle *oracle;         /* NULL: none */
    struct futures *futures;       /* the same */
    uint32_t with;                 /* enum quality_option */
    const struct policy_waiting *waiting; /* behind this call, the next one first */
    uint32_t waiting_count;
};

struct policy {
    const char *name;
    const char *what;
    /* A unit that may be sent and gets there; UINT32_MAX: there is none. */
    uint32_t (*choose)(const struct policy_ask *ask);
    bool foresees; /* it needs an oracle (tools/quality/oracle.h) */
    bool imagines; /* it needs futures (tools/quality/futures.h) */
};

/* NULL: no policy of that name. */
const struct policy *policy_named(const char *name);

/* All of them, one after the other; NULL at the end. */
const struct policy *policy_at(uint32_t i);

#endif
