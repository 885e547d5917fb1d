// Sentences about things: places, clocks, events of the timeline, reasons. Both languages from one place.
import { at, clockTime, duration, NEVER_MS, roundMetres, shortNumber, tierText, travel } from '../format';
import type { Lang } from '../i18n';
import type { Receipt } from '../store/receipts';
import type { Route } from '../store/routes';
import type { State } from '../store/reduce';
import { ownerOf, seatTitle } from '../store/seats';
import type { Place } from '../store/places';
import { hasPoint, ruleName } from '../store/select';
import type { Considered, Entry, LiveIncident, Owner, Recommendation } from '../wire/frames';
import type { Alarm, Assignment, CueWord, EventData } from '../wire/types';
import * as W from '../wire/words';
import { translate } from '../i18n';
import { callsign, placeText, typeText } from '../shared/texts';
import { roadId, roadText } from '../shared/roads';
import { roleWordOf } from '../shared/roles';

export * from '../shared/texts';

type Words = Record<string, W.Word>;
const word = (words: Words, key: unknown, lang: Lang): string =>
    typeof key === 'string' ? (words[key]?.[lang] ?? key) : '';

/* Kinds of units as one word, where a column has no room for the table's. */
const kindsEn: Partial<Record<string, string>> = {
    public_order: 'order',
    investigation: 'crime',
    patrol: 'patrol',
    station: 'station',
    grid: 'grid',
    fire: 'fire',
};
export const kindText = (kind: string | undefined, lang: Lang): string =>
    (lang === 'en' ? kindsEn[kind ?? ''] : undefined) ?? word(W.policeType, kind, lang);

/* What units can do is the city's own list of words; the usual ones have names here, another is said as it is. */
const capabilities: Partial<Record<string, W.Word>> = {
    armed: { zh: '持枪', en: 'armed' },
    taser: { zh: '电击器', en: 'taser' },
    drone: { zh: '无人机', en: 'drone' },
    eod: { zh: '排爆', en: 'bomb disposal' },
    shield: { zh: '防暴盾', en: 'shields' },
    negotiator: { zh: '谈判', en: 'negotiator' },
    mediation: { zh: '调解', en: 'mediation' },
    breath_test: { zh: '酒精检测', en: 'breath test' },
    motorcycle: { zh: '摩托', en: 'motorcycle' },
    forensics: { zh: '勘验', en: 'forensics' },
    ladder: { zh: '云梯', en: 'ladder' },
    boat: { zh: '舟艇', en: 'boat' },
    hazmat: { zh: '防化', en: 'hazardous materials' },
    life_support: { zh: '高级急救', en: 'life support' },
};
export const capabilityText = (name: string | undefined, lang: Lang): string =>
    capabilities[name ?? '']?.[lang] ?? name ?? '';

/* When a unit was reckoned to arrive, as a clock time of the city, and by how much it is late. The estimate is the one at
 * dispatch; once on scene, or at an end, or before it was sent, there is nothing to expect. */
export function arrivalText(s: State, a: Assignment, now: number, lang: Lang): { text: string; late: boolean } | null {
    const sent = at(a.dispatched_at);
    const over = a.on_scene_at !== undefined || W.assignmentStatus[a.status].phase === 2;
    if (over || a.eta_ms === undefined || a.eta_ms >= NEVER_MS || !Number.isFinite(sent)) {
        return null;
    }
    const due = sent + a.eta_ms;
    const text = translate(lang, 'arriveBy', clockTime(due, s.city.offsets).slice(0, 5));
    return now > due
        ? { text: `${text} · ${translate(lang, 'arriveLate', duration(now - due))}`, late: true }
        : { text, late: false };
}

export const alarmIncident = (s: State, a: Alarm): string | undefined =>
    a.incident ?? s.assignments.get(a.assignment ?? '')?.incident;

