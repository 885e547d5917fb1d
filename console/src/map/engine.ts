// MapLibre behind a few verbs: what is drawn, where one looks, what was hit. It knows no desk; this is the only file that
// loads the library.
import {
    Map as Gl,
    setWorkerUrl,
    type GeoJSONSource,
    type MapGeoJSONFeature,
    type MapMouseEvent,
    type PointLike,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';

import { Pace } from './lite';
import {
    changeOf,
    circleFeature,
    markFeature,
    orderFeature,
    type Box,
    type Feature,
    type Picture,
} from './picture';
import { nothingYet, PICK_LAYERS, styleOf, type OwnSource, type StyleOptions } from './style';
import { draw, imageNames, sizeOf } from './symbols';

setWorkerUrl(workerUrl);

export interface Wiring {
    readonly box: HTMLElement;
    readonly bounds: Box;
    readonly style: StyleOptions;
    readonly hit: (ids: string[], at: { lon: number; lat: number }) => void; // the nearest first
    readonly moved: () => void;
    readonly slow: () => void;
    readonly lost: () => void; // the drawing context went away
    readonly trouble: (what: 'base') => void;
}

const HIT_PX = 7;
const SAME_PX = 4; // nearer to each other than a hand can tell
const SCALE = 2; // of images, so that they are sharp on dense screens
const PAN_PX = 110;
const CLOSE_ZOOM = 15;

const cornersOf = (b: Box): [number, number, number, number] => [b.west, b.south, b.east, b.north];

export class Engine {
    private readonly map: Gl;
    private readonly drawn = new Map<OwnSource, Map<string, string>>();
    private readonly pending = new Map<OwnSource, GeoJSON.FeatureCollection>();
    private picked: string[] = [];
    private style: StyleOptions;
    private ready = false;
    private moves = false;
    private lastFrame = 0;
    private readonly pace = new Pace();

    /* Throws where the machine cannot draw. */
    constructor(private readonly w: Wiring) {
        this.style = w.style;
        this.map = new Gl({
            container: w.box,
            style: styleOf(w.style),
            bounds: cornersOf(w.bounds),
            fitBoundsOptions: { padding: 24 },
            attributionControl: false,
            fadeDuration: 0,
            keyboard: false, // its own would glide and turn
            dragRotate: false,
            pitchWithRotate: false,
            touchPitch: false,
            boxZoom: false,
            renderWorldCopies: false,
            minZoom: 5,
            maxZoom: 19,
            refreshExpiredTiles: false,
            validateStyle: import.meta.env.DEV,
        } as ConstructorParameters<typeof Gl>[0]);
        this.map.touchZoomRotate.disableRotation();
        this.map.on('style.load', () => this.styled());
        this.map.on('click', (e) => this.click(e));
        this.map.on('moveend', () => {
            this.moves = false;
            this.pace.still();
            w.moved();
        });
        this.map.on('movestart', () => {
            this.moves = true;
            this.lastFrame = 0;
        });
        this.map.on('render', () => this.frame());
        this.map.on('error', (e) => this.failed(e));
        this.map.on('webglcontextlost', () => w.lost());
    }

    free(): void {
        this.map.remove();
    }

    get canvas(): HTMLCanvasElement {
        return this.map.getCanvas();
    }

    private failed(e: unknown): void {
        const said = e as { sourceId?: string };
        if (said.sourceId === 'base') {
            this.w.trouble('base');
        }
    }

    private frame(): void {
        const now = performance.now();
        if (this.moves && this.lastFrame !== 0 && this.pace.frame(now - this.lastFrame)) {
            this.pace.still();
            this.w.slow();
        }
        this.lastFrame = now;
    }

    /* ---- style ---- */

    private styled(): void {
        this.paintImages();
        this.ready = true;
        const waiting = [...this.pending];
        this.pending.clear();
        waiting.forEach(([name, data]) => this.put(name, data));
        this.drawn.clear();
        const again = this.last;
        if (again !== undefined) {
            this.show(again);
        }
        this.pick(this.picked);
    }

    private paintImages(): void {
        for (const name of imageNames()) {
            const px = sizeOf(name) * SCALE;
            const canvas = document.createElement('canvas');
            canvas.width = canvas.height = px;
            const pen = canvas.getContext('2d', { willReadFrequently: true })!;
            pen.scale(SCALE, SCALE);
            draw(pen, name, this.style.tokens, this.style.lang);
            const image = pen.getImageData(0, 0, px, px);
            if (this.map.hasImage(name)) {
                this.map.removeImage(name);
            }
            this.map.addImage(name, image, { pixelRatio: SCALE });
        }
    }

    /* Other colours, another language, more or less detail. */
    restyle(style: StyleOptions): void {
        this.style = style;
        this.ready = false;
        for (const name of this.kept.keys()) {
            this.pending.set(name, this.kept.get(name)!);
        }
        this.map.setStyle(styleOf(style), { diff: false });
    }

    /* ---- what is drawn ---- */

    private last: Picture | undefined;
    private readonly kept = new Map<OwnSource, GeoJSON.FeatureCollection>();

    /* A source that changes seldom, whole. */
    put(name: OwnSource, data: GeoJSON.FeatureCollection): void {
        this.kept.set(name, data);
        if (this.ready) {
            this.map.getSource<GeoJSONSource>(name)?.setData(data);
        } else {
            this.pending.set(name, data);
        }
    }

    show(p: Picture): void {
        this.last = p;
        if (this.ready) {
            this.bring('marks', p.marks.map(markFeature));
            this.bring('areas', p.marks.filter((m) => m.radius_m > 0).map(circleFeature));
            this.bring('orders', p.orders.map(orderFeature));
        }
    }

    /* Only what changed while that is little, else all of it: measured, a third is where it turns. */
    private bring(name: OwnSource, features: Feature[]): void {
        let before = this.drawn.get(name);
        const source = this.map.getSource<GeoJSONSource>(name);
        const whole = before === undefined;
        if (before === undefined) {
            before = new Map();
            this.drawn.set(name, before);
        }
        const change = changeOf(before, features);
        if (source === undefined || change === undefined) {
            return;
        }
        const moved = change.add.length + change.update.length + change.remove.length;
        if (whole || moved * 3 > features.length) {
            source.setData({ type: 'FeatureCollection', features });
        } else {
            source.updateData({
                remove: change.remove,
                add: change.add,
                update: change.update.map((f) => ({
                    id: String(f.id),
                    newGeometry: f.geometry,
                    addOrUpdateProperties: Object.entries(f.properties).map(([key, value]) => ({ key, value })),
                })),
            });
        }
    }

    /* Rings around these. */
    pick(ids: readonly string[]): void {
        if (this.ready) {
            this.picked.forEach((id) => this.map.setFeatureState({ source: 'marks', id }, { picked: false }));
            ids.forEach((id) => this.map.setFeatureState({ source: 'marks', id }, { picked: true }));
        }
        this.picked = [...ids];
    }

    /* The point a form is about. */
    here(at: { lon: number; lat: number } | undefined): void {
        this.put(
            'here',
            at === undefined
                ? nothingYet
                : {
                      type: 'FeatureCollection',
                      features: [
                          {
                              type: 'Feature',
                              properties: { id: 'here' },
                              geometry: { type: 'Point', coordinates: [at.lon, at.lat] },
                          },
                      ],
                  },
        );
    }

    /* ---- where one looks ---- */

    box(): Box {
        const b = this.map.getBounds();
        return { west: b.getWest(), south: b.getSouth(), east: b.getEast(), north: b.getNorth() };
    }

    centre(): { lon: number; lat: number } {
        const c = this.map.getCenter();
        return { lon: c.lng, lat: c.lat };
    }

    /* Without a glide: in between there is nothing to see. */
    pan(right: number, down: number): void {
        this.map.panBy([right * PAN_PX, down * PAN_PX], { duration: 0 });
    }

    zoom(by: number): void {
        this.map.jumpTo({ zoom: this.map.getZoom() + by });
    }

    fit(b: Box): void {
        this.map.fitBounds(cornersOf(b), { padding: 24, duration: 0 });
    }

    look(at: { lon: number; lat: number }, closer: boolean): void {
        this.map.jumpTo({
            center: [at.lon, at.lat],
            ...(closer ? { zoom: Math.max(CLOSE_ZOOM, this.map.getZoom()) } : {}),
        });
    }

    /* ---- what was hit ---- */

    private click(e: MapMouseEvent): void {
        const around: [PointLike, PointLike] = [
            [e.point.x - HIT_PX, e.point.y - HIT_PX],
            [e.point.x + HIT_PX, e.point.y + HIT_PX],
        ];
        const found = this.ready ? this.map.queryRenderedFeatures(around, { layers: PICK_LAYERS }) : [];
        const far = (f: MapGeoJSONFeature): number => {
            const [lon = 0, lat = 0] = (f.geometry as GeoJSON.Point).coordinates;
            const p = this.map.project([lon, lat]);
            return Math.round(Math.hypot(p.x - e.point.x, p.y - e.point.y) / SAME_PX);
        };
        /* The one that was aimed at; of those on one spot the topmost, as they come. */
        const ids = found.sort((a, b) => far(a) - far(b)).map((f) => String(f.properties['id']));
        this.w.hit([...new Set(ids)], { lon: e.lngLat.lng, lat: e.lngLat.lat });
    }

    /* For tests, which look at data and never at pixels: what a source holds, by id. */
    held(source: OwnSource): Record<string, Record<string, unknown>> {
        const features = this.ready ? this.map.querySourceFeatures(source) : [];
        return Object.fromEntries(features.map((f) => [String(f.properties['id']), f.properties]));
    }

    /* Where a place is on the canvas; where it was painted if anything was. */
    pixel(at: { lon: number; lat: number }): { x: number; y: number } {
        const p = this.map.project([at.lon, at.lat]);
        return { x: p.x, y: p.y };
    }

    /* Names in sight of a layer of the base map. */
    seen(layer: string): string[] {
        const features = this.ready ? this.map.querySourceFeatures('base', { sourceLayer: layer }) : [];
        return [...new Set(features.map((f) => String(f.properties['name'] ?? '')))].sort();
    }

    ringed(): readonly string[] {
        return this.picked;
    }

    layers(): string[] {
        return this.ready ? this.map.getLayersOrder() : [];
    }
}
