/* Rows in a file, in the text form of PostgreSQL's COPY: one line a row, fields with tabs between
 * them in the order of event_row (seq, epoch, at, actor, command_id, command, data, prev_hash,
 * hash), and beside it FILE.personal with (ref, seq, salt, value, kind, erase_after) of `personal`.
 * What simulate writes, load-log copies into a database and the golden test replays. */
#ifndef TOOLS_SIM_ROW_FILE_H
#define TOOLS_SIM_ROW_FILE_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/codec/event_row.h"

#include <stdio.h>

struct row_file {
    FILE *rows;
    FILE *personal;
    struct buf line;
};

/* Opens both files for writing. Fails: ERR_IO. */
MUST_USE enum err row_file_create(struct row_file *f, const char *path, struct fault *fault);
void row_file_put(struct row_file *f, const struct log_row *row);

/* Writes what is buffered and closes. Fails: ERR_IO when any write failed. */
MUST_USE enum err row_file_close(struct row_file *f, struct fault *fault);

/* Reads one line (without its newline) into a row; texts stand in the arena.
 * Fails: ERR_CORRUPT naming the column. */
MUST_USE enum err row_file_parse(struct str line, struct arena *a, struct log_row *out,
                                 struct fault *f);

#endif
