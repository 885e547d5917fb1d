import { describe, expect, it } from 'vitest';

import { travel } from '../src/format';
import { nothing } from '../src/store/reduce';
import { arrivalText, byText, describe as told, passText, reasonText } from '../src/ui/words';
import type { Entry } from '../src/wire/frames';
import type { LiveIncident } from '../src/wire/frames';
import type { Assignment } from '../src/wire/types';

const incident = (state: 'known' | 'approximate' | 'unknown' | 'withheld'): LiveIncident => ({
    id: 'live-i1',
    status: 'waiting',
    channel: '110',
    place: { state },
});
const unit = (eta_ms: number, score_ms: number): Parameters<typeof reasonText>[1] => ({
    unit: 'live-u1',
    reason: 'slower',
    status: 'available',
    eta_ms,
    score_ms,
});

describe('reasons', () => {
    it('an_incident_without_a_position_is_not_the_units_fault', () => {
        expect(passText(incident('unknown'), 'unreachable', 'zh')).toBe('警情无位置');
        expect(passText(incident('withheld'), 'unreachable', 'en')).toBe('No position');
        expect(passText(incident('known'), 'unreachable', 'en')).toBe('cannot be reached');
        expect(passText(incident('approximate'), 'busy', 'en')).not.toBe('No position');
    });
    it('slower_by_the_difference_of_travel_times', () => {
        const best = { eta_ms: 60_000, score_ms: 64_000 };
        const say = (eta: number, score: number): string => reasonText(incident('known'), unit(eta, score), best, 'zh');
        expect(say(90_000, 194_000)).toBe('到达较慢 · 比选派慢 0\'30"');
        expect(say(50_000, 94_000)).toBe('评分差 0\'30"');
        expect(say(60_100, 64_100)).toBe('同样快');
        expect(reasonText(incident('known'), unit(1, 2), undefined, 'zh')).toBe('到达较慢');
    });
    it('never_is_no_travel_time', () => {
        expect(travel(0x3fffffff)).toBe('–');
    });
});

describe('arrival', () => {
    const city = { ...nothing, city: { offsets: [{ from: '1992-01-01T00:00:00Z', offset_min: 480 }] } };
    const order = (more: Partial<Assignment>): Assignment => ({
        id: 'live-a1',
        status: 'en_route',
        dispatched_at: '2026-11-23T04:00:00Z',
        eta_ms: 300_000,
        ...more,
    } as Assignment);
    const now = (minute: number): number => Date.parse('2026-11-23T04:00:00Z') + minute * 60_000;

    it('is_a_clock_time_of_the_city_and_late_after_it', () => {
        expect(arrivalText(city, order({}), now(1), 'zh')).toEqual({ text: '预计 12:05 到', late: false });
        expect(arrivalText(city, order({}), now(4), 'en')).toEqual({ text: 'due 12:05', late: false });
        expect(arrivalText(city, order({}), now(7), 'en')).toEqual({ text: 'due 12:05 · 02:00 late', late: true });
    });
    it('is_not_expected_on_scene_ended_reserved_or_without_a_way', () => {
        const { dispatched_at: _sent, ...reserved } = order({ status: 'reserved' });
        expect(arrivalText(city, order({ on_scene_at: '2026-11-23T04:04:00Z' }), now(9), 'zh')).toBeNull();
        expect(arrivalText(city, order({ status: 'cancelled' }), now(9), 'zh')).toBeNull();
        expect(arrivalText(city, reserved as Assignment, now(9), 'zh')).toBeNull();
        expect(arrivalText(city, order({ eta_ms: 0x3fffffff }), now(9), 'zh')).toBeNull();
    });
});

describe('what these readers are not told', () => {
    const opened = {
        seq: 7,
        n: 0,
        at: '2026-11-29T10:00:00.000000Z',
        kind: 'incident.opened',
        by: { role: 'operator' },
        incident: 'live-i1',
    } as unknown as Entry;
    it('an_event_without_data_is_told_by_its_kind_alone', () => {
        expect(told(nothing, opened, 'zh')).toBe('');
    });
    it('who_did_it_is_the_role_and_not_the_system', () => {
        expect(byText(nothing, opened, 'zh')).toBe('接警调度员');
        expect(byText(nothing, { ...opened, by: { person: 'system' } } as unknown as Entry, 'en')).toBe('system');
    });
});
