import type { Clock, LogFields, Logger } from '../../ports/index.ts';
import { createTokenBucket } from '../../reconcile/index.ts';
import type { RateLimit, TokenBucket } from '../../reconcile/index.ts';

/** How often one kind of warning is logged: peers decide how often there is cause. */
export const WARNING_RATE: RateLimit = { perSecond: 0.1, burst: 5 };

/** Warns of what happens as often as a peer likes. The next warning that is logged says how many were not. */
export type WarnThrottled = (message: string, fields?: LogFields) => void;

/**
 * Creates a warning that is logged at `WARNING_RATE` at most, each message by itself: one that comes often hides no other.
 * Messages are a handful of constants; what varies is in the fields.
 */
export function createThrottledWarning(logger: Logger, clock: Clock): WarnThrottled {
  const kinds = new Map<string, { readonly bucket: TokenBucket; suppressed: number }>();
  return (message, fields = {}) => {
    const kind = kinds.get(message) ?? { bucket: createTokenBucket({ ...WARNING_RATE, clock }), suppressed: 0 };
    kinds.set(message, kind);
    const { suppressed } = kind;
    kind.suppressed = kind.bucket.tryTake() ? 0 : suppressed + 1;
    if (kind.suppressed > 0) return;
    logger.warn(message, suppressed === 0 ? fields : { ...fields, suppressed });
  };
}
