// Keeps the screen lit while the page is looked at: a dark phone rings for nobody.
export class Awake {
    private lock: { release: () => Promise<void> } | null = null;
    private wanted = false;

    constructor() {
        document.addEventListener('visibilitychange', () => void this.take());
    }

    want(on: boolean): void {
        if (on !== this.wanted) {
            this.wanted = on;
            void (on ? this.take() : this.leave());
        }
    }

    private async take(): Promise<void> {
        const api = (navigator as { wakeLock?: { request: (kind: 'screen') => Promise<WakeLockSentinel> } }).wakeLock;
        if (!this.wanted || api === undefined || document.visibilityState !== 'visible') {
            return;
        }
        this.lock = await api.request('screen').catch(() => null); // a phone that is nearly empty says no
    }

    private async leave(): Promise<void> {
        const lock = this.lock;
        this.lock = null;
        await lock?.release().catch(() => undefined);
    }
}