/* 报警 0412 → 警情 0409 */
export function receiptText(s: State, r: Receipt, lang: Lang): string {
    const report = r.reportNumber ?? s.reports.get(r.report ?? '')?.number;
    const incident = r.incidentNumber ?? s.incidents.get(r.incident ?? '')?.number;
    const of = report === undefined ? '' : `${translate(lang, 'report')} ${shortNumber(report)}`;
    if (r.incident !== undefined) {
        return [of, `${translate(lang, 'incident')} ${shortNumber(incident)}`].filter((t) => t !== '').join(' → ');
    }
    return of === '' ? translate(lang, 'receiptTaken') : `${of} · ${translate(lang, 'receiptOpen')}`;
}

/* The incident or report, the unit and the person that an alarm is about. */
export function alarmSubject(s: State, a: Alarm, lang: Lang): string {
    const number = s.incidents.get(alarmIncident(s, a) ?? '')?.number ?? s.reports.get(a.report ?? '')?.number;
    const unit = a.unit ?? s.assignments.get(a.assignment ?? '')?.unit;
    return [
        number === undefined ? '' : shortNumber(number),
        unit === undefined ? '' : callsign(s, unit),
        a.person ?? '',
        word(W.purpose, a.purpose, lang),
    ]
        .filter((t) => t !== '')
        .join(' · ');
}

const SAME_MS = 500; // what a person sees as no time at all
type Timed = Pick<Considered, 'eta_ms' | 'score_ms'>;

/* Why a unit was passed over. What has no place cannot be reached by anybody: the unit is not at fault. */
export const passText = (i: LiveIncident, reason: string | undefined, lang: Lang): string =>
    reason === 'unreachable' && !hasPoint(i) ? translate(lang, 'noPoint') : word(W.passReason, reason, lang);

/* The same beside the unit that was chosen. Zone and age of position count in the score: who scores worse need not arrive
 * later, and then is not said to. */
export function reasonText(i: LiveIncident, c: Considered, best: Timed | undefined, lang: Lang): string {
    const words = passText(i, c.reason, lang);
    if (c.reason !== 'slower' || best === undefined) {
        return words;
    }
    const later = (c.eta_ms ?? NaN) - (best.eta_ms ?? NaN);
    const behind = (c.score_ms ?? NaN) - (best.score_ms ?? NaN);
    if (later >= SAME_MS) {
        return `${words} · ${translate(lang, 'slower', travel(later))}`;
    }
    return behind >= SAME_MS
        ? translate(lang, 'scoreBehind', travel(behind))
        : Number.isFinite(behind)
          ? translate(lang, 'asFast')
          : words;
}

/* The least that would have chosen it: a shorter way, or no way is short enough. */
export function flipText(c: Pick<Considered, 'eta_ms' | 'flip_ms' | 'reason'>, lang: Lang): string {
    const flip = c.flip_ms ?? 0;
    if ((c.reason !== 'slower' && c.reason !== 'wanted_elsewhere') || flip < SAME_MS) {
        return '';
    }
    return flip > (c.eta_ms ?? Infinity)
        ? translate(lang, 'flipNever', travel(flip - (c.eta_ms ?? 0)))
        : translate(lang, 'flipText', travel(flip));
}

/* Whether the city's cover was weighed, and if not, why; nothing for recommendations of before that was told. */
export const coverText = (a: Pick<Recommendation, 'cover'> | null, lang: Lang): string =>
    a?.cover === undefined || a.cover === 'none'
        ? ''
        : `${translate(lang, 'scoreCover')}${translate(lang, 'colon')}${word(W.coverPart, a.cover, lang)}`;

/* The short name of a notice: w12. */
export { roadId, roadText };

export function distanceText(m: number, lang: Lang): string {
    const near = roundMetres(m);
    return near < 1000 ? translate(lang, 'metres', near) : translate(lang, 'kilometres', (near / 1000).toFixed(1));
}

/* What is closed or slow on the way, or beside it: 绕开 w3 人民桥 封闭. */
function noticeText(s: State, n: NonNullable<Route['notices']>[number], lang: Lang): string {
    const r = s.roads.get(n.road);
    const what = r === undefined ? roadId(n.road) : roadText(s, r, lang).split(' · ').slice(0, 2).join(' ');
    return translate(lang, n.where === 'on_way' ? 'routeThrough' : 'routeAvoids', what);
}

