/* Runs each SQL file of tests/pgtap, each in a fresh world's schema, and counts what they say. A
 * file's plan must be met. */
#include "tests/sql/cluster.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tap {
    int planned;
    int good;
    int bad;
};

static void take_line(struct tap *t, const char *file, const char *line)
{
    if (strncmp(line, "ok ", 3) == 0) {
        t->good++;
    } else if (strncmp(line, "1..", 3) == 0) {
        t->planned = (int)strtol(line + 3, NULL, 10);
    } else if (line[0] != '\0' && line[0] != '\n') {
        t->bad += strncmp(line, "not ok ", 7) == 0;
        printf("%s: %s", file, line);
    }
}

static void run_file(const char *file, struct tap *sum)
{
    const char *world = cluster_world();
    struct tap t = { 0 };
    char command[768];
    char line[1024];
    FILE *p;

    snprintf(command, sizeof command,
             "PGOPTIONS='-c search_path=%s,tap' psql -X -q -A -t -v ON_ERROR_STOP=1 -d '%s' -f "
             "'%s' 2>&1",
             world, cluster_super(), file);
    p = popen(command, "r");
    while (p != NULL && fgets(line, sizeof line, p) != NULL) {
        take_line(&t, file, line);
    }
    if (p == NULL || pclose(p) != 0 || t.planned == 0 || t.good + t.bad != t.planned) {
        printf("%s: %d of %d planned tests ran\n", file, t.good + t.bad, t.planned);
        t.bad++;
    }
    sum->good += t.good;
    sum->bad += t.bad;
}

int main(void)
{
    const char *top = getenv("TOP_SRCDIR") != NULL ? getenv("TOP_SRCDIR") : ".";
    struct tap sum = { 0 };
    char pattern[512];
    glob_t files;

    cluster_begin();
    if (cluster_sql("public",
                    "SELECT count(*) FROM pg_available_extensions WHERE name = 'pgtap'") == 0) {
        cluster_end();
        printf("skipped: pgTAP is not installed (Debian package postgresql-15-pgtap)\n");
        return 77;
    }
    cluster_sql("public", "CREATE SCHEMA tap");
    cluster_sql("public", "CREATE EXTENSION pgtap SCHEMA tap");
    snprintf(pattern, sizeof pattern, "%s/tests/pgtap/*.sql", top);
    if (glob(pattern, 0, NULL, &files) == 0) {
        for (size_t i = 0; i < files.gl_pathc; i++) {
            run_file(files.gl_pathv[i], &sum);
        }
        globfree(&files);
    }
    cluster_end();
    printf("%d passed, %d failed\n", sum.good, sum.bad);
    return sum.good > 0 && sum.bad == 0 ? 0 : 1;
}
