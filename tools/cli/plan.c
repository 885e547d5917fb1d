/* tocsin plan: a response plan read, checked and told in words; what it says of one imagined
 * incident; what differs from another version. */
#include "dispatch/plan/pattern.h"
#include "tools/cli/cli.h"
#include "tools/plan/plan_file.h"
#include "tools/plan/plan_say.h"

#include <string.h>

#define NAME "plan"
#define PLAN_BYTES_MAX ((size_t)64 << 20)
#define ZONES_MAX 16

static const char about[] =
    "tocsin plan FILE: checks a response plan and tells it in words, rule by rule.\n"
    "With --against OLD what differs from another version. With any of --type, --cues, --denied,\n"
    "--place, --zones, --channel, --priority and --at what it says of one imagined incident:\n"
    "tier, force, the rules that fire and those that stand open (--all: the others too).\n"
    "A plan that is wrong is told with path, value and expectation.";

struct plan_opts {
    const char *file, *against, *lang, *types;
    const char *type, *cues, *denied, *place, *zones, *channel, *at;
    uint64_t priority;
    bool all, json;
};

static bool is_try(const struct plan_opts *o)
{
    return o->type != NULL || o->cues != NULL || o->denied != NULL || o->place != NULL ||
           o->zones != NULL || o->channel != NULL || o->at != NULL || o->priority != 0 || o->all;
}

/* Words with commas between them as bits; "none" is none of them. */
static int read_bits(const char *option, const struct words *words, const char *text, uint32_t *out)
{
    struct str rest = str_of(text);

    *out = 0;
    while (rest.len > 0) {
        const char *comma = memchr(rest.at, ',', rest.len);
        struct str word = { rest.at, comma != NULL ? (size_t)(comma - rest.at) : rest.len };
        size_t used = word.len + (comma != NULL ? 1 : 0);
        uint32_t value;

        if (!str_is(word, "none")) {
            if (!word_find(words, word, &value)) {
                return cli_misused(NAME, "%s has \"%.*s\", expected words of %s", option,
                                   (int)word.len, word.at, words->name);
            }
            *out |= UINT32_C(1) << value;
        }
        rest = (struct str){ rest.at + used, rest.len - used };
    }
    return CLI_DONE;
}

static uint32_t read_zones(const char *text, struct str zones[ZONES_MAX])
{
    struct str rest = str_of(text);
    uint32_t count = 0;

    while (rest.len > 0 && count < ZONES_MAX) {
        const char *comma = memchr(rest.at, ',', rest.len);
        size_t len = comma != NULL ? (size_t)(comma - rest.at) : rest.len;
        size_t used = len + (comma != NULL ? 1 : 0);

        zones[count++] = (struct str){ rest.at, len };
        rest = (struct str){ rest.at + used, rest.len - used };
    }
    return count;
}

static int read_situation(const struct plan_opts *o, struct situation *s,
                          struct str zones[ZONES_MAX])
{
    uint32_t cues = 0;
    uint32_t denied = 0;
    uint32_t channel = CHANNEL_110;
    int code = CLI_DONE;

    *s = (struct situation){ .zones = zones };
    if (o->type != NULL && !pattern_code_valid(str_of(o->type))) {
        return cli_misused(NAME, "--type is \"%s\", expected a code of four levels, as 10.02.01.00",
                           o->type);
    }
    if (o->priority > 9) {
        return cli_misused(NAME, "--priority is %llu, expected 1 (most urgent) to 9",
                           (unsigned long long)o->priority);
    }
    if (o->channel != NULL && !word_find(&channel_words, str_of(o->channel), &channel)) {
        return cli_misused(NAME, "--channel is \"%s\", expected a word of %s", o->channel,
                           channel_words.name);
    }
    if (o->at != NULL && instant_read(o->at, strlen(o->at), &s->local_us) != 0) {
        return cli_misused(NAME, "--at is \"%s\", expected a local time as 2026-11-23T07:00:00Z",
                           o->at);
    }
    s->type = o->type != NULL ? str_of(o->type) : STR("");
    s->priority = (uint8_t)o->priority;
    s->channel = (uint8_t)channel;
    s->place_known = o->place != NULL || o->zones != NULL;
    s->zone_count = o->zones != NULL ? read_zones(o->zones, zones) : 0;
    code = o->cues != NULL ? read_bits("--cues", &cue_words, o->cues, &cues) : code;
    code = code == CLI_DONE && o->denied != NULL
               ? read_bits("--denied", &cue_words, o->denied, &denied)
               : code;
    s->cues = (uint16_t)cues;
    s->cues_denied = (uint16_t)denied;
    return code == CLI_DONE && o->place != NULL
               ? read_bits("--place", &place_flag_words, o->place, &s->place_flags)
               : code;
}

