// Zones as a person picks them: a district with what lies in it. Pure.
import { zoneName } from '../store/select';
import type { State } from '../store/reduce';
import type { Zone } from '../wire/types';
import type { Lang } from '../i18n/common';

/* A zone and everything in it. */
export function zonesWithin(zones: readonly Zone[], root: string): Set<string> {
    const out = new Set([root]);
    for (let grown = true; grown; ) {
        grown = false;
        for (const z of zones) {
            if (z.parent !== undefined && out.has(z.parent) && !out.has(z.id)) {
                out.add(z.id);
                grown = true;
            }
        }
    }
    return out;
}

/* As a list to choose from: each under what it lies in, by how deep. */
export function zoneTree(s: State, lang: Lang): { id: string; name: string; depth: number }[] {
    const zones = s.city.zones ?? [];
    const ids = new Set(zones.map((z) => z.id));
    const out: { id: string; name: string; depth: number }[] = [];
    const add = (z: Zone, depth: number): void => {
        out.push({ id: z.id, name: zoneName(s, z.id, lang) ?? z.id, depth });
        zones.filter((c) => c.parent === z.id).forEach((c) => add(c, depth + 1));
    };
    zones.filter((z) => z.parent === undefined || !ids.has(z.parent)).forEach((z) => add(z, 0));
    return out;
}
