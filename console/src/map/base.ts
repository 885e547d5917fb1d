// The base map as the server describes it (TileJSON).
import type { BaseMap } from './style';

/* null: the server has none. Throws when it could not be asked. */
export async function readBaseMap(): Promise<BaseMap | null> {
    const response = await fetch('/tiles', { signal: AbortSignal.timeout(10_000) });
    if (response.status === 204) {
        return null;
    }
    if (!response.ok) {
        throw new Error(`HTTP ${response.status}`);
    }
    const said = (await response.json()) as Partial<BaseMap>;
    if (!Array.isArray(said.tiles) || said.tiles.length === 0) {
        throw new Error('no tiles');
    }
    return {
        tiles: said.tiles as string[],
        minzoom: said.minzoom ?? 0,
        maxzoom: said.maxzoom ?? 14,
        attribution: said.attribution ?? '',
        ...(said.bounds === undefined ? {} : { bounds: said.bounds }),
    };
}
