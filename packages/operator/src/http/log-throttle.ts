import type { Clock } from '@k4e/core/ports';

/** Lets one line in an interval through for each key, and counts the others. */
export interface LogThrottle {
  /** Calls `write` with the number of lines left out since the last one, or leaves this one out too. */
  log(key: string, write: (omitted: number) => void): void;
}

/** Creates a throttle. `key` must come from a small fixed set: keys are never forgotten. */
export function createLogThrottle(clock: Clock, intervalMs: number): LogThrottle {
  const lines = new Map<string, { readonly atMs: number; omitted: number }>();
  return {
    log(key, write) {
      const nowMs = clock.monotonicMs();
      const last = lines.get(key);
      if (last !== undefined && nowMs - last.atMs < intervalMs) {
        last.omitted++;
        return;
      }
      lines.set(key, { atMs: nowMs, omitted: 0 });
      write(last?.omitted ?? 0);
    },
  };
}
