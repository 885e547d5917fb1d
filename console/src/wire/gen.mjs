// Writes types.ts and words.ts from the master tables of the server (dispatch/model), so that the console knows every
// shape and every word by the same source. `node src/wire/gen.mjs` writes, `--check` only compares (exit 1: differs).
import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const here = path.dirname(fileURLToPath(import.meta.url));
export const modelFolder = path.resolve(here, '../../../dispatch/model');

const read = (name) => readFileSync(path.join(modelFolder, name), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

// Splits the inside of a call at its top-level commas; texts in quotes stay whole.
function splitArgs(text) {
    const out = [];
    let depth = 0;
    let quoted = false;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
        const c = text[i];
        if (c === '"' && text[i - 1] !== '\\') {
            quoted = !quoted;
        } else if (!quoted && (c === '(' || c === '{')) {
            depth++;
        } else if (!quoted && (c === ')' || c === '}')) {
            depth--;
        } else if (!quoted && c === ',' && depth === 0) {
            out.push(text.slice(from, i).trim());
            from = i + 1;
        }
    }
    out.push(text.slice(from).trim());
    return out.filter((s) => s !== '');
}

const unquote = (s) => (s.startsWith('"') ? JSON.parse(s) : s);

// Rows of a .def file: MACRO(a, b, "c") → [macro, args].
function rows(file) {
    const out = [];
    for (const line of read(file).split('\n')) {
        const m = /^([A-Z_]+)\((.*)\)\s*$/.exec(line.trim());
        if (m) {
            out.push({ macro: m[1], args: splitArgs(m[2]).map(unquote) });
        }
    }
    return out;
}

// Which list of words stands in which .def file: words.c says so.
function wordLists() {
    const out = {};
    const re = /(\w+)_at\[\] = \{\s*#define [A-Z_]+\(([^)]*)\) word,\s*#include "dispatch\/model\/(\w+\.def)"/g;
    for (const m of read('words.c').matchAll(re)) {
        out[m[1]] = { params: m[2].split(',').map((p) => p.trim()), file: m[3] };
    }
    return out;
}

const pascal = (s) => s.replace(/(^|_)([a-z0-9])/g, (_, __, c) => c.toUpperCase());
const camel = (s) => s.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());
const option = (args, name) => {
    const found = args.find((a) => a.startsWith(`.${name} =`));
    return found === undefined ? undefined : found.slice(found.indexOf('=') + 1).trim();
};
const subName = (s) => s?.replace(/^&/, '').replace(/_shape$/, '');

function fieldOf(item, commands) {
    if (item.startsWith('{')) {
        const args = splitArgs(item.slice(1, -1));
        const named = args.map((a) => /^FIELD_NAMED\((".*")\)$/.exec(a)?.[1]).find((n) => n !== undefined);
        return [{ name: JSON.parse(named), type: option(args, 'type'), args }];
    }
    const m = /^(\w+)\(([\s\S]*)\)$/.exec(item);
    const args = splitArgs(m[2]);
    switch (m[1]) {
        case 'FIELD':
            return [{ name: args[1], type: args[2], args }];
        case 'FIELD_AS':
            return [{ name: JSON.parse(args[1]), type: args[3], args }];
        case 'FIELD_MAYBE':
            return [{ name: args[1], type: 'F_STRUCT', sub: subName(args[3]), args }];
        case 'FIELD_ARRAY':
            return [{ name: args[1], type: 'F_ARRAY', sub: subName(args[3]), args }];
        case 'ID':
            return [{ name: args[1], type: 'F_ID', args }];
        case 'BY':
            return [
                { name: 'by', type: 'F_WORD', args: ['.words = &step_by_words'] },
                { name: 'at_device', type: 'F_INSTANT', args: [] },
            ];
        case 'INCIDENT':
        case 'REPORT':
        case 'ASSIGNMENT':
        case 'UNIT':
        case 'SEAT':
        case 'ALARM':
            return [{ name: m[1].toLowerCase(), type: 'F_ID', args: commands ? ['.need = true'] : [] }];
        default:
            throw new Error(`${m[1]}: a macro this generator does not know`);
    }
}

