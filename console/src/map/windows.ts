// The desk and a map in a window of its own, on another screen: one selection, one place picker. Same browser, same person.
import type { ForceClass } from '../store/cover';
import type { Selection } from '../ui/desk.svelte';
import type { Drawn, Point, Track } from './atlas.svelte';

export type Word =
    /* of the desk */
    | { kind: 'ask' } // is there a map?
    | { kind: 'selection'; selection: Selection }
    | { kind: 'locate'; unit: string }
    | { kind: 'point'; point: Point }
    | { kind: 'track'; track: Track | null }
    | { kind: 'placing'; on: boolean; draws?: boolean }
    | { kind: 'drawn'; drawn: Drawn }
    | { kind: 'cover'; on: boolean; cls: ForceClass }
    /* of the map */
    | { kind: 'here' }
    | { kind: 'gone' }
    | { kind: 'pick'; selection: Selection }
    | { kind: 'unit'; unit: string }
    | { kind: 'place'; lon: number; lat: number };

interface Said {
    readonly who: string; // person and world
    readonly word: Word;
}

/* One end of the talk. `who` says for whom this window works now; others' words are not for it. */
export class Windows {
    private readonly channel: BroadcastChannel | undefined;

    constructor(
        private readonly who: () => string,
        hear: (word: Word) => void,
        make: (() => BroadcastChannel) | undefined = typeof BroadcastChannel === 'undefined'
            ? undefined
            : () => new BroadcastChannel('tocsin.desk'),
    ) {
        this.channel = make?.();
        if (this.channel !== undefined) {
            this.channel.onmessage = (e: MessageEvent<Said>) => {
                if (e.data.who === this.who()) {
                    hear(e.data.word);
                }
            };
        }
    }

    say(word: Word): void {
        this.channel?.postMessage({ who: this.who(), word } satisfies Said);
    }

    close(): void {
        this.channel?.close();
    }
}

/* The box to ask positions of: the view with room around it, so that a small move asks nothing. */
export interface Bounds {
    readonly west: number;
    readonly south: number;
    readonly east: number;
    readonly north: number;
}

export function roomy(view: Bounds): Bounds {
    const [x, y] = [(view.east - view.west) / 2, (view.north - view.south) / 2];
    return {
        west: Math.max(-180, view.west - x),
        south: Math.max(-90, view.south - y),
        east: Math.min(180, view.east + x),
        north: Math.min(90, view.north + y),
    };
}

/* Whether what was asked for still fits: it holds the view, and is not far larger than it. */
export function stillFits(asked: Bounds | undefined, view: Bounds): boolean {
    return (
        asked !== undefined &&
        view.west >= asked.west &&
        view.east <= asked.east &&
        view.south >= asked.south &&
        view.north <= asked.north &&
        asked.east - asked.west < 8 * (view.east - view.west)
    );
}
