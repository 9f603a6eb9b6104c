import type { Clock } from '../../ports/index.ts';
import { resourceKey } from '../../resources/index.ts';
import type { ResourceRef } from '../../resources/index.ts';

/** Shortest time between two looks that only a device's complaint is the reason of. */
export const COMPLAINT_INTERVAL_MS = 10_000;
/** Most devices whose last look is remembered; of the others a look may come too early, which only costs it. */
export const MAX_LOOKS = 100_000;

/** What a look depends on. */
export interface StorageView {
  /** Everything that has to be looked at at once when it changes. */
  readonly input: string;
  /** What the device says of its access. */
  readonly complaint: string;
}

/** How a look ended. */
export interface LookResult {
  /** When to look again though nothing changes; without: not. */
  readonly againInMs?: number | undefined;
  readonly failed: boolean;
  /** Whether new credentials were asked for. */
  readonly asked: boolean;
}

interface Look extends StorageView {
  readonly atMs: number;
  readonly againAtMs: number | undefined;
  readonly failures: number;
  readonly askedAtMs: number | undefined;
}

/**
 * When which device was looked at, and what it looked like. Devices change with every heartbeat that is written; their
 * bucket is asked for only when that has something to do with it. Nothing is lost when this is: one more look.
 */
export interface StorageLooks {
  /** Milliseconds until the next look is due, 0 for now; `undefined`: not before something changes. */
  dueInMs(ref: ResourceRef, view: StorageView): number | undefined;
  looked(ref: ResourceRef, view: StorageView, result: LookResult): void;
  /** Looks in a row that failed. */
  failures(ref: ResourceRef): number;
  /** Milliseconds since new credentials were asked for; infinite when nobody knows. */
  sinceAskedMs(ref: ResourceRef): number;
  /** Whether there was anything to forget. */
  forget(ref: ResourceRef): boolean;
}

/** Creates the memory of no look. */
export function createStorageLooks({ clock }: { readonly clock: Clock }): StorageLooks {
  const looks = new Map<string, Look>();
  return {
    dueInMs(ref, { input, complaint }) {
      const look = looks.get(resourceKey(ref));
      if (look?.input !== input) return 0;
      const nowMs = clock.monotonicMs();
      const complainedAtMs = look.complaint === complaint ? undefined : look.atMs + COMPLAINT_INTERVAL_MS;
      const dueMs = [look.againAtMs, complainedAtMs].filter((atMs) => atMs !== undefined);
      return dueMs.length === 0 ? undefined : Math.max(0, Math.min(...dueMs) - nowMs);
    },
    looked(ref, view, { againInMs, failed, asked }) {
      const key = resourceKey(ref);
      const before = looks.get(key);
      const atMs = clock.monotonicMs();
      looks.delete(key);
      looks.set(key, {
        ...view,
        atMs,
        againAtMs: againInMs === undefined ? undefined : atMs + againInMs,
        failures: failed ? (before?.failures ?? 0) + 1 : 0,
        askedAtMs: asked ? atMs : before?.askedAtMs,
      });
      const [oldest] = looks.keys();
      if (looks.size > MAX_LOOKS && oldest !== undefined) looks.delete(oldest);
    },
    failures: (ref) => looks.get(resourceKey(ref))?.failures ?? 0,
    sinceAskedMs(ref) {
      const askedAtMs = looks.get(resourceKey(ref))?.askedAtMs;
      return askedAtMs === undefined ? Infinity : clock.monotonicMs() - askedAtMs;
    },
    forget: (ref) => looks.delete(resourceKey(ref)),
  };
}
