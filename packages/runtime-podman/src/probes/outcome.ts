import { MAX_PROBE_REASON_LENGTH } from '@k4e/core/ports';
import type { ProbeOutcome } from '@k4e/core/ports';

/** A probe that is good. */
export const GOOD: ProbeOutcome = { isGood: true };

/** A probe that is not, with a reason that fits: what is not printable becomes a space, what is too long is cut. */
export function bad(reason: string): ProbeOutcome {
  const words = reason
    .slice(0, 4 * MAX_PROBE_REASON_LENGTH)
    .replaceAll(/[^\P{C}]+|\s+/gu, ' ')
    .trim();
  const isTooLong = words.length > MAX_PROBE_REASON_LENGTH;
  return { isGood: false, reason: isTooLong ? `${words.slice(0, MAX_PROBE_REASON_LENGTH - 1)}…` : words };
}

/** A probe whose time was up. */
export function late(timeoutMs: number): ProbeOutcome {
  return bad(`no answer within ${timeoutMs / 1_000} s`);
}
