import { describe, expect, it } from 'vitest';

import { peopleFor } from '../src/store/people';

describe('people who may take a seat', () => {
    const all = [
        { name: 'zhou', role: 'operator', signed_in: true },
        { name: 'bai', role: 'operator', signed_in: false },
        { name: 'li', role: 'operator', signed_in: true, seat: 'live-s2' },
        { name: 'an', role: 'commander', signed_in: true },
        { name: 'me', role: 'operator', signed_in: true },
    ];
    it('stand in the order in which they are looked for, without oneself', () => {
        expect(peopleFor(all, 'me').map((p) => p.name)).toEqual(['an', 'zhou', 'li', 'bai']);
    });
    it('is nobody where nobody is', () => {
        expect(peopleFor([], 'me')).toEqual([]);
    });
});
