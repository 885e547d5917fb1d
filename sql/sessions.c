#include "sql/sessions.h"

#include "sql/pg_internal.h"
#include "sql/queries.h"
#include "sql/result.h"

#include <sodium.h>
#include <stdio.h>

/* A real hash of nobody's password, so that an unknown user costs the same work. Made once in a
 * process. */
static char nobody[crypto_pwhash_STRBYTES];

void token_hash(struct str token, struct sha256 *out)
{
    hash_sha256(token, STR(""), out);
}

static enum err make_hash(struct str password, char out[crypto_pwhash_STRBYTES], struct fault *f)
{
    if (sodium_init() < 0 ||
        crypto_pwhash_str(out, password.at, password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        return fault_set(f, ERR_NO_MEMORY, "could not hash a password", NULL,
                         "Argon2id needs 64 MiB of memory");
    }
    return OK;
}

static enum err check_user(struct str username, struct fault *f)
{
    if (username.len == 0 || username.len > SESSION_USER_SIZE_MAX) {
        return fault_field(f, ERR_INVALID, "username", "a user name has 1 to %d bytes",
                           SESSION_USER_SIZE_MAX);
    }
    return OK;
}

/* Runs a statement of text parameters without a result. */
static enum err run_texts(struct pg *pg, const char *sql, struct str a, struct str b,
                          struct fault *f)
{
    struct params p;
    enum err err;

    params_init(&p);
    params_text(&p, a);
    if (b.at != NULL) {
        params_text(&p, b);
    }
    err = pg_run(pg, sql, &p, NULL, f);
    params_fini(&p);
    return err;
}

static enum err run_token(struct pg *pg, const char *sql, struct str token, PGresult **r,
                          struct fault *f)
{
    struct sha256 hash;
    struct params p;
    enum err err;

    token_hash(token, &hash);
    params_init(&p);
    params_bytes(&p, hash.at, SHA256_SIZE);
    err = pg_run(pg, sql, &p, r, f);
    params_fini(&p);
    return err;
}

enum err credential_set(struct pg *pg, struct str username, struct str password, struct fault *f)
{
    char hash[crypto_pwhash_STRBYTES];
    enum err err = check_user(username, f);

    if (err != OK) {
        return err;
    }
    if (password.len < PASSWORD_SIZE_MIN || password.len > PASSWORD_SIZE_MAX) {
        return fault_field(f, ERR_INVALID, "password", "a password has %d to %d bytes",
                           PASSWORD_SIZE_MIN, PASSWORD_SIZE_MAX);
    }
    err = make_hash(password, hash, f);
    if (err == OK) {
        err = run_texts(pg, sql_credential_set, username, str_of(hash), f);
    }
    sodium_memzero(hash, sizeof hash);
    return err;
}

static enum err stored_hash(struct pg *pg, struct str username, char out[crypto_pwhash_STRBYTES],
                            bool *found, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_text(&p, username);
    err = pg_run(pg, sql_credential_get, &p, &r, f);
    params_fini(&p);
    if (err != OK) {
        return err;
    }
    *found = PQntuples(r) == 1 && PQgetlength(r, 0, 0) < (int)crypto_pwhash_STRBYTES;
    memset(out, 0, crypto_pwhash_STRBYTES);
    if (*found) {
        memcpy(out, PQgetvalue(r, 0, 0), (size_t)PQgetlength(r, 0, 0));
    }
    PQclear(r);
    return OK;
}

enum err credential_check(struct pg *pg, struct str username, struct str password, bool *right,
                          struct fault *f)
{
    char hash[crypto_pwhash_STRBYTES];
    bool found = false;
    bool same;
    enum err err = OK;

