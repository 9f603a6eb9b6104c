/**
 * The end: the control plane has let the device go. Everything of ours is removed and the device stays away, also after
 * a reboot, until its owner commissions it again.
 */
export { MAX_CLEAN_ROUNDS, cleanDevice } from './clean-device.ts';
export type { CleanDeviceParts, CleanUploads } from './clean-device.ts';
export { sayLastWords } from './say-last-words.ts';
export type { LastWordsParts } from './say-last-words.ts';
export { leaveFleet } from './leave-fleet.ts';
export type { LeaveFleetParts } from './leave-fleet.ts';
