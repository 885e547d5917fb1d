#include "tests/sql/cluster.h"

#include "base/log.h"
#include "base/must.h"
#include "sql/migrate.h"

#include <glob.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[128];
static char bin[128];
static char super_text[192];
static char server_text[192];
static pid_t owner;

static bool find_server(void)
{
    FILE *p = popen("pg_config --bindir", "r");
    char initdb[160];

    if (p == NULL || fgets(bin, sizeof bin, p) == NULL) {
        bin[0] = '\0';
    }
    if (p != NULL) {
        pclose(p);
    }
    bin[strcspn(bin, "\n")] = '\0';
    snprintf(initdb, sizeof initdb, "%s/initdb", bin);
    return bin[0] != '\0' && access(initdb, X_OK) == 0;
}

/* PostgreSQL refuses to run as root. */
static void drop_root(void)
{
    struct passwd *pw = getuid() == 0 ? getpwnam("postgres") : NULL;

    if (pw != NULL && (setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0)) {
        _exit(126);
    }
}

/* PostgreSQL's programs find each other by the path they were called by. */
static void run(const char *const *argv)
{
    const char *called[16];
    char path[192];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/%s", bin, argv[0]);
    for (; argv[n] != NULL; n++) {
        must(n + 1 < sizeof called / sizeof called[0]);
        called[n] = n == 0 ? path : argv[n];
    }
    called[n] = NULL;
    drop_root();
    if (chdir(folder) != 0 || freopen("server.log", "a", stdout) == NULL || dup2(1, 2) < 0) {
        _exit(126);
    }
    execv(path, (char *const *)(uintptr_t)called);
    _exit(127);
}

/* Tests are processes of their own and cannot wait for each other's children: a keeper between
 * waits for the postmaster, so that a killed one is gone and no zombie whose number PostgreSQL
 * takes for a running server. */
static void spawn_kept(const char *const *argv)
{
    pid_t keeper = fork();

    must(keeper >= 0);
    if (keeper == 0) {
        setsid();
        pid_t child = fork();

        if (child == 0) {
            run(argv);
        }
        waitpid(child, NULL, 0);
        _exit(0);
    }
}

static pid_t postmaster(void)
{
    char path[160];
    long pid = 0;
    FILE *file;

    snprintf(path, sizeof path, "%s/data/postmaster.pid", folder);
    file = fopen(path, "r");
    if (file != NULL) {
        if (fscanf(file, "%ld", &pid) != 1) {
            pid = 0;
        }
        fclose(file);
    }
    return (pid_t)pid;
}

void cluster_start(const char *setting)
{
    const char *argv[] = { "postgres", "-D", "data", "-c", "listen_addresses=",
                           "-c",       NULL, "-c",   NULL, NULL };
    char socket_dir[160];

    snprintf(socket_dir, sizeof socket_dir, "unix_socket_directories=%s", folder);
    argv[6] = socket_dir;
    argv[8] = setting != NULL ? setting : "log_min_messages=warning";
    /* backends of a killed postmaster may hold the old shared memory for a moment, and no new one
     * starts then */
    for (int i = 0; i < 600; i++) {
        if (i % 20 == 0 && (postmaster() == 0 || kill(postmaster(), 0) != 0)) {
            spawn_kept(argv);
        }
        if (PQping(super_text) == PQPING_OK) {
            return;
        }
        usleep(25000);
    }
    fprintf(stderr, "the cluster in %s does not start\n", folder);
    exit(1);
}

static void end_postmaster(int signal)
{
    pid_t pid = postmaster();

    must(pid > 0 && kill(pid, signal) == 0);
    for (int i = 0; i < 1000 && kill(pid, 0) == 0; i++) {
        usleep(10000);
    }
}

/* Processes of the server, by the folder they stand in: a dead postmaster's backends still answer
 * for a moment. */