    *right = false;
    if (nobody[0] == '\0') {
        err = make_hash(STR("a password that nobody has"), nobody, f);
    }
    if (err == OK) {
        err = stored_hash(pg, username, hash, &found, f);
    }
    if (err != OK) {
        return err;
    }
    if (password.len > PASSWORD_SIZE_MAX) {
        password.len = 0; /* never anyone's: too short */
    }
    same = crypto_pwhash_str_verify(found ? hash : nobody, password.at != NULL ? password.at : "",
                                    password.len) == 0;
    *right = found && same;
    sodium_memzero(hash, sizeof hash);
    return OK;
}

enum err credential_delete(struct pg *pg, struct str username, struct fault *f)
{
    return run_texts(pg, sql_credential_delete, username, (struct str){ 0 }, f);
}

static void make_token(char out[TOKEN_SIZE + 1])
{
    uint8_t bytes[32];

    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(out, TOKEN_SIZE + 1, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

enum err session_create(struct pg *pg, struct str username, struct str address, int64_t lifetime_us,
                        char token[TOKEN_SIZE + 1], struct session *out, struct fault *f)
{
    struct sha256 hash;
    struct params p;
    PGresult *r;
    enum err err = check_user(username, f);

    if (err == OK && address.len > SESSION_ADDRESS_SIZE_MAX) {
        err = fault_field(f, ERR_INVALID, "address", "an address has at most %d bytes",
                          SESSION_ADDRESS_SIZE_MAX);
    }
    if (err == OK && sodium_init() < 0) {
        err = fault_set(f, ERR_IO, "could not start libsodium", NULL, NULL);
    }
    if (err != OK) {
        return err;
    }
    make_token(token);
    token_hash(str_of(token), &hash);
    params_init(&p);
    params_bytes(&p, hash.at, SHA256_SIZE);
    params_text(&p, username);
    params_i64(&p, lifetime_us);
    params_text(&p, address);
    err = pg_run(pg, sql_session_create, &p, &r, f);
    params_fini(&p);
    if (err == OK) {
        snprintf(out->username, sizeof out->username, STR_FMT, STR_ARG(username));
        snprintf(out->address, sizeof out->address, STR_FMT, STR_ARG(address));
        out->created_us = result_i64(r, 0, 0);
        out->expires_us = result_i64(r, 0, 1);
    }
    PQclear(r);
    return err;
}

enum err session_find(struct pg *pg, struct str token, struct session *out, struct fault *f)
{
    PGresult *r = NULL;
    bool touch = false;
    enum err err = OK;

    if (token.len != TOKEN_SIZE) {
        return fault_set(f, ERR_UNSIGNED, "this is no session token", NULL, "sign in again");
    }
    err = run_token(pg, sql_session_find, token, &r, f);
    if (err == OK && PQntuples(r) != 1) {
        err = fault_set(f, ERR_UNSIGNED, "the session has ended", NULL, "sign in again");
    } else if (err == OK) {
        snprintf(out->username, sizeof out->username, STR_FMT, STR_ARG(result_str(r, 0, 0)));
        snprintf(out->address, sizeof out->address, STR_FMT, STR_ARG(result_str(r, 0, 1)));
        out->created_us = result_i64(r, 0, 2);
        out->expires_us = result_i64(r, 0, 3);
        touch = result_bool(r, 0, 4);
    }
    PQclear(r);
    if (touch) {
        err = run_token(pg, sql_session_touch, token, NULL, f);
    }
    return err;
}

enum err session_end(struct pg *pg, struct str token, struct fault *f)
{
    return run_token(pg, sql_session_end, token, NULL, f);
}

enum err session_end_user(struct pg *pg, struct str username, struct fault *f)
{
    return run_texts(pg, sql_session_end_user, username, (struct str){ 0 }, f);
}

enum err sessions_live(struct pg *pg, const struct sha256 *hashes, uint32_t count, bool *live,
                       struct fault *f)
{
    struct params p;
    PGresult *r = NULL;
    enum err err;

    params_init(&p);
    params_array(&p, PARAM_BYTEA, count);
    for (uint32_t k = 0; k < count; k++) {
        item_bytes(&p, hashes[k].at, SHA256_SIZE);
    }
    params_array_end(&p);
    err = pg_run(pg, sql_sessions_live, &p, &r, f);
    params_fini(&p);
    if (err == OK && PQntuples(r) != (int)count) {
        err = fault_set(f, ERR_IO, "sessions were asked for and not all answered", NULL, NULL);
    }
    for (uint32_t k = 0; err == OK && k < count; k++) {
        live[k] = result_bool(r, (int)k, 0);
    }
    PQclear(r);
    return err;
}

enum err session_users(struct pg *pg, session_user_fn *fn, void *arg, struct fault *f)
{
    PGresult *r = NULL;
    enum err err = pg_run(pg, sql_sessions_users, NULL, &r, f);

    for (int k = 0; err == OK && k < PQntuples(r); k++) {
        fn(arg, result_str(r, k, 0));
    }
    PQclear(r);
    return err;
}

enum err session_purge(struct pg *pg, struct fault *f)
{
    return pg_run(pg, sql_session_purge, NULL, NULL, f);
}

enum err address_known(struct pg *pg, struct str username, struct str address, bool *known,
                       struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    *known = false;
    params_init(&p);
    params_text(&p, username);
    params_text(&p, address);
    err = pg_run(pg, sql_address_known, &p, &r, f);
    params_fini(&p);
    if (err == OK) {
        *known = result_bool(r, 0, 0);
    }
    PQclear(r);
    return err;
}

enum err addresses_known(struct pg *pg, uint32_t most,
                         void (*on_pair)(void *arg, struct str username, struct str address),
                         void *arg, struct fault *f)
{
    struct params p;
    PGresult *r;
    enum err err;

    params_init(&p);
    params_i64(&p, most);
    err = pg_run(pg, sql_addresses_known, &p, &r, f);
    params_fini(&p);
    for (int i = PQntuples(r) - 1; err == OK && i >= 0; i--) {
        on_pair(arg, result_str(r, i, 0), result_str(r, i, 1));
    }
    PQclear(r);
    return err;
}
