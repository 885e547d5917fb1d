// The stories of those who sit elsewhere than at the desk or share it: seats, the map, the publicity desk, a station's.
import { mapStories } from './map.mjs';
import { publicityStories } from './publicity.mjs';
import { framesGiveThePicture, openLane, place } from './scene.mjs';
import { seatStories } from './seats.mjs';
import { stationStories } from './station.mjs';

const lane = await openLane('e2e-offices');
await seatStories({ ...lane, place });
await mapStories(lane.h, lane.server, lane.receive, lane.only);
await publicityStories(lane);
await stationStories(lane);
await framesGiveThePicture(lane);
await lane.close();
