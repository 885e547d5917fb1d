/* What tocsin coverage --moves prints. */
#ifndef TOOLS_CLI_COVERAGE_MOVES_H
#define TOOLS_CLI_COVERAGE_MOVES_H

#include "base/buf.h"
#include "dispatch/codec/json_in.h"

/* Appends the moves of an answer of GET /coverage/moves as a table, or why there is none. */
void coverage_put_moves(struct buf *b, const struct json_doc *doc, bool zh);

#endif
