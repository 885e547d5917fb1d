// Whether a person is in the middle of something that a change of selection would spoil.
import { tick } from 'svelte';

/* A box with words in it, or any box of the sheet: its fields go with its incident. */
export function typing(): boolean {
    const el = document.activeElement;
    return (
        el instanceof HTMLElement &&
        el.matches('input:not([type="checkbox"]), textarea, select') &&
        ((el as HTMLInputElement).value !== '' || el.closest('.middle') !== null)
    );
}

/* Keys act where the focus is: when what had it went away with the old incident, the queue gets it. */
export async function keepFocus(): Promise<void> {
    await tick();
    if (document.activeElement === document.body) {
        document.getElementById('queue-list')?.focus({ preventScroll: true });
    }
}