/* What is left of a unit's way, and what lies on it; nothing where there is nothing to say. */
export function routeText(s: State, r: Route | undefined, lang: Lang): string {
    if (r === undefined || r.answer === 'there' || r.answer === 'no_order') {
        return '';
    }
    if (r.answer === 'no_road' || r.answer === 'no_place' || r.answer === 'no_position') {
        return translate(lang, r.answer === 'no_road' ? 'routeNone' : r.answer === 'no_place' ? 'routeNoPlace' : 'routeNoPosition');
    }
    const left = [travel(r.travel_ms), distanceText((r.length_m ?? 0) + (r.to_road?.length_m ?? 0) + (r.from_road?.length_m ?? 0), lang)];
    return [
        translate(lang, r.answer === 'line' ? 'remainingLine' : 'remaining', ...left),
        r.through_closed === true ? translate(lang, 'routeWalk') : '',
        ...(r.notices ?? []).map((n) => noticeText(s, n, lang)),
        r.from_road === undefined ? '' : translate(lang, 'offRoad', distanceText(r.from_road.length_m, lang)),
    ]
        .filter((t) => t !== '')
        .join(' · ');
}

/* When it would be there: what it still has to do comes first. */
export const thereMs = (c: Considered): number => (c.eta_ms ?? 0) + (c.clear_ms ?? 0);

const incidentNo = (s: State, id: string | undefined): string => shortNumber(s.incidents.get(id ?? '')?.number) || '–';

/* What a busy unit would leave or still has to do, and how little of its shift is left; nothing where there is nothing. */
export function spareText(s: State, c: Considered, lang: Lang): string {
    return [
        c.reason === 'divertible' && c.leaves !== undefined
            ? translate(lang, 'leavesWhat', incidentNo(s, c.leaves), tierText(c.leaves_tier))
            : '',
        c.reason === 'soon_free' ? translate(lang, 'freeIn', travel(c.clear_ms)) : '',
        c.duty_ms !== undefined && (c.reason === 'duty_ends' || (c.score_duty_ms ?? 0) > 0)
            ? translate(lang, 'shiftLeft', duration(c.duty_ms))
            : '',
    ]
        .filter((t) => t !== '')
        .join(' · ');
}

/* Which incident a unit is kept for, and what is lost there without it. */
export function wantedText(s: State, c: Pick<Considered, 'wanted' | 'wanted_late_ms' | 'wanted_ms'>, lang: Lang): string {
    if (c.wanted === undefined) {
        return '';
    }
    const late = c.wanted_late_ms ?? 0;
    const more = c.wanted_ms ?? 0;
    const lost = late > 0 ? translate(lang, 'wantedLate', travel(late)) : more > 0 ? translate(lang, 'wantedMore', travel(more)) : '';
    return [translate(lang, 'wantedBy', incidentNo(s, c.wanted)), lost].filter((t) => t !== '').join(translate(lang, 'costAnd'));
}

/* That others wait, and how good the choice for all of them is known to be. */
export function jointText(a: Recommendation | null, lang: Lang): string {
    if (a?.joint !== true) {
        return '';
    }
    if (a.joint_slots === undefined) {
        return translate(lang, 'jointLast');
    }
    const gap = a.gap_late_ms ?? a.gap_ms ?? 0;
    return [
        translate(lang, 'jointly', a.joint_slots),
        gap === 0 ? translate(lang, 'jointExact') : translate(lang, 'jointGap', travel(gap)),
        a.joint_beyond === undefined ? '' : translate(lang, 'jointBeyond', a.joint_beyond),
    ]
        .filter((t) => t !== '')
        .join(translate(lang, 'costAnd'));
}

const NOBODY_MS = 1_800_000; // as the server's: so long and nobody could take it

