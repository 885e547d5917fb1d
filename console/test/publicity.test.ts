import { describe, expect, it } from 'vitest';

import { listed, noFilters, tally } from '../src/publicity/list';
import { zonesWithin, zoneTree } from '../src/shared/zones';
import { nothing, type State } from '../src/store/reduce';
import type { LiveIncident } from '../src/wire/frames';
import type { Zone } from '../src/wire/types';

const zone = (id: string, parent?: string): Zone => ({
    id,
    name_zh: `区${id}`,
    kind: parent === undefined ? 'district' : 'station',
    ...(parent === undefined ? {} : { parent }),
});
const zones = [zone('z3', 'z2'), zone('z1'), zone('z2', 'z1'), zone('z4', 'z1'), zone('z9')];
const s: State = { ...nothing, city: { zones, types: [{ code: '10.01', name_zh: '盗窃', name_en: 'theft' }] } };
const incident = (id: string, opened: string, more: Partial<LiveIncident> = {}): LiveIncident => ({
    id,
    number: `20261123-0000${id.slice(-2)}`,
    status: 'waiting',
    channel: '110',
    opened_at: opened,
    place: { state: 'known', zone: 'z3' },
    ...more,
});
const all = [
    incident('i01', '2026-11-23T04:00:00Z', { tier: 3, type_dispatched: '10.01' }),
    incident('i02', '2026-11-23T05:00:00Z', { tier: 1, place: { state: 'known', zone: 'z9' } }),
    incident('i03', '2026-11-23T06:00:00Z', { status: 'held' }),
];
const ids = (list: LiveIncident[]): string[] => list.map((i) => i.id);

describe('publicity', () => {
    it('a_zone_has_everything_that_lies_in_it', () => {
        expect([...zonesWithin(zones, 'z1')].sort()).toEqual(['z1', 'z2', 'z3', 'z4']);
        expect([...zonesWithin(zones, 'z3')]).toEqual(['z3']);
        expect(zoneTree(s, 'zh').map((z) => [z.id, z.depth])).toEqual([
            ['z1', 0],
            ['z2', 1],
            ['z3', 2],
            ['z4', 1],
            ['z9', 0],
        ]);
    });

    it('filters_by_zone_tier_status_and_words', () => {
        expect(ids(listed(s, all, noFilters))).toEqual(['i03', 'i02', 'i01']);
        expect(ids(listed(s, all, { ...noFilters, zone: 'z1' }))).toEqual(['i03', 'i01']);
        expect(ids(listed(s, all, { ...noFilters, tier: '1' }))).toEqual(['i02']);
        expect(ids(listed(s, all, { ...noFilters, tier: '0' }))).toEqual(['i03']);
        expect(ids(listed(s, all, { ...noFilters, status: 'held' }))).toEqual(['i03']);
        expect(ids(listed(s, all, { ...noFilters, search: '盗窃' }))).toEqual(['i01']);
        expect(ids(listed(s, all, { ...noFilters, search: 'THEFT' }))).toEqual(['i01']);
        expect(ids(listed(s, all, { ...noFilters, search: '０００００２' }))).toEqual(['i02']);
    });

    it('sorts_by_age_or_gravity_and_what_nobody_judged_stands_in_the_middle', () => {
        expect(ids(listed(s, all, { ...noFilters, sort: 'oldest' }))).toEqual(['i01', 'i02', 'i03']);
        expect(ids(listed(s, all, { ...noFilters, sort: 'gravest' }))).toEqual(['i02', 'i03', 'i01']);
    });

    it('counts_what_waits_and_runs', () => {
        expect(tally([...all, incident('i04', '', { status: 'on_scene', tier: 3 })])).toEqual({
            waiting: 2,
            running: 1,
            held: 1,
            tiers: [1, 1, 0, 2, 0],
        });
    });
});
