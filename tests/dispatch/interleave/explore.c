#include "tests/dispatch/interleave/explore.h"

#include "base/must.h"
#include "dispatch/core/digest.h"
#include "tests/scenarios/render.h"
#include "tests/scenarios/runner.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH_MAX 32
#define BROKEN_SHOWN_MAX 5
#define WORDS_SIZE 320

/* A command of this way through the story. */
struct sent {
    bool sent;
    struct answer answer;   /* the last one */
    char words[WORDS_SIZE]; /* as they were sent: a console sends the same bytes again */
    bool shows[SHOWS_MAX];
};

struct way {
    uint32_t next[2];
    uint32_t waits_left, resends_left;
    bool timed, resent;
    uint32_t rows; /* in explorer.rows */
    struct sent sent[2][STEPS_MAX];
    char trail[96];
};

/* A row of this way, and who sent it. */
struct told {
    struct str who;
    char *text;
    size_t len;
};

struct explorer {
    struct story *story;
    struct stage *stage;
    struct stage_mark *marks[DEPTH_MAX];
    struct told rows[DEPTH_MAX];
    struct explored *out;
    struct buf end; /* of the first order, for `agree` */
    char end_trail[96];
    bool end_known;
};

static void broken(struct explorer *e, const struct way *w, const char *what, struct str detail)
{
    if (e->out->broken++ < BROKEN_SHOWN_MAX) {
        (void)printf("%s: [%s] %s" STR_FMT "\n", e->story->path, w->trail, what, STR_ARG(detail));
    }
}

static void step_on(struct way *w, const char *mark)
{
    size_t len = strlen(w->trail);

    (void)snprintf(w->trail + len, sizeof(w->trail) - len, "%s%s", len > 0 ? " " : "", mark);
}

/* Puts what was made in the place of %a1, %a1i, %b2r. False: that was never made. */
static bool resolve(const struct way *w, struct str text, struct buf *out)
{
    buf_reset(out);
    for (size_t k = 0; k < text.len; k++) {
        if (text.at[k] != '%' || k + 2 >= text.len + 0) {
            buf_char(out, text.at[k]);
            continue;
        }
        uint32_t side = (uint32_t)(text.at[k + 1] - 'a');
        uint32_t step = (uint32_t)(text.at[k + 2] - '1');

        must(side < 2 && step < STEPS_MAX);
        const struct answer *made = &w->sent[side][step].answer;
        char kind = k + 3 < text.len ? text.at[k + 3] : ' ';
        uint32_t n = kind == 'i' ? made->incident : kind == 'r' ? made->report : made->assignment;

        if (n == 0) {
            return false;
        }
        buf_fmt(out, "%c%u", kind == 'i' || kind == 'r' ? kind : 'a', n);
        k += kind == 'i' || kind == 'r' ? 3 : 2;
    }
    must(buf_ok(out));
    return true;
}

static bool show_holds(struct explorer *e, const struct way *w, const struct show *show,
                       struct str *thing, struct buf *name, struct buf *words)
{
    must(resolve(w, show->thing, name));
    *thing = buf_view(name);
    return resolve(w, show->words, words) && stage_shows(e->stage, *thing, buf_view(words));
}

/* What was made true before goes on to show, or the row says what became of it, or of what it
 * belongs to: who takes a seat takes what it owns. */
static void hold_earlier(struct explorer *e, struct way *w)
{
    char around[STAGE_AROUND_SIZE];
    struct buf name, words;

    buf_init(&name);
    buf_init(&words);
    for (uint32_t p = 0; p < 2; p++) {
        for (uint32_t k = 0; k < w->next[p]; k++) {
            struct sent *sent = &w->sent[p][k];
            const struct step *step = &e->story->sides[p].steps[k];

            for (uint32_t n = 0; sent->answer.accepted && n < step->show_count; n++) {
                struct str thing;

                if (!sent->shows[n] || show_holds(e, w, &step->shows[n], &thing, &name, &words)) {
                    continue;
                }
                sent->shows[n] = false;
                stage_around(e->stage, thing, around);
                if (!stage_names(stage_row(e->stage), thing) &&
                    !stage_names(stage_row(e->stage), str_of(around))) {
                    broken(e, w, "undone without a word: ", step->shows[n].words);
                }
            }
        }
    }
    buf_fini(&name);
    buf_fini(&words);
}

