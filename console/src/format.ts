// Numbers, durations and instants for people: 24-hour clock, durations as 03:12, age beside every value that has one.
export function clockTime(ms: number, withDate = false): string {
    if (!Number.isFinite(ms)) {
        return '--:--:--';
    }
    const d = new Date(ms);
    const two = (n: number): string => String(n).padStart(2, '0');
    const time = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
    return withDate ? `${two(d.getMonth() + 1)}-${two(d.getDate())} ${time}` : time;
}

export function duration(ms: number): string {
    const s = Math.floor(Math.abs(ms) / 1000);
    const two = (n: number): string => String(n).padStart(2, '0');
    const h = Math.floor(s / 3600);
    return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${two(Math.floor(s / 60))}:${two(s % 60)}`;
}

/* Travel times as people on the radio say them: 2'10" */
export function travel(ms: number | undefined): string {
    if (ms === undefined) {
        return '–';
    }
    const s = Math.round(ms / 1000);
    return `${Math.floor(s / 60)}'${String(s % 60).padStart(2, '0')}"`;
}

export function shortAge(ms: number): string {
    if (!Number.isFinite(ms)) {
        return '–';
    }
    const s = Math.max(0, Math.floor(ms / 1000));
    return s < 60 ? `${s}s` : s < 3600 ? `${Math.floor(s / 60)}m` : `${Math.floor(s / 3600)}h`;
}

export const at = (instant: string | undefined): number => (instant === undefined ? NaN : Date.parse(instant));

/* 20261123-000417 → 0417, 演20261123-000417 → 演0417: what people say; the whole number stands in the sheet. */
export const shortNumber = (number: string | undefined): string => {
    const m = /^(\D*)\d{8}-0*(\d{4,})$/.exec(number ?? '');
    return m === null ? number || '–' : `${m[1]}${m[2]}`;
};

/* 演20261123-000417 → 000417 */
export const numberTail = (number: string | undefined): string => /(\d+)$/.exec(number ?? '')?.[1] ?? '';

export const bytes = (s: string): number => new TextEncoder().encode(s).length;

export const tierText = (tier: number | undefined): string => ['–', 'I', 'II', 'III', 'IV'][tier ?? 0] ?? String(tier);
