#include "tools/plan/plan_file.h"

#include "dispatch/codec/json_in.h"
#include "dispatch/plan/plan_check.h"
#include "tools/sim/town.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef PKGDATADIR
#define PKGDATADIR "/usr/local/share/tocsin"
#endif

static const struct json_limits limits = { .bytes_max = (size_t)1 << 24,
                                           .depth_max = 16,
                                           .values_max = 1000000 };

/* The file's name before what was wrong in it. */
static enum err in_file(const char *path, struct fault *f)
{
    char detail[sizeof(f->detail)];

    (void)snprintf(detail, sizeof(detail), "%.150s%s%.200s", path, f->detail[0] != '\0' ? ": " : "",
                   f->detail);
    memcpy(f->detail, detail, sizeof(detail));
    return f->err;
}

static enum err parse(struct arena *a, const char *path, struct json_doc **doc, struct fault *f)
{
    struct str text;

    *doc = NULL;
    if (town_read(a, path, &text, f) != OK) {
        return f->err;
    }
    return json_in_parse(text, limits, doc, f) != OK ? in_file(path, f) : OK;
}

enum err plan_file_read(struct arena *a, const char *path, struct plan *out, struct fault *f)
{
    struct json_doc *doc;
    enum err err = parse(a, path, &doc, f);

    if (err != OK) {
        return err;
    }
    err = json_in_struct(&plan_shape, doc, STR("w"), a, out, f);
    json_doc_free(doc);
    if (err == OK) {
        err = plan_check(out, f);
    }
    return err != OK ? in_file(path, f) : OK;
}

enum err plan_types_read(struct arena *a, const char *path, struct list *out, struct fault *f)
{
    static const char *const standard[] = { "seeds/incident_types.json",
                                            PKGDATADIR "/seeds/incident_types.json" };
    struct json_doc *doc;

    *out = (struct list){ NULL, 0 };
    for (size_t i = 0; path == NULL && i < 2; i++) {
        path = access(standard[i], R_OK) == 0 ? standard[i] : NULL;
    }
    if (path == NULL) {
        return OK;
    }
    if (parse(a, path, &doc, f) != OK) {
        return f->err;
    }
    const struct json_doc *list = json_doc_member(doc, "types");
    size_t count = json_doc_count(list);
    struct city_type *types = arena_alloc(a, (count + 1) * sizeof(*types));
    enum err err = types != NULL ? OK : fault_set(f, ERR_NO_MEMORY, "no memory", NULL, NULL);

    for (size_t i = 0; err == OK && i < count; i++) {
        err = json_in_struct(&city_type_shape, json_doc_at(list, i), STR("w"), a, &types[i], f);
    }
    json_doc_free(doc);
    *out = (struct list){ .at = types, .count = (uint32_t)count };
    return err == OK ? OK : in_file(path, f);
}
