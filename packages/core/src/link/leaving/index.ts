/** Leaving the fleet: the note that outlives restarts, and the last word to the control plane. */
export {
  DISCONNECTED_DOCUMENT,
  readDisconnectMarker,
  recommissionDevice,
  writeDisconnectMarker,
} from './disconnect-marker.ts';
export type { DisconnectMarker } from './disconnect-marker.ts';
export { FAREWELL_BACKOFF, FAREWELL_LIMIT_MS, MAX_FAREWELLS, sayFarewell } from './say-farewell.ts';
export type { FarewellParts } from './say-farewell.ts';
