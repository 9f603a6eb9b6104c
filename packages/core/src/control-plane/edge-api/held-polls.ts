import type { Clock, MetricsSink } from '../../ports/index.ts';
import { resourceKey } from '../../resources/index.ts';
import type { ResourceRef } from '../../resources/index.ts';

/** Most polls that are held at once; further ones are answered as if nobody had asked for holding. */
export const MAX_HELD_POLLS = 65_536;
/** Most polls of one device: one of each channel, and as many that it has given up without our having seen it. */
export const MAX_HELD_POLLS_OF_DEVICE = 4;
/** How often it is looked whose time is over: one timer for all of them. */
export const SWEEP_INTERVAL_MS = 1_000;

/** A poll that is held. */
export interface HeldPoll {
  /**
   * Resolves when it is to be looked at again, at once if it was rung for since the last call: `rung`; `late` when `limitMs` is
   * over, give or take `SWEEP_INTERVAL_MS`, counted from the first of the calls in a row that have a limit; `over` when its
   * time is.
   */
  rung(options?: { readonly limitMs?: number }): Promise<'rung' | 'late' | 'over'>;
  /** It is not held any more. To be called once. */
  leave(): void;
}

/** The polls that wait for something else than what their devices have. */
export interface HeldPolls {
  /** A place for a poll, until its time is over or `signal` fires; `undefined`: there is none. */
  admit(
    ref: ResourceRef,
    options: { readonly waitMs: number; readonly signal?: AbortSignal | undefined },
  ): HeldPoll | undefined;
  /** What the device with this key is to have may be otherwise than it was. */
  ring(key: string): void;
  /** Ends all, and admits none any more. */
  close(): void;
}

interface Place {
  readonly endsAtMs: number;
  lateAtMs: number;
  hasRung: boolean;
  isOver: boolean;
  wake: (() => void) | undefined;
}

/** Creates an empty set of held polls. */
export function createHeldPolls({
  clock,
  metrics,
}: {
  readonly clock: Clock;
  readonly metrics: MetricsSink;
}): HeldPolls {
  const places = new Map<string, Set<Place>>();
  const gauge = metrics.gauge({ name: 'k4e_edge_api_held_polls', help: 'Polls that are held now.' });
  let count = 0;
  let isClosed = false;
  let cancelSweep: (() => void) | undefined;
  const countBy = (change: 1 | -1): void => gauge.set((count += change));
  const sweep = (): void => {
    const nowMs = clock.monotonicMs();
    for (const ofDevice of places.values()) for (const place of ofDevice) wakeIfDue(place, nowMs);
    cancelSweep = count === 0 ? undefined : clock.schedule(SWEEP_INTERVAL_MS, sweep);
  };
  const enter = (key: string, place: Place): void => {
    places.set(key, (places.get(key) ?? new Set<Place>()).add(place));
    countBy(1);
    cancelSweep ??= clock.schedule(SWEEP_INTERVAL_MS, sweep);
  };
  const leave = (key: string, place: Place): void => {
    const ofDevice = places.get(key);
    if (ofDevice?.delete(place) !== true) return;
    if (ofDevice.size === 0) places.delete(key);
    countBy(-1);
  };
  return {
    admit(ref, { waitMs, signal }) {
      const key = resourceKey(ref);
      const isFull = count >= MAX_HELD_POLLS || (places.get(key)?.size ?? 0) >= MAX_HELD_POLLS_OF_DEVICE;
      if (isClosed || isFull || signal?.aborted === true) return undefined;
      const endsAtMs = clock.monotonicMs() + waitMs;
      const place: Place = { endsAtMs, lateAtMs: Infinity, hasRung: false, isOver: false, wake: undefined };
      const onAbort = (): void => end(place);
      signal?.addEventListener('abort', onAbort, { once: true });
      enter(key, place);
      return {
        rung: ({ limitMs = Infinity } = {}) => rung(place, clock.monotonicMs() + limitMs),
        leave: () => {
          signal?.removeEventListener('abort', onAbort);
          leave(key, place);
        },
      };
    },
    ring(key) {
      for (const place of places.get(key) ?? []) {
        place.hasRung = true;
        place.wake?.();
      }
    },
    close() {
      isClosed = true;
      cancelSweep?.();
      for (const ofDevice of places.values()) ofDevice.forEach(end);
    },
  };
}

function end(place: Place): void {
  place.isOver = true;
  place.wake?.();
}

function wakeIfDue(place: Place, nowMs: number): void {
  if (place.endsAtMs <= nowMs) end(place);
  else if (place.lateAtMs <= nowMs) place.wake?.();
}

async function rung(place: Place, lateAtMs: number): Promise<'rung' | 'late' | 'over'> {
  place.lateAtMs = lateAtMs === Infinity ? Infinity : Math.min(place.lateAtMs, lateAtMs);
  if (!place.hasRung && !place.isOver) await new Promise<void>((resolve) => (place.wake = resolve));
  place.wake = undefined;
  const { hasRung } = place;
  place.hasRung = false;
  if (place.isOver) return 'over';
  return hasRung ? 'rung' : 'late';
}
