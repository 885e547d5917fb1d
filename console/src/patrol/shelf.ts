// What a phone keeps in IndexedDB: commands that are not answered yet, and the last picture the server gave. Nothing of it
// is protected: such values never travel in frames.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type { State } from '../store/reduce';
import type { Item, Shelf } from './outbox';

interface Schema extends DBSchema {
    outbox: { key: number; value: Item; indexes: { user: string } };
    picture: { key: string; value: Picture };
}

export interface Picture {
    state: State;
    at: number; // ms of the server: how old it is
}

let opening: Promise<IDBPDatabase<Schema>> | null = null;

function database(): Promise<IDBPDatabase<Schema>> {
    opening ??= openDB<Schema>('tocsin.patrol', 1, {
        upgrade(db) {
            db.createObjectStore('outbox', { keyPath: 'n' }).createIndex('user', 'user');
            db.createObjectStore('picture');
        },
    });
    opening.catch(() => (opening = null));
    return opening;
}

export const shelf: Shelf = {
    load: async (user) => (await database()).getAllFromIndex('outbox', 'user', user),
    put: async (item) => void (await (await database()).put('outbox', item)),
    drop: async (n) => (await database()).delete('outbox', n),
};

export const loadPicture = async (user: string): Promise<Picture | undefined> => (await database()).get('picture', user);
export const keepPicture = async (user: string, picture: Picture): Promise<void> =>
    void (await (await database()).put('picture', picture, user));
export const dropPicture = async (user: string): Promise<void> => (await database()).delete('picture', user);
