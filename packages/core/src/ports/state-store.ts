import type { CallOptions } from './call-options.ts';

/** Largest document that a state store takes, in bytes: 4 MiB. */
export const MAX_STATE_DOCUMENT_BYTES = 4_194_304;

/**
 * Crash-safe documents on the device, a few dozen small ones at most.
 *
 * | call | outcome |
 * |---|---|
 * | `read` of a document never written | `undefined` |
 * | `read` after a crash during `write` | the old or the new bytes, whole; never a mixture |
 * | `read` of a damaged document | rejects with `STATE_CORRUPT`, subject = its name; the bytes stay for a post-mortem until the next write |
 * | `read` of a document that is there and cannot be read | rejects with `STATE_UNREADABLE` |
 * | `write` | durable when it resolves: survives a power cut right after |
 * | `write` without space or permission | rejects with `STATE_UNWRITABLE`; the old bytes are intact |
 * | `write` of more than `MAX_STATE_DOCUMENT_BYTES` | rejects with `TOO_LARGE`; the old bytes are intact |
 * | `remove` of what is not there | resolves |
 * | any call with a name that is no DNS label | rejects with `INVALID_INPUT` |
 *
 * Calls for one name run in the order they were made. Bytes are copied: those given may change after the call, those
 * read belong to the caller. One store at a time has the documents.
 */
export interface StateStore {
  read(name: string, options?: CallOptions): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array, options?: CallOptions): Promise<void>;
  remove(name: string, options?: CallOptions): Promise<void>;
}
