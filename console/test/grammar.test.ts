import { describe, expect, it } from 'vitest';

import { normalised, parse, verbs, type Context, type Parsed } from '../src/cmd/grammar';
import { nothing, reduceAll, type State } from '../src/store/reduce';
import type { Frame, LiveIncident } from '../src/wire/frames';
import type { Assignment } from '../src/wire/types';

const incident = (n: number, extra: Partial<LiveIncident> = {}): LiveIncident => ({
    id: `live-i${n}`,
    number: `20261123-000${n}`,
    rev: 3,
    tier: 2,
    status: 'waiting',
    channel: '110',
    requirements: [
        { slot: 1, police_type: 'patrol' },
        { slot: 2, police_type: 'traffic' },
    ],
    ...extra,
});
const order = (n: number, unit: number, status: Assignment['status'], extra: Partial<Assignment> = {}): Assignment => ({
    id: `live-a${n}`,
    incident: 'live-i413',
    unit: `live-u${unit}`,
    status,
    by: 'terminal',
    slot: 1,
    active: true,
    ...extra,
});

const coverage: Frame = {
    op: 'coverage',
    seq: 1,
    at: '2026-11-23T00:00:00Z',
    engine: 'line/1',
    weight: 'area',
    rings: [1, 3, 5],
    classes: [],
    circles: { all: 2, kept: 1, open: [{ code: 'Q17', name_zh: '市民广场快反圈', name_en: 'Civic square', minutes: 3, class: 'police', kept: false, at: [122.6, 29.4] }] },
    gaps: [],
};
const state: State = reduceAll(nothing, [
    { op: 'welcome', role: 'operator', audience: 'operations', world: 'live', seq: 1, epoch: 1 },
    {
        op: 'snapshot',
        seq: 1,
        data: {
            incidents: [incident(412), incident(413, { status: 'on_scene' }), incident(512)],
            reports: [{ id: 'live-r88', number: '20261123-000088', status: 'open', channel: '110' }],
            units: [131, 142, 155, 160].map((n) => ({
                id: `live-u${n}`,
                callsign: `巡0${n}`,
                police_type: 'patrol' as const,
                status: 'available' as const,
                on_duty: true,
                ...(n === 131 ? { move: { number: 3, lon: 122.6, lat: 29.4, why: 'gap' as const } } : {}),
            })),
            city: {
                offsets: [{ from: '1992-01-01T00:00:00Z', offset_min: 480 }],
                zones: [
                    { id: 'live-z1', code: 'QX', name_zh: '桥西区', kind: 'district' },
                    { id: 'live-z2', code: 'QX01', name_zh: '西塘派出所辖区', name_en: 'Xitang station area', kind: 'station' },
                    { id: 'live-z3', code: 'QX02', name_zh: '西门派出所辖区', kind: 'station' },
                ],
            },
            assignments: [order(1, 155, 'on_scene'), order(2, 160, 'cleared', { feedback_due: true, active: false })],
        },
    },
    coverage,
]);
const now = Date.UTC(2026, 10, 23, 4);
const c = (selected?: string): Context => ({
    state,
    lang: 'zh',
    now,
    selected: selected === undefined ? undefined : state.incidents.get(selected),
});

function ran(line: string, selected?: string): [string, unknown] {
    const p: Parsed = parse(line, c(selected));
    if (p.kind !== 'run') {
        throw new Error(`${line}: ${JSON.stringify(p)}`);
    }
    return [p.commands[0]!.type, p.commands[0]!.data];
}
const why = (line: string, selected?: string): string => {
    const p = parse(line, c(selected));
    return p.kind === 'wrong' ? p.why : p.kind;
};

