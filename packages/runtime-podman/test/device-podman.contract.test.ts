import { describeContainerRuntimeContract } from '@k4e/conformance';
import { describeWithPart } from '@k4e/testbed/vitest';
import { openPodmanSubject, startDeviceHost } from './engine/index.ts';

await describeWithPart(['device', 'workload-image'], 'podman of a device', () => {
  describeContainerRuntimeContract('createPodmanRuntime', { openSubject: () => openPodmanSubject(startDeviceHost) });
});
