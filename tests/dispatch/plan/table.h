/* Reads the situations of the truth tables: "type=10.02.01.00 cues=weapon,crowd place=school
 * zones=LP01,LP channel=sms priority=1 local=2026-11-23T07:00:00Z". A place that is not given is
 * not known. Owns: the texts point into the line; zones stand in the caller's array. */
#ifndef TESTS_DISPATCH_PLAN_TABLE_H
#define TESTS_DISPATCH_PLAN_TABLE_H

#include "dispatch/model/situation.h"

#define TABLE_LINE_SIZE 1024
#define TABLE_PARTS_MAX 16

struct table_situation {
    struct situation s;
    struct str zones[TABLE_PARTS_MAX];
};

/* Cuts `text` at `mark` into at most TABLE_PARTS_MAX parts; empty text has none. */
uint32_t table_split(struct str text, char mark, struct str *parts);

/* The bits of words joined by commas; "none" is no bit. Ends the test at a word that is not of the
 * list. */
uint32_t table_bits(const struct words *words, struct str text);

void table_situation(struct str text, struct table_situation *out);

/* Calls `row` for each line of the file under TOP_SRCDIR that is neither empty nor a comment, with
 * its number. */
void table_each(const char *path, void (*row)(struct str line, int number));

#endif
