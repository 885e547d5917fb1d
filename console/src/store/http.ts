// The few HTTP calls of the desk. Every trouble comes back as a Problem, so that there is one way to show it.
import type { Answer, Problem } from '../wire/frames';
import type { ZoneOutlines } from './zones';

export interface Session {
    username: string;
    token: string;
    role: string;
    zones?: unknown; // codes
    all_zones?: boolean;
    expires_at?: string;
}

export class ProblemError extends Error {
    constructor(readonly problem: Problem) {
        super(problem.detail ?? problem.title ?? problem.code ?? 'problem');
    }
}

const API = '/api/v1';
const PATIENCE_MS = 10_000;

async function problemOf(response: Response): Promise<Problem> {
    const seconds = response.status === 429 ? Number(response.headers.get('Retry-After')) : 0;
    try {
        const said = (await response.json()) as Problem;
        return { status: response.status, ...(seconds > 0 && { retry_ms: seconds * 1000 }), ...said };
    } catch {
        return { status: response.status, code: 'http', title: `HTTP ${response.status}` };
    }
}

async function call(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
        response = await fetch(API + path, { ...init, signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-store' });
    } catch {
        throw new ProblemError({ code: 'no_link', status: 0 });
    }
    if (!response.ok) {
        throw new ProblemError(await problemOf(response));
    }
    return response;
}

export async function getJson<T>(token: string, path: string): Promise<T> {
    const response = await call(path, { headers: { Authorization: `Bearer ${token}` } });
    return (await response.json()) as T;
}

export async function getOutlines(token: string): Promise<ZoneOutlines> {
    const headers = { Authorization: `Bearer ${token}`, Accept: 'application/geo+json' };
    return (await (await call('/city', { headers })).json()) as ZoneOutlines;
}

export async function signIn(username: string, password: string): Promise<Session> {
    const response = await call('/sessions', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username, password }),
    });
    const body = (await response.json()) as Omit<Session, 'username'>;
    return { ...body, username };
}

export async function signOut(token: string): Promise<void> {
    await call('/sessions/current', { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } });
}

/* A command without a socket; answers as a socket would. */
export async function postCommand(token: string, command: { id: string }): Promise<Answer> {
    try {
        const response = await call('/commands', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
            body: JSON.stringify(command),
        });
        return { op: 'answer', ...((await response.json()) as { id: string; seq?: number }) };
    } catch (e) {
        const problem = e instanceof ProblemError ? e.problem : { code: 'http', title: String(e) };
        return { op: 'answer', id: command.id, problem };
    }
}
