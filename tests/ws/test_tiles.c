/* ws/tiles: files as they should be, and files from anywhere. */
#include "tests/suite.h"
#include "ws/tiles.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static char path[128];

/* Each test begins without a file; main makes the folder and removes it. */
static void fresh(void)
{
    unlink(path);
}

static void run_sql(const char *sql)
{
    sqlite3 *db;
    char *error = NULL;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &error) == SQLITE_OK, "%s", error);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

#define METADATA "CREATE TABLE metadata (name TEXT, value TEXT);"
#define TILES                                                                         \
    "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, " \
    "tile_data BLOB);"
#define FORMAT "INSERT INTO metadata VALUES ('format', 'pbf');"

static void make_map(void)
{
    fresh();
    run_sql(METADATA TILES FORMAT
            "INSERT INTO metadata VALUES ('name', '临江'), ('attribution', '© \"someone\"'), "
            "('minzoom', '5'), ('maxzoom', '14'), ('bounds', '122.6,29.4,122.72,29.48');"
            "INSERT INTO tiles VALUES (2, 3, 0, x'1f8b00'), (2, 3, 3, x'1f8b33'), (0, 0, 0, x'');");
}

static struct tiles *open_map(void)
{
    struct tiles *t = NULL;
    struct fault f = { .err = OK };
    char hash[TILES_HASH_LEN + 1];

    ck_assert_msg(tiles_hash(path, hash, &f) == OK, "%s", f.primary);
    ck_assert_msg(tiles_open(path, hash, &t, &f) == OK, "%s: %s", f.primary, f.detail);
    return t;
}

/* The fault of a file that is no map; its text names the setting. */
static struct fault refusal(void)
{
    struct tiles *t = NULL;
    struct fault f = { .err = OK };

    ck_assert_int_eq(tiles_open(path, "0123456789abcdef", &t, &f), ERR_CONFIG);
    ck_assert_ptr_null(t);
    ck_assert_str_eq(f.field, "basemap");
    ck_assert_ptr_nonnull(strstr(f.detail, path));
    return f;
}

static void write_file(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(tile_rows_are_counted_from_the_north)
{
    struct str tile;
    make_map();
    struct tiles *t = open_map();
    ck_assert_int_eq(tiles_get(t, 2, 3, 3, &tile), TILE_FOUND); /* row 0 of the file */
    ck_assert(str_eq(tile, (struct str){ "\x1f\x8b\0", 3 }));
    tiles_done(t);
    ck_assert_int_eq(tiles_get(t, 2, 3, 0, &tile), TILE_FOUND);
    ck_assert_mem_eq(tile.at, "\x1f\x8b\x33", 3);
    tiles_done(t);
    tiles_free(t);
}
END_TEST

START_TEST(a_tile_that_is_not_there_or_empty_or_beyond_the_world_is_none)
{
    static const uint32_t places[][3] = { { 2, 0, 0 },  { 0, 0, 0 },  { 2, 4, 0 },
                                          { 2, 0, 4 },  { 0, 1, 0 },  { 25, 0, 0 },
                                          { 24, 0, 0 }, { 99, 7, 7 }, { 2, UINT32_MAX, 1 } };
    struct str tile;
    make_map();
    struct tiles *t = open_map();
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        ck_assert_int_eq(tiles_get(t, places[i][0], places[i][1], places[i][2], &tile), TILE_NONE);
        ck_assert_uint_eq(tile.len, 0);
        tiles_done(t);
    }
    tiles_free(t);
}
END_TEST

START_TEST(the_map_describes_itself)
{
    struct buf b;
    char want[512];
    make_map();
    struct tiles *t = open_map();
    buf_init(&b);
    tiles_describe(t, &b);
    (void)snprintf(want, sizeof(want),
                   "{\"tilejson\":\"2.2.0\",\"scheme\":\"xyz\",\"name\":\"临江\","
                   "\"attribution\":\"© \\\"someone\\\"\",\"minzoom\":5,\"maxzoom\":14,"
                   "\"bounds\":[122.6,29.4,122.72,29.48],\"tiles\":[\"/tiles/%s/{z}/{x}/{y}\"]}",
                   tiles_name(t));
    buf_char(&b, '\0');
    ck_assert_str_eq(b.at, want);
    buf_fini(&b);
    tiles_free(t);
}
END_TEST

START_TEST(the_hash_is_that_of_the_content)
{
    char one[TILES_HASH_LEN + 1], same[TILES_HASH_LEN + 1], other[TILES_HASH_LEN + 1];
    write_file("abc", 3);
    ck_assert_int_eq(tiles_hash(path, one, NULL), OK);
    ck_assert_str_eq(one, "ba7816bf8f01cfea"); /* FIPS 180-2, appendix B.1 */
    ck_assert_int_eq(tiles_hash(path, same, NULL), OK);
    ck_assert_str_eq(one, same);
    write_file("abd", 3);
    ck_assert_int_eq(tiles_hash(path, other, NULL), OK);
    ck_assert_str_ne(one, other);
}
END_TEST

START_TEST(a_file_that_is_missing_or_a_folder_is_told)
{
    char hash[TILES_HASH_LEN + 1];
    struct fault f = { .err = OK };
    fresh();
    ck_assert_int_eq(tiles_hash(path, hash, &f), ERR_CONFIG);
    ck_assert_ptr_nonnull(strstr(f.primary, "No such file"));
    ck_assert_str_eq(f.field, "basemap");
    ck_assert_int_eq(tiles_hash(dir, hash, &f), ERR_CONFIG);
    ck_assert_ptr_nonnull(strstr(f.primary, "it is no file"));
    (void)refusal();
    ck_assert_int_ne(access(path, F_OK), 0); /* looking made none */
}
END_TEST

