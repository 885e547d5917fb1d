import { describe, expect, it } from 'vitest';

import { roomy, stillFits, Windows, type Word } from '../src/map/windows';

/* Channels that hand on at once what is said, to all but who said it. */
function channels(): () => BroadcastChannel {
    const all: { onmessage: ((e: MessageEvent) => void) | null }[] = [];
    return () => {
        const own = {
            onmessage: null as ((e: MessageEvent) => void) | null,
            postMessage: (data: unknown) =>
                all.filter((c) => c !== own).forEach((c) => c.onmessage?.({ data: structuredClone(data) } as MessageEvent)),
            close: () => all.splice(all.indexOf(own), 1),
        };
        all.push(own);
        return own as unknown as BroadcastChannel;
    };
}

describe('windows of one person', () => {
    it('hear_each_other_and_nobody_else', () => {
        const make = channels();
        const heard: [string, Word][] = [];
        const window = (name: string, who: string): Windows => new Windows(() => who, (w) => heard.push([name, w]), make);
        const desk = window('desk', 'operator w-1');
        window('map', 'operator w-1');
        window('other person', 'commander w-1');
        window('other world', 'operator w-2');
        desk.say({ kind: 'locate', unit: 'live-u1' });
        expect(heard).toEqual([['map', { kind: 'locate', unit: 'live-u1' }]]);
    });

    it('are_silent_once_closed_and_where_the_browser_knows_no_channels', () => {
        const make = channels();
        const heard: Word[] = [];
        const one = new Windows(() => 'x', () => undefined, make);
        const two = new Windows(() => 'x', (w) => heard.push(w), make);
        two.close();
        one.say({ kind: 'here' });
        expect(heard).toEqual([]);
    });
});

describe('the box that positions are asked of', () => {
    const view = { west: 122, south: 29, east: 123, north: 30 };
    it('has_room_for_small_moves', () => {
        const box = roomy(view);
        expect(box).toEqual({ west: 121.5, south: 28.5, east: 123.5, north: 30.5 });
        expect(stillFits(undefined, view)).toBe(false);
        expect(stillFits(box, { ...view, west: 121.6, east: 122.6 })).toBe(true);
        expect(stillFits(box, { ...view, west: 121.4, east: 122.4 })).toBe(false);
        expect(roomy({ west: -179.9, south: -89.9, east: 179, north: 80 })).toMatchObject({ west: -180, south: -90, east: 180, north: 90 });
    });

    it('is_asked_anew_when_it_has_become_far_too_large', () => {
        const box = roomy(view);
        expect(stillFits(box, { west: 122.4, south: 29.4, east: 122.6, north: 29.6 })).toBe(false);
        expect(stillFits(box, { west: 122.2, south: 29.2, east: 122.6, north: 29.6 })).toBe(true);
    });
});
