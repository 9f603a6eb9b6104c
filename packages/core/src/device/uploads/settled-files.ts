import type { Clock, FileIdentity } from '../../ports/index.ts';

/** A file that nothing has changed for that long is complete, in milliseconds. */
export const SETTLE_MS = 2_000;
/** How much the wall clock may be corrected without becoming useless for telling how old a change is, in milliseconds. */
export const CLOCK_TOLERANCE_MS = 500;

/** A moment of the wall clock, and how far it can be trusted. */
export interface SettleMoment {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** For how long the wall clock has been seen to run without a jump. */
  readonly steadyForMs: number;
}

/** Tells the time by a wall clock that may jump, as on devices that learn the time from the network after they have started. */
export interface SteadyClock {
  moment(): SettleMoment;
}

/** Creates a clock that is steady from now on, until a jump is seen. Jumps are seen at the next `moment` after them. */
export function createSteadyClock(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): SteadyClock {
  let offsetMs = clock.nowMs() - clock.monotonicMs();
  let sinceMs = clock.monotonicMs();
  return {
    moment() {
      const [nowMs, monotonicMs] = [clock.nowMs(), clock.monotonicMs()];
      if (Math.abs(nowMs - monotonicMs - offsetMs) > CLOCK_TOLERANCE_MS) {
        offsetMs = nowMs - monotonicMs;
        sinceMs = monotonicMs;
      }
      return { nowMs, steadyForMs: monotonicMs - sinceMs };
    },
  };
}

/**
 * Whether nothing has changed the file for `SETTLE_MS`. Its own time of change tells, which programs cannot set. That is
 * by the same clock: once that has been steady for as long, a time in the future is one from before a jump. Pure.
 */
export function isSettled({ changedAtMs }: FileIdentity, { nowMs, steadyForMs }: SettleMoment): boolean {
  const ageMs = nowMs - changedAtMs;
  return steadyForMs >= SETTLE_MS && (ageMs >= SETTLE_MS || ageMs < -CLOCK_TOLERANCE_MS);
}
