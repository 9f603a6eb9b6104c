import { eventually } from '../e2e/harness/index.ts';
import type { CutPhase } from './cut-plan.ts';
import { deploy, edgeDeviceOf, servedPage, undeploy, writeFile } from './device-under-test.ts';
import type { DeviceUnderTest } from './device-under-test.ts';
import { expectConverged } from './inspect-device.ts';
import type { PowerBench } from './power-bench.ts';

/** Time for what comes before a phase, in milliseconds, on an emulated processor. */
const BEFORE_LIMIT_MS = 300_000;
const UPLOADED_FILES = 8;

/** Brings a device to the beginning of a phase; when it resolves, the phase has begun. `index` is that of the cut. */
type BeginPhase = (bench: PowerBench, device: DeviceUnderTest, index: number) => Promise<void>;

/** What begins each phase. */
export const PHASE_BEGINNINGS: Readonly<Record<CutPhase, BeginPhase>> = {
  'first-boot': (_bench, { machine }) => machine.switchOn(),
  registration: (_bench, { machine }) => machine.boot(),
  'image-load': async (bench, device) => {
    await device.machine.boot();
    await before(() => edgeDeviceOf(bench, device));
    await deploy(bench, device, 'web', 'first');
  },
  'configuration-write': (bench, device, index) => deploy(bench, device, 'web', `cut-${String(index)}`),
  'pod-start': (bench, device, index) => deploy(bench, device, 'extra', `cut-${String(index)}`),
  replacement: async (bench, device, index) => {
    const { status: known } = await edgeDeviceOf(bench, device);
    await deploy(bench, device, 'web', `cut-${String(index)}`);
    // From here on the device may have been told, and replaces the pod.
    await before(async () => {
      const { status } = await edgeDeviceOf(bench, device);
      if (status?.configurationVersion === known?.configurationVersion)
        throw new Error('there is nothing to tell it yet');
    });
  },
  upload: async (_bench, device, index) => {
    for (let file = 0; file < UPLOADED_FILES; file++) await writeFile(device, `cut-${String(index)}-${String(file)}`);
  },
  removal: async (bench, device, index) => {
    if (!device.wanted.has('extra')) {
      await deploy(bench, device, 'extra', `cut-${String(index)}`);
      await before(() => expectConverged(bench, device));
    }
    await undeploy(bench, device, 'extra');
  },
  'heartbeat-outbox': async (bench, device) => {
    await bench.killOperator();
    // A container that ends is news, which the control plane is not there to take.
    const name = `${device.wanted.get('web')?.name ?? ''}-web`;
    await device.machine.exec(['podman', 'kill', name]);
    await before(() => servedPage(device, 'web'));
  },
};

async function before(expectation: () => Promise<unknown>): Promise<void> {
  await eventually('the device is ready for the phase', expectation, { deadlineMs: BEFORE_LIMIT_MS });
}
