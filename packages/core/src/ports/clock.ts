/**
 * Time, injected so that tests decide when it passes.
 * `schedule` runs `callback` once, at the earliest after `delayMs`, and returns a function that cancels it (idempotent).
 */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. May jump; never measure durations with it. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; only ever grows. For durations and deadlines. */
  monotonicMs(): number;
  schedule(delayMs: number, callback: () => void): () => void;
}