/* A busy unit beside an open slot: what sending it would mean. */
export function spareOffer(s: State, c: Considered, best: Timed | undefined, lang: Lang): string {
    const who = c.callsign ?? callsign(s, c.unit);
    const sooner = (best?.eta_ms ?? NaN) - thereMs(c);
    const early = sooner >= SAME_MS ? translate(lang, 'spareSooner', travel(sooner)) : '';
    if (c.reason === 'soon_free') {
        const at = [...s.assignments.values()].find((a) => a.unit === c.unit && a.active === true);
        return translate(lang, 'spareSoon', who, incidentNo(s, at?.incident), travel(c.clear_ms), travel(thereMs(c))) + early;
    }
    const left = incidentNo(s, c.leaves);
    const later = c.leaves_ms ?? 0;
    const wait =
        later >= NOBODY_MS
            ? translate(lang, 'spareNobody', left)
            : later >= SAME_MS
              ? translate(lang, 'spareWaits', travel(later), left)
              : '';
    return translate(lang, 'spareDivert', who, left, tierText(c.leaves_tier), travel(thereMs(c))) + early + wait;
}

/* How much longer a unit's way is than on free roads, and what lies in it; nothing where it is as ever. */
export function detourText(s: State, c: Pick<Considered, 'detour_ms' | 'road'>, lang: Lang): string {
    if (c.detour_ms === undefined || c.detour_ms < SAME_MS) {
        return '';
    }
    const r = c.road === undefined ? undefined : s.roads.get(c.road);
    const what = c.road === undefined ? '' : r?.road || roadId(c.road);
    const closed = r === undefined || r.percent === undefined || r.percent === 0;
    return translate(lang, what === '' ? 'detour' : closed ? 'detourClosed' : 'detourSlow', travel(c.detour_ms), what);
}

/* Read aloud when it comes: level, what, about whom, what to do. */
export function alarmSpoken(s: State, a: Alarm, lang: Lang): string {
    const kind = W.alarmKind[a.kind];
    const todo = lang === 'zh' ? kind.actionZh : kind.actionEn;
    return `${translate(lang, 'level')} ${kind.level}: ${kind[lang]} ${alarmSubject(s, a, lang)}. ${todo}`;
}

/* An instant that somebody wrote down, to the minute; nothing where none was. */
const told = (s: State, instant: string | undefined): string =>
    instant === undefined ? '' : clockTime(at(instant), s.city.offsets, true).slice(0, -3);

/* What an event says beside its name. */
/* 01 一号席 */
export { seatTitle };

/* A seat by its id. */
export function seatName(s: State, id: unknown, lang: Lang): string {
    const seat = s.seats.get(String(id));
    return seat === undefined ? '' : seatTitle(seat, lang);
}

/* Seat that owns a thing, and who sits there now; of a thing from before there were seats the person alone. */
export function ownerText(s: State, thing: { seat?: string; owner?: Owner | string }, lang: Lang): string {
    const seat = ownerOf(s, thing.seat);
    const before = typeof thing.owner === 'string' ? thing.owner : [thing.owner?.seat, thing.owner?.person].filter(Boolean).join(' · ');
    return seat === undefined
        ? before
        : [seatTitle(seat, lang), seat.person ?? translate(lang, 'seatEmpty')].filter((t) => t !== '').join(' · ');
}

