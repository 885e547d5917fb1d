/* Files that are whole or not there: written beside their place and put there in one step, read by
 * mapping. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/fault.h"

#include <stddef.h>

/* Writes `size` bytes to `path`, durable before they stand there; what stood there before stays
 * until then. Fails: ERR_IO, and nothing has changed. */
MUST_USE enum err file_put(const char *path, const void *at, size_t size, struct fault *f);

/* Maps a file to be read only. `*at` is NULL and `*size` 0 of what is empty or no regular file.
 * Owned by the caller; given back by file_unmap. Fails: ERR_IO. */
MUST_USE enum err file_map(const char *path, void **at, size_t *size, struct fault *f);
void file_unmap(void *at, size_t size);

#endif
