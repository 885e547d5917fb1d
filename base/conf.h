/* Configuration: `name = value` lines, # comments. Every setting is a row of params.def with type,
 * limits, unit and help; an unknown name, a value out of limits or a setting given twice is a fault
 * that names file and line. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/fault.h"
#include "base/str.h"

#include <stdint.h>

struct conf {
#define PARAM_INT(name, standard, min, max, unit, help) int64_t name;
#define PARAM_TEXT(name, standard, size, help) char name[size];
#include "base/params.def"
#undef PARAM_INT
#undef PARAM_TEXT
};

/* Every setting at its standard value. */
void conf_init(struct conf *c);

/* Sets one by name. Fails: ERR_CONFIG naming the setting, the value and what was expected. */
MUST_USE enum err conf_set(struct conf *c, struct str name, struct str value, struct fault *f);

/* Reads the lines of `text` over what is set; `name` stands for the file in faults. Fails:
 * ERR_CONFIG with name and line. */
MUST_USE enum err conf_text(struct conf *c, const char *name, struct str text, struct fault *f);

/* Reads a file over what is set. Fails: ERR_CONFIG with file and line; ERR_IO. */
MUST_USE enum err conf_read(struct conf *c, const char *path, struct fault *f);

/* Prints every setting with its unit, limits and meaning (for --help-config and docs). */
void conf_print(const struct conf *c);

#endif
