// The joint story, at a server of its own: what it leaves behind (people at seats, units on duty) is no ground for others.
import { openLane } from './scene.mjs';
import { threeIncidents } from './three_incidents.mjs';

const lane = await openLane('e2e-joint');
await threeIncidents(lane);
await lane.close();
