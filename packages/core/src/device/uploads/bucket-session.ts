import type { BucketAccess, ObjectStore } from '../../ports/index.ts';

/** The bucket as it is reached with one access. It is let go of once it is not wanted any more and nobody uses it. */
export class BucketSession {
  readonly access: BucketAccess;
  readonly store: ObjectStore;
  readonly #controller = new AbortController();
  #users = 0;
  #isRetired = false;
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor(access: BucketAccess, store: ObjectStore) {
    this.access = access;
    this.store = store;
  }

  /** Fires when what uses it has to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Someone uses it, until the result is called (once). */
  use(): () => void {
    this.#users += 1;
    return () => {
      this.#users -= 1;
      this.#closeIfIdle();
    };
  }

  /** Nobody begins to use it any more. */
  retire(): void {
    this.#isRetired = true;
    this.#closeIfIdle();
  }

  /** Ends what uses it, and resolves when nobody does. */
  async end(): Promise<void> {
    this.#controller.abort();
    this.retire();
    if (this.#users > 0) await new Promise<void>((resolve) => void (this.#onIdle = resolve));
  }

  #closeIfIdle(): void {
    if (!this.#isRetired || this.#users > 0) return;
    this.#onIdle?.();
    if (!this.#isClosed) this.store.close();
    this.#isClosed = true;
  }
}
