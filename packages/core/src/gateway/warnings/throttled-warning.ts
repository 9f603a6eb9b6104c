import type { LogFields, Logger } from '../../ports/index.ts';
import type { Clock } from '../../ports/index.ts';
import { createTokenBucket } from '../../reconcile/index.ts';
import type { RateLimit } from '../../reconcile/index.ts';

/** How often one kind of warning is logged: peers decide how often there is cause. */
export const WARNING_RATE: RateLimit = { perSecond: 0.1, burst: 5 };

/** Warns of what happens as often as a peer likes. The next warning that is logged says how many were not. */
export type WarnThrottled = (message: string, fields?: LogFields) => void;

/** Creates a warning that is logged at `WARNING_RATE` at most. */
export function createThrottledWarning(logger: Logger, clock: Clock): WarnThrottled {
  const bucket = createTokenBucket({ ...WARNING_RATE, clock });
  let suppressed = 0;
  return (message, fields = {}) => {
    if (!bucket.tryTake()) {
      suppressed++;
      return;
    }
    logger.warn(message, suppressed === 0 ? fields : { ...fields, suppressed });
    suppressed = 0;
  };
}