describe('command line', () => {
    it.each([
        [
            'D 412 0131 0142',
            'live-i413',
            'assignment.dispatch',
            { incident: 'live-i412', units: [{ unit: 'live-u131' }, { unit: 'live-u142' }] },
        ],
        [
            'Ｄ　４１２　０１３１',
            undefined,
            'assignment.dispatch',
            { incident: 'live-i412', units: [{ unit: 'live-u131' }] },
        ],
        ['派 412 巡0131', undefined, 'assignment.dispatch', { incident: 'live-i412', units: [{ unit: 'live-u131' }] }],
        [
            '派412 0131，0142',
            undefined,
            'assignment.dispatch',
            { incident: 'live-i412', units: [{ unit: 'live-u131' }, { unit: 'live-u142' }] },
        ],
        ['d 0131', 'live-i413', 'assignment.dispatch', { incident: 'live-i413', units: [{ unit: 'live-u131' }] }],
        ['RS 412 0131', undefined, 'assignment.reserve', { incident: 'live-i412', units: [{ unit: 'live-u131' }] }],
        ['C 0155', undefined, 'assignment.progress', { assignment: 'live-a1', by: 'radio', status: 'cleared' }],
        ['带 0155', undefined, 'assignment.progress', { assignment: 'live-a1', by: 'radio', status: 'transporting' }],
        [
            'FB 0160 mediated；双方和解，已离开',
            undefined,
            'assignment.feedback',
            { assignment: 'live-a2', disposition: 'mediated', by: 'radio', note: '双方和解，已离开' },
        ],
        ['X 412 现场处置', undefined, 'incident.close', { incident: 'live-i412', disposition: 'handled' }],
        [
            '结 handled; 完',
            'live-i412',
            'incident.close',
            { incident: 'live-i412', disposition: 'handled', note: '完' },
        ],
        ['T 412 1; 有人受伤', undefined, 'incident.retier', { incident: 'live-i412', tier: 1, reason: '有人受伤' }],
        ['T 1; x', 'live-i512', 'incident.retier', { incident: 'live-i512', tier: 1, reason: 'x' }],
        [
            'H 412 10; 等回电',
            undefined,
            'incident.hold',
            { incident: 'live-i412', until: new Date(now + 600_000).toISOString(), reason: '等回电' },
        ],
        ['N; 已联系物业', 'live-i412', 'incident.note', { incident: 'live-i412', note: '已联系物业' }],
        ['LK 88 412', undefined, 'report.link', { report: 'live-r88', incident: 'live-i412' }],
        [
            'CB 88 no_answer; 响铃五声',
            undefined,
            'report.contact',
            { report: 'live-r88', how: 'call', result: 'no_answer', note: '响铃五声' },
        ],
        ['MG 413; 同一处', 'live-i412', 'incident.merge', { incident: 'live-i412', into: 'live-i413', reason: '同一处' }],
        ['MG 412 413', undefined, 'incident.merge', { incident: 'live-i412', into: 'live-i413' }],
        ['SP 412', undefined, 'incident.split', { incident: 'live-i412' }],
        ['MS 88; 请回复A', undefined, 'report.message', { report: 'live-r88', text: '请回复A' }],
        ['补 88; 又说持刀', undefined, 'report.amend', { report: 'live-r88', narrative: '又说持刀' }],
        ['ST 88 answered', undefined, 'report.settle', { report: 'live-r88', outcome: 'answered' }],
        [
            'OS 0131 meal',
            undefined,
            'unit.status',
            { unit: 'live-u131', available: false, reason: 'meal', by: 'radio' },
        ],
        ['MU 0142 Q17', undefined, 'unit.move_up', { unit: 'live-u142', circle: 'Q17', why: 'circle' }],
        ['补位 0142 市民 presence', undefined, 'unit.move_up', { unit: 'live-u142', circle: 'Q17', why: 'presence' }],
        ['MK 0131', undefined, 'unit.move_up_acknowledge', { unit: 'live-u131', number: 3, by: 'radio' }],
        ['MA 0131', undefined, 'unit.move_up_arrive', { unit: 'live-u131', number: 3, by: 'radio' }],
        ['MD 0131 vehicle', undefined, 'unit.move_up_refuse', { unit: 'live-u131', number: 3, reason: 'vehicle', by: 'radio' }],
        ['MX 0131', undefined, 'unit.move_up_recall', { unit: 'live-u131', number: 3 }],
        ['AV 0131', undefined, 'unit.status', { unit: 'live-u131', available: true, by: 'radio' }],
        ['ON 0131 2', undefined, 'unit.sign_on', { unit: 'live-u131', by: 'radio', crew: 2 }],
        ['OFF 0131', undefined, 'unit.sign_off', { unit: 'live-u131', by: 'radio' }],
        ['STOP; 演练', undefined, 'automation.stop', { reason: '演练' }],
    ])('%s', (line, selected, type, data) => {
        expect(ran(line, selected)).toEqual([type, data]);
    });

    it('dispatch_without_units_orders_the_best_for_every_open_slot', () => {
        const p = parse('D 412', c());
        expect(p.kind === 'run' && p.commands.map((x) => x.data)).toEqual([
            { incident: 'live-i412', slot: 1 },
            { incident: 'live-i412', slot: 2 },
        ]);
        expect(p.kind === 'run' && p.sentence).toContain('0412');
    });

    it.each([
        ['D', undefined, 'cmdNoIncident'],
        ['D 999 0131', undefined, 'cmdNoSuchIncident'],
        ['D 12', undefined, 'cmdManyIncidents'],
        ['D 412 0999', undefined, 'cmdNoSuchUnit'],
        ['RS 412', undefined, 'cmdNeedUnit'],
        ['E 0131', undefined, 'cmdNoOrder'],
        ['A 0155', undefined, 'cmdNoOrder'],
        ['T 412 9; x', undefined, 'cmdNeedTier'],
        ['H 412 0; x', undefined, 'cmdNeedMinutes'],
        ['X 412 nonsense', undefined, 'cmdWord'],
        ['LK 99 412', undefined, 'cmdNoSuchReport'],
        ['C 0155 0131', undefined, 'cmdExtra'],
        ['FROB 1', undefined, 'cmdUnknown'],
        ['? 0131', undefined, 'whyNotAsk'],
    ])('%s is refused before Enter', (line, selected, key) => {
        expect(why(line, selected)).toBe(key);
    });

    it.each([
        ['X 412', undefined],
        ['T 412 2', undefined],
        ['H 10', 'live-i412'],
        ['N', 'live-i412'],
        ['M 412', undefined],
        ['DC 0155', undefined],
        ['FB 0160', undefined],
        ['OS 0131', undefined],
        ['MU 0142', undefined],
        ['MD 0131', undefined],
        ['NEW', undefined],
        ['接报', undefined],
        ['PP', undefined],
        ['补录', undefined],
        ['STOP', undefined],
        ['UL 88', undefined],
    ])('%s needs more and opens the form', (line, selected) => {
        expect(why(line, selected)).toBe(line.startsWith('DC 0155') ? 'cmdNoOrder' : 'form');
    });

    it('a_place_is_found_by_its_name_and_units_are_still_relieved', () => {
        const text = (line: string): unknown => {
            const p = parse(line, c());
            return p.kind === 'act' && p.act.do === 'place' ? p.act.text : p;
        };
        expect(text('RL 人民路 218')).toBe('人民路 218');
        expect(text('AT 人民路，澜桥路')).toBe('人民路 澜桥路');
        expect(text('地点 澜浦站')).toBe('澜浦站');
        expect(parse('AT', c())).toMatchObject({ kind: 'wrong', why: 'cmdNeedPlace' });
        expect(parse('RL 路', c())).toMatchObject({ kind: 'wrong', why: 'cmdNeedPlace' });
        expect(parse('RL 巡0155 0131', c())).toMatchObject({ kind: 'run', commands: [{ type: 'assignment.relieve' }] });
        expect(parse('RL 9999', c())).toMatchObject({ kind: 'wrong', why: 'cmdNoSuchUnit' });
    });
    it('an_order_that_runs_is_diverted_relieved_and_led', () => {
        expect(ran('DV 0155 512; 更紧急', 'live-i413')).toEqual([
            'assignment.divert',
            { assignment: 'live-a1', incident: 'live-i512', reason: '更紧急' },
        ]);
        expect(why('DV 0155 512', 'live-i413')).toBe('form'); // a reason is asked for
        expect(why('DV 0131 512', 'live-i413')).toBe('cmdNoOrder');
        expect(ran('RL 0155 0142', 'live-i413')).toEqual([
            'assignment.relieve',
            { assignment: 'live-a1', unit: 'live-u142' },
        ]);
        expect(ran('LD 413 0155')).toEqual(['incident.lead', { incident: 'live-i413', unit: 'live-u155' }]);
        expect(why('SK 0155', 'live-i413')).toBe('cmdNoOrder'); // it is on scene: nothing is left to say
        expect(why('NU 413 0131')).toBe('cmdNoOrder');
    });

    it('the_end_of_work_and_of_a_shift_is_said_in_minutes_and_by_the_clock', () => {
        expect(ran('EX 0155 20', 'live-i413')).toEqual([
            'assignment.expect',
            { assignment: 'live-a1', free_at: '2026-11-23T04:20:00.000Z', by: 'radio' },
        ]);
        expect(why('EX 0155', 'live-i413')).toBe('form');
        expect(why('EX 0155 0', 'live-i413')).toBe('errMinutes');
        expect(why('EX 0131 20', 'live-i413')).toBe('cmdNoOrder'); // it is on no scene
        const unit = 'live-u131';
        expect(ran('ON 0131 2 18:00')).toEqual(['unit.sign_on', { unit, by: 'radio', crew: 2, until: '2026-11-23T10:00:00.000Z' }]);
        expect(ran('ON 0131 06:30')).toEqual(['unit.sign_on', { unit, by: 'radio', until: '2026-11-23T22:30:00.000Z' }]);
        expect(ran('SH 0131 11:59')).toEqual([
            'unit.status',
            { unit, available: true, until: '2026-11-24T03:59:00.000Z', by: 'radio' }, // noon is past: tomorrow's
        ]);
        expect(why('SH 0131')).toBe('form');
        expect(why('SH 0131 25:00')).toBe('errTime');
        expect(why('ON 0131 zwei')).toBe('errInteger');
    });

    it('an_order_goes_to_a_station_by_its_code_or_the_beginning_of_its_name', () => {
        const sent = ['assignment.dispatch', { incident: 'live-i412', station: 'live-z2' }];
        expect(ran('DS 412 QX01')).toEqual(sent);
        expect(ran('DS qx01', 'live-i412')).toEqual(sent);
        expect(ran('派所 412 西塘')).toEqual(sent);
        expect(ran('DS 412 xitang')).toEqual(sent);
        expect(why('DS 412')).toBe('form');
        expect(why('DS 412 西')).toBe('cmdManyStations');
        expect(why('DS 412 QX')).toBe('cmdNoSuchStation'); // a district has no desk
    });

    it('the_number_of_a_report_on_the_screen_is_no_callsign', () => {
        expect(why('D 88', 'live-i412')).toBe('cmdIsReport');
        expect(why('D 412 0131')).toBe('run');
    });

    it('closing_sends_the_revision_that_was_seen', () => {
        const p = parse('X 412 handled', c());
        expect(p.kind === 'run' && [p.incident, p.rev]).toEqual(['live-i412', 3]);
    });

    it('every_example_of_the_key_sheet_is_understood', () => {
        for (const v of verbs) {
            expect(v.exampleEn ?? v.example, v.example).not.toMatch(/\p{Script=Han}/u);
            expect(why(v.exampleEn ?? v.example, 'live-i413'), v.exampleEn).not.toMatch(/cmdUnknown|cmdWord/);
            expect(why(v.example, 'live-i413'), v.example).not.toBe('cmdUnknown');
        }
        const names = verbs.flatMap((v) => v.names);
        expect(new Set(names).size).toBe(names.length);
    });

    it('full_width_marks_separate_and_the_note_keeps_its_own', () => {
        expect(normalised('Ｘ　４１２、handled；第一，第二；第三。')).toEqual({
            head: ['X', '412', 'handled'],
            note: '第一，第二；第三。',
        });
    });

    it('no_line_of_random_marks_throws', () => {
        const parts = [
            'D',
            '派',
            '412',
            '0131',
            ';',
            '；',
            '，',
            'X',
            '?',
            '#',
            '#412',
            '巡',
            ' ',
            '',
            '𠮷',
            '1e9',
            '-1',
            '0155',
            'T',
        ];
        let x = 7;
        for (let n = 0; n < 3000; n++) {
            const line = Array.from(
                { length: 5 },
                () => parts[(x = (x * 1103515245 + 12345) & 0x7fffffff) % parts.length],
            ).join(n % 2 ? ' ' : '');
            expect(() => parse(line, c(n % 3 ? 'live-i412' : undefined))).not.toThrow();
        }
    });
});
