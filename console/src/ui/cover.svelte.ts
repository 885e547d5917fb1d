// Coverage on the desk: which force class is looked at, whether it lies on the map, and words for what the server tells of it.
import { shortAge, travel } from '../format';
import { atlas } from '../map/atlas.svelte';
import { getOutlines } from '../store/http';
import { zonesAt, type ForceClass } from '../store/cover';
import type { ZoneOutlines } from '../store/zones';
import type { CircleOpen, Coverage, CoverGap } from '../wire/frames';
import * as W from '../wire/words';
import { desk } from './desk.svelte';

const SHOWN_KEY = 'tocsin.map.cover';

class Cover {
    shown = $state(localStorage.getItem(SHOWN_KEY) === 'yes'); // on the map
    cls = $state<ForceClass>('police');
    listed = $state(false); // its lists are open
    private outlines = $state.raw<{ world: string; read: ZoneOutlines | null } | null>(null);

    /* As told last, for those who may know it. */
    get told(): Coverage | null {
        return desk.live.coverage;
    }

    show(on: boolean): void {
        this.shown = on;
        localStorage.setItem(SHOWN_KEY, on ? 'yes' : 'no');
        if (on && !atlas.open && !atlas.elsewhere) {
            atlas.setOpen(true);
        }
        atlas.say({ kind: 'cover', on, cls: this.cls });
    }

    choose(cls: ForceClass): void {
        this.cls = cls;
        atlas.say({ kind: 'cover', on: this.shown, cls });
    }

    /* ---- words ---- */

    classWord(cls: string): string {
        return cls === 'police' ? desk.t('coverPolice') : desk.word(W.policeType, cls);
    }

    /* What counts, and how times are known: where either is poorer than it could be, it is said. */
    basis(c: Pick<Coverage, 'engine' | 'weight' | 'incidents'>): string {
        if (c.engine === null) {
            return desk.t('coverNoCity');
        }
        const by = c.engine.startsWith('road/') ? '' : desk.t('coverByLine');
        const weighed =
            c.weight === 'incidents'
                ? desk.t('coverByIncidents', c.incidents ?? 0)
                : desk.t(c.weight === 'road_length' ? 'coverByRoads' : 'coverByArea');
        return [by, weighed].filter((t) => t !== '').join(desk.t('listComma'));
    }

    circleName(c: Pick<CircleOpen, 'code' | 'name_zh' | 'name_en'>): string {
        return (desk.lang === 'zh' ? c.name_zh : c.name_en) || c.name_zh || c.code;
    }

    /* Who would be first there, and how much later than promised. */
    circleText(c: Pick<CircleOpen, 'minutes' | 'unit' | 'callsign' | 'ms'>): string {
        return c.unit === undefined || c.ms === undefined
            ? desk.t('coverNobody')
            : desk.t('coverFirst', c.callsign ?? c.unit, travel(c.ms));
    }

    age(ms: number): string {
        return shortAge(Math.max(0, ms), desk.lang);
    }

    /* Where a gap is: the smallest zone that it lies in; without outlines its degrees. */
    gapName(g: CoverGap): string {
        const [lon, lat] = g.at;
        const at = `${lon.toFixed(3)}, ${lat.toFixed(3)}`;
        const ids = zonesAt(this.outlines?.read ?? null, g.at);
        const zones = (desk.live.city.zones ?? []).filter((z) => ids.includes(z.id ?? ''));
        const zone = zones.find((z) => z.kind === 'station') ?? zones.find((z) => z.kind === 'district') ?? zones[0];
        const name = (desk.lang === 'zh' ? zone?.name_zh : zone?.name_en) || zone?.name_zh;
        return name === undefined ? at : name;
    }

    /* Names of gaps want the outlines; they are read once somebody looks at the list. */
    wantNames(): void {
        const world = desk.live.world;
        if (this.outlines?.world !== world) {
            this.outlines = { world, read: null };
            void getOutlines(desk.session?.token ?? '').then(
                (read) => (this.outlines = { world, read }),
                () => undefined,
            );
        }
    }

    goTo(at: readonly [number, number], name: string): void {
        atlas.look({ lon: at[0], lat: at[1], name });
        if (desk.narrow) {
            desk.show('map');
        }
    }
}

export const cover = new Cover();