export function describe(s: State, e: Entry, lang: Lang): string {
    if (e.data === undefined) {
        return ''; // not for these readers: nothing is known of it, which is not the same as "unknown"
    }
    const d = (e.data ?? {}) as Record<string, never>;
    const zh = lang === 'zh';
    const unit = (id: unknown): string => callsign(s, id as string | undefined);
    switch (e.kind) {
        case 'report.received': {
            const r = (d as unknown as EventData['report.received']).report;
            return `${shortNumber(r?.number)} ${word(W.channel, r?.channel, lang)}`;
        }
        case 'report.settled':
            return [word(W.reportOutcome, d['outcome'], lang), d['person'] ?? ''].filter((t) => t !== '').join(' · ');
        case 'incident.absorbed':
        case 'incident.merged':
            return shortNumber(d['number'] as string | undefined);
        case 'report.contacted': {
            const x = d as unknown as EventData['report.contacted'];
            return `${word(W.contactWay, x.how, lang)} · ${word(W.contactResult, x.result, lang)}`;
        }
        case 'report.messaged':
            return translate(lang, d['from_caller'] === true ? 'messageIn' : 'messageOut');
        case 'report.callback_ended':
            return d['dispatched'] === true ? word(W.assignmentStatus, 'dispatched', lang) : String(d['person'] ?? '');
        case 'incident.opened': {
            const i = (d as unknown as EventData['incident.opened']).incident;
            const paper =
                i?.paper_by === undefined
                    ? ''
                    : ` · ${word(W.channel, 'paper', lang)} ${i.paper_by} ${told(s, i.opened_at)}–${told(s, i.paper_closed_at)}`;
            return `${typeText(s, i?.type_dispatched, lang)} · ${placeText(s, i?.place, lang)}${paper}`;
        }
        case 'incident.tiered': {
            const x = d as unknown as EventData['incident.tiered'];
            const rules = (x.rules ?? []).map((r) => ruleName(s, x.plan, r.rule, lang)).join(' · ');
            const need = (x.requirements ?? []).length;
            return [
                tierText(x.tier),
                x.by_person === true ? (zh ? '人工' : 'by hand') : rules,
                need === 0 ? '' : zh ? `需 ${need} 个岗位` : `${need} slot${need === 1 ? '' : 's'}`,
            ]
                .filter((t) => t !== '')
                .join(' · ');
        }
        case 'incident.recommended': {
            const x = d as unknown as EventData['incident.recommended'];
            return (x.slots ?? [])
                .map((slot) => {
                    const chosen = (slot.considered ?? []).find((c) => c.unit === slot.chosen);
                    return `${slot.slot ?? ''} ${slot.chosen === undefined ? translate(lang, hasPoint(s.incidents.get(e.incident ?? '')) ? 'noUnit' : 'noPoint') : unit(slot.chosen)}${
                        chosen?.eta_ms === undefined ? '' : ` ${travel(chosen.eta_ms)}`
                    }`;
                })
                .join(' · ');
        }
        case 'incident.amended': {
            const x = d as unknown as EventData['incident.amended'];
            return [
                x.type === undefined ? '' : typeText(s, x.type, lang),
                x.place === undefined ? '' : placeText(s, x.place, lang),
                x.priority === undefined ? '' : `P${x.priority}`,
                (x.cues ?? []).map((c) => word(W.cue, c, lang)).join(' '),
            ]
                .filter((t) => t !== '')
                .join(' · ');
        }
        case 'incident.held':
            return `→ ${clockTime(at(d['until']), s.city.offsets)}`;
        case 'incident.closed':
            return word(W.disposition, d['disposition'], lang);
        case 'incident.owned':
            return seatName(s, d['seat'], lang) || String(d['owner'] ?? translate(lang, 'commanderOwns'));
        case 'seat.taken':
        case 'seat.left':
        case 'seat.handing_over':
            return [seatName(s, d['seat'], lang), d['person'], d['to']].filter(Boolean).join(' · ');
        case 'seat.silenced':
        case 'seat.heard':
            return seatName(s, d['seat'], lang);
        case 'assignment.reserved':
        case 'assignment.dispatched': {
            const a = (d as unknown as EventData['assignment.dispatched']).assignment;
            if (a?.by === 'paper') {
                const steps = [
                    ['dispatched', a.dispatched_at],
                    ['on_scene', a.on_scene_at],
                    ['cleared', a.cleared_at],
                ] as const;
                return [
                    `${unit(a.unit)} · ${word(W.stepBy, 'paper', lang)}`,
                    ...steps
                        .filter(([, when]) => when !== undefined)
                        .map(([step, when]) => `${word(W.assignmentStatus, step, lang)} ${told(s, when)}`),
                ].join(' · ');
            }
            return `${unit(a?.unit)} ${travel(a?.eta_ms)}${a?.automatic === true ? ` · ${translate(lang, 'automatic')}` : ''}${
                a?.on_view === true ? ` · ${translate(lang, 'onView')}` : ''
            }`;
        }
        case 'assignment.progressed': {
            const move = W.moves.find((m) => m.to === d['status']);
            const reason = d['reason'] === undefined ? '' : ` · ${word(W.declineReason, d['reason'], lang)}`;
            return `${unit(d['unit'])} ${move?.[lang] ?? word(W.assignmentStatus, d['status'], lang)}${reason}`;
        }
        case 'assignment.expected':
            return `${unit(d['unit'])} ${clockTime(at(d['free_at']), s.city.offsets)}`;
        case 'unit.signed_on':
        case 'unit.changed':
            return [
                unit(d['unit']),
                d['reason'] === undefined ? '' : word(W.unitReason, d['reason'], lang),
                d['until'] === undefined ? '' : `${translate(lang, 'dutyUntil')} ${clockTime(at(d['until']), s.city.offsets)}`,
            ]
                .filter((t) => t !== '')
                .join(' · ');
        case 'assignment.fed_back':
            return `${unit(d['unit'])} ${word(W.disposition, d['disposition'], lang)}`;
        case 'assignment.change_raised':
        case 'assignment.change_acknowledged':
        case 'unit.panicked':
            return `${unit(d['unit'])}${d['silent'] === true ? ` · ${translate(lang, 'panicSilent')}` : ''}`;
        case 'unit.panic_answered':
            return [unit(d['unit']), word(W.panicReach, d['reached'], lang)].filter((t) => t !== '').join(' · ');
        case 'alarm.raised': {
            const alarm = (d as unknown as EventData['alarm.raised']).alarm;
            return [
                word(W.alarmKind, alarm?.kind, lang),
                alarm?.unit === undefined ? '' : unit(alarm.unit),
                alarm?.person ?? '',
                alarm?.purpose === undefined ? '' : word(W.purpose, alarm.purpose, lang),
            ]
                .filter((t) => t !== '')
                .join(' ');
        }
        case 'alarm.cleared':
            return word(W.alarmKind, d['kind'], lang);
        default:
            return '';
    }
}

