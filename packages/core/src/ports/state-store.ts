import type { CallOptions } from './call-options.ts';

/**
 * Crash-safe documents on the device, a few dozen small ones at most.
 *
 * | call | outcome |
 * |---|---|
 * | `read` of a document never written | `undefined` |
 * | `read` after a crash during `write` | the old or the new bytes, whole; never a mixture |
 * | `read` of a damaged document | rejects with `STATE_CORRUPT`, subject = its name; the bytes stay for a post-mortem until the next write |
 * | `write` | durable when it resolves: survives a power cut right after |
 * | `write` without space or permission | rejects with `STATE_UNWRITABLE`; the old bytes are intact |
 * | `remove` of what is not there | resolves |
 *
 * Names are DNS labels. Calls for one name run in the order they were made.
 */
export interface StateStore {
  read(name: string, options?: CallOptions): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array, options?: CallOptions): Promise<void>;
  remove(name: string, options?: CallOptions): Promise<void>;
}
