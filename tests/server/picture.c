#include "tests/server/picture.h"

#include <string.h>

const char *const picture_names[PICTURE_TABLES] = { "incidents", "reports", "assignments",
                                                    "units",     "alarms",  "roads" };
enum { INCIDENTS, REPORTS, ASSIGNMENTS, UNITS, ALARMS, ROADS };

void picture_init(struct picture *c)
{
    for (int k = 0; k < PICTURE_TABLES; k++) {
        c->tables[k] = json_object();
    }
}

void picture_fini(struct picture *c)
{
    for (int k = 0; k < PICTURE_TABLES; k++) {
        json_decref(c->tables[k]);
    }
}

void picture_clear(struct picture *c)
{
    for (int k = 0; k < PICTURE_TABLES; k++) {
        json_object_clear(c->tables[k]);
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

static bool lives(const struct picture *c, int table, const json_t *item)
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

static void drop_incident(struct picture *c, const char *id)
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

bool picture_lists(struct picture *c, const json_t *lists)
{
    for (int k = 0; k < PICTURE_TABLES; k++) {
        size_t n;
        json_t *item;
        json_array_foreach(json_object_get(lists, picture_names[k]), n, item)
        {
            const char *id = text_of(item, "id");
            if (id[0] == '\0') {
                return false;
            }
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
    json_array_foreach(json_object_get(lists, "roads_opened"), n, item)
    {
        json_object_del(c->tables[ROADS], json_string_value(item));
    }
    return true;
}

bool picture_event(struct picture *c, const json_t *event)
{
    bool leave = strcmp(text_of(event, "kind"), "view.leave") == 0;
    if (leave && text_of(event, "incident")[0] != '\0') {
        drop_incident(c, text_of(event, "incident"));
    } else if (leave) {
        json_object_del(c->tables[REPORTS], text_of(event, "report"));
    }
    return picture_lists(c, json_object_get(event, "after"));
}
