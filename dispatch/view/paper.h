/* The sheet of paper that a floor goes on with when the system does not: open incidents, open
 * calls, units, and the numbers that paper gives out. Printable on A4, self-contained. What may
 * stand on it is decided in docs/decisions/0012-paper.md: no personal value, and of a protected
 * place its zone only. Chinese first, English beside it. */
#ifndef DISPATCH_VIEW_PAPER_H
#define DISPATCH_VIEW_PAPER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/must.h"
#include "dispatch/core/world.h"

#define PAPER_COLUMNS_MAX 11

/* What is walked over, in order. */
enum paper_part { PAPER_INCIDENTS, PAPER_REPORTS, PAPER_ON_DUTY, PAPER_OFF_DUTY, PAPER_PART_COUNT };

/* A thing in its order. By number, since the world goes on between two steps. */
struct paper_key {
    uint8_t tier;
    uint32_t id;
    int64_t at;
};

/* paper_begin(&p); while (!paper_step(&p, &html, &text, 64)) { other work } paper_end(&p);
 * What stands on the sheet is of the first step's row or a later one; what ended meanwhile is left
 * out. */
struct paper {
    const struct world *world;
    struct str name;      /* of the world */
    int64_t now;          /* µs UTC */
    int64_t lost_since;   /* the log takes nothing since; 0: it does */
    struct arena *arena;  /* for the order of things; until paper_end */
    uint32_t next_number; /* filled by paper_begin: first count of today that nobody keyed in yet */
    struct paper_key *incidents; /* open ones, gravest first; filled by paper_begin */
    uint32_t incident_count;
    struct paper_key *reports; /* open and of no incident, oldest first */
    uint32_t report_count;
    uint32_t part; /* enum paper_part under way, and what is next in it */
    uint32_t at;
    bool ended;
    struct buf cells[PAPER_COLUMNS_MAX]; /* of the row under way */
};

/* Gathers what the sheet has. False: the arena is full. */
MUST_USE bool paper_begin(struct paper *p);

/* Appends the next so many things to both forms of the sheet. True: it is whole. */
bool paper_step(struct paper *p, struct buf *html, struct buf *text, uint32_t things);
void paper_end(struct paper *p);

/* A blank to be filled in by hand, two calls a page. */
void paper_form(struct buf *b, const struct paper *p);

/* For the files that write one: words, and parts of a line. */
struct paper_word {
    const char *zh;
    const char *en;
};
extern const struct paper_word paper_incident_status[], paper_unit_status[],
    paper_assignment_status[], paper_deadlines[], paper_cues[], paper_police_types[],
    paper_place_states[], paper_channels[], paper_dispositions[];

/* "18:05" of the city's time, of another day than the sheet's "11-23 18:05"; nothing for 0. */
void paper_put_time(struct buf *b, const struct paper *p, int64_t at);

/* "2026-11-24 18:05". */
void paper_put_whole(struct buf *b, const struct paper *p, int64_t at);
void paper_put_number(struct buf *b, struct number n);

/* The day of an instant in the city's time, as numbers have it. */
uint32_t paper_day(const struct paper *p, int64_t at);

/* "临江区 · 江边路 12 号 (120.1234567, 30.1234567, ±50 m)". */
void paper_put_place(struct buf *b, const struct paper *p, const struct place *place);

/* Danger cues, then what must not be done: "持械 weapon; 禁止联系报警人 do not contact the caller".
 */
void paper_put_marks(struct buf *b, const struct paper *p, const struct incident *i);

/* Type code and name; nothing where there is none. */
void paper_put_type(struct buf *b, const struct paper *p, struct str code);

/* The next wait of an incident or of its assignments and its end; nothing where there is none. */
void paper_put_deadline(struct buf *b, const struct paper *p, const struct incident *i);

/* The seat that owns it and who sits there. */
void paper_put_owner(struct buf *b, const struct paper *p, const struct incident *i);

/* Assignments that are not ended. */
bool paper_shown(const struct assignment *a);

#endif
