/* The files of snapshots. */
#include "server/snapshot.h"

#include "base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEQ_DIGITS 20
#define NAME_END ".snapshot"

static enum err io_fault(struct fault *f, const char *what, const char *path)
{
    char detail[384];
    (void)snprintf(detail, sizeof(detail), "%.250s: %.100s", path, strerror(errno));
    return fault_set(f, ERR_IO, what, detail, NULL);
}

static bool write_all(int fd, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static enum err write_file(const char *path, struct str image, struct fault *f)
{
    struct sha256 hash;
    hash_sha256(image, (struct str){ 0 }, &hash);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return io_fault(f, "could not create a snapshot", path);
    }
    bool good = write_all(fd, image.at, image.len) &&
                write_all(fd, (const char *)hash.at, sizeof(hash.at)) && fsync(fd) == 0;
    enum err err = good ? OK : io_fault(f, "could not write a snapshot", path);
    close(fd);
    return err;
}

/* The folder itself must be durable for the new name to be. */
static enum err sync_folder(const char *dir, struct fault *f)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        enum err err = io_fault(f, "could not make the folder of snapshots durable", dir);
        if (fd >= 0) {
            close(fd);
        }
        return err;
    }
    close(fd);
    return OK;
}

/* "<world>-<20 digits>.snapshot" */
static bool is_ours(const char *name, struct str world)
{
    size_t len = strlen(name);
    size_t end = sizeof(NAME_END) - 1;
    if (len != world.len + 1 + SEQ_DIGITS + end || memcmp(name, world.at, world.len) != 0 ||
        name[world.len] != '-' || strcmp(name + len - end, NAME_END) != 0) {
        return false;
    }
    for (size_t k = 0; k < SEQ_DIGITS; k++) {
        if (name[world.len + 1 + k] < '0' || name[world.len + 1 + k] > '9') {
            return false;
        }
    }
    return true;
}

struct names {
    char (*at)[128];
    size_t count;
};

static int newest_first(const void *a, const void *b)
{
    return strcmp(b, a);
}

/* All digits are as long as each other, so that names sort by seq. */
static struct names list_names(const char *dir, struct str world)
{
    struct names n = { .count = 0 };
    DIR *d = opendir(dir);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (!is_ours(e->d_name, world) || strlen(e->d_name) >= sizeof(n.at[0])) {
            continue;
        }
        void *more = realloc(n.at, (n.count + 1) * sizeof(n.at[0]));
        if (more == NULL) {
            break;
        }
        n.at = more;
        memcpy(n.at[n.count++], e->d_name, strlen(e->d_name) + 1);
    }
    if (d != NULL) {
        closedir(d);
    }
    if (n.count > 1) {
        qsort(n.at, n.count, sizeof(n.at[0]), newest_first);
    }
    return n;
}

static void drop_old(const char *dir, struct str world)
{
    struct names n = list_names(dir, world);
    for (size_t k = SNAPSHOTS_KEPT; k < n.count; k++) {
        char path[SNAPSHOT_PATH_SIZE];
        (void)snprintf(path, sizeof(path), "%s/%s", dir, n.at[k]);
        (void)unlink(path);
    }
    free(n.at);
}

enum err snapshot_save(const char *dir, struct str world, uint64_t seq, struct str image,
                       struct fault *f)
{
    char path[SNAPSHOT_PATH_SIZE];
    char aside[SNAPSHOT_PATH_SIZE + 8];
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return io_fault(f, "could not make the folder of snapshots", dir);
    }
    (void)snprintf(path, sizeof(path), "%s/" STR_FMT "-%020llu" NAME_END, dir, STR_ARG(world),
                   (unsigned long long)seq);
    (void)snprintf(aside, sizeof(aside), "%s.new", path);
    enum err err = write_file(aside, image, f);
    if (err == OK && rename(aside, path) != 0) {
        err = io_fault(f, "could not name a snapshot", path);
    }
    if (err != OK) {
        (void)unlink(aside);
        return err;
    }
    err = sync_folder(dir, f);
    drop_old(dir, world);
    return err;
}

bool snapshot_find(const char *dir, struct str world, unsigned n, char path[SNAPSHOT_PATH_SIZE])
{
    struct names names = list_names(dir, world);
    bool found = n < names.count;
    if (found) {
        (void)snprintf(path, SNAPSHOT_PATH_SIZE, "%s/%s", dir, names.at[n]);
    }
    free(names.at);
    return found;
}

static enum err read_all(int fd, size_t size, struct buf *out)
{
    char *at = buf_room(out, size);
    size_t done = 0;
    while (at != NULL && done < size) {
        ssize_t n = read(fd, at + done, size - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return ERR_IO;
        }
        done += (size_t)n;
    }
    if (at == NULL) {
        errno = ENOMEM;
        return ERR_IO;
    }
    buf_took(out, size);
    return OK;
}

enum err snapshot_bytes(const char *path, struct buf *out, struct fault *f)
{
    struct stat s;
    struct sha256 hash;
    size_t begin = out->len;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &s) != 0 || read_all(fd, (size_t)s.st_size, out) != OK) {
        enum err err = io_fault(f, "could not read a snapshot", path);
        if (fd >= 0) {
            close(fd);
        }
        return err;
    }
    close(fd);
    size_t len = out->len - begin;
    if (len < SHA256_SIZE) {
        return fault_set(f, ERR_CORRUPT, "a snapshot ends early", path, NULL);
    }
    len -= SHA256_SIZE;
    hash_sha256((struct str){ out->at + begin, len }, (struct str){ 0 }, &hash);
    if (memcmp(hash.at, out->at + begin + len, SHA256_SIZE) != 0) {
        return fault_set(f, ERR_CORRUPT, "a snapshot does not fit its checksum", path, NULL);
    }
    out->len -= SHA256_SIZE;
    return OK;
}

enum err snapshot_load(const char *path, struct world *w, struct side *side, struct arena *arena,
                       struct fault *f)
{
    struct buf image;
    buf_init(&image);
    enum err err = snapshot_bytes(path, &image, f);
    if (err == OK) {
        err = snapshot_read(buf_view(&image), w, side, arena, f);
    }
    buf_fini(&image);
    return err;
}
