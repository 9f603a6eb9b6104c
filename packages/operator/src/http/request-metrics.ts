import type { MetricsSink } from '@k4e/core/ports';

/** Counts what the edge server does. */
export interface RequestMetrics {
  /**
   * A request was answered; `durationMs` from its headers to the last byte of the answer, `undefined` when it was held: how
   * long that took says nothing of us.
   */
  answered(endpoint: string, status: number, durationMs: number | undefined): void;
  /** A connection came (1) or went (-1). */
  connection(change: 1 | -1): void;
  /** A connection was refused before it brought a request: too many of them, too slow, too large, or garbage. */
  refused(reason: 'connections' | 'timeout' | 'headers' | 'garbage'): void;
}

/** Upper bounds of the duration's buckets, in seconds: from a cached answer to a store that is in trouble. */
const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Declares the metrics of the edge server in `metrics`. */
export function createRequestMetrics(metrics: MetricsSink): RequestMetrics {
  const requests = metrics.counter({
    name: 'k4e_edge_api_requests_total',
    help: 'Requests answered by the edge API, by endpoint and HTTP status.',
    labelNames: ['endpoint', 'status'],
  });
  const durations = metrics.histogram({
    name: 'k4e_edge_api_request_duration_seconds',
    help: 'Time from the headers of a request to the end of its answer, by endpoint.',
    labelNames: ['endpoint'],
    buckets: DURATION_BUCKETS_SECONDS,
  });
  const connections = metrics.gauge({ name: 'k4e_edge_api_connections', help: 'Connections that are open now.' });
  const refusals = metrics.counter({
    name: 'k4e_edge_api_refused_connections_total',
    help: 'Connections refused before they brought a request, by reason.',
    labelNames: ['reason'],
  });
  let open = 0;
  return {
    answered(endpoint, status, durationMs) {
      requests.add(1, { endpoint, status: String(status) });
      if (durationMs !== undefined) durations.observe(durationMs / 1_000, { endpoint });
    },
    connection(change) {
      open += change;
      connections.set(open);
    },
    refused(reason) {
      refusals.add(1, { reason });
    },
  };
}
