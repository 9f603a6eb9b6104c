import { backoffDelayMs, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { Clock, ExportFiles } from '../../ports/index.ts';

/** Between two tries to watch what cannot be watched. Files are found all the same, by the regular looks. */
export const WATCH_BACKOFF: Backoff = { firstMs: 5_000, maxMs: 300_000, factor: 2, jitter: 0.2 };

/** What watching works with. `random` gives numbers in [0, 1). */
export interface WatchChangesParts {
  readonly exports: ExportFiles;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onChange: (workload: string) => void;
}

/** Tells of changes below the exports of these workloads until `signal` fires. Never rejects. */
export async function watchChanges(
  { exports, clock, random, onChange }: WatchChangesParts,
  workloads: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      for await (const workload of exports.changes(workloads, { signal })) {
        failures = 0;
        onChange(workload);
      }
    } catch {
      // What it was is of no use: the next look finds what was missed, and a disk that fails shows there.
    }
    await sleep(clock, backoffDelayMs(WATCH_BACKOFF, failures, random), { signal }).catch(() => undefined);
  }
}
