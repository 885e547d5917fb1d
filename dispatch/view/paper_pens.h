/* How a sheet is put on paper: one walk (paper_sheet.c) fills rows of cells, two pens write them
 * down, a page of HTML and plain text. */
#ifndef DISPATCH_VIEW_PAPER_PENS_H
#define DISPATCH_VIEW_PAPER_PENS_H

#include "dispatch/view/paper.h"

/* Where the text has a column: on the row's first line (after its name, if it needs one), on a line
 * of its own behind its name, or nowhere: room for a pen of the other kind. */
enum paper_column_place { PAPER_LINE, PAPER_LINE_NAMED, PAPER_BELOW, PAPER_HAND };

struct paper_column {
    struct paper_word name;
    enum paper_column_place place;
    const char *class; /* of HTML; NULL: none */
};

struct paper_section {
    struct paper_word name;
    const struct paper_column *columns;
    uint32_t count; /* of columns */
    bool blocks;    /* the text leaves a line between rows */
};

void paper_html_head(struct buf *b, const struct paper *p);
void paper_html_section(struct buf *b, const struct paper_section *s, uint32_t rows);
void paper_html_row(struct buf *b, const struct paper_section *s, const struct buf *cells);
void paper_html_section_end(struct buf *b);
void paper_html_end(struct buf *b);

void paper_text_head(struct buf *b, const struct paper *p);
void paper_text_section(struct buf *b, const struct paper_section *s, uint32_t rows);
void paper_text_row(struct buf *b, const struct paper_section *s, const struct buf *cells);

/* Text that people typed, as text of HTML. */
void paper_html_put(struct buf *b, struct str s);

#endif
