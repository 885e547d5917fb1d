// The table of map symbols and how they are drawn at run time. The frame's shape says what a thing is (incident: diamond, unit:
// its state's shape, facility: square), its line how sure or how far it is (dashed: planned, or not heard of for long), and
// colour is kept for alarms. Replace the table to draw by another standard.
import type { UnitStatusWord } from '../wire/types';
import { coverImage, HATCH } from './cover';
import type { Tokens } from './tokens';

/* Closed outlines in a square from -1 to 1, y down. */
export type Outline = readonly (readonly [number, number])[];
export type Fresh = 'now' | 'old' | 'lost';

const circle: Outline = Array.from({ length: 24 }, (_, n) => {
    const turn = (n / 24) * 2 * Math.PI;
    return [0.8 * Math.cos(turn), 0.8 * Math.sin(turn)] as const;
});
const square: Outline = [[-0.75, -0.75], [0.75, -0.75], [0.75, 0.75], [-0.75, 0.75]];
const up: Outline = [[0, -0.95], [0.9, 0.75], [-0.9, 0.75]];
const right: Outline = [[-0.75, -0.9], [0.95, 0], [-0.75, 0.9]];

export const unitShapes: Record<UnitStatusWord, readonly Outline[]> = {
    available: [up],
    assigned: [[[-0.35, -0.8], [0.95, 0], [-0.35, 0.8]], [[-0.95, -0.8], [-0.65, -0.8], [-0.65, 0.8], [-0.95, 0.8]]],
    en_route: [right],
    staged: [[[-0.8, -0.8], [-0.15, -0.8], [-0.15, 0.8], [-0.8, 0.8]], [[0.15, -0.8], [0.8, -0.8], [0.8, 0.8], [0.15, 0.8]]],
    on_scene: [square],
    transporting: [[[-0.95, -0.8], [0.05, 0], [-0.95, 0.8]], [[0, -0.8], [1, 0], [0, 0.8]]],
    unavailable: [circle, [[-0.8, -0.12], [0.8, -0.12], [0.8, 0.12], [-0.8, 0.12]]],
    off_duty: [circle],
};

const diamond: Outline = [[0, -1], [1, 0], [0, 1], [-1, 0]];

/* Places people are sent to or ask for, by class of the base map's layer `poi`. */
export const facilities: Record<string, { zh: string; en: string }> = {
    police: { zh: '警', en: 'P' },
    fire_station: { zh: '消', en: 'F' },
    hospital: { zh: '医', en: 'H' },
    school: { zh: '校', en: 'S' },
    university: { zh: '校', en: 'S' },
    townhall: { zh: '政', en: 'G' },
    government: { zh: '政', en: 'G' },
    station: { zh: '站', en: 'T' },
    bus_station: { zh: '站', en: 'B' },
};

export const unitImage = (status: string, fresh: Fresh, panic: boolean): string =>
    `unit-${status}-${fresh}${panic ? '-panic' : ''}`;
export const incidentImage = (tier: number | undefined, level: number, planned: boolean): string =>
    `incident-${tier ?? 0}-${level}${planned ? '-planned' : ''}`;
export const facilityImage = (name: string): string => `facility-${name}`;

/* Every image that a picture may name. */
export function imageNames(): string[] {
    const fresh: Fresh[] = ['now', 'old', 'lost'];
    return [
        ...Object.keys(unitShapes).flatMap((s) => fresh.flatMap((f) => [unitImage(s, f, false), unitImage(s, f, true)])),
        ...[0, 1, 2, 3, 4].flatMap((t) => [0, 1, 2].flatMap((l) => [incidentImage(t, l, false), incidentImage(t, l, true)])),
        'report',
        'here',
        HATCH,
        coverImage(true),
        coverImage(false),
        ...Object.keys(facilities).map(facilityImage),
    ];
}

/* ---- drawing ---- */

export const IMAGE_PX = { unit: 22, incident: 30, report: 26, facility: 18, here: 34, cover: 18, hatch: 12 };
export const sizeOf = (name: string): number => IMAGE_PX[(name.split('-')[0] ?? 'unit') as keyof typeof IMAGE_PX];

type Pen = Pick<
    CanvasRenderingContext2D,
    'beginPath' | 'moveTo' | 'lineTo' | 'closePath' | 'fill' | 'stroke' | 'setLineDash' | 'fillText'
> & {
    fillStyle: unknown;
    strokeStyle: unknown;
    lineWidth: number;
    lineJoin: string;
    font: string;
    textAlign: string;
    textBaseline: string;
};

function trace(pen: Pen, outline: Outline, middle: number, reach: number): void {
    pen.beginPath();
    outline.forEach(([x, y], n) =>
        n === 0 ? pen.moveTo(middle + x * reach, middle + y * reach) : pen.lineTo(middle + x * reach, middle + y * reach),
    );
    pen.closePath();
}

function letter(pen: Pen, text: string, colour: string, middle: number, px: number): void {
    pen.fillStyle = colour;
    pen.font = `700 ${px}px "Noto Sans CJK SC", "Microsoft YaHei", sans-serif`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillText(text, middle, middle + px * 0.06);
}