/* Who did it, and how it came to us. */
export function byText(s: State, e: Entry, lang: Lang): string {
    const person = e.by?.person;
    const how = e.data?.['by'];
    const unit = e.by?.role === 'unit' ? (e.unit ?? e.data?.['unit']) : undefined;
    const who =
        typeof unit === 'string'
            ? callsign(s, unit)
            : person === 'system' || (person === undefined && e.by?.role === undefined)
              ? translate(lang, 'system')
              : (person ?? roleWordOf(e.by?.role, lang));
    return typeof how === 'string' && how !== 'terminal' ? `${who} (${word(W.stepBy, how, lang)})` : who;
}

/* ---- places found by name ---- */

export const placeName = (p: Pick<Place, 'name' | 'name_en'>, lang: Lang): string =>
    lang === 'zh' || p.name_en === undefined ? p.name : `${p.name_en} ${p.name}`;

const metres = (m: number): string => (m < 1000 ? `${m} m` : `${(m / 1000).toFixed(m < 10_000 ? 1 : 0)} km`);

/* What it is, in which district, how far away, and how far it reaches. */
export function placeMore(s: State, p: Place, lang: Lang): string {
    const zone = (s.city.zones ?? []).find((z) => z.code === p.zone);
    return [
        W.namedPlace[p.kind][lang],
        (lang === 'zh' ? zone?.name_zh : zone?.name_en) ?? zone?.name_zh ?? '',
        p.distance_m === undefined ? '' : metres(p.distance_m),
        p.radius_m === undefined ? '' : `±${metres(p.radius_m)}`,
    ]
        .filter((t) => t !== '')
        .join(' · ');
}

/* What was denied and has not been named since. */
export const deniedOf = (i: { readonly cues?: readonly CueWord[]; readonly cues_denied?: readonly CueWord[] }): CueWord[] =>
    (i.cues_denied ?? []).filter((c) => !(i.cues ?? []).includes(c));