static int say(const struct plan_opts *o, const struct plan *p, const struct plan *old,
               const struct plan_tongue *in)
{
    struct buf b;
    int code = CLI_DONE;

    buf_init(&b);
    if (is_try(o)) {
        struct str zones[ZONES_MAX];
        struct situation s;

        code = read_situation(o, &s, zones);
        if (code == CLI_DONE && o->json) {
            plan_say_try_json(&b, p, &s, in);
        } else if (code == CLI_DONE) {
            plan_say_try(&b, p, &s, o->all, in);
        }
    } else if (old != NULL) {
        if (plan_say_diff(&b, old, p, in) == 0) {
            buf_text(&b, in->language == PLAN_ZH ? "无差别\n" : "no difference\n");
        }
    } else {
        plan_say(&b, p, in);
    }
    if (code == CLI_DONE) {
        b.len -= b.len > 0 && b.at[b.len - 1] == '\n' ? 1 : 0; /* cli_print ends the line */
        code = cli_print(NAME, &b);
    }
    buf_fini(&b);
    return code;
}

int cli_plan(int argc, char **argv)
{
    struct plan_opts o = { .lang = "zh" };
    const struct cli_option options[] = {
        { "FILE", CLI_TEXT, &o.file, true, "the plan (docs/api/plan.schema.json)" },
        { "--against", CLI_TEXT, &o.against, false, "an older version: tell what differs" },
        { "--lang", CLI_TEXT, &o.lang, false, "zh (standard) or en" },
        { "--types", CLI_TEXT, &o.types, false, "incident_types.json, for the names of classes" },
        { "--type", CLI_TEXT, &o.type, false, "type of the imagined incident, 10.02.01.00" },
        { "--cues", CLI_TEXT, &o.cues, false, "danger cues that were named: weapon,injured" },
        { "--denied", CLI_TEXT, &o.denied, false, "danger cues asked for and denied" },
        { "--place", CLI_TEXT, &o.place, false, "what the place is: school,road; none" },
        { "--zones", CLI_TEXT, &o.zones, false, "its zone and those around it: LP011,LP01" },
        { "--channel", CLI_TEXT, &o.channel, false, "where it came from: 110, sms, grid" },
        { "--priority", CLI_NUMBER, &o.priority, false, "1 most urgent to 9" },
        { "--at", CLI_TEXT, &o.at, false, "local time, 2026-11-23T07:00:00Z" },
        { "--all", CLI_FLAG, &o.all, false, "tell the rules that do not fire too" },
        { "--json", CLI_FLAG, &o.json, false, "the imagined incident as JSON" },
    };
    bool help;
    int code = CLI_READ(NAME, about, options, argc, argv, &help);

    if (code != CLI_DONE || help) {
        return code;
    }
    if (strcmp(o.lang, "zh") != 0 && strcmp(o.lang, "en") != 0) {
        return cli_misused(NAME, "--lang is \"%s\", expected zh or en", o.lang);
    }
    if (o.json && !is_try(&o)) {
        return cli_misused(NAME, "--json tells one imagined incident: give --type or another");
    }
    struct fault f = { 0 };
    struct arena arena;
    struct plan plan;
    struct plan old;
    struct list types;

    arena_init(&arena, PLAN_BYTES_MAX);
    if (plan_file_read(&arena, o.file, &plan, &f) != OK ||
        (o.against != NULL && plan_file_read(&arena, o.against, &old, &f) != OK) ||
        plan_types_read(&arena, o.types, &types, &f) != OK) {
        code = cli_failed(NAME, &f) != CLI_DONE && f.err != ERR_IO ? CLI_MISUSED : CLI_FAILED;
    } else {
        const struct plan_tongue in = { .language = o.lang[0] == 'z' ? PLAN_ZH : PLAN_EN,
                                        .types = types.at,
                                        .type_count = types.count };

        code = say(&o, &plan, o.against != NULL ? &old : NULL, &in);
    }
    arena_fini(&arena);
    return code;
}
