#include "tools/explain/say.h"

#include "dispatch/codec/json_out.h"
#include "dispatch/plan/price.h"

#include <inttypes.h>
#include <stdio.h>

#define LANGS 2

#define PASS_REASON(NAME, word, zh, en) { zh, en },
static const char *const pass_names[][LANGS] = {
#include "dispatch/model/pass_reasons.def"
};
#undef PASS_REASON
#define POLICE_TYPE(NAME, word, zh, en) { zh, en },
static const char *const type_names[][LANGS] = {
#include "dispatch/model/police_types.def"
};
#undef POLICE_TYPE
#define COVER_PART(NAME, word, zh, en) { zh, en },
static const char *const cover_names[][LANGS] = {
#include "dispatch/model/cover_parts.def"
};
#undef COVER_PART

/* Words that are said more than once; ~ is where a figure goes. */
enum phrase {
    CHOSEN_FOR,
    NOBODY_FOR,
    ARRIVES,
    SCORE,
    QUICKER,
    FREE_ENOUGH,
    FREE_AND_QUICKER,
    OTHERS,
    RANKING,
    ETAS,
    NONE_YET,
    OTHER_ZONE,
    OLD_FIX,
    OUTSIDE,
    SHIFT_ENDS,
    CLEARS,
    LEAVES,
    LATE,
    COVER,
    NOT_EVEN_THERE,
    DEARER,
    CALLS,
    WANTED_BY,
    WANTED_LATE,
    WANTED_MORE,
    JOINTLY,
    JOINT_LAST,
    JOINT_EXACT,
    JOINT_GAP,
    JOINT_BEYOND,
    PHRASES
};
static const char *const phrases[PHRASES][LANGS] = {
    [CHOSEN_FOR] = { "选派", "chosen:" },
    [NOBODY_FOR] = { "无可派警力", "nobody could be chosen" },
    [ARRIVES] = { "预计 ~ 到达", "there in ~" },
    [SCORE] = { "折算 ~", "counts as ~" },
    [QUICKER] = { "再快 ~ 秒即选派", "~ s quicker and it would be chosen" },
    [FREE_ENOUGH] = { "若空闲即选派", "free, and it would be chosen" },
    [FREE_AND_QUICKER] = { "若空闲且再快 ~ 秒即选派",
                           "free and ~ s quicker, and it would be chosen" },
    [OTHERS] = { "其余：", "others: " },
    [RANKING] = { "复算排序：", "ranking again: " },
    [ETAS] = { "复算到达时间：", "travel times again: " },
    [NONE_YET] = { "本警情尚无推荐", "nothing was recommended for it" },
    [OTHER_ZONE] = { "非本辖区 +~", "of another area +~" },
    [OLD_FIX] = { "位置不确定 +~", "unsure where it is +~" },
    [OUTSIDE] = { "（辖区外约 ~ 米，归最近辖区）", " (nearest; about ~ m outside every zone)" },
    [SHIFT_ENDS] = { "临近下班 +~", "end of shift +~" },
    [CLEARS] = { "手头工作还需 ~", "still needs ~ where it is" },
    [LEAVES] = { "改派代价 +~", "what it leaves +~" },
    [LATE] = { "迟到代价 +~", "late against the limit +~" },
    [COVER] = { "覆盖代价 +~", "cover lost meanwhile +~" },
    [NOT_EVEN_THERE] = { "即使已在现场也不选派，折算仍多 ~",
                         "not chosen even on the spot: counts as ~ more" },
    [DEARER] = { "更近，但折算较慢", "nearer, but counts as later" },
    [WANTED_BY] = { "留给警情 ", "meant for incident " },
    [WANTED_LATE] = { "，否则其他警情加权迟到多 ~",
                      ", without it others are later by ~, weighed by tier" },
    [WANTED_MORE] = { "，否则其他警情折算多 ~", ", without it others count as ~ more" },
    [JOINTLY] = { "与其他待派警情一并选派，共 ~ 个岗位",
                  "chosen together with other waiting incidents, ~ slots in all" },
    [JOINT_LAST] = { "按上一次联合选派计入其他待派警情的需要",
                     "others that wait were counted in as the last joint choice had them" },
    [JOINT_EXACT] = { "，已证最优", ", proven to be the best" },
    [JOINT_GAP] = { "，距最优至多 ~ 秒", ", at most ~ s from the best" },
    [JOINT_BEYOND] = { "，另有 ~ 个岗位未计入", ", ~ slots more than it has room for" },
    [CALLS] = { "，预计期间急警 ~ 起", ", ~ urgent calls to be expected meanwhile" },
};

