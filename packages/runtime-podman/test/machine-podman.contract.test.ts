import { describeContainerRuntimeContract } from '@k4e/conformance';
import { describeWithPart } from '@k4e/testbed/vitest';
import { openPodmanSubject, startMachineHost } from './engine/index.ts';

await describeWithPart(['isolated-podman', 'workload-image'], 'podman of this machine', () => {
  describeContainerRuntimeContract('createPodmanRuntime', { openSubject: () => openPodmanSubject(startMachineHost) });
});
