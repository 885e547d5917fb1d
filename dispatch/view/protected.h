/* The text that a protected read hands to the auth thread (AUTH_PROTECTED in ws/door.h), piece by
 * piece. */
#ifndef DISPATCH_VIEW_PROTECTED_H
#define DISPATCH_VIEW_PROTECTED_H

#include "dispatch/model/access.h"
#include "dispatch/view/lists.h"

/* The first line: what the access log will keep. */
void protected_put_access(const struct reading *r, const struct access *a);

/* The id that begins the second: of what the fields are. */
void protected_put_id(const struct reading *r, char letter, uint32_t n);

/* One value by its reference; an empty one is left out. */
void protected_put_ref(const struct reading *r, const char *noun, char letter, uint32_t n,
                       const char *field, const struct sealed *s);

#endif
