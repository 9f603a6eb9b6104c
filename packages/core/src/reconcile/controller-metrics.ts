import type { MetricsSink } from '../ports/index.ts';
import type { PassOutcome } from './pass-outcome.ts';

const SECONDS_BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60];

/** Where a controller counts. */
export interface ControllerMetrics {
  queue(readyKeys: number, delayedKeys: number): void;
  begun(waitedMs: number): void;
  ended(outcome: PassOutcome, tookMs: number): void;
  readonly stuck: (passes: number) => void;
}

/** Declares the metrics of all controllers and binds them to one. */
export function createControllerMetrics(metrics: MetricsSink, controller: string): ControllerMetrics {
  const labels = { controller };
  const labelNames = ['controller'];
  const help = {
    ready: 'Keys that wait for a worker.',
    delayed: 'Keys that wait for their moment or their retry.',
    stuck: 'Passes that go on after they were aborted.',
    wait: 'Time from ready to begun.',
    pass: 'Time of a pass.',
    passes: 'Passes by how they ended.',
  };
  const ready = metrics.gauge({ name: 'k4e_controller_ready_keys', help: help.ready, labelNames });
  const delayed = metrics.gauge({ name: 'k4e_controller_delayed_keys', help: help.delayed, labelNames });
  const stuck = metrics.gauge({ name: 'k4e_controller_stuck_passes', help: help.stuck, labelNames });
  const histogram = (name: string, text: string) =>
    metrics.histogram({ name, help: text, labelNames, buckets: SECONDS_BUCKETS });
  const wait = histogram('k4e_controller_wait_seconds', help.wait);
  const pass = histogram('k4e_controller_pass_seconds', help.pass);
  const passes = metrics.counter({
    name: 'k4e_controller_passes_total',
    help: help.passes,
    labelNames: ['controller', 'outcome'],
  });
  return {
    queue(readyKeys, delayedKeys) {
      ready.set(readyKeys, labels);
      delayed.set(delayedKeys, labels);
    },
    begun: (waitedMs) => wait.observe(waitedMs / 1_000, labels),
    ended(outcome, tookMs) {
      pass.observe(tookMs / 1_000, labels);
      passes.add(1, { controller, outcome });
    },
    stuck: (count) => stuck.set(count, labels),
  };
}
