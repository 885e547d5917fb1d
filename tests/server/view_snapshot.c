/* Laws of snapshots: the world that comes back is the world that was written, and goes on as it
 * would have; what is damaged is refused. */
#include "dispatch/core/deadlines.h"
#include "dispatch/core/digest.h"
#include "server/snapshot.h"
#include "tests/server/view_stage.h"
#include "tests/suite.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#define STEPS 400

static struct stage stage;

struct copy {
    struct world_memory *memory;
    struct side *side;
    struct arena arena;
};

static void copy_init(struct copy *c)
{
    ck_assert_int_eq(worlds_new(&stage.view->world.limits, &c->memory, NULL), OK);
    c->side = side_new(&stage.view->world.limits);
    ck_assert_ptr_nonnull(c->side);
    arena_init(&c->arena, (size_t)64 << 20);
}

static void copy_fini(struct copy *c)
{
    worlds_free(c->memory);
    side_free(c->side);
    arena_fini(&c->arena);
}

static void same_text(const struct world *a, const struct world *b)
{
    char left[33], right[33], kept[33];
    digest_text(digest_computed(a), left);
    digest_text(digest_computed(b), right);
    digest_text(digest_kept(b), kept);
    ck_assert_str_eq(left, right);
    ck_assert_str_eq(left, kept);
}

static void same_links(const struct world *a, const struct world *b)
{
    ck_assert_int_eq(deadlines_next(a), deadlines_next(b));
    ck_assert_uint_eq(a->due.count, b->due.count);
    for (uint32_t k = 0; k < a->unit_count; k++) {
        const struct assignment *x = unit_first_assignment(a, &a->units[k]);
        const struct assignment *y = unit_first_assignment(b, &b->units[k]);
        const struct assignment *active = unit_active(a, &a->units[k]);
        const struct assignment *other = unit_active(b, &b->units[k]);
        ck_assert((active == NULL) == (other == NULL) &&
                  (active == NULL || active->id.n == other->id.n));
        for (; x != NULL && y != NULL;
             x = assignment_next_of_unit(a, x), y = assignment_next_of_unit(b, y)) {
            ck_assert_uint_eq(x->id.n, y->id.n);
        }
        ck_assert(x == NULL && y == NULL);
    }
}

/* The copy takes every row that the stage takes. */
static void follow(struct stage *s, void *arg)
{
    struct copy *c = arg;
    replay_apply(&c->memory->world, &s->bed.last, &s->content);
    same_text(&s->view->world, &c->memory->world);
}

static void check_side(const struct copy *c)
{
    uint32_t k = 0;
    for (const struct incident *i; (i = world_next_of_incidents(&stage.view->world, &k)) != NULL;) {
        struct side_advice a, b;
        struct side_note x, y;
        uint64_t at_x = 0;
        uint64_t at_y = 0;
        bool more = true;
        if (i->status < INCIDENT_CLOSED && side_advice_of(stage.side, i->id, &a)) {
            ck_assert(side_advice_of(c->side, i->id, &b));
            ck_assert(a.seq == b.seq && a.at == b.at && str_eq(a.json, b.json));
        }
        while (more) {
            more = side_note_of(stage.side, i->id, &at_x, &x);
            ck_assert(side_note_of(c->side, i->id, &at_y, &y) == more);
            ck_assert(!more || (x.note.ref == y.note.ref && x.kind == y.kind && x.seq == y.seq));
        }
    }
}

START_TEST(a_world_comes_back_as_it_was_and_goes_on_as_it_would_have)
{
    struct prng p;
    struct copy c;
    struct buf image;
    struct fault f = { .err = OK };
    prng_seed(&p, 900 + (uint64_t)_i);
    stage_init(&stage);
    for (int n = 0; n < STEPS; n++) {
        stage_step(&stage, &p);
    }
    copy_init(&c);
    buf_init(&image);
    snapshot_write(&image, &stage.view->world, stage.side);
    ck_assert(buf_ok(&image));
    enum err err = snapshot_read(buf_view(&image), &c.memory->world, c.side, &c.arena, &f);
    ck_assert_msg(err == OK, "%s %s", f.field, f.primary);
    arena_reset(&c.arena);
    memset(image.at, 0xaa, image.len); /* nothing of the world points into it */
    digest_start(&c.memory->world);
    same_text(&stage.view->world, &c.memory->world);
    same_links(&stage.view->world, &c.memory->world);
    check_side(&c);
    stage.on_row = follow;
    stage.arg = &c;
    for (int n = 0; n < STEPS; n++) {
        stage_step(&stage, &p);
    }
    stage_wait(&stage, stage.bed.now + CLOSED_KEPT_US + US_PER_HOUR);
    for (int n = 0; n < 40; n++) {
        stage_step(&stage, &p);
    }
    same_links(&stage.view->world, &c.memory->world);
    buf_fini(&image);
    copy_fini(&c);
    stage_fini(&stage);
}
END_TEST

