/**
 * What happens on a device, as typed values. The engine announces; log lines, counters, the events of a heartbeat and
 * an embedder's own listener are all made of that, at the edge.
 */
export type { Announce, DeviceActivities, DeviceActivity, DeviceActivityType } from './device-activity.ts';
export type { RemovalCause } from './removal-cause.ts';
export { describeActivity } from './describe-activity.ts';
export type { ActivityDescription, ActivityLevel } from './describe-activity.ts';
export { createAnnouncer } from './create-announcer.ts';
export type { AnnouncerParts } from './create-announcer.ts';
