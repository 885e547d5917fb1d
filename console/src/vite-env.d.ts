/// <reference types="svelte" />
/// <reference types="vite/client" />
declare module 'maplibre-gl/dist/maplibre-gl-worker.mjs?url' {
    const url: string;
    export default url;
}
