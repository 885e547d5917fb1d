/* Plans and incident types from files, checked as the server checks them. */
#ifndef TOOLS_PLAN_PLAN_FILE_H
#define TOOLS_PLAN_PLAN_FILE_H

#include "base/arena.h"
#include "base/fault.h"
#include "dispatch/model/city.h"
#include "dispatch/model/plan.h"

/* The plan of a file, whole and checked. Texts stand in the arena. Fails: ERR_IO, ERR_MALFORMED,
 * ERR_INVALID, naming the file, the path in it, the value and what was expected. */
MUST_USE enum err plan_file_read(struct arena *a, const char *path, struct plan *out,
                                 struct fault *f);

/* The incident types of incident_types.json, for the names of classes. `path` NULL: those of the
 * seeds beside us, else the installed ones; where there are none the list stays empty. Fails as
 * above. */
MUST_USE enum err plan_types_read(struct arena *a, const char *path, struct list *out,
                                  struct fault *f);

#endif
