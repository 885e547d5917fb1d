/* What tocsin simulate tells of its people, both ways it plays. */
#include "tools/cli/simulate.h"

#include <inttypes.h>
#include <string.h>

static void put_file(struct buf *b, const struct agents_file *f)
{
    buf_fmt(b,
            "\"calls\":%" PRIu64 ",\"onview\":%" PRIu64 ",\"withheld\":%" PRIu64
            ",\"unlocated\":%" PRIu64,
            f->calls, f->onview, f->withheld, f->unlocated);
}

/* What came and what came to its end, file by file. */
static void put_files(struct buf *b, const struct agents_counts *c)
{
    static const char *const names[AGENTS_FILES] = { "police", "fire_ems" };

    buf_text(b, ",\"files\":{");
    for (uint32_t i = 0; i < AGENTS_FILES; i++) {
        buf_fmt(b, "%s\"%s\":{\"in\":{", i > 0 ? "," : "", names[i]);
        put_file(b, &c->came[i]);
        buf_text(b, "},\"out\":{");
        put_file(b, &c->ended[i]);
        buf_text(b, "}}");
    }
    buf_char(b, '}');
}

bool simulate_refusal_expected(uint8_t command, const char *code)
{
    static const struct {
        const char *command, *code;
    } expected[] = {
#define EXPECTED(command_, code_, why) { command_, code_ },
#include "tools/sim/expected.def"
#undef EXPECTED
    };

    for (size_t k = 0; k < sizeof(expected) / sizeof(expected[0]); k++) {
        if (strcmp(expected[k].command, command_infos[command].word) == 0 &&
            strcmp(expected[k].code, code) == 0) {
            return true;
        }
    }
    return false;
}

/* {"incident.close unit_committed":3,…}: of the refusals those that are (not) expected. */
static void put_pairs_of(struct buf *b, const struct agents_counts *c, bool expected)
{
    const char *before = "";

    buf_char(b, '{');
    for (uint32_t i = 0; i < REFUSAL_PAIRS_MAX && c->pairs[i].count > 0; i++) {
        const struct refused_pair *p = &c->pairs[i];

        if (simulate_refusal_expected(p->command, p->code) == expected) {
            buf_fmt(b, "%s\"%s %s\":%" PRIu64, before, command_infos[p->command].word, p->code,
                    p->count);
            before = ",";
        }
    }
    buf_char(b, '}');
}

static void put_pairs(struct buf *b, const struct agents_counts *c)
{
    buf_text(b, ",\"refused_expected\":");
    put_pairs_of(b, c, true);
    buf_text(b, ",\"refused_unexpected\":");
    put_pairs_of(b, c, false);
    buf_fmt(b, ",\"sent_again\":%" PRIu64, c->again);
}

void simulate_counts_json(struct buf *b, const struct agents_counts *c, uint64_t open)
{
    struct agents_file came = agents_sum(c->came);

    put_file(b, &came);
    buf_fmt(b,
            ",\"onview_as_calls\":%" PRIu64 ",\"reports\":%" PRIu64 ",\"incidents\":%" PRIu64
            ",\"dispatched\":%" PRIu64 ",\"closed\":%" PRIu64 ",\"settled\":%" PRIu64
            ",\"linked\":%" PRIu64 ",\"open\":%" PRIu64,
            c->onview_as_calls, c->reports, c->opened, c->dispatched, c->closed, c->settled,
            c->linked, open);
    buf_fmt(b,
            ",\"assignments\":%" PRIu64 ",\"stacked\":%" PRIu64 ",\"declined\":%" PRIu64
            ",\"expired\":%" PRIu64 ",\"reopened\":%" PRIu64 ",\"panics\":%" PRIu64
            ",\"commands\":%" PRIu64 ",\"refused\":%" PRIu64,
            c->assignments, c->stacked, c->declined, c->expired, c->reopened, c->panics,
            c->commands, c->refused);
    buf_text(b, ",\"refusals\":{");
    for (uint32_t i = 0; i < REFUSAL_CODES_MAX && c->refusals[i].count > 0; i++) {
        buf_fmt(b, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", c->refusals[i].code,
                c->refusals[i].count);
    }
    buf_char(b, '}');
    put_pairs(b, c);
    put_files(b, c);
}
