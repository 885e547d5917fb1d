#include "tests/server/view_stage.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

void screen_init(struct screen *c, const struct stage *s, enum audience audience, uint64_t zones,
                 uint32_t unit)
{
    *c = (struct screen){ .viewer = { .world = &s->view->world,
                                      .name = STR("live"),
                                      .audience = audience,
                                      .zones = zones,
                                      .unit = { unit } } };
    picture_init(&c->picture);
}

void screen_fini(struct screen *c)
{
    picture_fini(&c->picture);
}

void screen_load(struct screen *c, const struct stage *s)
{
    const struct board_live live = { .now = s->bed.now, .clock_rate = 1, .topics = UINT16_MAX };
    struct buf b;
    buf_init(&b);
    board_snapshot(&b, &c->viewer, &live);
    ck_assert(buf_ok(&b));
    json_t *data = json_loadb(b.at, b.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(data != NULL, "a snapshot is no JSON: %.*s", (int)b.len, b.at);
    picture_clear(&c->picture);
    ck_assert(picture_lists(&c->picture, data));
    json_decref(data);
    buf_fini(&b);
}

bool screen_gets(const struct screen *c, const struct frame_tags *t)
{
    uint64_t z = c->viewer.zones;
    return t->audience == c->viewer.audience && (t->any_of & z) != 0 && (t->also_of & z) != 0 &&
           (t->none_of & z) == 0 && (t->addressee == 0 || t->addressee == c->viewer.unit.n);
}

static void take_entry(struct screen *c, const struct stage_entry *e)
{
    char *text = malloc(e->len + 3);
    (void)snprintf(text, e->len + 3, "[%s]", e->text);
    json_t *list = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(list != NULL, "an entry is no JSON: %s", text);
    size_t n;
    json_t *event;
    json_array_foreach(list, n, event)
    {
        ck_assert(picture_event(&c->picture, event));
    }
    json_decref(list);
    free(text);
}

void screen_row(struct screen *c, const struct stage *s)
{
    if (s->everyone) {
        screen_load(c, s);
        return;
    }
    for (uint32_t k = 0; k < s->entry_count; k++) {
        if (screen_gets(c, &s->entries[k].tags)) {
            take_entry(c, &s->entries[k]);
        }
    }
}

void screens_agree(const struct screen *a, const struct screen *b, const char *when)
{
    for (int k = 0; k < PICTURE_TABLES; k++) {
        if (json_equal(a->picture.tables[k], b->picture.tables[k])) {
            continue;
        }
        const char *key;
        json_t *item;
        json_object_foreach(a->picture.tables[k], key, item)
        {
            json_t *other = json_object_get(b->picture.tables[k], key);
            ck_assert_msg(json_equal(item, other),
                          "%s: %s %s audience %d zones %llx\n shown %s\n true  %s", when,
                          picture_names[k], key, (int)a->viewer.audience,
                          (unsigned long long)a->viewer.zones, json_dumps(item, JSON_COMPACT),
                          other != NULL ? json_dumps(other, JSON_COMPACT) : "-");
        }
        json_object_foreach(b->picture.tables[k], key, item)
        {
            ck_assert_msg(json_object_get(a->picture.tables[k], key) != NULL,
                          "%s: %s %s is missing for audience %d zones %llx\n true %s", when,
                          picture_names[k], key, (int)a->viewer.audience,
                          (unsigned long long)a->viewer.zones, json_dumps(item, JSON_COMPACT));
        }
    }
}
