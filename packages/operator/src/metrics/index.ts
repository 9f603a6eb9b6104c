/** Where the operator counts: the `MetricsSink` port on Prometheus, scraped from the ops server. */
export { createPrometheusSink } from './prometheus-sink.ts';
export type { PrometheusSink, PrometheusSinkOptions } from './prometheus-sink.ts';
