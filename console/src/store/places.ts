// Places by name, as GET /places has them.
import type { NamedPlaceWord } from '../wire/types';
import { getJson } from './http';

export interface Place {
    readonly kind: NamedPlaceWord;
    readonly name: string;
    readonly name_en?: string;
    readonly zone?: string; // code of the district
    readonly lon: number;
    readonly lat: number;
    readonly state: 'known' | 'approximate';
    readonly radius_m?: number;
    readonly distance_m?: number;
}

export interface At {
    readonly lon: number;
    readonly lat: number;
}

export const PLACE_CHARACTERS_MIN = 2;
const CHARACTERS_MAX = 100;

/* What can be asked for: long enough to mean something. */
export function askable(text: string): boolean {
    const count = [...text.normalize('NFKC').trim()].length;
    return count >= PLACE_CHARACTERS_MIN && count <= CHARACTERS_MAX;
}

/* Best first; the nearest of equals first where a point is given. Throws a ProblemError. */
export async function findPlaces(token: string, text: string, near: At | undefined, limit: number): Promise<Place[]> {
    const query = new URLSearchParams({
        q: text.normalize('NFKC').replace(/\s+/g, ' ').trim(),
        limit: String(limit),
        ...(near !== undefined && { near: `${near.lon.toFixed(6)},${near.lat.toFixed(6)}` }),
    });
    const got = await getJson<{ places: Place[] }>(token, `/places?${query.toString().replaceAll('+', '%20')}`);
    return got.places;
}
