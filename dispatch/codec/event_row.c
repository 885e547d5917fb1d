#include "dispatch/codec/event_row.h"

#include <inttypes.h>

/* prev_hash, three numbers of at most 20 digits, three short texts, six newlines */
#define PREFIX_SIZE \
    (SHA256_SIZE + 3 * 20 + LOG_ACTOR_SIZE_MAX + LOG_COMMAND_ID_SIZE_MAX + LOG_COMMAND_SIZE_MAX + 6)

static bool one_line(struct str s)
{
    return s.len == 0 || memchr(s.at, '\n', s.len) == NULL;
}

static bool row_fits(const struct log_row *row)
{
    return row->actor.len <= LOG_ACTOR_SIZE_MAX && row->command_id.len <= LOG_COMMAND_ID_SIZE_MAX &&
           row->command.len <= LOG_COMMAND_SIZE_MAX && one_line(row->actor) &&
           one_line(row->command_id) && one_line(row->command) && one_line(row->data);
}

static void add_prefix(const struct log_row *row, struct buf *out)
{
    buf_u64(out, row->seq);
    buf_char(out, '\n');
    buf_u64(out, row->epoch);
    buf_char(out, '\n');
    buf_i64(out, row->at_us);
    buf_char(out, '\n');
    buf_str(out, row->actor);
    buf_char(out, '\n');
    buf_str(out, row->command_id);
    buf_char(out, '\n');
    buf_str(out, row->command);
    buf_char(out, '\n');
}

void log_row_canonical(const struct log_row *row, struct buf *out)
{
    add_prefix(row, out);
    buf_str(out, row->data);
}

bool log_row_hash(const struct log_row *row, struct sha256 *out)
{
    char bytes[PREFIX_SIZE];
    struct buf prefix;

    memset(out, 0, sizeof *out);
    if (!row_fits(row)) {
        return false;
    }
    buf_fixed(&prefix, bytes, sizeof bytes);
    buf_add(&prefix, row->prev_hash.at, SHA256_SIZE);
    add_prefix(row, &prefix);
    must(buf_ok(&prefix));
    hash_sha256(buf_view(&prefix), row->data, out);
    return true;
}

void log_genesis_hash(struct str world, struct sha256 *out)
{
    hash_sha256(STR(LOG_GENESIS "\n"), world, out);
}

void log_personal_hash(const uint8_t salt[LOG_SALT_SIZE], struct str value, struct sha256 *out)
{
    hash_sha256((struct str){ .at = (const char *)salt, .len = LOG_SALT_SIZE }, value, out);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(const char *at, struct sha256 *out)
{
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        int high = hex_value(at[2 * i]);
        int low = hex_value(at[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        out->at[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* Reads N,"sha256":"<64 hex>"} at `*at`. */
static bool read_mention(struct str data, size_t *at, struct log_mention *out)
{
    static const char middle[] = ",\"sha256\":\"";
    const size_t middle_size = sizeof middle - 1;
    size_t i = *at;
    uint64_t ref = 0;

    while (i < data.len && data.at[i] >= '0' && data.at[i] <= '9' && i - *at < 19) {
        ref = ref * 10 + (uint64_t)(data.at[i] - '0');
        i++;
    }
    if (i == *at || data.len - i < middle_size + 2 * SHA256_SIZE + 2 ||
        memcmp(data.at + i, middle, middle_size) != 0 ||
        !read_hex(data.at + i + middle_size, &out->sha256)) {
        return false;
    }
    i += middle_size + 2 * SHA256_SIZE;
    if (data.at[i] != '"' || data.at[i + 1] != '}') {
        return false;
    }
    out->ref = ref;
    *at = i + 2;
    return true;
}

bool log_mention_next(struct str data, size_t *offset, struct log_mention *out, bool *broken)
{
    static const char opening[] = "{\"ref\":";
    const char *found;
    size_t at;

    if (*offset >= data.len) {
        return false;
    }
    found = memmem(data.at + *offset, data.len - *offset, opening, sizeof opening - 1);
    if (found == NULL) {
        *offset = data.len;
        return false;
    }
    at = (size_t)(found - data.at) + sizeof opening - 1;
    if (!read_mention(data, &at, out)) {
        *broken = true;
        *offset = at;
        return false;
    }
    *offset = at;
    return true;
}
