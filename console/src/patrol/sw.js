// The patrol page without a network: its files are kept, its document is asked for first and taken from the keep when the
// network does not answer in time. Other pages and everything live (/api, /ws) are left alone. The build fills in names.
const keep = 'tocsin-patrol-' + 'VERSION';
const base = new URL('./', self.location).pathname;
const files = ['FILES'].map((name) => base + name);
const page = base + 'patrol';
const PATIENCE_MS = 2500;

self.addEventListener('install', (e) => {
    const fresh = (url) => new Request(url, { cache: 'reload' });
    e.waitUntil(
        caches
            .open(keep)
            .then((c) => c.addAll([...files, page].map(fresh)))
            .then(() => self.skipWaiting()),
    );
});

self.addEventListener('activate', (e) => {
    const old = (name) => name.startsWith('tocsin-patrol-') && name !== keep;
    e.waitUntil(
        caches
            .keys()
            .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
            .then(() => self.clients.claim()),
    );
});

const kept = (what) => caches.match(what, { cacheName: keep });

async function document_(request) {
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error('late')), PATIENCE_MS));
    try {
        const answer = await Promise.race([fetch(request), late]);
        if (answer.ok) {
            return answer;
        }
        return (await kept(page)) ?? answer;
    } catch {
        return (await kept(page)) ?? Response.error();
    }
}

self.addEventListener('fetch', (e) => {
    const url = new URL(e.request.url);
    if (e.request.method !== 'GET' || url.origin !== self.location.origin) {
        return;
    }
    if (e.request.mode === 'navigate' && url.pathname.replace(/\/$/, '') === page) {
        e.respondWith(document_(e.request));
    } else if (files.includes(url.pathname)) {
        e.respondWith(kept(e.request).then((found) => found ?? fetch(e.request)));
    }
});
