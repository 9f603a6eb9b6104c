/** The messages and calls of package `yggdrasil`, in both generations, as bytes. */
export { WIRE_EVENTS, wireCodecs } from './wire-messages.ts';
export type { WireCodec, WireData, WireRegistrationRequest } from './wire-messages.ts';
export { dispatcherMethods, workerMethods } from './wire-methods.ts';
export type { WireMethod } from './wire-methods.ts';
export { decodeAnswer, encodeAnswer, fromWireData, toWireData } from './wire-data.ts';
