/* Documents from the field tables: JSON Schema (as YAML, for OpenAPI and AsyncAPI) and TypeScript
 * types for the consoles. Printed from the same tables as the bytes on the wire, so that neither
 * can say what the other does not do. Names are the shapes' in capitals: incident_hold →
 * IncidentHold. */
#ifndef DISPATCH_CODEC_DOC_H
#define DISPATCH_CODEC_DOC_H

#include "base/buf.h"
#include "dispatch/codec/shape_set.h"

struct doc_opt {
    bool input;    /* what the door takes: needed fields are required, unknown ones forbidden, no
                      sealed ones */
    bool tactical; /* output with tactical fields */
    bool sealed;   /* output with references to personal values (log rows) */
    bool all;      /* output that leaves nothing out: every field is required */
};

/* One schema as an entry of a YAML map, `indent` spaces deep: "IncidentHold:" and what is below. */
void doc_schema(struct buf *b, const struct shape *s, const struct doc_opt *opt, unsigned indent);

/* A word list as such an entry: an enum of strings. */
void doc_words_schema(struct buf *b, const struct words *w, unsigned indent);

/* Entries for everything in the set: word lists, then shapes. */
void doc_schemas(struct buf *b, const struct shape_set *set, const struct doc_opt *opt,
                 unsigned indent);

/* export interface IncidentHold { … } */
void doc_interface(struct buf *b, const struct shape *s, const struct doc_opt *opt);

/* export const channelWords = […] as const; export type Channel = (typeof channelWords)[number]; */
void doc_words_type(struct buf *b, const struct words *w);

/* Types for everything in the set: word lists, then shapes. */
void doc_types(struct buf *b, const struct shape_set *set, const struct doc_opt *opt);

/* "incident_hold" → "IncidentHold". */
void doc_name(struct buf *b, const char *name);

#endif
