/** Waiting, on an injected clock, for a change that may come many times. */
export { createDoorbell } from './doorbell.ts';
export type { Doorbell } from './doorbell.ts';
