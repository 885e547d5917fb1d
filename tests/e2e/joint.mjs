// The joint story, at a server of its own: what it leaves behind (people at seats, units on duty) is no ground for others. Behind
// it the same world with roads, which are a setting and take effect with a start.
import { coverageStories } from './coverage.mjs';
import { priceStories } from './price.mjs';
import { moveStories } from './moves.mjs';
import { makeRoads, roadStories } from './roads.mjs';
import { openLane } from './scene.mjs';
import { surgeStories } from './surge.mjs';
import { threeIncidents } from './three_incidents.mjs';
import { zoneStories } from './zones.mjs';

const lane = await openLane('e2e-joint');
await threeIncidents(lane);
await lane.server.stop();
lane.server.roads = makeRoads();
await lane.server.start();
await roadStories(lane);
await coverageStories(lane);
await moveStories(lane);
await zoneStories(lane);
await priceStories(lane);
await surgeStories(lane);
await lane.close();
