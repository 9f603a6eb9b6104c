import type { CallOptions } from './call-options.ts';

/** A bucket, and the right to use it. `secretAccessKey` and `sessionToken` are secrets: in no log and no error. */
export interface BucketAccess {
  /** Scheme, host and port, such as `https://s3.example:9000`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Signing region; upstream's word for "any" is `ignore`. */
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that expire. */
  readonly sessionToken?: string;
  /** PEM certificates that are trusted besides the system's. */
  readonly caBundle?: string;
}

/** An object as the store knows it. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** The store's own fingerprint of the content; equal to `ObjectStore.digestOf` of the same content where the store tells it. */
  readonly digest?: string;
}

/** Bytes that do not change while they are read. What `read` gave stays as it is until it is released. */
export interface ObjectContent {
  readonly sizeBytes: number;
  /** Exactly `lengthBytes` from `offset`. Rejects with `UPLOAD_SOURCE_CHANGED` when the content is no longer what it was. */
  read(offset: number, lengthBytes: number, options?: CallOptions): Promise<Uint8Array>;
  /** Resolves when the content is still what it was when it was opened; rejects with `UPLOAD_SOURCE_CHANGED`. */
  confirm(options?: CallOptions): Promise<void>;
  /** Who has read `bytes` looks at them no more: they may be something else from now on. Saves memory; nobody has to call it. */
  release?(bytes: Uint8Array): void;
}

/** How an object is put. */
export interface PutOptions extends CallOptions {
  /** What an earlier `put` of the same content to the same key said through `onBegun`: its parts are not sent again. */
  readonly resume?: string;
  /** A put in parts has begun; with this text it can be gone on with after a restart. It waits for what this returns. */
  readonly onBegun?: (resume: string) => Promise<void>;
}

/**
 * One bucket: keys and bytes.
 *
 * | call | outcome |
 * |---|---|
 * | `put` | the object is there, whole, and the store has verified every byte that was sent against a checksum of what was read |
 * | `put` over an object | the old one stays, whole, until the new one is |
 * | `put` that fails, is aborted or killed | nothing becomes visible; parts may stay for `resume` |
 * | `put` of content that changes | `confirm` is asked before the object becomes visible; it rejects with `UPLOAD_SOURCE_CHANGED`, and nothing is left behind |
 * | `put` with `resume` that the store has forgotten | begins again, and says so through `onBegun` |
 * | `abandon` | parts of an unfinished `put` are gone; one that is finished or unknown is fine |
 * | `head` of what is not there | `undefined` |
 * | `list` | every object whose key begins with the prefix, in pages, in the order of keys |
 * | `digestOf` | reads all of the content; asks the store nothing |
 *
 * Memory: a `put` holds at most `MAX_PUT_BUFFER_BYTES` of content, however large it is. Keys are UTF-8 of 1 to
 * `MAX_OBJECT_KEY_BYTES`; anything else is `INVALID_INPUT`, and so is a key that this store cannot hold (`a//b` on MinIO).
 * Content that is larger than the store can hold is `TOO_LARGE`. Both are about one object; others may well be fine.
 *
 * All reject with `STORAGE_UNREACHABLE`, `STORAGE_CREDENTIALS` (wrong or expired), `STORAGE_CLOCK_SKEW`, `STORAGE_REFUSED`,
 * `STORAGE_NO_BUCKET`, `STORAGE_FULL`, `STORAGE_THROTTLED`, `STORAGE_FAILED` or `ABORTED`. A call tries again by itself a
 * few times where that helps within seconds; waiting for longer is the caller's.
 */
export interface ObjectStore {
  put(key: string, content: ObjectContent, options?: PutOptions): Promise<StoredObject>;
  abandon(key: string, resume: string, options?: CallOptions): Promise<void>;
  head(key: string, options?: CallOptions): Promise<StoredObject | undefined>;
  list(prefix: string, options?: CallOptions): AsyncIterable<readonly StoredObject[]>;
  digestOf(content: ObjectContent, options?: CallOptions): Promise<string>;
  /** Lets go of connections. Calls that run, and those after it, reject with `ABORTED`. */
  close(): void;
}

/** Opens a bucket. Cheap: nothing is asked of the store. Rejects with `INVALID_INPUT` for access that cannot work. */
export type OpenBucket = (access: BucketAccess) => Promise<ObjectStore>;

/** Most bytes of content that one `put` holds in memory: 16 MiB. */
export const MAX_PUT_BUFFER_BYTES = 16_777_216;
/** Longest key, in bytes of UTF-8, as S3 has it. */
export const MAX_OBJECT_KEY_BYTES = 1_024;
