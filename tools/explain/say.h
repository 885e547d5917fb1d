/* Stored evidence in plain words, or as one JSON object. */
#ifndef TOOLS_EXPLAIN_SAY_H
#define TOOLS_EXPLAIN_SAY_H

#include "base/buf.h"
#include "tools/explain/evidence.h"

enum say_lang { SAY_ZH, SAY_EN };

/* `all`: every recommendation of the incident's life, else the newest of each slot. */
void say_evidence(const struct evidence *e, bool all, enum say_lang lang, struct buf *b);
void say_evidence_json(const struct evidence *e, bool all, struct buf *b);

/* True when none that would be told differs under equal versions. */
bool say_equal(const struct evidence *e, bool all);

#endif
