import { describe, expect, it } from 'vitest';

import { travel } from '../src/format';
import { passText, reasonText } from '../src/ui/words';
import type { Incident } from '../src/wire/types';

const incident = (state: 'known' | 'approximate' | 'unknown' | 'withheld'): Incident => ({
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
