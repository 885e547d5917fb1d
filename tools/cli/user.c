/* tocsin user password NAME: sets a password straight in the table of credentials, for the first
 * administrator and for one who forgot. */
#include "sql/sessions.h"
#include "tools/cli/cli.h"

#include <sodium.h>
#include <stdio.h>

#define NAME "user"
#define GENERATED_BYTES 18 /* 24 characters */

static const char about[] =
    "tocsin user password NAME: sets the password of a user straight in the database. It is read\n"
    "from the first line of standard input, or made with --generate and printed.";

struct user_opts {
    const char *database, *world, *name;
    bool generate, json;
};

/* The first line of standard input without its newline. */
static bool read_password(char *out, size_t size, size_t *len)
{
    if (fgets(out, (int)size, stdin) == NULL) {
        return false;
    }
    *len = strcspn(out, "\r\n");
    out[*len] = '\0';
    return true;
}

static enum err set_password(const struct user_opts *o, struct str password, struct fault *f)
{
    struct pg *pg;
    const struct pg_opts opts = { .conninfo = o->database,
                                  .world = o->world,
                                  .role = "tocsin_auth",
                                  .application = "tocsin user" };

    if (pg_open(&opts, &pg, f) != OK) {
        return f->err;
    }
    enum err err = credential_set(pg, str_of(o->name), password, f);

    if (err == OK) {
        err = session_end_user(pg, str_of(o->name), f);
    }
    pg_close(pg);
    return err;
}

static int run(const struct user_opts *o)
{
    char password[PASSWORD_SIZE_MAX + 2];
    size_t len = 0;
    struct fault f = { 0 };
    struct buf b;

    if (o->generate) {
        uint8_t bytes[GENERATED_BYTES];

        randombytes_buf(bytes, sizeof(bytes));
        (void)sodium_bin2base64(password, sizeof(password), bytes, sizeof(bytes),
                                sodium_base64_VARIANT_URLSAFE_NO_PADDING);
        len = strlen(password);
    } else if (!read_password(password, sizeof(password), &len)) {
        return cli_misused(NAME, "no password on standard input");
    }
    enum err err = set_password(o, (struct str){ .at = password, .len = len }, &f);

    if (err != OK) {
        sodium_memzero(password, sizeof(password));
        return cli_failed(NAME, &f);
    }
    buf_init(&b);
    if (o->json) {
        buf_text(&b, "{\"username\":");
        buf_json_str(&b, str_of(o->name));
        if (o->generate) {
            buf_text(&b, ",\"password\":");
            buf_json_str(&b, str_of(password));
        }
        buf_char(&b, '}');
    } else {
        buf_text(&b, o->generate ? password : "password set");
    }
    int code = cli_print(NAME, &b);

    sodium_memzero(password, sizeof(password));
    sodium_memzero(b.at, b.len);
    buf_fini(&b);
    return code;
}

int cli_user(int argc, char **argv)
{
    struct user_opts o = { .database = "", .world = "live" };
    const struct cli_option options[] = {
        { "--database", CLI_TEXT, &o.database, false, "libpq connection string" },
        { "--world", CLI_TEXT, &o.world, false, "name of the world, live unless said" },
        { "--generate", CLI_FLAG, &o.generate, false, "make a random password and print it" },
        { "--json", CLI_FLAG, &o.json, false, "print one JSON object" },
        { "NAME", CLI_TEXT, &o.name, true, "name of the user" },
    };
    bool help = false;

    /* The action stands first, so that options may stand anywhere behind it. */
    if (argc < 2 || (strcmp(argv[1], "password") != 0 && strcmp(argv[1], "--help") != 0)) {
        return cli_misused(NAME, "expected: user password NAME");
    }
    int skip = strcmp(argv[1], "password") == 0 ? 1 : 0;
    int code = CLI_READ(NAME, about, options, argc - skip, argv + skip, &help);

    return code != CLI_DONE || help ? code : run(&o);
}
