import type { StateStore } from '@k4e/core/ports';

/** A state store under test, and the hands that the suite needs around it. */
export interface StateStoreSubject {
  readonly store: StateStore;
  /** A store over the same documents, as after a restart of the process. The one before is not used again. */
  reopen(): StateStore;
  /** Damages the document that is there, in one of the ways that the options list. */
  damage(name: string, way: string): Promise<void>;
  /** Makes every write fail as a full or read-only disk does; the result repairs that. */
  failWrites(): Promise<() => Promise<void>>;
  /** Everything that the test made is gone afterwards. */
  dispose(): Promise<void>;
}
