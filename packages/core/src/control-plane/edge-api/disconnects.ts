import type { Clock } from '../../ports/index.ts';
import { resourceKey } from '../../resources/index.ts';
import type { ResourceRef } from '../../resources/index.ts';

/**
 * How long the disconnect command is handed out, again and again, to a peer that does not confirm it, before its deletion
 * counts as done: two polls of one that polls every 5 s, and a little. A single answer may get lost; upstream's
 * at-most-once left devices behind.
 */
export const DISCONNECT_LINGER_MS = 12_000;

/** Most devices that are waited for at once; further ones complete after the grace period of their deletion. */
export const MAX_PENDING_DISCONNECTS = 10_000;

/** Devices that were told to disconnect and may never say that they have, for which it is about to count as done. */
export interface Disconnects {
  /** The command goes out to this device now. Starts its time; a second call changes nothing. */
  handedOut(ref: ResourceRef): void;
  /** The device says that it is leaving: done now. */
  confirmed(ref: ResourceRef): void;
  stop(): void;
}

/** Creates the waiting list; `complete` is called once for each device, and must not throw. */
export function createDisconnects(parts: {
  readonly clock: Clock;
  readonly complete: (ref: ResourceRef) => void;
}): Disconnects {
  const pending = new Map<string, () => void>();
  const finish = (ref: ResourceRef): void => {
    const key = resourceKey(ref);
    pending.get(key)?.();
    if (pending.delete(key)) parts.complete(ref);
  };
  return {
    handedOut(ref) {
      const key = resourceKey(ref);
      if (pending.has(key) || pending.size >= MAX_PENDING_DISCONNECTS) return;
      pending.set(
        key,
        parts.clock.schedule(DISCONNECT_LINGER_MS, () => finish(ref)),
      );
    },
    confirmed: finish,
    stop() {
      for (const cancel of pending.values()) cancel();
      pending.clear();
    },
  };
}