static const char *const agains[] = { "equal", "different", "other_version", "not_at_hand" };
static const char *const agains_said[][LANGS] = {
    { "一致", "equal" },
    { "不一致", "different" },
    { "版本不同", "not compared, other version" },
    { "该版本路网不在手边，未复算", "not compared, the roads of that version are not at hand" },
};

static void put_phrase(struct buf *b, enum phrase p, enum say_lang lang, const char *figure)
{
    for (const char *c = phrases[p][lang]; *c != '\0'; c++) {
        if (*c == '~') {
            buf_text(b, figure);
        } else {
            buf_char(b, *c);
        }
    }
}

static void put_time(struct buf *b, enum phrase p, enum say_lang lang, uint32_t ms)
{
    char figure[32];

    (void)snprintf(figure, sizeof(figure), "%u:%02u", ms / 60000, ms / 1000 % 60);
    put_phrase(b, p, lang, figure);
}

static void put_name(const struct evidence *e, unit_id unit, struct buf *b)
{
    const struct unit *u = world_unit(&e->replay.world, unit);

    if (u != NULL) {
        buf_str(b, text_str(&u->callsign));
    } else {
        buf_fmt(b, "u%u", unit.n);
    }
}

/* Its number as people say it; by id once it has left the memory. */
static void put_incident(const struct evidence *e, const struct incident *i, uint32_t id,
                         struct buf *b)
{
    if (i != NULL) {
        buf_fmt(b, "%08u-%06u", i->number.date, i->number.count);
    } else {
        buf_fmt(b, STR_FMT "-i%u", STR_ARG(e->replay.name), id);
    }
}

/* The least that would have had to be otherwise. Without a choice to beat, being free is enough. */
static void put_change(const struct considered *c, bool by_travel, enum say_lang lang,
                       struct buf *b)
{
    if (c->reason == PASS_CHOSEN) {
        return;
    }
    buf_text(b, lang == SAY_ZH ? "；" : "; ");
    if (c->flip_ms == 0) {
        buf_text(b, phrases[FREE_ENOUGH][lang]);
        return;
    }
    if (c->flip_ms > c->eta_ms && by_travel) {
        put_time(b, NOT_EVEN_THERE, lang, c->flip_ms - c->eta_ms);
        return;
    }
    char figure[32];

    (void)snprintf(figure, sizeof(figure), "%u.%03u", c->flip_ms / 1000, c->flip_ms % 1000);
    put_phrase(b, c->reason == PASS_SLOWER || c->reason == PASS_WANTED ? QUICKER : FREE_AND_QUICKER,
               lang, figure);
}

/* What a busy unit would leave, or still has to do; and the end of its shift. */
static void put_spare(const struct evidence *e, const struct considered *c, enum say_lang lang,
                      struct buf *b)
{
    const struct incident *from = world_incident(&e->replay.world, (incident_id){ c->leaves });
    const char *comma = lang == SAY_ZH ? "，" : ", ";

    if (c->clear_ms > 0) {
        buf_text(b, comma);
        put_time(b, CLEARS, lang, c->clear_ms);
    }
    if (c->leaves != 0) {
        buf_fmt(b, lang == SAY_ZH ? "%s离开 " : "%sleaves ", comma);
        put_incident(e, from, c->leaves, b);
        buf_fmt(b, lang == SAY_ZH ? "（%u 级），其改等 %u:%02u" : " (tier %u), which waits %u:%02u",
                c->leaves_tier, c->leaves_ms / 60000, c->leaves_ms / 1000 % 60);
        buf_fmt(b, lang == SAY_ZH ? "%s" : " longer%s", comma);
        put_time(b, LEAVES, lang, c->score_leave_ms);
    }
    if (c->score_duty_ms > 0) {
        buf_text(b, comma);
        put_time(b, SHIFT_ENDS, lang, c->score_duty_ms);
    }
}

/* Who is nearer than the chosen one and still dearer does not "arrive later". */
static const char *reason_said(const struct evidence_slot *s, const struct considered *c,
                               enum say_lang lang)
{
    const struct considered *best = &s->stored.considered[0];
    bool nearer = s->stored.chosen != 0 && c->reason == PASS_SLOWER &&
                  c->eta_ms + c->clear_ms < best->eta_ms + best->clear_ms;

    return nearer ? phrases[DEARER][lang] : pass_names[c->reason][lang];
}

/* Which incident it is kept for, and what that would lose. */
static void put_wanted(const struct evidence *e, const struct considered *c, enum say_lang lang,
                       struct buf *b)
{
    const struct wanted *w = &c->wanted;

