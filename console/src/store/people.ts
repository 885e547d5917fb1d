// Who may take a seat, as GET /people has them. Pure.

export interface Person {
    readonly name: string;
    readonly role: string;
    readonly signed_in: boolean;
    readonly seat?: string; // where they sit now
}

/* In the order in which somebody is looked for: signed in and free first, then who sits somewhere, then who is not there. Not
 * oneself. */
export function peopleFor(people: readonly Person[], me: string): Person[] {
    const rank = (p: Person): number => (!p.signed_in ? 2 : p.seat !== undefined ? 1 : 0);
    return people
        .filter((p) => p.name !== me)
        .map((p) => ({ p, rank: rank(p) }))
        .sort((a, b) => a.rank - b.rank || a.p.name.localeCompare(b.p.name))
        .map((x) => x.p);
}
