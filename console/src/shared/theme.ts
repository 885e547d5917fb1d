// Light or dark: as the device has it, or as its person chose; kept per page, since a desk and a phone are not alike.
export type Theme = 'auto' | 'dark' | 'light';

const key = (page: string): string => `tocsin.theme.${page}`;
const device = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: light)');
let chosen: Theme = 'dark';

export function storedTheme(page: string, usual: Theme): Theme {
    const kept = localStorage.getItem(key(page));
    return kept === 'auto' || kept === 'dark' || kept === 'light' ? kept : usual;
}

function paint(): void {
    const light = chosen === 'light' || (chosen === 'auto' && device().matches);
    document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
    const style = getComputedStyle(document.documentElement);
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', style.getPropertyValue('--bg').trim());
}

/* Shows a theme and follows the device while it is the device's. */
export function startTheme(page: string, usual: Theme): Theme {
    chosen = storedTheme(page, usual);
    device().addEventListener('change', paint);
    paint();
    return chosen;
}

export function setTheme(page: string, theme: Theme): void {
    localStorage.setItem(key(page), theme);
    chosen = theme;
    paint();
}