    if (w->incident == 0) {
        return;
    }
    buf_text(b, lang == SAY_ZH ? "，" : ", ");
    buf_text(b, phrases[WANTED_BY][lang]);
    put_incident(e, world_incident(&e->replay.world, (incident_id){ w->incident }), w->incident, b);
    if (w->late_ms > 0) {
        put_time(b, WANTED_LATE, lang, w->late_ms);
    } else if (w->score_ms > 0) {
        put_time(b, WANTED_MORE, lang, (uint32_t)w->score_ms);
    }
}

/* That others waited, and how good the joint choice is known to be. */
static void put_joint(const struct evidence_advice *a, enum say_lang lang, struct buf *b)
{
    char figure[32];

    if (!a->said.joint) {
        return;
    }
    buf_char(b, '\n');
    if (a->said.joint_slots == 0) {
        buf_text(b, phrases[JOINT_LAST][lang]);
        return;
    }
    (void)snprintf(figure, sizeof(figure), "%u", a->said.joint_slots);
    put_phrase(b, JOINTLY, lang, figure);
    uint64_t gap = a->said.gap_late_ms > 0 ? a->said.gap_late_ms : a->said.gap_ms;

    if (gap == 0) {
        buf_text(b, phrases[JOINT_EXACT][lang]);
    } else {
        (void)snprintf(figure, sizeof(figure), "%" PRIu64 ".%03u", gap / 1000,
                       (unsigned)(gap % 1000));
        put_phrase(b, JOINT_GAP, lang, figure);
    }
    if (a->said.joint_beyond > 0) {
        (void)snprintf(figure, sizeof(figure), "%u", a->said.joint_beyond);
        put_phrase(b, JOINT_BEYOND, lang, figure);
    }
}

static void put_price(const struct considered *c, enum say_lang lang, struct buf *b)
{
    const char *comma = lang == SAY_ZH ? "，" : ", ";

    if (c->score_late_ms > 0) {
        buf_text(b, comma);
        put_time(b, LATE, lang, c->score_late_ms);
    }
    if (c->score_cover_ms > 0) {
        buf_text(b, comma);
        put_time(b, COVER, lang, c->score_cover_ms);
    }
}

static void put_unit(const struct evidence *e, const struct evidence_slot *s, uint32_t k,
                     bool by_travel, enum say_lang lang, struct buf *b)
{
    const struct considered *c = &s->stored.considered[k];
    const char *comma = lang == SAY_ZH ? "，" : ", ";

    buf_fmt(b, "\n  %u. ", k + 1);
    put_name(e, (unit_id){ c->unit }, b);
    buf_fmt(b, "  %s%s", reason_said(s, c, lang), comma);
    put_time(b, ARRIVES, lang, c->eta_ms);
    if (c->score_ms != c->eta_ms) {
        buf_text(b, comma);
        put_time(b, SCORE, lang, c->score_ms);
    }
    if (c->score_zone_ms > 0) {
        buf_text(b, comma);
        put_time(b, OTHER_ZONE, lang, c->score_zone_ms);
    }
    if (c->score_age_ms > 0) {
        buf_text(b, comma);
        put_time(b, OLD_FIX, lang, c->score_age_ms);
    }
    put_spare(e, c, lang, b);
    put_price(c, lang, b);
    put_wanted(e, c, lang, b);
    put_change(c, by_travel, lang, b);
    if (s->etas == AGAIN_DIFFERS && s->eta_again_ms[k] != c->eta_ms) {
        buf_text(b, lang == SAY_ZH ? "；复算为 " : "; reckoned again: ");
        buf_fmt(b, "%u:%02u", s->eta_again_ms[k] / 60000, s->eta_again_ms[k] / 1000 % 60);
    }
}

static void put_passed(const struct evidence_slot *s, enum say_lang lang, struct buf *b)
{
    const struct passed_count *p = s->advice.passed.at;

    for (uint32_t k = 0; k < s->advice.passed.count; k++) {
        buf_text(b, k == 0 ? "\n  " : lang == SAY_ZH ? "，" : ", ");
        buf_text(b, k == 0 ? phrases[OTHERS][lang] : "");
        buf_fmt(b, "%s %u", pass_names[p[k].reason][lang], p[k].count);
    }
}

