// What was typed into a form and not sent yet. Kept in memory, and in the browser's store so that a reload loses nothing;
// removed when it was sent, cleared or the person signs out.
import type { Values } from './fields';

const memory = new Map<string, Values>();
const storeKey = (user: string, key: string): string => `tocsin.draft.${user}.${key}`;

export function loadDraft(user: string, key: string): Values | null {
    const kept = memory.get(storeKey(user, key));
    if (kept !== undefined) {
        return kept;
    }
    try {
        return JSON.parse(localStorage.getItem(storeKey(user, key)) ?? 'null') as Values | null;
    } catch {
        return null;
    }
}

export function saveDraft(user: string, key: string, values: Values): void {
    memory.set(storeKey(user, key), values);
    try {
        localStorage.setItem(storeKey(user, key), JSON.stringify(values));
    } catch {
        // The store is full or barred: memory keeps it.
    }
}

export function dropDraft(user: string, key: string): void {
    memory.delete(storeKey(user, key));
    localStorage.removeItem(storeKey(user, key));
}

export function dropAllDrafts(): void {
    memory.clear();
    for (const key of Object.keys(localStorage)) {
        if (key.startsWith('tocsin.draft.')) {
            localStorage.removeItem(key);
        }
    }
}
