import { errorText } from '@k4e/core';
import type { Clock, ResourceStore } from '@k4e/core/ports';
import { withDeadline } from '@k4e/core/reconcile';
import { EDGE_DEVICE } from '@k4e/core/resources';

/** Longest that the store may take to answer a probe. */
export const STORE_PROBE_LIMIT_MS = 2_000;
/** How long a probe's result counts: so often, at most, is the store asked, however often the operator is. */
export const STORE_PROBE_INTERVAL_MS = 5_000;

/** Asks a store whether it answers: `undefined` when it does, else why not, in words. */
export type StoreProbe = () => Promise<string | undefined>;

/** Creates a probe. It reads a device that there never is: its name is no DNS label. */
export function createStoreProbe(parts: {
  readonly store: Pick<ResourceStore, 'get'>;
  readonly clock: Clock;
  readonly namespace: string;
}): StoreProbe {
  const { store, clock, namespace } = parts;
  const ref = { namespace, name: 'readiness.probe' };
  const deadline = { clock, limitMs: STORE_PROBE_LIMIT_MS, subject: 'the store' };
  const ask = (): Promise<string | undefined> =>
    withDeadline(deadline, (signal) => store.get(EDGE_DEVICE, ref, { signal })).then(() => undefined, errorText);
  let last: { readonly atMs: number; readonly result: Promise<string | undefined> } | undefined;
  return () => {
    const nowMs = clock.monotonicMs();
    if (last === undefined || nowMs - last.atMs >= STORE_PROBE_INTERVAL_MS) last = { atMs: nowMs, result: ask() };
    return last.result;
  };
}