/* "equal", or what differed, or which version did. */
static void put_again(const struct evidence_advice *a, const struct evidence_slot *s,
                      enum say_lang lang, struct buf *b)
{
    buf_fmt(b, "\n  %s%s", phrases[RANKING][lang], agains_said[s->ranking][lang]);
    if (s->ranking == AGAIN_DIFFERS) {
        buf_fmt(b, " (%s)", s->differs);
    } else if (s->ranking == AGAIN_OTHER_VERSION) {
        buf_fmt(b, " (" STR_FMT " / %s)", STR_ARG(text_str(&a->said.weights)), RECOMMEND_WEIGHTS);
    }
    if (s->stored.considered_count > 0) {
        buf_fmt(b, "%s%s%s", lang == SAY_ZH ? "；" : "; ", phrases[ETAS][lang],
                agains_said[s->etas][lang]);
    }
    if (s->etas == AGAIN_DIFFERS) {
        buf_fmt(b, " (%u / %u)", s->etas_differ, s->stored.considered_count);
    }
}

static void put_slot(const struct evidence *e, const struct evidence_advice *a,
                     const struct evidence_slot *s, enum say_lang lang, struct buf *b)
{
    buf_fmt(b, lang == SAY_ZH ? "\n岗位 %u %s" : "\nslot %u %s", s->advice.slot,
            type_names[s->advice.police_type][lang]);
    if (s->advice.capability.len > 0) {
        buf_fmt(b, " " STR_FMT, STR_ARG(text_str(&s->advice.capability)));
    }
    buf_text(b, lang == SAY_ZH ? "：" : ": ");
    buf_text(b, phrases[s->stored.chosen != 0 ? CHOSEN_FOR : NOBODY_FOR][lang]);
    if (s->stored.chosen != 0) {
        buf_char(b, ' ');
        put_name(e, s->advice.chosen, b);
    }
    for (uint32_t k = 0; k < s->stored.considered_count; k++) {
        bool by_travel = !str_is(text_str(&a->said.weights), RECOMMEND_WEIGHTS_BEFORE);

        put_unit(e, s, k, by_travel, lang, b);
    }
    put_passed(s, lang, b);
    put_again(a, s, lang, b);
}

/* Whether cover was weighed, and with how many urgent calls. */
static void put_cover(const struct evidence_advice *a, enum say_lang lang, struct buf *b)
{
    uint32_t hundredths = (a->said.calls * UINT32_C(100)) >> PRICE_CALLS_SHIFT;
    char figure[32];

    if (a->said.cover == COVER_PART_NONE) {
        return; /* before it was stored */
    }
    buf_fmt(b, "\n%s%s",
            lang == SAY_ZH ? "覆盖代价：" : "cover: ", cover_names[a->said.cover][lang]);
    if (a->said.cover == COVER_PART_WEIGHED) {
        (void)snprintf(figure, sizeof(figure), "%u.%02u", hundredths / 100, hundredths % 100);
        put_phrase(b, CALLS, lang, figure);
    }
}

/* Whose the place was. */
static void put_zone(const struct evidence *e, const struct evidence_advice *a, enum say_lang lang,
                     struct buf *b)
{
    const struct zone *z = world_zone(&e->replay.world, a->place.zone);
    char figure[16];

    if (z == NULL) {
        return;
    }
    const struct text64 *name = lang == SAY_EN && z->name_en.len > 0 ? &z->name_en : &z->name_zh;

    buf_fmt(b, "\n%s" STR_FMT " " STR_FMT,
            lang == SAY_ZH ? "辖区：" : "zone: ", STR_ARG(text_str(&z->code)),
            STR_ARG(text_str(name)));
    if (a->place.zone_off_m > 0) {
        (void)snprintf(figure, sizeof(figure), "%u", a->place.zone_off_m);
        put_phrase(b, OUTSIDE, lang, figure);
    }
}

void say_evidence(const struct evidence *e, bool all, enum say_lang lang, struct buf *b)
{
    char at[INSTANT_TEXT_SIZE];

    buf_fmt(b, "%08u-%06u (" STR_FMT "-i%u)", e->number.date, e->number.count,
            STR_ARG(e->replay.name), e->incident.n);
    if (e->first == NULL) {
        buf_fmt(b, ": %s", phrases[NONE_YET][lang]);
    }
    for (const struct evidence_advice *a = e->first; a != NULL; a = a->next) {
        bool headed = false;

        for (uint32_t k = 0; k < a->slot_count; k++) {
            if (!all && !a->slots[k].newest) {
                continue;
            }
            if (!headed) {
                instant_text(a->at, at);
                buf_fmt(b, "\n#%" PRIu64 " %s  %s %u  " STR_FMT " v%u  " STR_FMT "  " STR_FMT,
                        a->seq, at, lang == SAY_ZH ? "等级" : "tier", a->tier,
                        STR_ARG(text_str(&a->said.plan)), a->said.plan_version,
                        STR_ARG(text_str(&a->said.engine)), STR_ARG(text_str(&a->said.weights)));
                put_zone(e, a, lang, b);
                put_cover(a, lang, b);
                put_joint(a, lang, b);
                headed = true;
            }
            put_slot(e, a, &a->slots[k], lang, b);
        }
    }
}

