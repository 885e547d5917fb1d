// What the page and the map ask of each other: whether the map is open, what it is to show, and who waits for a point.
export interface Placing {
    readonly at: () => { lon: number; lat: number } | undefined; // the point it has now
    readonly take: (lon: number, lat: number) => void;
}

const OPEN_KEY = 'tocsin.map.open';
const ROOM_PX = 860; // below this height the sheet needs all of the column

class Atlas {
    open = $state(this.stored());
    placing = $state.raw<Placing | null>(null); // a form that wants a place
    wanted = $state.raw<{ unit: string } | null>(null); // to be looked at
    focused = $state(0); // grows when the map is to have the focus

    private stored(): boolean {
        const kept = localStorage.getItem(OPEN_KEY);
        return kept === null ? window.innerHeight >= ROOM_PX : kept === 'yes';
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
        if (!this.open) {
            this.setOpen(true);
        }
        this.wanted = { unit };
    }

    /* Returns what ends it. */
    offer(placing: Placing): () => void {
        this.placing = placing;
        return () => {
            if (this.placing === placing) {
                this.placing = null;
            }
        };
    }
}

export const atlas = new Atlas();
