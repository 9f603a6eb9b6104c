import type { ErrorCode } from '../../foundation/index.ts';
import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, ObjectContent, ObjectStore, StoredObject } from '../../ports/index.ts';
import { MAX_OBJECT_KEY_BYTES } from '../../ports/index.ts';
import { cut, digestOf, keysWith } from './memory-bucket.ts';
import type { MemoryBucket } from './memory-bucket.ts';
import { putInMemory } from './put-in-memory.ts';
import type { Gate } from './put-in-memory.ts';

/** What a bucket in memory is like. */
export interface MemoryObjectStoreOptions {
  /** Size of parts, and of the largest object that is sent whole. Default 5 MiB. */
  readonly partSizeBytes?: number;
  /** Objects on a page of a listing. Default 1,000. */
  readonly pageSize?: number;
}

/** A bucket in memory, with eyes and hands beside it. */
export interface MemoryObjectStore extends ObjectStore {
  /** The objects as they are, by key. */
  objects(): ReadonlyMap<string, Uint8Array>;
  /** The texts that unfinished puts are resumed with. */
  unfinished(): readonly string[];
  /** Drops what is unfinished, as a rule of a store does. */
  forgetUnfinished(): void;
  /** Bytes of content that were sent, from the beginning. */
  receivedBytes(): number;
  /** From now on every call that asks the store rejects with that code; with `undefined` no longer. */
  fail(code: ErrorCode | undefined): void;
  /** Another store on the same bucket, as after a restart. */
  reopen(): MemoryObjectStore;
}

const DEFAULT_PART_SIZE_BYTES = 5_242_880;
const DEFAULT_PAGE_SIZE = 1_000;

/** Creates an empty bucket, and opens it. */
export function createMemoryObjectStore(options: MemoryObjectStoreOptions = {}): MemoryObjectStore {
  return openMemoryBucket({
    objects: new Map(),
    unfinished: new Map(),
    partSizeBytes: options.partSizeBytes ?? DEFAULT_PART_SIZE_BYTES,
    pageSize: options.pageSize ?? DEFAULT_PAGE_SIZE,
    receivedBytes: 0,
    begunCount: 0,
  });
}

function openMemoryBucket(bucket: MemoryBucket): MemoryObjectStore {
  let fault: ErrorCode | undefined;
  let isClosed = false;
  const gate: Gate = async ({ signal }) => {
    await Promise.resolve();
    if (isClosed || signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    if (fault !== undefined) throw new K4eError(fault);
  };
  return {
    ...storeOf(bucket, gate),
    close: () => {
      isClosed = true;
    },
    objects: () => bucket.objects,
    unfinished: () => [...bucket.unfinished.keys()],
    forgetUnfinished: () => bucket.unfinished.clear(),
    receivedBytes: () => bucket.receivedBytes,
    fail: (code) => {
      fault = code;
    },
    reopen: () => openMemoryBucket(bucket),
  };
}

function storeOf(bucket: MemoryBucket, gate: Gate): Omit<ObjectStore, 'close'> {
  const described = (key: string, bytes: Uint8Array): StoredObject => ({
    key,
    sizeBytes: bytes.byteLength,
    digest: digestOf(bytes, bucket.partSizeBytes),
  });
  return {
    put: async (key, content, options = {}) => {
      checkKey(key);
      return described(key, await putInMemory(bucket, key, content, options, gate));
    },
    abandon: async (key, resume, options = {}) => {
      checkKey(key);
      await gate(options);
      bucket.unfinished.delete(resume);
    },
    head: async (key, options = {}) => {
      checkKey(key);
      await gate(options);
      const bytes = bucket.objects.get(key);
      return bytes === undefined ? undefined : described(key, bytes);
    },
    list: async function* (prefix, options = {}) {
      await gate(options);
      const objects = keysWith(prefix, bucket).map((key) =>
        described(key, bucket.objects.get(key) ?? new Uint8Array()),
      );
      for (let at = 0; at < objects.length; at += bucket.pageSize) {
        yield objects.slice(at, at + bucket.pageSize);
        await gate(options);
      }
    },
    digestOf: async (content, options = {}) => digestOf(await readAll(content, bucket, options), bucket.partSizeBytes),
  };
}

async function readAll(content: ObjectContent, bucket: MemoryBucket, options: CallOptions): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const { offset, lengthBytes } of cut(content.sizeBytes, bucket.partSizeBytes)) {
    parts.push(await content.read(offset, lengthBytes, options));
  }
  await content.confirm(options);
  return Buffer.concat(parts);
}

function checkKey(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > 0 && sizeBytes <= MAX_OBJECT_KEY_BYTES && key.isWellFormed()) return;
  throw new K4eError('INVALID_INPUT', { retry: 'never' });
}