/* A unit: filled while its place is fresh, hollow when it is old, dashed when it may be anywhere. */
function drawUnit(pen: Pen, name: string, t: Tokens): void {
    const [, status = '', fresh = 'now', panic] = name.split('-');
    const middle = IMAGE_PX.unit / 2;
    /* Who is free is many, and waits: quieter than who is at work. */
    const quiet = status === 'available' || status === 'unavailable' || status === 'off_duty';
    const colour = panic !== undefined ? t.level1 : quiet ? t.dim : t.text;
    pen.lineJoin = 'round';
    for (const outline of unitShapes[status as UnitStatusWord] ?? [circle]) {
        trace(pen, outline, middle, 7.5);
        pen.setLineDash([]);
        pen.lineWidth = 4; // a rim of ground, so that it stands out on roads
        pen.strokeStyle = t.land;
        pen.stroke();
        pen.fillStyle = fresh === 'now' ? colour : t.panel;
        if (status === 'off_duty' || status === 'unavailable') {
            pen.fillStyle = outline === circle ? t.panel : colour;
        }
        pen.fill();
        pen.setLineDash(fresh === 'lost' ? [2.5, 2.5] : []);
        pen.lineWidth = fresh === 'now' ? 1.2 : 1.8;
        pen.strokeStyle = colour;
        pen.stroke();
    }
}

function drawIncident(pen: Pen, name: string, t: Tokens): void {
    const [, tier = '0', level = '0', planned] = name.split('-');
    const middle = IMAGE_PX.incident / 2;
    const alarm = level === '1' ? t.level1 : level === '2' ? t.level2 : undefined;
    const grave = tier === '1' || tier === '2';
    const ground = alarm ?? (grave ? t.text : t.panel);
    trace(pen, diamond, middle, 12.5);
    pen.lineJoin = 'miter';
    pen.setLineDash([]);
    pen.lineWidth = 4;
    pen.strokeStyle = t.land;
    pen.stroke();
    pen.fillStyle = ground;
    pen.fill();
    pen.setLineDash(planned === undefined ? [] : [4, 3]);
    pen.lineWidth = 2;
    pen.strokeStyle = alarm ?? t.text;
    pen.stroke();
    letter(pen, tier === '0' ? '?' : tier, alarm !== undefined || grave ? t.onColour : t.text, middle, 13);
}

/* A report that is no incident yet: a dashed ring with an ear-piece. */
function drawReport(pen: Pen, t: Tokens): void {
    const middle = IMAGE_PX.report / 2;
    trace(pen, circle, middle, 13);
    pen.fillStyle = t.panel;
    pen.fill();
    pen.setLineDash([3, 2.5]);
    pen.lineWidth = 1.8;
    pen.strokeStyle = t.text;
    pen.stroke();
    letter(pen, '✆', t.text, middle, 13);
}

function drawFacility(pen: Pen, name: string, t: Tokens, lang: 'zh' | 'en'): void {
    const middle = IMAGE_PX.facility / 2;
    trace(pen, square, middle, 10);
    pen.setLineDash([]);
    pen.fillStyle = t.land;
    pen.fill();
    pen.lineWidth = 1.2;
    pen.strokeStyle = t.label;
    pen.stroke();
    letter(pen, facilities[name.slice('facility-'.length)]?.[lang] ?? '?', t.label, middle, 10);
}

/* The point that a form is about: a cross with an open middle. */
function drawHere(pen: Pen, t: Tokens): void {
    const middle = IMAGE_PX.here / 2;
    for (const [colour, width] of [[t.land, 5], [t.pick, 2.4]] as const) {
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        pen.setLineDash([]);
        for (const [x, y] of [[0, -1], [1, 0], [0, 1], [-1, 0]] as const) {
            pen.beginPath();
            pen.moveTo(middle + x * 5, middle + y * 5);
            pen.lineTo(middle + x * 15, middle + y * 15);
            pen.stroke();
        }
    }
}

/* A response circle: whole with its middle while it is kept, broken with a mark when nobody keeps it. */
function drawCircle(pen: Pen, kept: boolean, t: Tokens): void {
    const middle = IMAGE_PX.cover / 2;
    const colour = kept ? t.cover : t.text;
    trace(pen, circle, middle, 9);
    pen.setLineDash([]);
    pen.fillStyle = t.land;
    pen.fill();
    pen.setLineDash(kept ? [] : [3.2, 2.2]);
    pen.lineWidth = kept ? 1.6 : 2;
    pen.strokeStyle = colour;
    pen.stroke();
    if (kept) {
        trace(pen, circle, middle, 3.4);
        pen.fillStyle = colour;
        pen.fill();
    } else {
        letter(pen, '!', t.text, middle, 11);
    }
}

/* Meets itself at the edges, so that it fills areas of any size. */
function drawHatch(pen: Pen, t: Tokens): void {
    const size = IMAGE_PX.hatch;
    pen.setLineDash([]);
    pen.lineWidth = 1.1;
    pen.strokeStyle = t.label;
    for (const from of [-size, 0, size]) {
        pen.beginPath();
        pen.moveTo(from - 2, size + 2);
        pen.lineTo(from + size + 2, -2);
        pen.stroke();
    }
}

export function draw(pen: Pen, name: string, t: Tokens, lang: 'zh' | 'en'): void {
    const kind = name.split('-')[0];
    if (kind === 'unit') {
        drawUnit(pen, name, t);
    } else if (kind === 'incident') {
        drawIncident(pen, name, t);
    } else if (kind === 'report') {
        drawReport(pen, t);
    } else if (kind === 'here') {
        drawHere(pen, t);
    } else if (kind === 'cover') {
        drawCircle(pen, name === coverImage(true), t);
    } else if (kind === HATCH) {
        drawHatch(pen, t);
    } else {
        drawFacility(pen, name, t, lang);
    }
}
