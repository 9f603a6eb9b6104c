/**
 * What devices talk to, without the transport: they register, fetch what they should be, report how they fare, and are told
 * to disconnect. It answers from the caches, so that devices are served while the store is away; it writes what a device
 * reports, and ends the stages of a deletion that the device has gone through.
 */
export { createEdgeApi } from './create-edge-api.ts';
export { DISCONNECT_LINGER_MS } from './disconnects.ts';
export type { EdgeApi, EdgeReply, PollReply } from './edge-api.ts';
export { MAX_HELD_POLLS, MAX_HELD_POLLS_OF_DEVICE, createHeldPolls } from './held-polls.ts';
export type { HeldPolls } from './held-polls.ts';