static void show_now(struct explorer *e, struct way *w, uint32_t p, uint32_t k)
{
    const struct step *step = &e->story->sides[p].steps[k];
    struct buf name, words;
    struct str thing;

    buf_init(&name);
    buf_init(&words);
    for (uint32_t n = 0; n < step->show_count; n++) {
        w->sent[p][k].shows[n] = show_holds(e, w, &step->shows[n], &thing, &name, &words);
        if (!w->sent[p][k].shows[n]) {
            broken(e, w, "accepted, and does not show: ", step->shows[n].words);
        }
    }
    buf_fini(&name);
    buf_fini(&words);
}

/* A row that somebody else or the clock made has this in it. */
static bool others_said(const struct explorer *e, const struct way *w, struct str who,
                        const char *what)
{
    for (uint32_t k = 0; k < w->rows; k++) {
        const struct told *row = &e->rows[k];

        if (!str_eq(row->who, who) && memmem(row->text, row->len, what, strlen(what)) != NULL) {
            return true;
        }
    }
    return false;
}

/* … names this thing, or what it belongs to. */
static bool others_named(const struct explorer *e, const struct way *w, struct str who,
                         struct str thing)
{
    char around[STAGE_AROUND_SIZE];
    char name[64];

    (void)snprintf(name, sizeof(name), "\"" SCENARIO_WORLD "-" STR_FMT "\"", STR_ARG(thing));
    if (others_said(e, w, who, name)) {
        return true;
    }
    stage_around(e->stage, thing, around);
    (void)snprintf(name, sizeof(name), "\"" SCENARIO_WORLD "-%s\"", around);
    return around[0] != '\0' && others_said(e, w, who, name);
}

/* A command that names no thing is about a number (paper), else about its noun (automation). */
static bool others_did_alike(const struct explorer *e, const struct way *w, const struct step *step,
                             struct str words)
{
    const char *dot = memchr(step->word.at, '.', step->word.len);
    struct str number = { 0 };
    struct str word;
    char name[64];

    must(dot != NULL);
    while ((word = runner_word(&words)).len > 0) {
        if (word.len > 7 && memcmp(word.at, "number=", 7) == 0) {
            number = (struct str){ .at = word.at + 7, .len = word.len - 7 };
        }
    }
    (void)snprintf(name, sizeof(name), "\"%.*s.", (int)(dot - step->word.at), step->word.at);
    if (number.len > 0) {
        (void)snprintf(name, sizeof(name), "\"" STR_FMT "\"", STR_ARG(number));
    }
    return others_said(e, w, step->principal, name);
}

/* Each id in the words of a command: after "=" or ",", a letter and digits; and every command is
 * about who sends it. */
static bool told_why(const struct explorer *e, const struct way *w, const struct step *step,
                     struct str words)
{
    struct str who = step->principal;
    bool any = false;
    char name[64];

    for (size_t k = 0; k + 2 < words.len; k++) {
        size_t to = k + 2;

        while (to < words.len && words.at[to] >= '0' && words.at[to] <= '9') {
            to++;
        }
        struct str thing = { .at = words.at + k + 1, .len = to - k - 1 };

        if ((words.at[k] == '=' || words.at[k] == ',') && thing.len > 1 &&
            memchr("iruams", thing.at[0], 6) != NULL) {
            any = true;
            if (others_named(e, w, who, thing)) {
                return true;
            }
        }
    }
    if (!any && others_did_alike(e, w, step, words)) {
        return true;
    }
    (void)snprintf(name, sizeof(name), "\"" STR_FMT "\"", STR_ARG(step->principal));
    return others_said(e, w, who, name);
}

static void keep_row(struct explorer *e, struct way *w, struct str who)
{
    struct str row = stage_row(e->stage);
    struct told *told = &e->rows[w->rows++];

    must(w->rows <= DEPTH_MAX);
    free(told->text);
    told->who = who;
    told->len = row.len;
    told->text = malloc(row.len + 1);
    must(told->text != NULL);
    memcpy(told->text, row.at, row.len);
}

static void look(struct explorer *e, const struct way *w, bool image)
{
    struct buf wrong;

    buf_init(&wrong);
    stage_look(e->stage, image, &wrong);
    if (wrong.len > 0) {
        broken(e, w, "", buf_view(&wrong));
    }
    buf_fini(&wrong);
}

