/**
 * What comes from the control plane: configurations, and the commands `disconnect`, `ping` and `reconnect`. Whatever else
 * comes is ignored and said so.
 */
export { receiveMessages } from './receive-messages.ts';
export type { MessageHandlers } from './receive-messages.ts';