// Shapes of one C file, in its order.
function shapes(file, commands) {
    const out = [];
    for (const m of read(file).matchAll(/static const struct field (\w+)_fields\[\] = \{([\s\S]*?)\n?\};/g)) {
        const fields = splitArgs(m[2]).flatMap((item) => fieldOf(item, commands));
        out.push({ name: m[1], commands, fields });
    }
    return out;
}

const commandShapes = () => [
    ...shapes('shapes_commands.c', true),
    ...shapes('shapes_move_commands.c', true),
    ...shapes('shapes_road_commands.c', true),
    ...shapes('shapes_seat_commands.c', true),
];

function tsType(f, known) {
    const sub = f.sub ?? subName(option(f.args, 'sub'));
    const word = option(f.args, 'words')
        ?.replace(/^&/, '')
        .replace(/_words$/, '');
    const named = sub !== undefined && known.has(sub) ? pascal(sub) : 'unknown';
    switch (f.type) {
        case 'F_BOOL':
        case 'F_NOT':
            return 'boolean';
        case 'F_UINT':
        case 'F_INT':
        case 'F_DEG':
            return 'number';
        case 'F_WORD':
        case 'F_WORD_ONE':
            return `${pascal(word)}Word`;
        case 'F_BITS':
            return `${pascal(word)}Word[]`;
        case 'F_STRUCT':
            return named;
        case 'F_LIST':
        case 'F_ARRAY':
            return `${named}[]`;
        case 'F_STRS':
            return 'string[]';
        case 'F_POINTS':
            return 'number[]';
        default:
            return 'string';
    }
}

const needed = (f, commands) =>
    commands ? option(f.args, 'need') === 'true' : f.type === 'F_WORD_ONE' || f.name === 'id';

function interfaceOf(s, known) {
    const lines = [`export interface ${pascal(s.name)} {`];
    for (const f of s.fields) {
        if (f.type !== 'F_SEALED') {
            // references to personal values never reach a console
            lines.push(`    ${f.name}${needed(f, s.commands) ? '' : '?'}: ${tsType(f, known)};`);
        }
    }
    return [...lines, '}', ''].join('\n');
}

const note = `// Generated by gen.mjs from dispatch/model; do not edit.\n`;

function typesText() {
    const entities = shapes('shapes_entities.c', false);
    const commands = commandShapes();
    const events = ['shapes_events.c', 'shapes_report_events.c', 'shapes_seat_events.c', 'shapes_road_events.c', 'shapes_move_events.c'].flatMap((f) =>
        shapes(f, false),
    );
    const all = [...entities, ...commands, ...events];
    const known = new Set(all.map((s) => s.name));
    const out = [note];
    for (const [list, from] of Object.entries(wordLists())) {
        const at = from.params.indexOf('word');
        const words = rows(from.file).map((r) => `'${r.args[at]}'`);
        out.push(`export type ${pascal(list)}Word = ${words.join(' | ')};\n`);
    }
    out.push(...all.map((s) => interfaceOf(s, known)));
    out.push('export interface CommandData {');
    for (const r of rows('commands.def').filter((row) => row.args[3] !== '*')) {
        out.push(`    '${r.args[1]}': ${pascal(r.args[2])};`);
    }
    out.push('}', 'export type CommandWord = keyof CommandData;', '', 'export interface EventData {');
    for (const r of rows('events.def')) {
        out.push(`    '${r.args[2]}': ${pascal(r.args[3])};`);
    }
    out.push('}', 'export type EventWord = keyof EventData;', '');
    return out.join('\n');
}

