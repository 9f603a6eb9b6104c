/** Podmans for the tests of this package: the machine's own and a device's, with somebody else at work beside the adapter. */
export { startDeviceHost, startMachineHost } from './engine-host.ts';
export type { EngineHost } from './engine-host.ts';
export { openPodmanSubject } from './podman-subject.ts';
export { ENGINE_HOSTS } from './engine-host.ts';
export { createEngineApi } from './engine-api.ts';
export type { EngineApi } from './engine-api.ts';
export { startRestartableService } from './restartable-service.ts';
export type { RestartableService } from './restartable-service.ts';
export type { Registry } from './registry.ts';
export { startPullingHost } from './pulling-host.ts';
export type { PullingHost } from './pulling-host.ts';
