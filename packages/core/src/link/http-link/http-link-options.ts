import type { Backoff } from '../../foundation/index.ts';
import type { Clock, Logger } from '../../ports/index.ts';
import type { EdgeApiClient } from '../../protocol/index.ts';
import { INTERVAL_JITTER, POLL_BACKOFF, UNKNOWN_DEVICE_INTERVAL_MS, boundedIntervalMs } from './poll-timing.ts';

/** What a link over HTTP is made of. */
export interface HttpLinkOptions {
  readonly client: Pick<EdgeApiClient, 'poll' | 'send'>;
  /** A DNS label. */
  readonly deviceId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /**
   * Time between two looks of a channel, in milliseconds, asked for whenever a wait begins; see `intervalChanged`. A control
   * plane that holds polls is asked again at once.
   */
  readonly pollIntervalMs: () => number;
  /** Waits after failures. Default `POLL_BACKOFF`. */
  readonly backoff?: Backoff;
  /** How long the control plane may hold a poll. Default `HOLD_SECONDS`. */
  readonly holdSeconds?: number;
  /** Bounds on the intervals that are obeyed. Defaults `MIN_POLL_INTERVAL_MS`, `UNKNOWN_DEVICE_INTERVAL_MS`. */
  readonly minIntervalMs?: number;
  readonly unknownDeviceIntervalMs?: number;
}

/** How fast a link looks. `share` is a random number in [0, 1) that spreads an interval. */
export interface PollPace {
  intervalMs(share: number): number;
  unknownDeviceIntervalMs(share: number): number;
  readonly backoff: Backoff;
}

/** The pace that the options ask for. */
export function createPollPace(options: HttpLinkOptions): PollPace {
  const spread = (ms: number, share: number): number => Math.round(ms * (1 - INTERVAL_JITTER * share));
  const unknownMs = options.unknownDeviceIntervalMs ?? UNKNOWN_DEVICE_INTERVAL_MS;
  return {
    intervalMs: (share) => spread(boundedIntervalMs(options.pollIntervalMs(), options.minIntervalMs), share),
    unknownDeviceIntervalMs: (share) => spread(unknownMs, share),
    backoff: options.backoff ?? POLL_BACKOFF,
  };
}
