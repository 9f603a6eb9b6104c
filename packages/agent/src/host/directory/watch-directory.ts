import { watch } from 'node:fs';
import { sleep } from '@k4e/core';
import type { Doorbell } from '@k4e/core/link';
import type { Clock } from '@k4e/core/ports';

/** How long a directory that changed is left alone, in milliseconds: who writes a file writes more than once. */
export const SETTLE_MS = 250;
/** Longest time between two looks, in milliseconds: what the kernel does not tell of is found all the same. */
export const LOOK_INTERVAL_MS = 10_000;

/** What watching takes. */
export interface WatchDirectoryParts {
  readonly directory: string;
  readonly clock: Clock;
  /** Rung when the directory changes; whoever wants a look may ring, too. */
  readonly bell: Doorbell;
  readonly look: () => Promise<void>;
}

/** Looks at once, after each change of a directory, and now and then; also at one that is not there yet. */
export async function watchDirectory(
  { directory, clock, bell, look }: WatchDirectoryParts,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    // Anew each time: a watch is of the directory that was there, not of the one that has its name now.
    const stopWatching = startWatch(directory, () => bell.ring());
    try {
      await look();
      await bell.wait({ signal, limitMs: LOOK_INTERVAL_MS });
    } finally {
      stopWatching();
    }
    await sleep(clock, SETTLE_MS, { signal }).catch(() => undefined);
  }
}

/** A directory that cannot be watched is looked at now and then. */
function startWatch(directory: string, onChange: () => void): () => void {
  try {
    const watcher = watch(directory, onChange);
    watcher.on('error', onChange);
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
