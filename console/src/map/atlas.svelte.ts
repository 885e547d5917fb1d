// What the page and the map ask of each other: whether the map is open, what it is to show, and who waits for a point. A map
// in a window of its own takes part through `windows`.
import type { Word } from './windows';

/* The ways of units, as they are drawn. */
export interface Track {
    readonly box: { west: number; south: number; east: number; north: number };
    readonly features: GeoJSON.Feature[];
}

/* A point to be looked at: of a place that was found by its name. */
export interface Point {
    readonly lon: number;
    readonly lat: number;
    readonly name: string;
    readonly radius_m?: number;
}

/* What somebody draws: points one after the other. */
export interface Drawn {
    readonly points: readonly [number, number][];
    readonly area: boolean;
}

export interface Placing {
    readonly draws?: boolean; // more than one point
    readonly at: () => { lon: number; lat: number } | undefined; // the point it has now
    readonly take: (lon: number, lat: number) => void;
}

const OPEN_KEY = 'tocsin.map.open';
const ROOM_PX = 860; // below this height the sheet needs all of the column

class Atlas {
    readonly alone = new URLSearchParams(location.search).get('view') === 'map'; // this window is the map
    open = $state(this.stored());
    placing = $state.raw<Placing | null>(null); // a form that wants a place
    drawn = $state.raw<Drawn>({ points: [], area: false }); // so far, by a form that wants it
    wanted = $state.raw<{ unit: string } | null>(null); // to be looked at
    point = $state.raw<Point | null>(null); // the same
    centre: { lon: number; lat: number } | undefined; // of what the map shows
    track = $state.raw<Track | null>(null); // drawn while it is read
    focused = $state(0); // grows when the map is to have the focus
    elsewhere = $state(false); // a map stands in a window of its own
    say: (word: Word) => void = () => undefined;

    private stored(): boolean {
        const kept = localStorage.getItem(OPEN_KEY);
        return this.alone || (kept === null ? window.innerHeight >= ROOM_PX : kept === 'yes');
    }

    setOpen(open: boolean): void {
        this.open = open;
        localStorage.setItem(OPEN_KEY, open ? 'yes' : 'no');
    }

    focus(): void {
        if (!this.open) {
            this.setOpen(true);
        }
        this.focused++;
    }

    locate(unit: string): void {
        this.say({ kind: 'locate', unit });
        if (!this.open && !this.elsewhere) {
            this.setOpen(true);
        }
        if (this.open) {
            this.wanted = { unit };
        }
    }

    look({ lon, lat, name, radius_m }: Point): void {
        const point: Point = { lon, lat, name, ...(radius_m === undefined ? {} : { radius_m }) };
        this.say({ kind: 'point', point });
        if (!this.open && !this.elsewhere) {
            this.setOpen(true);
        }
        if (this.open) {
            this.point = point;
        }
    }

    /* null: it goes. */
    showTrack(track: Track | null): void {
        this.say({ kind: 'track', track });
        if (track !== null && !this.open && !this.elsewhere) {
            this.setOpen(true);
        }
        this.track = track;
    }

    /* Where people look: what is near that is meant first. */
    near(): { lon: number; lat: number } | undefined {
        return this.centre;
    }

    /* Returns what ends it. */
    offer(placing: Placing): () => void {
        this.placing = placing;
        this.say({ kind: 'placing', on: true, ...(placing.draws === true ? { draws: true } : {}) });
        return () => {
            if (this.placing === placing) {
                this.placing = null;
                this.draw({ points: [], area: false });
                this.say({ kind: 'placing', on: false });
            }
        };
    }

    draw(drawn: Drawn): void {
        this.drawn = drawn;
        this.say({ kind: 'drawn', drawn });
    }

    /* The map on a screen of its own; the browser gives it this one's session. */
    openWindow(): void {
        window.open(`${location.pathname}?view=map`, 'tocsin-map');
    }
}

export const atlas = new Atlas();
