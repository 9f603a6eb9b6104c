/** Podmans for the tests of this package: the machine's own and a device's, with somebody else at work beside the adapter. */
export { startDeviceHost, startMachineHost } from './engine-host.ts';
export type { EngineHost } from './engine-host.ts';
export { openPodmanSubject } from './podman-subject.ts';
