import type { MetricsSink } from '../ports/index.ts';
import type { RestartReason } from './follow-resources.ts';

/** Where an informer counts. */
export interface InformerMetrics {
  cached(resources: number): void;
  changed(): void;
  listed(): void;
  readonly restarted: (reason: RestartReason) => void;
}

/** Declares the metrics of all informers and binds them to that of one kind. */
export function createInformerMetrics(metrics: MetricsSink, kind: string): InformerMetrics {
  const labelNames = ['kind'];
  const labels = { kind };
  const cached = metrics.gauge({ name: 'k4e_informer_resources', help: 'Resources in the cache.', labelNames });
  const changes = metrics.counter({ name: 'k4e_informer_changes_total', help: 'Changes that were told.', labelNames });
  const lists = metrics.counter({ name: 'k4e_informer_lists_total', help: 'Full lists.', labelNames });
  const restarts = metrics.counter({
    name: 'k4e_informer_restarts_total',
    help: 'Watches that ended, by why.',
    labelNames: ['kind', 'reason'],
  });
  return {
    cached: (resources) => cached.set(resources, labels),
    changed: () => changes.add(1, labels),
    listed: () => lists.add(1, labels),
    restarted: (reason) => restarts.add(1, { kind, reason }),
  };
}
