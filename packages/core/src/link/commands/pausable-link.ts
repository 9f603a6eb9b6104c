import { K4eError, sleep } from '../../foundation/index.ts';
import type { Clock, DeviceLink, ReceivedMessage } from '../../ports/index.ts';

/** How long a link whose stream ended by itself rests before it is asked again, in milliseconds. */
const RESUME_DELAY_MS = 1_000;

/** A link that can take a break. */
export interface PausableLink extends DeviceLink {
  /**
   * Receives nothing for `durationMs`, then again; `send` rejects with `LINK_UNREACHABLE` meanwhile and says in its retry
   * class how long that still lasts. A second pause takes the place of the first.
   */
  pause(durationMs: number): void;
}

/** Gives a link the ability to take a break. */
export function createPausableLink(link: DeviceLink, clock: Clock): PausableLink {
  let resumeAtMs = 0;
  let stop = new AbortController();
  const restMs = (): number => Math.max(0, resumeAtMs - clock.monotonicMs());
  async function* receive({ signal, onState }: Parameters<DeviceLink['receive']>[0]): AsyncGenerator<ReceivedMessage> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      while (restMs() > 0 && !isOver()) await sleep(clock, restMs(), { signal }).catch(() => undefined);
      stop = new AbortController();
      const options = { signal: AbortSignal.any([signal, stop.signal]), ...(onState === undefined ? {} : { onState }) };
      if (!isOver()) yield* link.receive(options);
      if (restMs() === 0) await sleep(clock, RESUME_DELAY_MS, { signal }).catch(() => undefined);
    }
  }
  return {
    receive,
    refresh: () => link.refresh(),
    async send(channel, message, options) {
      const afterMs = restMs();
      if (afterMs === 0) return link.send(channel, message, options);
      throw new K4eError('LINK_UNREACHABLE', { message: 'the control plane asked for a break', retry: { afterMs } });
    },
    pause(durationMs) {
      resumeAtMs = clock.monotonicMs() + durationMs;
      stop.abort();
    },
  };
}
