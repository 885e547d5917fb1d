// Fields of forms: what they hold, what they check, how they become the data of a command. Pure.
import type { Key } from '../i18n';
import { bytes, offsetAt, type Offset } from '../format';
import type { Word } from '../wire/words';

export type Value = string | boolean | string[];
export type Values = Record<string, Value>;

export interface FormField {
    readonly path: string; // where it goes in the command's data: "place.lon"
    readonly label: Key;
    readonly kind:
        | 'text'
        | 'area'
        | 'int'
        | 'deg'
        | 'bool'
        | 'word'
        | 'bits'
        | 'flags'
        | 'type'
        | 'incident'
        | 'unit'
        | 'seat'
        | 'place' // an address, found among the places of the map
        | 'points' // drawn on the map: "lon lat; lon lat"
        | 'minutes'
        | 'tier'
        | 'time' // of the city's day
        | 'next' // the same, the next one that comes
        | 'zone'; // helps to fill in a place and is not sent
    readonly words?: Record<string, Word>;
    readonly skip?: readonly string[]; // words that make no sense here
    readonly required?: boolean;
    readonly bytes?: number; // of a text at most
    readonly min?: number;
    readonly max?: number;
    readonly group?: Key;
    readonly wide?: boolean;
    readonly blank?: boolean; // a word list that may stay unchosen
    readonly initial?: Value; // of a tick: what the wire means without it, so that it is left out
}

export interface FieldError {
    readonly key: Key;
    readonly args: (string | number)[];
}
export type Errors = Record<string, FieldError | undefined>;

const error = (key: Key, ...args: (string | number)[]): FieldError => ({ key, args });

export function emptyValue(f: FormField): Value {
    return f.initial ?? (f.kind === 'bool' ? false : f.kind === 'bits' || f.kind === 'flags' ? [] : '');
}

export function initialValues(fields: readonly FormField[], from: Values = {}): Values {
    return Object.fromEntries(fields.map((f) => [f.path, from[f.path] ?? emptyValue(f)]));
}

/* Full-width digits and signs from a Chinese keyboard count as plain ones. */
export const plain = (s: string): string =>
    s
        .normalize('NFKC')
        .replace(/[－–—]/g, '-')
        .trim();

function checkNumber(f: FormField, raw: string): FieldError | undefined {
    const text = plain(raw);
    const whole = f.kind !== 'deg';
    const n = Number(text);
    if (text === '') {
        return f.required === true ? error('errRequired') : undefined;
    }
    if (!/^[+-]?\d+(\.\d+)?$/.test(text)) {
        return error('errNumber');
    }
    if (whole && !Number.isInteger(n)) {
        return error('errInteger');
    }
    const [min, max] = [f.min ?? 0, f.max ?? Number.MAX_SAFE_INTEGER];
    return n < min || n > max ? error('errRange', min, max) : undefined;
}

export interface Known {
    readonly types: ReadonlySet<string>;
    readonly incidents: ReadonlySet<string>;
    readonly units: ReadonlySet<string>;
}

/* Where no day is given: one of a year that has all the days there are. */
const LEAP_DAY = '20240101';

const PAIR = /^([+-]?\d+(?:\.\d+)?)[\s,]+([+-]?\d+(?:\.\d+)?)$/;

/* What is drawn, point by point: "120.02 30.04; 120.03 30.04". undefined: it is none. */
export function pointsOf(raw: string): [number, number][] | undefined {
    const parts = raw.normalize('NFKC').split(/[;\n]/).map((s) => s.trim()).filter((s) => s !== '');
    const points = parts.map((s): [number, number] => {
        const m = PAIR.exec(s);
        return m === null ? [NaN, NaN] : [Number(m[1]), Number(m[2])];
    });
    return points.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90) ? points : undefined;
}
export const pointsText = (points: readonly (readonly [number, number])[]): string =>
    points.map(([lon, lat]) => `${Number(lon.toFixed(6))} ${Number(lat.toFixed(6))}`).join('; ');

function checkPoints(f: FormField, text: string): FieldError | undefined {
    const points = pointsOf(text);
    if (points === undefined) {
        return error('errPoints');
    }
    const [min, max] = [f.min ?? 1, f.max ?? 16];
    return points.length < min || points.length > max ? error('errPointCount', min, max, points.length) : undefined;
}

/* A time as people write it: hours and minutes, maybe with the day before them. */
const TIME = /^(?:(?:(\d{4})-)?(\d{1,2})-(\d{1,2})\s+)?(\d{1,2}):(\d{2})$/;

/* The instant that the city's clocks show so; `day` (20261124) where none is written, and the day after when that would be
 * before `from`. NaN: it is none. */
export function timeOf(raw: string, day: string, offsets: readonly Offset[] | undefined, from = -Infinity): number {
    const m = TIME.exec(plain(raw).replace('：', ':'));
    if (m === null || !/^\d{8}$/.test(day)) {
        return NaN;
    }
    const [y, mo, d] = [
        Number(m[1] ?? day.slice(0, 4)),
        Number(m[2] ?? day.slice(4, 6)),
        Number(m[3] ?? day.slice(6, 8)),
    ];
    const [h, min] = [Number(m[4]), Number(m[5])];
    const local = Date.UTC(y, mo - 1, d, h, min);
    const shown = new Date(local);
    if (h > 23 || min > 59 || shown.getUTCMonth() !== mo - 1 || shown.getUTCDate() !== d) {
        return NaN;
    }
    const utc = (ms: number): number => ms - offsetAt(ms - offsetAt(ms, offsets) * 60_000, offsets) * 60_000;
    return m[2] === undefined && utc(local) < from ? utc(local + 86_400_000) : utc(local);
}

