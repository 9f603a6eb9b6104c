import { K4eError } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';

/** A file of that size and more is sent in parts, and few of them at once: 8 MiB. */
export const LARGE_FILE_BYTES = 8_388_608;
/** Most large files that are sent at once. Each takes `MAX_PUT_BUFFER_BYTES` of memory. */
export const MAX_LARGE_TRANSFERS = 2;
/** Most other files that are sent at once. */
export const MAX_SMALL_TRANSFERS = 32;
/** Most bytes of other files that are sent at once: 16 MiB. With the large ones, all the content that is in memory. */
export const MAX_SMALL_TRANSFER_BYTES = 16_777_216;
/** Most transfers at once. */
export const MAX_TRANSFERS = MAX_LARGE_TRANSFERS + MAX_SMALL_TRANSFERS;

/** Gives a place back. Idempotent. */
export type ReleaseSlot = () => void;

type Kind = 'large' | 'small';

interface Waiter {
  readonly sizeBytes: number;
  readonly begin: () => void;
}

/** Whether a file is sent as a large one. */
export function isLargeFile(sizeBytes: number): boolean {
  return sizeBytes >= LARGE_FILE_BYTES;
}

/** Places for transfers, which are few. */
export class TransferSlots {
  readonly #queues = { large: new Set<Waiter>(), small: new Set<Waiter>() };
  readonly #taken = { large: 0, small: 0, smallBytes: 0 };
  #passage = { width: MAX_TRANSFERS, taken: 0 };

  /**
   * Waits for a place, in the order of the calls among files of a kind, large or not. Rejects with `ABORTED`. Who has one
   * waiting call at a time takes turns with the others who do.
   */
  async acquire(sizeBytes: number, { signal }: CallOptions = {}): Promise<ReleaseSlot> {
    const kind = isLargeFile(sizeBytes) ? 'large' : 'small';
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    if (this.#queues[kind].size === 0 && this.#fits(kind, sizeBytes)) return this.#occupy(kind, sizeBytes);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#queues[kind].delete(waiter);
        reject(new K4eError('ABORTED', { retry: 'never' }));
        this.#admitAll();
      };
      const begin = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve(this.#occupy(kind, sizeBytes));
      };
      const waiter: Waiter = { sizeBytes, begin };
      this.#queues[kind].add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** From now on one transfer at a time begins; those that run go on and do not count. */
  narrow(): void {
    this.#passage = { width: 1, taken: 0 };
    this.#admitAll();
  }

  /** From now on twice as many may run at once, up to `MAX_TRANSFERS`. */
  widen(): void {
    this.#passage.width = Math.min(MAX_TRANSFERS, this.#passage.width * 2);
    this.#admitAll();
  }

  #fits(kind: Kind, sizeBytes: number): boolean {
    const { large, small, smallBytes } = this.#taken;
    if (this.#passage.taken >= this.#passage.width) return false;
    if (kind === 'large') return large < MAX_LARGE_TRANSFERS;
    return small < MAX_SMALL_TRANSFERS && smallBytes + sizeBytes <= MAX_SMALL_TRANSFER_BYTES;
  }

  /** Where only one can pass, it is a file that is soon through. */
  #admitAll(): void {
    this.#admit('small');
    this.#admit('large');
  }

  #admit(kind: Kind): void {
    for (const waiter of this.#queues[kind]) {
      if (!this.#fits(kind, waiter.sizeBytes)) return;
      this.#queues[kind].delete(waiter);
      waiter.begin();
    }
  }

  #occupy(kind: Kind, sizeBytes: number): ReleaseSlot {
    const smallBytes = kind === 'small' ? sizeBytes : 0;
    const passage = this.#passage;
    let isHeld = true;
    this.#taken[kind] += 1;
    this.#taken.smallBytes += smallBytes;
    passage.taken += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#taken[kind] -= 1;
      this.#taken.smallBytes -= smallBytes;
      passage.taken -= 1;
      this.#admitAll();
    };
  }
}