static int kill_backends(void)
{
    char data[160];
    int found = 0;
    glob_t links;

    snprintf(data, sizeof data, "%s/data", folder);
    if (glob("/proc/[0-9]*/cwd", 0, NULL, &links) != 0) {
        return 0;
    }
    for (size_t i = 0; i < links.gl_pathc; i++) {
        char target[192] = "";

        if (readlink(links.gl_pathv[i], target, sizeof target - 1) > 0 &&
            strcmp(target, data) == 0) {
            found++;
            kill((pid_t)strtol(links.gl_pathv[i] + strlen("/proc/"), NULL, 10), SIGKILL);
        }
    }
    globfree(&links);
    return found;
}

void cluster_kill(void)
{
    end_postmaster(SIGKILL);
    for (int i = 0; i < 200 && kill_backends() > 0; i++) {
        usleep(10000);
    }
}

void cluster_stop(void)
{
    end_postmaster(SIGINT);
}

void cluster_begin(void)
{
    const char *initdb[] = { "initdb", "-D", "data", "-U",          "postgres", "-A",
                             "trust",  "-E", "UTF8", "--no-locale", NULL };
    struct passwd *pw = getuid() == 0 ? getpwnam("postgres") : NULL;
    int status = 0;
    pid_t child;

    if (!find_server() || (getuid() == 0 && pw == NULL)) {
        printf("skipped: no PostgreSQL server here\n");
        exit(77);
    }
    log_level_set(LOG_ERROR);
    owner = getpid();
    snprintf(folder, sizeof folder, "%s/tocsin-test-XXXXXX",
             getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    must(mkdtemp(folder) != NULL);
    must(pw == NULL || chown(folder, pw->pw_uid, pw->pw_gid) == 0);
    snprintf(super_text, sizeof super_text, "host=%s user=postgres dbname=postgres", folder);
    snprintf(server_text, sizeof server_text, "host=%s user=tocsin_server dbname=postgres", folder);
    child = fork();
    must(child >= 0);
    if (child == 0) {
        run(initdb);
    }
    must(waitpid(child, &status, 0) == child);
    if (status != 0) {
        char show[200];

        snprintf(show, sizeof show, "cat '%s/server.log' >&2", folder);
        (void)!system(show);
        fprintf(stderr, "initdb in %s failed with status %d\n", folder, status);
        exit(1);
    }
    cluster_start(NULL);
}

void cluster_end(void)
{
    char command[160];

    if (getpid() == owner) {
        cluster_stop();
        snprintf(command, sizeof command, "rm -rf '%s'", folder);
        must(system(command) == 0);
    }
}

const char *cluster_super(void)
{
    return super_text;
}

const char *cluster_server(void)
{
    return server_text;
}

const char *cluster_dir(void)
{
    return folder;
}

const char *cluster_world(void)
{
    static char world[17];
    char name[48];
    static int n;
    struct fault f = { 0 };
    char line[1024];

    snprintf(name, sizeof name, "w%ld_%d", (long)getpid(), ++n);
    must(strlen(name) < sizeof world);
    memcpy(world, name, strlen(name) + 1);
    if (migrate_run(super_text, world, NULL, &f) != OK) {
        fprintf(stderr, "%s\n", fault_line(&f, line, sizeof line));
        abort();
    }
    return world;
}

long cluster_sql(const char *world, const char *sql)
{
    PGconn *conn = PQconnectdb(super_text);
    char path[64];
    PGresult *r;
    long n = 0;

    snprintf(path, sizeof path, "SET search_path TO \"%s\"", world);
    PQclear(PQexec(conn, path));
    r = PQexec(conn, sql);
    if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) > 0) {
        n = strtol(PQgetvalue(r, 0, 0), NULL, 10);
    } else if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
        fprintf(stderr, "%s: %s", sql, PQerrorMessage(conn));
        abort();
    }
    PQclear(r);
    PQfinish(conn);
    return n;
}
