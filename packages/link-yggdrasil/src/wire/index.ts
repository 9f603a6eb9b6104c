/** The messages and calls of package `yggdrasil`, in both generations, as bytes. */
export { wireCodecs } from './wire-messages.ts';
export type { WireCodec, WireData, WireEvent, WireRegistrationRequest } from './wire-messages.ts';
export { dispatcherMethods, workerMethods } from './wire-methods.ts';
export type { WireMethod } from './wire-methods.ts';
export { decodeAnswer, encodeAnswer, fromWireData, toWireData } from './wire-data.ts';
export { RECEIVED_DISCONNECT, fromWireEvent, toWireEvent } from './wire-events.ts';
