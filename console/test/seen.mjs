// Whether what is on the screen can be seen: contrast by computed colours, and where the focus is.

/* Texts with less than 4.5 to 1 on what lies behind them (3 to 1 for large ones), and boxes to type into whose edge has less
 * than 3 to 1; one line each. Disabled controls are free. */
export const lowContrast = (page) =>
    page.evaluate(() => {
        const parts = (colour) => (/rgba?\(([^)]+)\)/.exec(colour)?.[1] ?? '').split(/[ ,/]+/).map(Number);
        const light = (rgb) => {
            const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
        const behind = (el) => {
            for (let at = el; at !== null; at = at.parentElement) {
                const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
                if (alpha === 1 && Number.isFinite(b)) {
                    return [r, g, b];
                }
            }
            return [255, 255, 255];
        };
        const seen = (el) =>
            el.checkVisibility({ visibilityProperty: true }) && el.closest('.hidden, .skip, :disabled, [inert]') === null;
        const out = new Set();
        for (const el of document.querySelectorAll('body *')) {
            const style = getComputedStyle(el);
            const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '');
            if (own && seen(el)) {
                const size = parseFloat(style.fontSize);
                const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
                const got = ratio(parts(style.color).slice(0, 3), behind(el));
                if (got < least) {
                    out.add(`text ${got.toFixed(1)}: ${el.textContent.trim().slice(0, 40)}`);
                }
            }
            if (el.matches('input, select, textarea') && seen(el)) {
                const got = ratio(parts(style.borderTopColor).slice(0, 3), behind(el.parentElement));
                if (got < 3) {
                    out.add(`edge ${got.toFixed(1)}: ${el.id || el.getAttribute('aria-label')}`);
                }
            }
        }
        return [...out];
    });

/* Walks by Tab over the whole page: stops where no outline tells that they have the focus. */
export async function unseenFocus(page, most = 150) {
    const out = [];
    const met = new Set();
    for (let n = 0; n < most; n++) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(() => {
            const el = document.activeElement;
            const style = getComputedStyle(el);
            const box = el.getBoundingClientRect();
            const on = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
            el.dataset.stop ??= String(Math.random());
            return {
                name: el === document.body ? 'body' : `${el.id || el.textContent.trim().slice(0, 30)}`,
                key: el.dataset.stop,
                seen: on && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
            };
        });
        if (met.has(stop.key)) {
            break;
        }
        met.add(stop.key);
        if (!stop.seen && stop.name !== 'body') {
            out.push(stop.name);
        }
    }
    return { stops: met.size, unseen: out };
}
