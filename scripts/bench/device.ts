/**
 * What the agent costs a device on which nothing happens: the Debian package in a virtual machine with five pods, connected to an
 * operator on this machine, looked at twice, some minutes apart. Podman and the journal, which work for it, beside it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EDGE_DEPLOYMENT, EDGE_DEVICE } from '@k4e/core/resources';
import type { ResourceStore } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createPinoLogger } from '@k4e/logging-pino';
import { createSqliteStore } from '@k4e/store-sqlite';
import { WORKLOAD_IMAGE, waitUntil } from '@k4e/testbed';
import { startDeviceMachine } from '../../test/e2e/harness/device-machine.ts';
import type { DeviceMachine } from '../../test/e2e/harness/device-machine.ts';
import { NAMESPACE, startLocalOperator } from '../local-fleet/local-fleet.ts';
import { UNITS, USAGE_SCRIPT, costOf, readUsage, writtenKibPerHour } from './device/usage.ts';
import type { DeviceUsage } from './device/usage.ts';
import { describeMachine } from './figures.ts';

const DEVICE = 'bench-device';
const OWNER = 'bench';
const PODS = ['pod-1', 'pod-2', 'pod-3', 'pod-4', 'pod-5'];
const DEFAULT_MINUTES = 10;
const RUNNING_LIMIT_MS = 300_000;
/** After that the disk has what the start has written: the kernel writes after 30 s. */
const SETTLE_MS = 60_000;
const MS_PER_MINUTE = 60_000;

const note = (line: string): void => void process.stderr.write(`${line}\n`);

async function deploy(store: ResourceStore, name: string): Promise<void> {
  const spec = {
    type: 'pod' as const,
    device: DEVICE,
    pod: { spec: { containers: [{ name, image: WORKLOAD_IMAGE }] } },
  };
  await store.apply(EDGE_DEPLOYMENT, { metadata: { name, namespace: NAMESPACE }, spec }, { owner: OWNER });
}

/** Starts the agent, and waits until its pods run and nothing happens any more. */
async function bringToRest(machine: DeviceMachine, store: ResourceStore): Promise<void> {
  for (const name of PODS) await deploy(store, name);
  await machine.run('systemctl', 'start', 'k4e-agent');
  const runsAll = async (): Promise<boolean> => {
    const device = await store.get(EDGE_DEVICE, { namespace: NAMESPACE, name: DEVICE });
    return device?.status?.workloads?.running === PODS.length;
  };
  const wait = { what: 'all pods are shown as running', deadlineMs: RUNNING_LIMIT_MS, intervalMs: 1_000 };
  await waitUntil(runsAll, wait).catch(async (error: unknown) => {
    throw new Error(await machine.explain(), { cause: error });
  });
  note(`${String(PODS.length)} pods run; ${String(SETTLE_MS / 1_000)} s for the device to come to rest ...`);
  await delay(SETTLE_MS);
}

async function usageOf(machine: DeviceMachine): Promise<DeviceUsage> {
  return readUsage(await machine.run('sh', '-c', USAGE_SCRIPT));
}

async function measure(machine: DeviceMachine, minutes: number) {
  const before = await usageOf(machine);
  note(`measuring for ${String(minutes)} min ...`);
  await delay(minutes * MS_PER_MINUTE);
  const after = await usageOf(machine);
  const units = UNITS.map((unit) => ({ unit, ...costOf(unit, before, after) }));
  const deviceWrittenKibPerHour = writtenKibPerHour(before, after);
  return { bench: 'device', pods: PODS.length, minutes, units, deviceWrittenKibPerHour, machine: describeMachine() };
}

function print({ units, deviceWrittenKibPerHour, machine }: Awaited<ReturnType<typeof measure>>): void {
  process.stdout.write(`${machine}; the device is a virtual machine with an emulated processor\n`);
  for (const { unit, rssMiB, anonMiB, cpuSecondsPerHour, writtenKibPerHour: written, wakeUpsPerSecond } of units) {
    const memory = `${String(rssMiB)} MiB resident, ${String(anonMiB)} MiB of it anonymous`;
    const work = `${String(cpuSecondsPerHour)} s of processor and ${String(written)} KiB written an hour`;
    process.stdout.write(`${unit}: ${memory}, ${work}, ${String(wakeUpsPerSecond)} wake-ups a second\n`);
  }
  process.stdout.write(`written to the disk in all: ${String(deviceWrittenKibPerHour)} KiB an hour\n`);
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, minutes: { type: 'string' } } });
const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
if (!(minutes > 0)) throw new Error(`--minutes is a number above 0, not ${String(values.minutes)}`);
const directory = await mkdtemp(join(tmpdir(), 'k4e-bench-'));
const parts = { clock: createSystemClock(), logger: createPinoLogger({ level: 'error', format: 'text' }) };
const store = createSqliteStore({ file: join(directory, 'operator.db'), ...parts });
const stopper = new AbortController();
const { edgeUrl, operating } = await startLocalOperator(directory, store, parts, stopper.signal);
note('booting the device, and installing the package ...');
const machine = await startDeviceMachine({ deviceId: DEVICE, controlPlaneUrl: edgeUrl });
try {
  await bringToRest(machine, store);
  const figures = await measure(machine, minutes);
  if (values.json === true) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else print(figures);
} finally {
  await machine.stop();
  stopper.abort();
  await operating;
  await rm(directory, { recursive: true, force: true });
}
