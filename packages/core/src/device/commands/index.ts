/**
 * What comes from the control plane: configurations, and the commands `disconnect`, `ping` and `reconnect`. Whatever else
 * comes is ignored and said so.
 */
export { MAX_RECONNECT_SECONDS, readCommand } from './read-command.ts';
export type { DeviceCommand } from './read-command.ts';
export { createPausableLink } from './pausable-link.ts';
export type { PausableLink } from './pausable-link.ts';
export { receiveMessages } from './receive-messages.ts';
export type { MessageHandlers } from './receive-messages.ts';
