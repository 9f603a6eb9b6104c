/** Values of the labels that a metric was declared with. */
export type MetricLabels = Readonly<Record<string, string>>;

/** What a metric is, said once when it is declared. Names follow Prometheus: base units, `_total` for counters. */
export interface MetricDeclaration {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** Where a library counts. Declaring the same name twice gives the same metric. Calls never throw. */
export interface MetricsSink {
  counter(declaration: MetricDeclaration): { add(amount: number, labels?: MetricLabels): void };
  gauge(declaration: MetricDeclaration): { set(value: number, labels?: MetricLabels): void };
  /** `buckets` are upper bounds in the metric's unit, growing. */
  histogram(declaration: MetricDeclaration & { readonly buckets: readonly number[] }): {
    observe(value: number, labels?: MetricLabels): void;
  };
}
