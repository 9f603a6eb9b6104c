import { sleep } from '../../foundation/index.ts';
import type { CallOptions, Clock } from '../../ports/index.ts';

/** Most bytes that one taker gets before the next has its turn. */
export const MAX_RATE_SLICE_BYTES = 65_536;
/** Fewest bytes of a turn. */
export const MIN_RATE_SLICE_BYTES = 1_024;
/** Turns in a second, where the slices can be made to fit. */
const SLICES_PER_SECOND = 4;

/** Spreads bytes over time, for all takers together; they take turns. */
export interface ByteRate {
  /** Resolves when so many bytes may go; `onTurn` is called at each turn. Rejects with `ABORTED`. */
  take(sizeBytes: number, options?: CallOptions & { readonly onTurn?: () => void }): Promise<void>;
}

/** Creates a rate. `limit` is asked at every turn: bytes per second, or `undefined` for as fast as can be. */
export function createByteRate(clock: Clock, limit: () => number | undefined): ByteRate {
  let freeAtMs = -Infinity;
  const takeSlice = async (bytesLeft: number, perSecond: number, options: CallOptions): Promise<number> => {
    const turnBytes = Math.floor(perSecond / SLICES_PER_SECOND);
    const sliceBytes = Math.min(bytesLeft, Math.max(MIN_RATE_SLICE_BYTES, Math.min(turnBytes, MAX_RATE_SLICE_BYTES)));
    const nowMs = clock.monotonicMs();
    const startMs = Math.max(nowMs, freeAtMs);
    freeAtMs = startMs + (sliceBytes * 1_000) / perSecond;
    if (startMs > nowMs) await sleep(clock, startMs - nowMs, options);
    return sliceBytes;
  };
  return {
    async take(sizeBytes, options = {}) {
      for (let left = sizeBytes; left > 0;) {
        const perSecond = limit();
        if (perSecond === undefined) return;
        left -= await takeSlice(left, perSecond, options);
        options.onTurn?.();
      }
    },
  };
}
