// The stories of a unit's phone.
import { patrolStories } from './patrol.mjs';
import { framesGiveThePicture, openLane } from './scene.mjs';

const lane = await openLane('e2e-field');
await patrolStories(lane);
await framesGiveThePicture(lane);
await lane.close();
