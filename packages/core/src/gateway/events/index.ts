/** What workers are told of the gateway's way to its control plane. */
export { WorkerEvents } from './worker-events.ts';
export type { WorkerEventsParts } from './worker-events.ts';