/* The next instant at which the city's clocks show so; NaN: it is no time of the day. */
export function nextTime(raw: string, now: number, offsets: readonly Offset[] | undefined): number {
    const day = new Date(now + offsetAt(now, offsets) * 60_000).toISOString().slice(0, 10).replaceAll('-', '');
    return timeOf(raw, day, offsets, now);
}

function checkOne(f: FormField, value: Value, known: Known, day: string): FieldError | undefined {
    if (f.kind === 'int' || f.kind === 'deg' || f.kind === 'minutes' || f.kind === 'tier') {
        return checkNumber(f, String(value));
    }
    if (typeof value !== 'string') {
        return undefined;
    }
    if (value.trim() === '') {
        return f.required === true ? error('errRequired') : undefined;
    }
    if (f.kind === 'points') {
        return checkPoints(f, value);
    }
    if ((f.kind === 'time' || f.kind === 'next') && Number.isNaN(timeOf(value, day, undefined))) {
        return error('errTime');
    }
    if (f.kind === 'type' && !known.types.has(value)) {
        return error('errChoice');
    }
    if (f.kind === 'incident' && !known.incidents.has(value)) {
        return error('errChoice');
    }
    if (f.kind === 'unit' && !known.units.has(value)) {
        return error('errChoice');
    }
    const over = f.bytes === undefined ? 0 : bytes(value) - f.bytes;
    return f.bytes !== undefined && over > 0 ? error('errBytes', f.bytes, Math.floor(f.bytes / 3), over) : undefined;
}

export function check(fields: readonly FormField[], values: Values, known: Known): Errors {
    const out: Errors = {};
    const number = String(values['number'] ?? '').slice(0, 8);
    const day = /^\d{8}$/.test(number) ? number : LEAP_DAY;
    for (const f of fields) {
        const found = checkOne(f, values[f.path] ?? emptyValue(f), known, day);
        if (found !== undefined) {
            out[f.path] = found;
        }
    }
    for (const [one, other] of [
        ['place.lon', 'place.lat'],
        ['place.lat', 'place.lon'],
    ] as const) {
        if (
            fields.some((f) => f.path === one) &&
            String(values[one] ?? '').trim() === '' &&
            String(values[other] ?? '').trim() !== ''
        ) {
            out[one] ??= error('errPair');
        }
    }
    return out;
}

function put(into: Record<string, unknown>, path: string, value: unknown): void {
    const parts = path.split('.');
    let at = into;
    for (const part of parts.slice(0, -1)) {
        at = (at[part] ??= {}) as Record<string, unknown>;
    }
    at[parts.at(-1)!] = value;
}

function wireValue(f: FormField, value: Value, now: number, offsets: readonly Offset[] | undefined): unknown {
    if (f.kind === 'bool') {
        return value === (f.initial ?? false) ? undefined : value;
    }
    if (f.kind === 'bits') {
        // a set as the wire has it
        return Array.isArray(value) && value.length > 0 ? value : undefined;
    }
    if (f.kind === 'flags') {
        // a set as an object of true
        return Array.isArray(value) && value.length > 0 ? Object.fromEntries(value.map((v) => [v, true])) : undefined;
    }
    if (f.kind === 'zone') {
        return undefined;
    }
    const text = f.kind === 'text' || f.kind === 'area' || f.kind === 'place' ? String(value).trim() : plain(String(value));
    if (text === '') {
        return undefined;
    }
    if (f.kind === 'points') {
        return pointsOf(text)?.flat();
    }
    if (f.kind === 'minutes') {
        return new Date(now + Number(text) * 60_000).toISOString();
    }
    if (f.kind === 'next') {
        return new Date(nextTime(text, now, offsets)).toISOString();
    }
    return f.kind === 'int' || f.kind === 'deg' || f.kind === 'tier' ? Number(text) : text;
}

/* The data of a command from what was typed; what is empty stays out. `now` is the server's clock, `offsets` the city's. */
export function dataOf(
    fields: readonly FormField[],
    values: Values,
    now: number,
    offsets?: readonly Offset[],
): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const f of fields) {
        const value = wireValue(f, values[f.path] ?? emptyValue(f), now, offsets);
        if (value !== undefined) {
            put(out, f.path, value);
        }
    }
    return out;
}

/* A problem's field as a path of a form: "data.place.lon", "/place/lon", "cues.weapon" → the field that holds it. */
export function fieldOfProblem(fields: readonly FormField[], name: string | undefined): string | undefined {
    const path = (name ?? '')
        .replace(/^\//, '')
        .replaceAll('/', '.')
        .replace(/^(commands?\.)?(data\.)?/, '')
        .replace(/\[\d+\]/g, '');
    if (path === '') {
        return undefined;
    }
    return (
        fields.find((f) => f.path === path || f.path === `${path}.state`)?.path ??
        fields.find((f) => path.startsWith(`${f.path}.`) || f.path.startsWith(`${path}.`))?.path
    );
}

/* "122.65, 29.41" pasted into one of two boxes fills both. */
export function splitPair(text: string): [string, string] | undefined {
    const m = /^\s*([+-]?\d+(?:\.\d+)?)\s*[,，;\s]\s*([+-]?\d+(?:\.\d+)?)\s*$/.exec(text.normalize('NFKC'));
    return m === null ? undefined : [m[1]!, m[2]!];
}
