import { K4eError, backoffDelayMs, errorText, hasCode, sleep } from '@k4e/core';
import type { Backoff } from '@k4e/core';
import type { LinkStateReporter } from '@k4e/core/link';
import type { Clock } from '@k4e/core/ports';
import { unlessAborted } from '../session/index.ts';
import { STEADY_MS } from './mqtt-link.ts';

/** What gives sessions. */
export interface SessionSource {
  /** The session that is there, or comes about now. */
  session(): Promise<{ readonly over: Promise<K4eError> }>;
  /** There is none for a while, for this reason, until `wake`. */
  rest(failure: K4eError): void;
  wake(): void;
}

/** What staying connected takes. `random` gives numbers in [0, 1). */
export interface StayingParts {
  readonly connection: SessionSource;
  readonly reporter: LinkStateReporter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly backoff: Backoff;
}

/** The name of the only way of this link, for the reporter. */
export const BROKER_WAY = 'broker';

/** Sees to it that there is a session until `signal` fires; what was made of it stays then. Never rejects. */
export async function keepConnected(parts: StayingParts, signal: AbortSignal): Promise<void> {
  const { connection, reporter, clock, random, backoff } = parts;
  const hasEnded = (): boolean => signal.aborted;
  for (let failures = 0; !hasEnded();) {
    const { failure, heldMs } = await stayConnected(parts, signal);
    if (hasEnded()) return;
    failures = heldMs >= STEADY_MS ? 1 : failures + 1;
    const retryInMs = delayMs(failure, failures, backoff, random);
    connection.rest(failure);
    reporter.failed(BROKER_WAY, failure, retryInMs);
    await sleep(clock, retryInMs, { signal }).catch(() => undefined);
    connection.wake();
  }
}

/** From one try to connect to the end of the session that comes of it, or of `signal`. */
async function stayConnected({ connection, reporter, clock }: StayingParts, signal: AbortSignal) {
  let sinceMs = clock.monotonicMs();
  const heldMs = (): number => clock.monotonicMs() - sinceMs;
  try {
    const session = await unlessAborted(connection.session(), signal);
    sinceMs = clock.monotonicMs();
    reporter.succeeded(BROKER_WAY);
    return { failure: await unlessAborted(session.over, signal), heldMs: heldMs() };
  } catch (error) {
    const cause = error instanceof K4eError ? error : new K4eError('LINK_UNREACHABLE', { message: errorText(error) });
    return { failure: cause, heldMs: 0 };
  }
}

/** Refusals wait longest: they need a person. */
function delayMs(failure: K4eError, failures: number, backoff: Backoff, random: () => number): number {
  const pace = hasCode(failure, 'LINK_REFUSED') ? { ...backoff, firstMs: backoff.maxMs } : backoff;
  return backoffDelayMs(pace, failures, random);
}
