// The map's colours, read from the page's style sheets, so that one table rules page and map in both themes.
import './map.css';

const names = {
    text: '--text',
    dim: '--dim',
    panel: '--panel',
    pick: '--pick',
    level1: '--level1',
    level2: '--level2',
    onColour: '--on-colour',
    land: '--map-land',
    water: '--map-water',
    green: '--map-green',
    built: '--map-built',
    building: '--map-building',
    road: '--map-road',
    roadMain: '--map-road-main',
    casing: '--map-casing',
    rail: '--map-rail',
    border: '--map-border',
    zone: '--map-zone',
    label: '--map-label',
    cover: '--map-cover',
} as const;

export type Tokens = Record<keyof typeof names, string>;

export function readTokens(): Tokens {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(
        Object.entries(names).map(([name, property]) => [name, style.getPropertyValue(property).trim() || '#808080']),
    ) as Tokens;
}
