/** Whether the operator should get requests now: what `/readyz` says, and why. */
export { createReadiness } from './readiness.ts';
export type { Readiness, ReadinessReport } from './readiness.ts';
export { STORE_PROBE_INTERVAL_MS, STORE_PROBE_LIMIT_MS, createStoreProbe } from './store-probe.ts';
export type { StoreProbe } from './store-probe.ts';
