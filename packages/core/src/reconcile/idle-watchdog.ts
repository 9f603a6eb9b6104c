import type { Clock } from '../ports/index.ts';

/** Barks when nothing was heard for a while. One timer, however often it is fed. */
export interface IdleWatchdog {
  feed(): void;
  stop(): void;
}

/** Starts a watchdog that calls `onIdle` once, when it was not fed for `limitMs`. */
export function startIdleWatchdog(options: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'schedule'>;
  readonly limitMs: number;
  readonly onIdle: () => void;
}): IdleWatchdog {
  const { clock, limitMs, onIdle } = options;
  let fedAtMs = clock.monotonicMs();
  const look = (): void => {
    const leftMs = fedAtMs + limitMs - clock.monotonicMs();
    if (leftMs <= 0) onIdle();
    else cancel = clock.schedule(leftMs, look);
  };
  let cancel = clock.schedule(limitMs, look);
  return {
    feed: () => void (fedAtMs = clock.monotonicMs()),
    stop: () => cancel(),
  };
}
