// Numbers, durations and instants for people: 24-hour clock, durations as 03:12, age beside every value that has one.
const two = (n: number): string => String(n).padStart(2, '0');

/* From this instant on, the city's clocks stand at UTC plus so many minutes; ascending. */
export interface Offset {
    readonly from?: string;
    readonly offset_min?: number;
}

/* Minutes from UTC to the city's time at an instant. Before the first entry it is UTC, as in the server's numbers. */
export function offsetAt(ms: number, offsets: readonly Offset[] = []): number {
    for (let n = offsets.length - 1; n >= 0; n--) {
        if (at(offsets[n]!.from) <= ms) {
            return offsets[n]!.offset_min ?? 0;
        }
    }
    return 0;
}

/* A time of day as the city's clocks show it, wherever the desk's PC thinks it stands. */
export function clockTime(ms: number, offsets: readonly Offset[] | undefined, withDate = false): string {
    if (!Number.isFinite(ms)) {
        return '--:--:--';
    }
    const d = new Date(ms + offsetAt(ms, offsets) * 60_000);
    const time = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
    return withDate ? `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${time}` : time;
}

/* UTC+08:00 */
export function offsetText(minutes: number): string {
    const all = Math.abs(minutes);
    return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(all / 60))}:${two(all % 60)}`;
}

export function duration(ms: number): string {
    const s = Math.floor(Math.abs(ms) / 1000);
    const h = Math.floor(s / 3600);
    return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${two(Math.floor(s / 60))}:${two(s % 60)}`;
}

/* Travel times as people on the radio say them: 2'10" */
export const NEVER_MS = 0x3fffffff; // the server's "cannot be reached"
export function travel(ms: number | undefined): string {
    if (ms === undefined || ms >= NEVER_MS) {
        return '–';
    }
    const s = Math.round(ms / 1000);
    return `${Math.floor(s / 60)}'${String(s % 60).padStart(2, '0')}"`;
}

/* Metres as people say them on the way: to ten metres below a kilometre, then to a hundred. */
export const roundMetres = (m: number): number => (m < 1000 ? Math.max(10, Math.round(m / 10) * 10) : Math.round(m / 100) * 100);

/* 6 秒, 2 分, 3 小时: an age at a glance, its unit said so that nobody takes minutes for metres. */
const ageUnits = { zh: ['秒', '分', '小时'], en: ['s', 'min', 'h'] } as const;
export function shortAge(ms: number, lang: 'zh' | 'en'): string {
    if (!Number.isFinite(ms)) {
        return '–';
    }
    const s = Math.max(0, Math.floor(ms / 1000));
    const [seconds, minutes, hours] = ageUnits[lang];
    return s < 60 ? `${s}\u00a0${seconds}` : s < 3600 ? `${Math.floor(s / 60)}\u00a0${minutes}` : `${Math.floor(s / 3600)}\u00a0${hours}`;
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