static void json_unit(const struct evidence *e, const struct evidence_slot *s, uint32_t k,
                      struct buf *b)
{
    const struct json_out opt = { .world = e->replay.name, .privacy_max = TACTICAL };
    const struct considered_unit *c = (const struct considered_unit *)s->advice.considered.at + k;
    const struct unit *u = world_unit(&e->replay.world, c->unit);

    buf_text(b, k > 0 ? ",{" : "{");
    json_out_fields(b, &considered_unit_shape, c, &opt);
    if (u != NULL) {
        buf_text(b, ",\"callsign\":");
        buf_json_str(b, text_str(&u->callsign));
    }
    if (s->etas == AGAIN_EQUAL || s->etas == AGAIN_DIFFERS) {
        buf_fmt(b, ",\"eta_again_ms\":%u", s->eta_again_ms[k]);
    }
    buf_char(b, '}');
}

static void json_slot(const struct evidence *e, const struct evidence_slot *s, bool comma,
                      struct buf *b)
{
    const struct json_out opt = { .world = e->replay.name, .privacy_max = TACTICAL };
    struct slot_advice head = s->advice;

    head.considered = (struct list){ 0 };
    buf_text(b, comma ? ",{" : "{");
    json_out_fields(b, &slot_advice_shape, &head, &opt);
    buf_text(b, ",\"considered\":[");
    for (uint32_t k = 0; k < s->stored.considered_count; k++) {
        json_unit(e, s, k, b);
    }
    buf_fmt(b, "],\"ranking\":\"%s\"", agains[s->ranking]);
    if (s->differs != NULL) {
        buf_fmt(b, ",\"differs\":\"%s\"", s->differs);
    }
    buf_fmt(b, ",\"etas\":\"%s\"}", agains[s->etas]);
}

static void json_advice(const struct evidence *e, const struct evidence_advice *a, bool all,
                        bool comma, struct buf *b)
{
    const struct json_out opt = { .world = e->replay.name, .privacy_max = TACTICAL };
    struct incident_recommended head = a->said;
    bool more = false;

    head.slots = (struct list){ 0 };
    buf_fmt(b, "%s{\"seq\":%" PRIu64 ",\"at\":", comma ? "," : "", a->seq);
    json_out_instant(b, a->at);
    buf_fmt(b, ",\"tier\":%u,", a->tier);
    if (a->place.zone.n != 0) {
        buf_text(b, "\"zone\":");
        json_out_id(b, opt.world, ID_LETTER_ZONE, a->place.zone.n);
        buf_char(b, ',');
    }
    if (a->place.zone_off_m > 0) {
        buf_fmt(b, "\"zone_off_m\":%u,", a->place.zone_off_m);
    }
    json_out_fields(b, &incident_recommended_shape, &head, &opt);
    buf_text(b, ",\"slots\":[");
    for (uint32_t k = 0; k < a->slot_count; k++) {
        if (all || a->slots[k].newest) {
            json_slot(e, &a->slots[k], more, b);
            more = true;
        }
    }
    buf_text(b, "]}");
}

static bool told(const struct evidence_advice *a, bool all)
{
    for (uint32_t k = 0; k < a->slot_count; k++) {
        if (all || a->slots[k].newest) {
            return true;
        }
    }
    return false;
}

void say_evidence_json(const struct evidence *e, bool all, struct buf *b)
{
    bool comma = false;

    buf_fmt(b, "{\"incident\":\"" STR_FMT "-i%u\",\"number\":\"%08u-%06u\",\"weights_now\":\"%s\"",
            STR_ARG(e->replay.name), e->incident.n, e->number.date, e->number.count,
            RECOMMEND_WEIGHTS);
    buf_text(b, ",\"recommendations\":[");
    for (const struct evidence_advice *a = e->first; a != NULL; a = a->next) {
        if (told(a, all)) {
            json_advice(e, a, all, comma, b);
            comma = true;
        }
    }
    buf_fmt(b, "],\"equal\":%s}", say_equal(e, all) ? "true" : "false");
}

bool say_equal(const struct evidence *e, bool all)
{
    for (const struct evidence_advice *a = e->first; a != NULL; a = a->next) {
        for (uint32_t k = 0; k < a->slot_count; k++) {
            const struct evidence_slot *s = &a->slots[k];

            if ((all || s->newest) && (s->ranking == AGAIN_DIFFERS || s->etas == AGAIN_DIFFERS)) {
                return false;
            }
        }
    }
    return true;
}
