import { K4eError } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';

/** A number of permits, given out in the order of the calls. */
export interface Permits {
  /** Waits for a permit; resolves to what gives it back (idempotent). Rejects with `ABORTED`. */
  acquire(options?: CallOptions): Promise<() => void>;
}

/** Creates `count` permits. */
export function createPermits(count: number): Permits {
  const waiting = new Set<() => void>();
  let free = count;
  const giveBack = (): (() => void) => {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const [next] = waiting;
      if (next === undefined) free++;
      else next();
    };
  };
  return {
    async acquire({ signal } = {}) {
      if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      if (free > 0) {
        free--;
        return giveBack();
      }
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.delete(begin);
          reject(new K4eError('ABORTED', { retry: 'never' }));
        };
        const begin = (): void => {
          waiting.delete(begin);
          signal?.removeEventListener('abort', onAbort);
          resolve(giveBack());
        };
        waiting.add(begin);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
