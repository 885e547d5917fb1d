// Types of incidents as a tree, by their codes: 10.02.01.00 lies in 10.02.00.00, that in 10.00.00.00. Pure.
import type { IncidentType } from '../wire/types';

const levels = (code: string): string[] => code.split('.');
const depth = (code: string): number => levels(code).filter((x) => Number(x) !== 0).length;

/* The type that one lies in, as far as the city has it; '' for those at the top. */
export function parentOf(types: readonly IncidentType[], code: string): string {
    const parts = levels(code);
    for (let n = depth(code) - 1; n > 0; n--) {
        const up = parts.map((x, k) => (k < n ? x : '00')).join('.');
        if (types.some((t) => t.code === up)) {
            return up;
        }
    }
    return '';
}

/* What lies directly in one; '' for the top. */
export const childrenOf = (types: readonly IncidentType[], code: string): IncidentType[] =>
    types.filter((t) => t.code !== undefined && t.code !== code && parentOf(types, t.code) === code);

/* By words of either language or by code. */
export function found(types: readonly IncidentType[], search: string, most: number): IncidentType[] {
    const wanted = search.trim().toLocaleLowerCase();
    const text = (t: IncidentType): string => `${t.code ?? ''} ${t.name_zh ?? ''} ${t.name_en ?? ''}`.toLocaleLowerCase();
    return wanted === '' ? [] : types.filter((t) => text(t).includes(wanted)).slice(0, most);
}
