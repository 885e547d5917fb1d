// 简图, the plain map: on by itself where a machine draws without a graphics card or takes too long; a person has the last word.
export type LiteWish = 'auto' | 'on' | 'off';

const KEY = 'tocsin.map.lite';
const SLOW_MS = 200;
const LOOKED_AT = 6; // frames
const SLOW_ONES = 4; // of those

export const storedWish = (): LiteWish => {
    const kept = localStorage.getItem(KEY);
    return kept === 'on' || kept === 'off' ? kept : 'auto';
};
export const keepWish = (wish: LiteWish): void => localStorage.setItem(KEY, wish);

/* Names by which drivers say that the processor draws. */
export const isSoftware = (renderer: string): boolean =>
    /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);

/* Who draws, as a canvas of its own is told; undefined where nobody can. */
export function rendererName(): string | undefined {
    const gl = document.createElement('canvas').getContext('webgl2');
    if (gl === null) {
        return undefined;
    }
    const info = gl.getExtension('WEBGL_debug_renderer_info');
    const name = String(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) ?? '');
    gl.getExtension('WEBGL_lose_context')?.loseContext(); // browsers allow a page few of them
    return name;
}

/* Judges frames that follow each other while the map moves: most of the last few slow, and it is slow. A pause is no frame. */
export class Pace {
    private readonly last: number[] = [];

    /* ms of one frame; true when the machine is too slow. */
    frame(ms: number): boolean {
        this.last.push(ms);
        if (this.last.length > LOOKED_AT) {
            this.last.shift();
        }
        return this.last.length === LOOKED_AT && this.last.filter((f) => f > SLOW_MS).length >= SLOW_ONES;
    }

    still(): void {
        this.last.length = 0;
    }
}
