#include "tests/server/view_stage.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[5] = { "incidents", "reports", "assignments", "units", "alarms" };
enum { INCIDENTS, REPORTS, ASSIGNMENTS, UNITS, ALARMS };

void screen_init(struct screen *c, const struct stage *s, enum audience audience, uint64_t zones,
                 uint32_t unit)
{
    *c = (struct screen){ .viewer = { .world = &s->view->world,
                                      .name = STR("live"),
                                      .audience = audience,
                                      .zones = zones,
                                      .unit = { unit } } };
    for (int k = 0; k < 5; k++) {
        c->tables[k] = json_object();
    }
}

void screen_fini(struct screen *c)
{
    for (int k = 0; k < 5; k++) {
        json_decref(c->tables[k]);
    }
}

static const char *text_of(const json_t *item, const char *key)
{
    const char *text = json_string_value(json_object_get(item, key));
    return text != NULL ? text : "";
}

static bool shown_incident_lives(const json_t *i)
{
    bool final =
        strcmp(text_of(i, "status"), "closed") == 0 || strcmp(text_of(i, "status"), "merged") == 0;
    return !final || json_is_true(json_object_get(i, "unsettled"));
}

static bool lives(const struct screen *c, int table, const json_t *item)
{
    const char *incident = text_of(item, "incident");
    const char *status = text_of(item, "status");
    bool orphan = incident[0] != '\0' && json_object_get(c->tables[INCIDENTS], incident) == NULL;
    if (table == REPORTS) {
        return strcmp(status, "settled") != 0 && !orphan;
    }
    if (table == ASSIGNMENTS) {
        bool ended = strcmp(status, "cleared") == 0 || strcmp(status, "declined") == 0 ||
                     strcmp(status, "expired") == 0 || strcmp(status, "cancelled") == 0;
        bool owes = json_is_true(json_object_get(item, "feedback_due")) &&
                    !json_is_true(json_object_get(item, "feedback_given"));
        owes = owes || json_object_get(item, "changes") != NULL ||
               json_object_get(item, "safety_due_at") != NULL;
        return (!ended || owes) && !orphan;
    }
    return true;
}

static void drop_incident(struct screen *c, const char *id)
{
    json_object_del(c->tables[INCIDENTS], id);
    for (int k = REPORTS; k <= ASSIGNMENTS; k++) {
        const char *key;
        json_t *item;
        void *next;
        json_object_foreach_safe(c->tables[k], next, key, item)
        {
            if (strcmp(text_of(item, "incident"), id) == 0) {
                json_object_del(c->tables[k], key);
            }
        }
    }
}

static void take_lists(struct screen *c, const json_t *lists)
{
    for (int k = 0; k < 5; k++) {
        size_t n;
        json_t *item;
        json_array_foreach(json_object_get(lists, names[k]), n, item)
        {
            const char *id = text_of(item, "id");
            ck_assert_str_ne(id, "");
            if (k == INCIDENTS && !shown_incident_lives(item)) {
                drop_incident(c, id);
            } else if (lives(c, k, item)) {
                json_object_set(c->tables[k], id, item);
            } else {
                json_object_del(c->tables[k], id);
            }
        }
    }
    size_t n;
    json_t *item;
    json_array_foreach(json_object_get(lists, "alarms_cleared"), n, item)
    {
        json_object_del(c->tables[ALARMS], json_string_value(item));
    }
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
    for (int k = 0; k < 5; k++) {
        json_object_clear(c->tables[k]);
    }
    take_lists(c, data);
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
        bool leave = strcmp(text_of(event, "kind"), "view.leave") == 0;
        if (leave && text_of(event, "incident")[0] != '\0') {
            drop_incident(c, text_of(event, "incident"));
        } else if (leave) {
            json_object_del(c->tables[REPORTS], text_of(event, "report"));
        }
        take_lists(c, json_object_get(event, "after"));
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
    for (int k = 0; k < 5; k++) {
        if (json_equal(a->tables[k], b->tables[k])) {
            continue;
        }
        const char *key;
        json_t *item;
        json_object_foreach(a->tables[k], key, item)
        {
            json_t *other = json_object_get(b->tables[k], key);
            ck_assert_msg(json_equal(item, other),
                          "%s: %s %s audience %d zones %llx\n shown %s\n true  %s", when, names[k],
                          key, (int)a->viewer.audience, (unsigned long long)a->viewer.zones,
                          json_dumps(item, JSON_COMPACT),
                          other != NULL ? json_dumps(other, JSON_COMPACT) : "-");
        }
        json_object_foreach(b->tables[k], key, item)
        {
            ck_assert_msg(json_object_get(a->tables[k], key) != NULL,
                          "%s: %s %s is missing for audience %d zones %llx\n true %s", when,
                          names[k], key, (int)a->viewer.audience,
                          (unsigned long long)a->viewer.zones, json_dumps(item, JSON_COMPACT));
        }
    }
}
