/** What a control plane commands, and the break that it may ask for. */
export { MAX_RECONNECT_SECONDS, readCommand } from './read-command.ts';
export type { DeviceCommand } from './read-command.ts';
export { createPausableLink } from './pausable-link.ts';
export type { PausableLink } from './pausable-link.ts';