static bool same(struct digest a, struct digest b)
{
    return a.lane[0] == b.lane[0] && a.lane[1] == b.lane[1];
}

static void hold_refused(struct explorer *e, const struct way *w, struct step *step,
                         const struct answer *answer, struct str words)
{
    struct str code = str_of(refusal_infos[answer->refusal].code);

    step->refused[answer->refusal]++;
    e->out->refused++;
    bool told = told_why(e, w, step, words);

    if (!step->own[answer->refusal] && !(step->may[answer->refusal] && told)) {
        broken(e, w,
               told ? "refused, and the story does not know why: "
                    : "refused though nobody did anything to what it names: ",
               code);
    }
}

/* The answer of a command that was accepted before. Who may not sign in any more has none. */
static void hold_again(struct explorer *e, const struct way *w, const struct step *step,
                       const struct answer *first, const struct answer *answer)
{
    e->out->again++;
    if (answer->refusal == REFUSED_NOT_SIGNED_IN && step->may[REFUSED_NOT_SIGNED_IN]) {
        return;
    }
    if (!answer->again || answer->seq != first->seq ||
        memcmp(answer->hash8, first->hash8, sizeof(first->hash8)) != 0) {
        broken(e, w, "sent again, and the answer is not the first one", (struct str){ 0 });
    }
}

/* The words as they are sent now. False: they name what was never made. */
static bool settle_words(struct explorer *e, const struct way *w, struct str rest,
                         char out[WORDS_SIZE])
{
    struct buf named, now;

    buf_init(&named);
    buf_fixed(&now, out, WORDS_SIZE - 1);
    bool known = resolve(w, rest, &named);

    if (known) {
        stage_now(e->stage, buf_view(&named), &now);
        must(buf_ok(&now));
        out[now.len] = '\0';
    }
    buf_fini(&named);
    return known;
}

/* Sends the command, for the first time or again. False: its person cannot, what it names was never
 * made. */
static bool send(struct explorer *e, struct way *w, uint32_t p, uint32_t k)
{
    struct step *step = &e->story->sides[p].steps[k];
    struct sent *sent = &w->sent[p][k];
    struct answer first = sent->answer;
    struct answer answer;
    char where[300];
    char id[8];

    if (!sent->sent && !settle_words(e, w, step->rest, sent->words)) {
        return false;
    }
    struct str words = str_of(sent->words);

    (void)snprintf(where, sizeof(where), "%s:%u", e->story->path, step->line);
    int n = snprintf(id, sizeof(id), "%c%u", 'a' + (char)p, k + 1);
    struct digest before = digest_kept(stage_world(e->stage));

    must(stage_send(e->stage, where, step->principal, step->word, words,
                    (struct str){ .at = id, .len = (size_t)n }, &answer));
    e->out->steps++;
    sent->sent = true;
    if (first.accepted) {
        hold_again(e, w, step, &first, &answer);
    } else {
        sent->answer = answer;
    }
    if (answer.accepted) {
        step->accepted++;
        keep_row(e, w, step->principal);
        hold_earlier(e, w);
        show_now(e, w, p, k);
    } else if (!same(before, digest_kept(stage_world(e->stage)))) {
        broken(e, w, "not accepted, and the world is another one", (struct str){ 0 });
    }
    if (!first.accepted && !answer.accepted) {
        hold_refused(e, w, step, &answer, words);
    }
    look(e, w, false);
    return true;
}

static void compare_ends(struct explorer *e, const struct way *w)
{
    struct str things = e->story->agree;
    struct str thing;
    struct buf end;

    if (things.len == 0 || w->timed || w->resent) {
        return;
    }
    buf_init(&end);
    while ((thing = runner_word(&things)).len > 0) {
        stage_put(e->stage, thing, &end);
    }
    e->out->agreed++;
    if (!e->end_known) {
        e->end_known = true;
        buf_str(&e->end, buf_view(&end));
        memcpy(e->end_trail, w->trail, sizeof(w->trail));
    } else if (!str_eq(buf_view(&e->end), buf_view(&end))) {
        broken(e, w, "ends as\n", buf_view(&end));
        broken(e, w, "and another order as\n", buf_view(&e->end));
    }
    buf_fini(&end);
}

static void go_on(struct explorer *e, const struct way *w, uint32_t depth);

