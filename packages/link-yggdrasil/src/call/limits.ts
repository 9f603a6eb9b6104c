import { MAX_WORKER_CONTENT_BYTES } from '@k4e/core/ports';

/** Room for what goes with the content of a message, in bytes: ids, directive, metadata, or the frame of an answer. */
const ENVELOPE_BYTES = 65_536;
/** Largest gRPC message in either direction, in bytes. What is larger is refused by its announced length, unread. */
export const MAX_WIRE_BYTES = MAX_WORKER_CONTENT_BYTES + ENVELOPE_BYTES;
/** Most calls on one connection at a time; further ones wait in the peer. */
export const MAX_CONCURRENT_CALLS = 128;
