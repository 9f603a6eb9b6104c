import { K4eError } from '../foundation/index.ts';
import type { CallOptions } from '../ports/index.ts';

/** A door that opens once and stays open. */
export interface Latch {
  isOpen(): boolean;
  open(): void;
  /** Resolves when it is open; rejects with `ABORTED`. */
  whenOpen(options?: CallOptions): Promise<void>;
}

/** Creates a closed latch. */
export function createLatch(): Latch {
  const waiting = new Set<() => void>();
  let isOpen = false;
  return {
    isOpen: () => isOpen,
    open() {
      isOpen = true;
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
    async whenOpen({ signal } = {}) {
      if (isOpen) return;
      if (signal?.aborted) throw new K4eError('ABORTED', { retry: 'never' });
      await new Promise<void>((resolve, reject) => {
        const onOpen = (): void => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const onAbort = (): void => {
          waiting.delete(onOpen);
          reject(new K4eError('ABORTED', { retry: 'never' }));
        };
        waiting.add(onOpen);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
