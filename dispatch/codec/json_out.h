/* Writes structs of the model as JSON by their field tables. The bytes are canonical: fields in the
 * table's order, those at their standard value left out, no space, one line, integers only. Equal
 * structs have equal bytes under equal options.
 *
 *   static const struct json_out row = { .world = STR("live"), .privacy_max = TACTICAL };
 *   json_out_struct(&buf, &incident_opened_shape, &event.as.incident_opened, &row);
 *
 * With zeroed options only open fields are written: whoever wants more says so. */
#ifndef DISPATCH_CODEC_JSON_OUT_H
#define DISPATCH_CODEC_JSON_OUT_H

#include "base/buf.h"
#include "dispatch/model/fields.h"

#define WORLD_NAME_MAX 64 /* bytes of a world's name */

struct json_out {
    struct str world;         /* stands before every id; empty: ids without it */
    enum privacy privacy_max; /* OPEN leaves tactical fields out */
    bool all; /* fields at their standard value too: "", 0, [], null for no id, instant, hash */
    bool skip_sealed;       /* no references to personal values (for consoles) */
    bool canonical_command; /* personal values without salt, for the hash of a command's content;
                               must() otherwise */
};

/* Appends `{…}`. Fails: the buffer's sticky error. Cost: no allocation but the buffer's. */
void json_out_struct(struct buf *b, const struct shape *s, const void *value,
                     const struct json_out *opt);

/* The same without braces, so that the caller can add members of its own. True when anything was
 * written. */
bool json_out_fields(struct buf *b, const struct shape *s, const void *value,
                     const struct json_out *opt);

/* Single values. The instant and the id come with quotes. */
void json_out_deg(struct buf *b, int32_t e7);
void json_out_instant(struct buf *b, int64_t at_us);
void json_out_id(struct buf *b, struct str world, char letter, uint32_t n);
void json_out_number(struct buf *b, struct number n);

#endif
