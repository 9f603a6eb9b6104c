/**
 * Stand-ins for the ports, for unit tests: in memory, deterministic, and held to the same contract suites as the real
 * adapters. They inject one failure at a time; they are no second implementation.
 */
export { createFakeClock } from './fake-clock.ts';
export type { FakeClock } from './fake-clock.ts';
export { createMemoryLogger } from './memory-logger.ts';
export type { LoggedLine, MemoryLogger } from './memory-logger.ts';
export { createDiscardMetrics } from '../system/index.ts';
export { createFakeBuckets } from './fake-buckets.ts';
export type { FakeBuckets, FakeBucketsOptions } from './fake-buckets.ts';
export { createFakeFirewall } from './fake-firewall.ts';
export type { FakeFirewall } from './fake-firewall.ts';
export { createMemoryDisk } from './memory-disk.ts';
export type { MemoryDisk } from './memory-disk.ts';
export { createMemoryStateStore } from './memory-state-store.ts';
export type { MemoryStateStore } from './memory-state-store.ts';
export { createFakeContainerEngine } from './fake-container-engine.ts';
export type { FakeContainer, FakeContainerEngine, FakePod } from './fake-container-engine.ts';
export { createFakeContainerRuntime } from './fake-container-runtime.ts';
export type {
  FakeContainerRuntime,
  FakeContainerRuntimeOptions,
  FakeProbe,
  FakeRuntimeMethod,
} from './fake-container-runtime.ts';
export { EDGE_API_FAULTS, EDGE_API_FLOODS, EDGE_API_GARBAGE, startFakeEdgeApi } from './fake-edge-api/index.ts';
export type { EdgeApiFault, EdgeApiRequest, FakeEdgeApi, FakeEdgeApiOptions } from './fake-edge-api/index.ts';
export { createFakeDeviceLink } from './fake-device-link.ts';
export type { FakeDeviceLink, SentMessage } from './fake-device-link.ts';
export { createMemoryObjectStore } from './memory-object-store/index.ts';
export type { MemoryObjectStore, MemoryObjectStoreOptions } from './memory-object-store/index.ts';
export { createMemoryVolumes } from './memory-volumes.ts';
export type { MemoryVolumes } from './memory-volumes.ts';
export { createMemoryExports } from './memory-exports/index.ts';
export type { ExportCall, MemoryExports, MemoryExportsOptions, MemoryHands } from './memory-exports/index.ts';
export { createMemoryJournal } from './memory-journal/index.ts';
export type { MemoryJournal } from './memory-journal/index.ts';
export { createFakeWorkerHub } from './fake-worker-hub.ts';
export type { DeliveredData, FakeWorkerHub, SayOptions } from './fake-worker-hub.ts';
