/**
 * Waiting, on an injected clock: for a change that may come many times (doorbell), and for work that may never end
 * (deadline).
 */
export { createDoorbell } from './doorbell.ts';
export type { Doorbell } from './doorbell.ts';
export { withDeadline } from './with-deadline.ts';
export type { DeadlineOptions } from './with-deadline.ts';
