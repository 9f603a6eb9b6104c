/**
 * `@k4e/agent`: everything that runs on a device, in one process. `createAgent` for teams that embed it in software of
 * their own, with adapters of their own where ours do not fit; the program `k4e-agent` for everybody else.
 */
export { createAgent } from './create-agent.ts';
export type { Agent } from './create-agent.ts';
export type {
  AgentAdapters,
  AgentOptions,
  AgentTransport,
  OptionalAgentOptions,
  RequiredAgentOptions,
} from './composition/index.ts';
export type { DeviceStatus } from '@k4e/core/device';
export { createDirectoryExports } from './host/exports/index.ts';
export { createFileStateStore } from './host/state/index.ts';
export { createDirectoryVolumes } from './host/volumes/index.ts';
export { createLinuxHardwareInventory } from './host/hardware/index.ts';
export { createFactsCollector } from './host/facts/index.ts';
export type { FactsSystem, MachineFactsOptions } from './host/facts/index.ts';
export { createWorkerProcesses, workerEnvironment } from './host/workers/index.ts';
export type { WorkerProcesses, WorkerProcessesOptions, WorkerSurroundings } from './host/workers/index.ts';
