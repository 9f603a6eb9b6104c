import type { MetricsSink } from '../ports/index.ts';

/** A sink that counts nothing. */
export function createDiscardMetrics(): MetricsSink {
  return {
    counter: () => ({ add: () => undefined }),
    gauge: () => ({ set: () => undefined }),
    histogram: () => ({ observe: () => undefined }),
  };
}
