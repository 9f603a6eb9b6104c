/**
 * Heartbeats: what the device says of itself, and when. Assembling and timing are pure; the loop sends, keeps events
 * until they were taken, and remembers what the control plane knows of the hardware.
 */
export { MAX_HEARTBEAT_BYTES, assembleHeartbeat } from './assemble-heartbeat.ts';
export type { AssembledHeartbeat, HeartbeatFacts } from './assemble-heartbeat.ts';
export { EventQueue, MAX_QUEUED_EVENTS } from './event-queue.ts';
export type { EventBatch } from './event-queue.ts';
export { hardwareToSend } from './hardware-to-send.ts';
export { HURRY_DELAY_MS, MIN_HEARTBEAT_GAP_MS, heartbeatRetryMs, nextHeartbeatAtMs } from './heartbeat-timing.ts';
export type { HeartbeatTiming } from './heartbeat-timing.ts';
export { HeartbeatLoop } from './heartbeat-loop.ts';
export type { DeviceCondition, HeartbeatLoopParts } from './heartbeat-loop.ts';
