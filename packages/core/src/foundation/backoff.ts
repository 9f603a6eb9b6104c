/** A bounded exponential back-off. All durations in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Growth per failure, above 1. */
  readonly factor: number;
  /** Share of the delay that is random, 0 to 1: 0.2 spreads a delay over 80 to 100 % of itself. */
  readonly jitter: number;
}

/** The delay before try number `failures + 1`. `random` gives numbers in [0, 1). */
export function backoffDelayMs(backoff: Backoff, failures: number, random: () => number): number {
  const exponent = Math.max(0, failures - 1);
  const full = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** exponent);
  return Math.round(full * (1 - backoff.jitter * random()));
}
