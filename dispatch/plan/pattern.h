/* Codes of incident types and patterns over them. A code has four levels (类别.类型.细类.子类) of 1
 * to 3 letters or digits joined by dots, "10.02.01.00"; in a pattern a level may be `*`, which
 * stands for any one level. */
#ifndef DISPATCH_PLAN_PATTERN_H
#define DISPATCH_PLAN_PATTERN_H

#include "base/str.h"

#define PATTERN_LEVELS 4
#define PATTERN_LEVEL_SIZE 3

bool pattern_code_valid(struct str code);
bool pattern_valid(struct str pattern);

/* True when `code` is one of those `pattern` stands for. Both must be valid. */
bool pattern_matches(struct str pattern, struct str code);

#endif
