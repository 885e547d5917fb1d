#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum err file_put(const char *path, const void *at, size_t size, struct fault *f)
{
    char beside[4096];
    int len = snprintf(beside, sizeof(beside), "%s.new", path);

    if (len < 0 || (size_t)len >= sizeof(beside)) {
        return fault_set(f, ERR_IO, "the name of a file is too long", path, NULL);
    }
    FILE *file = fopen(beside, "wb");
    bool ok = file != NULL && fwrite(at, 1, size, file) == size && fflush(file) == 0 &&
              fsync(fileno(file)) == 0;

    ok = file != NULL && fclose(file) == 0 && ok;
    if (!ok || rename(beside, path) != 0) {
        enum err err = fault_set(f, ERR_IO, "could not write a file", path, strerror(errno));

        (void)unlink(beside);
        return err;
    }
    return OK;
}

enum err file_map(const char *path, void **at, size_t *size, struct fault *f)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    *at = NULL;
    *size = 0;
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum err err = fault_set(f, ERR_IO, "could not read a file", path, strerror(errno));

        if (fd >= 0) {
            (void)close(fd);
        }
        return err;
    }
    if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        (void)close(fd);
        return OK;
    }
    void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

    (void)close(fd);
    if (map == MAP_FAILED) {
        return fault_set(f, ERR_IO, "could not map a file", path, strerror(errno));
    }
    *at = map;
    *size = (size_t)st.st_size;
    return OK;
}

void file_unmap(void *at, size_t size)
{
    if (at != NULL) {
        (void)munmap(at, size);
    }
}