const text = (s) => `'${String(s).replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

function wordsText() {
    const out = [
        note,
        "import type * as T from './types';\n",
        'export interface Word {',
        '    zh: string;',
        '    en: string;',
        '}\n',
    ];
    for (const [list, from] of Object.entries(wordLists())) {
        const at = (name) => from.params.indexOf(name);
        const extra = from.params.filter((p) => !['NAME', 'word', 'zh', 'en'].includes(p));
        const type = extra.map(
            (p) => `; ${camel(p)}: ${['level', 'phase', 'final', 'verified'].includes(p) ? 'number' : 'string'}`,
        );
        out.push(
            `export const ${camel(list)}: Record<T.${pascal(list)}Word, Word${extra.length ? ` & {${type.join('').slice(1)} }` : ''}> = {`,
        );
        for (const r of rows(from.file)) {
            const more = extra.map((p) => {
                const v = r.args[at(p)];
                return `, ${camel(p)}: ${/^\d+$/.test(v) && p !== 'word' ? v : text(v)}`;
            });
            out.push(
                `    ${text(r.args[at('word')])}: { zh: ${text(r.args[at('zh')])}, en: ${text(r.args[at('en')])}${more.join('')} },`,
            );
        }
        out.push('};\n');
    }
    out.push('export const commandWords: Record<T.CommandWord, Word & { roles: string }> = {');
    for (const r of rows('commands.def').filter((row) => row.args[3] !== '*')) {
        out.push(`    '${r.args[1]}': { zh: ${text(r.args[4])}, en: ${text(r.args[5])}, roles: '${r.args[3]}' },`);
    }
    out.push('};\n', 'export const eventWords: Record<T.EventWord, Word & { topic: string }> = {');
    for (const r of rows('events.def')) {
        out.push(
            `    '${r.args[2]}': { zh: ${text(r.args[5])}, en: ${text(r.args[6])}, topic: '${r.args[4].toLowerCase()}' },`,
        );
    }
    out.push('};\n', 'export const refusalWords: Record<string, Word & { status: number }> = {');
    for (const r of rows('refusals.def')) {
        out.push(`    ${r.args[1]}: { zh: ${text(r.args[3])}, en: ${text(r.args[4])}, status: ${r.args[2]} },`);
    }
    out.push(
        '};\n',
        'export interface Move extends Word {',
        '    from: T.AssignmentStatusWord;',
        '    to: T.AssignmentStatusWord;',
    );
    out.push("    who: 'U' | 'S' | 'C';", '}', 'export const moves: Move[] = [');
    const status = Object.fromEntries(rows('assignment_status.def').map((r) => [r.args[0], r.args[1]]));
    for (const r of rows('assignment_moves.def')) {
        out.push(
            `    { from: '${status[r.args[0]]}', to: '${status[r.args[1]]}', who: '${r.args[2]}', zh: ${text(r.args[3])}, en: ${text(r.args[4])} },`,
        );
    }
    out.push('];\n', limitsText());
    return out.join('\n');
}

// What the door takes at most: bytes of texts, and the highest numbers. Forms check before they send.
function limitsText() {
    const constants = { NOTE_LIMIT: 0 };
    const define = /#define NOTE_LIMIT (\d+)/.exec(read('shapes_commands.c'));
    constants.NOTE_LIMIT = Number(define[1]);
    const out = [
        '/* bytes of a text, or the highest number */',
        'export const limits: Record<string, Record<string, number>> = {',
    ];
    for (const s of commandShapes()) {
        const parts = [];
        for (const f of s.fields) {
            const limit = option(f.args, 'limit');
            const value = limit === undefined ? NaN : Number(constants[limit] ?? limit);
            if (Number.isFinite(value)) {
                parts.push(`${f.name}: ${value}`);
            }
        }
        if (parts.length > 0) {
            out.push(`    ${s.name}: { ${parts.join(', ')} },`);
        }
    }
    return [...out, '};', ''].join('\n');
}

export function generated() {
    return { 'types.ts': typesText(), 'words.ts': wordsText() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    let stale = 0;
    for (const [name, content] of Object.entries(generated())) {
        const file = path.join(here, name);
        if (!process.argv.includes('--check')) {
            writeFileSync(file, content);
        } else if (!existsSync(file) || readFileSync(file, 'utf8') !== content) {
            console.error(`${name} is not what the tables say: run npm run gen`);
            stale = 1;
        }
    }
    process.exitCode = stale;
}