START_TEST(a_file_that_is_no_database_is_told)
{
    write_file("not a database, but long enough to be taken for one at the first glance, is it?",
               79);
    ck_assert_ptr_nonnull(strstr(refusal().primary, "not a database"));
    write_file("", 0);
    ck_assert_ptr_nonnull(strstr(refusal().primary, "no such table"));
}
END_TEST

static const struct {
    const char *sql, *says;
} wrong[] = {
    { "CREATE TABLE unrelated (a)", "no such table: metadata" },
    { METADATA FORMAT, "no such table: tiles" },
    { METADATA TILES "INSERT INTO metadata VALUES ('format', 'png')", "\"png\"" },
    { METADATA TILES, "\"\"" },
    { METADATA FORMAT "CREATE TABLE tiles (zoom_level, tile_data)", "no such column" },
    { METADATA TILES FORMAT "INSERT INTO metadata VALUES ('maxzoom', '77')", "\"77\"" },
    { METADATA TILES FORMAT "INSERT INTO metadata VALUES ('minzoom', '-1')", "\"-1\"" },
    { METADATA TILES FORMAT "INSERT INTO metadata VALUES ('bounds', '1,2,3')", "\"1,2,3\"" },
    { METADATA TILES FORMAT "INSERT INTO metadata VALUES ('bounds', '9,0,1,1')", "\"9,0,1,1\"" },
    { METADATA TILES FORMAT "INSERT INTO metadata VALUES ('bounds', 'nan,0,1,1')", "nan" },
};
#define WRONG_COUNT ((int)(sizeof(wrong) / sizeof(wrong[0])))

START_TEST(a_database_that_is_no_vector_map_is_told)
{
    fresh();
    run_sql(wrong[_i].sql);
    struct fault f = refusal();
    ck_assert_msg(strstr(f.primary, wrong[_i].says) != NULL, "%s lacks %s", f.primary,
                  wrong[_i].says);
}
END_TEST

START_TEST(a_view_without_an_end_is_given_up)
{
    fresh();
    run_sql(
        METADATA FORMAT
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT 14 AS zoom_level, 0 AS tile_column, 16383 AS tile_row, x'00' AS tile_data FROM n "
        "WHERE i < 0");
    ck_assert_ptr_nonnull(strstr(refusal().primary, "interrupted"));
}
END_TEST

START_TEST(a_tile_larger_than_any_is_damage)
{
    struct str tile;
    fresh();
    run_sql(METADATA TILES FORMAT "INSERT INTO tiles VALUES (1, 0, 0, zeroblob(5000000))");
    struct tiles *t = open_map();
    ck_assert_int_eq(tiles_get(t, 1, 0, 1, &tile), TILE_BROKEN);
    tiles_done(t);
    ck_assert_int_eq(tiles_get(t, 1, 0, 0, &tile), TILE_NONE); /* and the map goes on */
    tiles_done(t);
    tiles_free(t);
}
END_TEST

/* Bytes changed and cut anywhere: an answer or a fault, never a crash. */
START_TEST(a_damaged_file_is_a_fault_or_a_map)
{
    uint32_t seed = (uint32_t)_i * 2654435761u + 1;
    make_map();
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    FILE *file = fopen(path, "r+b");
    for (int i = 0; i < 40; i++) {
        seed = seed * 1664525u + 1013904223u;
        (void)fseek(file, (long)(seed % (uint32_t)st.st_size), SEEK_SET);
        (void)fputc((int)(seed >> 24), file);
    }
    fclose(file);
    if (_i % 4 == 0) {
        ck_assert_int_eq(truncate(path, (off_t)(seed % (uint32_t)st.st_size)), 0);
    }
    struct tiles *t = NULL;
    struct fault f = { .err = OK };
    if (tiles_open(path, "0", &t, &f) == OK) {
        struct str tile;
        for (unsigned zoom = 0; zoom < 4; zoom++) {
            (void)tiles_get(t, zoom, 0, 0, &tile);
            tiles_done(t);
        }
    } else {
        ck_assert_int_eq(f.err, ERR_CONFIG);
    }
    tiles_free(t);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { .test = tile_rows_are_counted_from_the_north },
        { .test = a_tile_that_is_not_there_or_empty_or_beyond_the_world_is_none },
        { .test = the_map_describes_itself },
        { .test = the_hash_is_that_of_the_content },
        { .test = a_file_that_is_missing_or_a_folder_is_told },
        { .test = a_file_that_is_no_database_is_told },
        { .test = a_database_that_is_no_vector_map_is_told, .loops = WRONG_COUNT },
        { .test = a_view_without_an_end_is_given_up },
        { .test = a_tile_larger_than_any_is_damage },
        { .test = a_damaged_file_is_a_fault_or_a_map, .loops = 200 },
    };
    int status;

    (void)snprintf(dir, sizeof(dir), "/tmp/tocsin-tiles-XXXXXX");
    if (mkdtemp(dir) == NULL) {
        perror("mkdtemp");
        return 1;
    }
    (void)snprintf(path, sizeof(path), "%s/map?50%%#1.mbtiles", dir); /* a name that needs care */
    status = SUITE_RUN("ws/tiles", rows);
    fresh();
    rmdir(dir);
    return status;
}