START_TEST(an_image_of_the_copy_has_the_same_bytes)
{
    struct prng p;
    struct copy c;
    struct buf image, again;
    struct fault f = { .err = OK };
    prng_seed(&p, 31);
    stage_init(&stage);
    for (int n = 0; n < STEPS; n++) {
        stage_step(&stage, &p);
    }
    copy_init(&c);
    buf_init(&image);
    buf_init(&again);
    snapshot_write(&image, &stage.view->world, NULL);
    ck_assert_int_eq(snapshot_read(buf_view(&image), &c.memory->world, NULL, &c.arena, &f), OK);
    snapshot_write(&again, &c.memory->world, NULL);
    ck_assert(buf_ok(&again));
    ck_assert_uint_eq(image.len, again.len);
    buf_fini(&image);
    buf_fini(&again);
    copy_fini(&c);
    stage_fini(&stage);
}
END_TEST

static enum err try_image(struct str bytes)
{
    struct fault f = { .err = OK };
    struct copy c;
    copy_init(&c);
    enum err err = snapshot_read(bytes, &c.memory->world, c.side, &c.arena, &f);
    copy_fini(&c);
    return err;
}

START_TEST(a_cut_image_is_refused_at_every_length)
{
    struct prng p;
    struct buf image;
    prng_seed(&p, 5);
    stage_init(&stage);
    for (int n = 0; n < 60; n++) {
        stage_step(&stage, &p);
    }
    buf_init(&image);
    snapshot_write(&image, &stage.view->world, stage.side);
    for (size_t n = 0; n < image.len; n += 1 + image.len / 300) {
        ck_assert_int_ne(try_image((struct str){ image.at, n }), OK);
    }
    ck_assert_int_eq(try_image(buf_view(&image)), OK);
    buf_fini(&image);
    stage_fini(&stage);
}
END_TEST

static unsigned count_files(const char *dir)
{
    unsigned count = 0;
    DIR *d = opendir(dir);
    for (const struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        count += e->d_name[0] != '.' ? 1 : 0;
    }
    ck_assert_ptr_nonnull(d);
    closedir(d);
    return count;
}

static void remove_files(const char *dir)
{
    char path[SNAPSHOT_PATH_SIZE];
    while (snapshot_find(dir, STR("live"), 0, path)) {
        ck_assert_int_eq(unlink(path), 0);
    }
    ck_assert_int_eq(rmdir(dir), 0);
}

START_TEST(the_last_three_files_stay_and_a_damaged_one_is_refused)
{
    char dir[] = "/tmp/tocsin-snapshots-XXXXXX";
    char path[SNAPSHOT_PATH_SIZE];
    struct buf image;
    struct fault f = { .err = OK };
    ck_assert_ptr_nonnull(mkdtemp(dir));
    for (uint64_t seq = 8; seq <= 12; seq++) {
        ck_assert_int_eq(snapshot_save(dir, STR("live"), seq, STR("an image"), &f), OK);
    }
    ck_assert_uint_eq(count_files(dir), SNAPSHOTS_KEPT);
    ck_assert(snapshot_find(dir, STR("live"), 0, path));
    ck_assert_ptr_nonnull(strstr(path, "live-00000000000000000012.snapshot"));
    ck_assert(!snapshot_find(dir, STR("live"), 3, path));
    ck_assert(!snapshot_find(dir, STR("liv"), 0, path));
    ck_assert(snapshot_find(dir, STR("live"), 2, path));
    buf_init(&image);
    ck_assert_int_eq(snapshot_bytes(path, &image, &f), OK);
    ck_assert(str_is(buf_view(&image), "an image"));
    FILE *file = fopen(path, "r+b");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fputc('A', file), 'A');
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(snapshot_bytes(path, &image, &f), ERR_CORRUPT);
    buf_fini(&image);
    remove_files(dir);
}
END_TEST

int main(void)
{
    const struct suite_row rows[] = {
        { a_world_comes_back_as_it_was_and_goes_on_as_it_would_have, 0, 4 },
        { an_image_of_the_copy_has_the_same_bytes, 0, 0 },
        { a_cut_image_is_refused_at_every_length, 0, 0 },
        { the_last_three_files_stay_and_a_damaged_one_is_refused, 0, 0 },
    };
    return SUITE_RUN("server/view_snapshot", rows);
}
