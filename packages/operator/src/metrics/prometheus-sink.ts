import type { MetricDeclaration, MetricsSink } from '@k4e/core/ports';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The `MetricsSink` port on Prometheus, and its text for a scrape. */
export interface PrometheusSink {
  readonly sink: MetricsSink;
  /** Media type of `text`. */
  readonly contentType: string;
  /** Everything that was counted, in the Prometheus text format. */
  readonly text: () => Promise<string>;
}

/** What a sink counts besides what it is told. */
export interface PrometheusSinkOptions {
  /** Whether to count what Node's process uses: CPU, memory, event loop, garbage collection. Default false. */
  readonly processMetrics?: boolean;
}

type CounterPort = ReturnType<MetricsSink['counter']>;
type GaugePort = ReturnType<MetricsSink['gauge']>;
type HistogramPort = ReturnType<MetricsSink['histogram']>;

/**
 * Creates a sink on a registry of its own. A name that is declared twice is the same metric; as another kind of metric it
 * is a defect, and throws. A value or label that Prometheus refuses is dropped: counting must not end what is counted.
 */
export function createPrometheusSink(options: PrometheusSinkOptions = {}): PrometheusSink {
  const registry = new Registry();
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  return { sink: createSink(registry), contentType: registry.contentType, text: () => registry.metrics() };
}

function createSink(registry: Registry): MetricsSink {
  const counters = new Map<string, CounterPort>();
  const gauges = new Map<string, GaugePort>();
  const histograms = new Map<string, HistogramPort>();
  return {
    counter: (declaration) =>
      once(counters, declaration.name, () => {
        const counter = new Counter(configuration(declaration, registry));
        return { add: (amount, labels = {}) => quietly(amount, () => counter.inc(labels, amount)) };
      }),
    gauge: (declaration) =>
      once(gauges, declaration.name, () => {
        const gauge = new Gauge(configuration(declaration, registry));
        return { set: (value, labels = {}) => quietly(value, () => gauge.set(labels, value)) };
      }),
    histogram: (declaration) =>
      once(histograms, declaration.name, () => {
        const buckets = [...declaration.buckets];
        const histogram = new Histogram({ ...configuration(declaration, registry), buckets });
        return { observe: (value, labels = {}) => quietly(value, () => histogram.observe(labels, value)) };
      }),
  };
}

function configuration({ name, help, labelNames = [] }: MetricDeclaration, registry: Registry) {
  return { name, help, labelNames: [...labelNames], registers: [registry] };
}

function once<Metric>(known: Map<string, Metric>, name: string, create: () => Metric): Metric {
  const metric = known.get(name) ?? create();
  known.set(name, metric);
  return metric;
}

function quietly(amount: number, count: () => unknown): void {
  if (Number.isNaN(amount)) return;
  try {
    count();
  } catch {
    // Dropped: see `createPrometheusSink`.
  }
}
