/**
 * Ports that the machine itself can serve, without a dependency: what a composition hands to the rest of k4e, where a
 * test hands a fake.
 */
export { MAX_TIMER_DELAY_MS, createSystemClock } from './system-clock.ts';
export { createDiscardMetrics } from './discard-metrics.ts';
