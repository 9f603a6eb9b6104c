import { backoffDelayMs, errorCode, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { CallOptions, Clock, DeviceLink } from '../../ports/index.ts';
import { createMessage, offlineStatus } from '../../protocol/index.ts';
import type { ConnectionStatus } from '../../protocol/index.ts';
import { withDeadline } from '../../reconcile/index.ts';

/** Most tries to tell the control plane that everything is gone. */
export const MAX_FAREWELLS = 5;
/** Between two of them. */
export const FAREWELL_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 30_000, factor: 2, jitter: 0.5 };
/** Time allowed for one, in milliseconds. */
export const FAREWELL_LIMIT_MS = 60_000;

/** What it takes to say farewell. `uuid` gives message ids, `random` numbers in [0, 1). */
export interface FarewellParts {
  readonly link: DeviceLink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly uuid: () => string;
  /** Hears of each try that failed. */
  readonly onFailure: (error: unknown) => void;
  /** Default: a status that says nothing but `offline`. */
  readonly status?: ConnectionStatus;
}

/**
 * Tells the control plane that the device has left (wire: connection-status with state `offline`; upstream ignores it).
 * Answers whether it has heard, or does not want to. Rejects with `ABORTED` only.
 */
export async function sayFarewell(parts: FarewellParts, options: CallOptions = {}): Promise<boolean> {
  const { link, clock, random, uuid, onFailure, status: content = offlineStatus() } = parts;
  for (let tries = 1; tries <= MAX_FAREWELLS; tries++) {
    try {
      const stamp = { nowMs: clock.nowMs(), id: uuid() };
      const limits = { clock, limitMs: FAREWELL_LIMIT_MS, subject: 'farewell', ...options };
      await withDeadline(limits, (signal) =>
        link.send('control', createMessage({ type: 'connection-status', content }, stamp), { signal }),
      );
      return true;
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
      if (isFinal(error)) return true;
      onFailure(error);
    }
    await sleep(clock, backoffDelayMs(FAREWELL_BACKOFF, tries, random), options);
  }
  return false;
}

/** A control plane that has forgotten the device already, or does not want to hear, needs no telling. */
function isFinal(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'LINK_UNKNOWN_DEVICE' || code === 'LINK_REFUSED';
}