static void try_next(struct explorer *e, const struct way *from, uint32_t depth, uint32_t p)
{
    struct way w = *from;
    uint32_t k = w.next[p];
    char mark[8];

    (void)snprintf(mark, sizeof(mark), "%c%u", 'a' + (char)p, k + 1);
    step_on(&w, mark);
    w.next[p]++;
    e->out->skipped += send(e, &w, p, k) ? 0 : 1;
    go_on(e, &w, depth + 1);
    stage_return(e->stage, e->marks[depth]);
}

static void try_again(struct explorer *e, const struct way *from, uint32_t depth, uint32_t p,
                      uint32_t k)
{
    struct way w = *from;
    char mark[8];

    (void)snprintf(mark, sizeof(mark), "%c%u!", 'a' + (char)p, k + 1);
    step_on(&w, mark);
    w.resends_left--;
    w.resent = true;
    (void)send(e, &w, p, k);
    go_on(e, &w, depth + 1);
    stage_return(e->stage, e->marks[depth]);
}

static void try_wait(struct explorer *e, const struct way *from, uint32_t depth)
{
    struct way w = *from;

    if (stage_wait(e->stage)) {
        step_on(&w, "~");
        w.waits_left--;
        w.timed = true;
        e->out->steps++;
        go_on(e, &w, depth + 1);
    }
    stage_return(e->stage, e->marks[depth]);
}

static void try_tick(struct explorer *e, const struct way *from, uint32_t depth)
{
    struct way w = *from;

    step_on(&w, ".");
    stage_tick(e->stage);
    e->out->steps++;
    keep_row(e, &w, STR("system"));
    hold_earlier(e, &w);
    look(e, &w, false);
    go_on(e, &w, depth + 1);
    stage_return(e->stage, e->marks[depth]);
}

static void go_on(struct explorer *e, const struct way *w, uint32_t depth)
{
    bool due = stage_due(e->stage);

    must(depth < DEPTH_MAX);
    if (e->marks[depth] == NULL) {
        e->marks[depth] = stage_mark_new(e->stage);
    } else {
        stage_mark_set(e->marks[depth], e->stage);
    }
    if (w->next[0] == e->story->sides[0].count && w->next[1] == e->story->sides[1].count && !due) {
        e->out->orders++;
        look(e, w, true);
        compare_ends(e, w);
    }
    for (uint32_t p = 0; p < 2; p++) {
        if (w->next[p] < e->story->sides[p].count) {
            try_next(e, w, depth, p);
        }
        for (uint32_t k = 0; w->resends_left > 0 && k < w->next[p]; k++) {
            if (w->sent[p][k].sent) {
                try_again(e, w, depth, p, k);
            }
        }
    }
    if (due) {
        try_tick(e, w, depth);
    } else if (w->waits_left > 0) {
        try_wait(e, w, depth);
    }
}

/* What the story says may happen, happens in some order: else it says too much. */
static void hold_story(struct explorer *e)
{
    const struct way none = { .trail = "in no order" };

    for (uint32_t p = 0; p < 2; p++) {
        for (uint32_t k = 0; k < e->story->sides[p].count; k++) {
            const struct step *step = &e->story->sides[p].steps[k];

            if (step->accepted == 0) {
                broken(e, &none, "accepted: ", step->word);
            }
            for (uint32_t r = 1; r < REFUSAL_COUNT; r++) {
                if ((step->may[r] || step->own[r]) && step->refused[r] == 0) {
                    broken(e, &none, "refused as it may be: ", str_of(refusal_infos[r].code));
                }
            }
        }
    }
}

void explore(struct story *story, const struct town *town, struct explored *out)
{
    struct explorer e = { .story = story, .out = out };
    const struct way way = { .waits_left = story->waits, .resends_left = 1 };

    *out = (struct explored){ 0 };
    e.stage = stage_new(town, story);
    buf_init(&e.end);
    if (stage_begin(e.stage, story)) {
        go_on(&e, &way, 0);
        hold_story(&e);
    } else {
        out->broken++;
    }
    for (uint32_t k = 0; k < DEPTH_MAX; k++) {
        if (e.marks[k] != NULL) {
            stage_mark_free(e.marks[k]);
        }
        free(e.rows[k].text);
    }
    buf_fini(&e.end);
    stage_free(e.stage);
}
