import type { ErrorCode } from '@k4e/core';
import type { ObjectStore } from '@k4e/core/ports';

/** What can be wrong with the access that a store is opened with. */
export type AccessDefect = 'wrong secret' | 'unknown user' | 'expired' | 'unknown bucket' | 'no right' | 'nobody there';

/** An object store under test, on an empty bucket of its own, and the hands that the suite needs around it. */
export interface ObjectStoreSubject {
  readonly store: ObjectStore;
  /** Opens the same bucket again, as another process does. */
  readonly reopen: () => Promise<ObjectStore>;
  /** Opens it with access that has something wrong about it; the options list which. */
  readonly openWith: (defect: AccessDefect) => Promise<ObjectStore>;
  /** The bytes of an object, not looked at through the store; `undefined` when there is none. */
  readonly contentOf: (key: string) => Promise<Uint8Array | undefined>;
  /** How many puts in parts are begun and neither complete nor abandoned. */
  readonly unfinishedPuts: () => Promise<number>;
  /** Drops them, as a rule of a bucket does. */
  readonly forgetUnfinishedPuts: () => Promise<void>;
  /** Bytes that were sent to the bucket since the test began; a little more than the content is fine. */
  readonly receivedBytes: () => number;
  /** Makes every call fail in that way; the result repairs it. The options list which. */
  readonly fail: (code: ErrorCode) => Promise<() => Promise<void>>;
  /** Everything that the test made is gone afterwards. */
  readonly dispose: () => Promise<void>;
}

/** What the suite is run over. */
export interface ObjectStoreContractOptions {
  /** Called before each test. */
  readonly createSubject: () => Promise<ObjectStoreSubject>;
  /** Size of the largest content that is sent whole. Parts have the same size. */
  readonly partSizeBytes: number;
  /** Whether objects have digests. Default true. */
  readonly tellsDigests?: boolean;
  readonly defects: readonly AccessDefect[];
  /** Codes that `fail` knows. */
  readonly faults: readonly ErrorCode[];
  /** Keys of the suite that stores of this kind cannot hold: refused with `INVALID_INPUT`. */
  readonly refusedKeys?: readonly string[];
}

/** A row's way to what it needs. */
export interface Rows {
  readonly options: ObjectStoreContractOptions;
  readonly subject: () => ObjectStoreSubject;
}
