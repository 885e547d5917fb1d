/* bench/snapshot_make: the snapshot that a server would have cut at a row of a log file of
 * simulate. -l FILE  -w WORLD  -s SEQ  -d FOLDER  -c FILE (the server's settings: its capacities)
 */
#include "base/conf.h"
#include "server/replay.h"
#include "server/snapshot.h"
#include "server/worlds.h"
#include "tools/sim/row_file.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)1 << 30)

struct make {
    const char *log, *world, *folder;
    uint64_t seq;
    struct conf conf;
    struct world_memory *memory;
    struct side *side;
    struct arena line, turn;
};

static _Noreturn void die(const struct fault *f)
{
    char line[800];

    (void)fprintf(stderr, "snapshot_make: %s\n", fault_line(f, line, sizeof(line)));
    exit(1);
}

/* Applies rows up to the one asked for. */
static enum err evolve(struct make *m, FILE *file, struct fault *f)
{
    struct world *w = &m->memory->world;
    char *text = NULL;
    size_t size = 0;
    ssize_t len;
    enum err err = OK;

    while (err == OK && w->seq < m->seq && (len = getline(&text, &size, file)) > 0) {
        struct row_content content;
        struct log_row row;
        size_t n = text[len - 1] == '\n' ? (size_t)len - 1 : (size_t)len;

        arena_reset(&m->line);
        err = row_file_parse((struct str){ .at = text, .len = n }, &m->line, &row, f);
        err = err == OK ? replay_row(&w, 1, &row, &m->turn, &content, f) : err;
        if (err == OK) {
            side_row(m->side, row.seq, row.at_us, &content);
        }
    }
    free(text);
    if (err == OK && w->seq < m->seq) {
        return fault_set(f, ERR_NOT_FOUND, "the log is shorter", m->log, "");
    }
    return err;
}

static enum err make(struct make *m, struct fault *f)
{
    struct world_limits limits = worlds_limits(&m->conf);
    FILE *file = fopen(m->log, "re");
    struct buf image;
    enum err err;

    if (file == NULL) {
        return fault_set(f, ERR_IO, "cannot open the log file", m->log, "");
    }
    err = worlds_new(&limits, &m->memory, f);
    if (err != OK) {
        (void)fclose(file);
        return err;
    }
    log_genesis_hash(str_of(m->world), &m->memory->world.hash);
    m->side = side_new(&limits);
    arena_init(&m->line, ARENA_BYTES);
    arena_init(&m->turn, ARENA_BYTES);
    buf_init(&image);
    err = m->side != NULL ? evolve(m, file, f)
                          : fault_set(f, ERR_NO_MEMORY, "no memory for the side table", "", "");
    if (err == OK) {
        snapshot_write(&image, &m->memory->world, m->side);
        err = buf_ok(&image)
                  ? snapshot_save(m->folder, str_of(m->world), m->seq, buf_view(&image), f)
                  : fault_set(f, ERR_NO_MEMORY, "no memory for the image", "", "");
    }
    if (err == OK) {
        printf("{\"seq\":%llu,\"bytes\":%zu,\"incidents\":%u}\n", (unsigned long long)m->seq,
               image.len, m->memory->world.incidents_pool.live);
    }
    buf_fini(&image);
    arena_fini(&m->line);
    arena_fini(&m->turn);
    side_free(m->side);
    worlds_free(m->memory);
    (void)fclose(file);
    return err;
}

int main(int argc, char **argv)
{
    struct make m = { .seq = 0 };
    struct fault f = { .err = OK };
    const char *settings = NULL;
    int option;

    while ((option = getopt(argc, argv, "l:w:s:d:c:")) != -1) {
        if (option == 'l') {
            m.log = optarg;
        } else if (option == 'w') {
            m.world = optarg;
        } else if (option == 's') {
            m.seq = strtoull(optarg, NULL, 10);
        } else if (option == 'd') {
            m.folder = optarg;
        } else if (option == 'c') {
            settings = optarg;
        }
    }
    if (m.log == NULL || m.world == NULL || m.folder == NULL || settings == NULL || m.seq == 0) {
        (void)fprintf(stderr,
                      "usage: snapshot_make -l LOG -w WORLD -s SEQ -d FOLDER -c SETTINGS\n");
        return 2;
    }
    if (sodium_init() < 0) {
        return 1;
    }
    conf_init(&m.conf);
    if (conf_read(&m.conf, settings, &f) != OK || make(&m, &f) != OK) {
        die(&f);
    }
    return 0;
}
