import { errorText } from '@k4e/core';
import type { Clock, Logger } from '@k4e/core/ports';

/** Milliseconds that a Kubernetes Event is kept after it was last written: an hour, as the Kubernetes API server does. */
export const EVENT_RETENTION_MS = 3_600_000;
/** Milliseconds between two looks for Events that are too old. */
export const RETENTION_INTERVAL_MS = 60_000;
/** Events that one look deletes at most; the rest go with the next. */
export const RETENTION_MAX_DELETES = 1_000;

/** Runs `prune` every `RETENTION_INTERVAL_MS`; a failure is logged and the next look comes all the same. Returns what stops it. */
export function startRetention(
  clock: Clock,
  logger: Logger,
  prune: (writtenBeforeMs: number) => Promise<void>,
): () => void {
  let cancel = (): void => undefined;
  const arm = (): void => {
    cancel = clock.schedule(RETENTION_INTERVAL_MS, () => {
      prune(clock.nowMs() - EVENT_RETENTION_MS).catch((error: unknown) => {
        logger.warn('old events could not be deleted', { cause: errorText(error) });
      });
      arm();
    });
  };
  arm();
  return () => cancel();
}
