import type { Clock } from '@k4e/core/ports';

/** What keeping a connection alive takes. */
export interface KeepaliveParts {
  readonly clock: Clock;
  readonly keepaliveMs: number;
  /** Bytes that have come from the broker so far. */
  readonly receivedBytes: () => number;
  /** Asks the broker for a sign of life. */
  readonly ping: () => void;
  /** Told once, when there was no byte of the broker for longer than `keepaliveMs` although it was asked. */
  readonly onSilence: () => void;
}

/**
 * Pings the broker twice within the time after which it would miss this device, and misses the broker after the same time. Any byte
 * is a sign of life: a large message on a slow line, behind which the answer to a ping waits, is none of silence. The result ends it.
 */
export function startKeepalive({ clock, keepaliveMs, receivedBytes, ping, onSilence }: KeepaliveParts): () => void {
  let knownBytes = receivedBytes();
  let heardAtMs = clock.monotonicMs();
  let cancel = (): void => undefined;
  const look = (): void => {
    const nowMs = clock.monotonicMs();
    if (receivedBytes() !== knownBytes) [knownBytes, heardAtMs] = [receivedBytes(), nowMs];
    if (nowMs - heardAtMs > keepaliveMs) return onSilence();
    ping();
    cancel = clock.schedule(keepaliveMs / 2, look);
  };
  cancel = clock.schedule(keepaliveMs / 2, look);
  return () => cancel();
}
