/**
 * How the device is at this moment, for whoever stands beside it: a screen, a file, an embedder. Made when it is asked for, out of
 * what the parts of the device know; what nobody else keeps is kept here.
 */
export type { DeviceFault, DeviceStatus, DeviceTrouble, LinkStatus, WorkloadStatus } from './device-status.ts';
export { DeviceMemory, MAX_FAULT_LENGTH } from './device-memory.ts';
export { listTroubles } from './list-troubles.ts';
export type { KnownTroubles } from './list-troubles.ts';
export { listWorkloads } from './list-workloads.ts';
