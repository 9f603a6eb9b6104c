import { hash } from 'node:crypto';
import type { EdgeDevice } from '@k4e/core/resources';
import type { VirtualMachine } from '@k4e/testbed';
import * as z from 'zod';
import { fetchPage, webDeployment } from '../e2e/harness/index.ts';
import { WORKLOAD_PORTS } from './power-bench.ts';
import type { PowerBench } from './power-bench.ts';

/** A workload of the device: `web` stays, and uploads; `extra` comes and goes. */
export type WorkloadKind = keyof typeof WORKLOAD_PORTS;

/** What a workload should serve. */
export interface WantedWorkload {
  readonly name: string;
  readonly kind: WorkloadKind;
  readonly page: string;
}

/** A device, and what it should be. */
export interface DeviceUnderTest {
  readonly machine: VirtualMachine;
  /** Of the EdgeDevice; known once it has registered. */
  deviceId: string | undefined;
  /** By kind. */
  readonly wanted: Map<WorkloadKind, WantedWorkload>;
  /** SHA-256 of files that were on the device's disk before a cut, by the key of their object. */
  readonly files: Map<string, string>;
  /** The EdgeDevices that there were before it. */
  readonly others: ReadonlySet<string>;
  /** Tells names of its workloads from those of other devices. */
  readonly generation: number;
}

const UPLOADED = 'out';
const VOLUMES = '/var/lib/k4e/volumes';

/** Makes a device that is switched off. */
export async function newDevice(bench: PowerBench, generation: number): Promise<DeviceUnderTest> {
  const others = new Set(await deviceNames(bench));
  const machine = await bench.newMachine();
  return { machine, deviceId: undefined, wanted: new Map(), files: new Map(), others, generation };
}

/** The names of the EdgeDevices that have registered since it was made. */
export async function registeredSince(bench: PowerBench, { others }: DeviceUnderTest): Promise<readonly string[]> {
  return (await deviceNames(bench)).filter((name) => !others.has(name));
}

/** Waits for nothing: gives the EdgeDevice, and fails before it has registered. */
export async function edgeDeviceOf(bench: PowerBench, device: DeviceUnderTest): Promise<EdgeDevice> {
  device.deviceId ??= (await registeredSince(bench, device))[0];
  const found = device.deviceId === undefined ? undefined : await bench.cluster.device(device.deviceId);
  if (found === undefined) throw new Error('it has not registered');
  return found;
}

/** Says what a workload should serve, with `kubectl apply`. */
export async function deploy(
  bench: PowerBench,
  device: DeviceUnderTest,
  kind: WorkloadKind,
  page: string,
): Promise<void> {
  const { deviceId = '' } = device;
  const name = `${kind}-${String(device.generation)}`;
  const hostPort = WORKLOAD_PORTS[kind];
  const data = { paths: [{ source: UPLOADED, target: kind }] };
  await bench.cluster.apply(webDeployment({ name, device: deviceId, hostPort, page, image: bench.image, data }));
  device.wanted.set(kind, { name, kind, page });
}

/** Deletes a workload. */
export async function undeploy(bench: PowerBench, device: DeviceUnderTest, kind: WorkloadKind): Promise<void> {
  const name = device.wanted.get(kind)?.name ?? '';
  device.wanted.delete(kind);
  await bench.cluster.kubectl('delete', 'edgedeployment', name, '--wait=false');
}

/** Leaves a file for upload as a careful program does: when this resolves it survives a cut. */
export async function writeFile({ machine, wanted, files }: DeviceUnderTest, name: string): Promise<void> {
  const workload = wanted.get('web')?.name ?? '';
  const directory = `${VOLUMES}/${workload}/${UPLOADED}`;
  const content = `${name}\n`.repeat(2_000);
  const script = 'mkdir -p "$1" && printf "%s" "$3" > "$1/.$2" && sync "$1/.$2" && mv "$1/.$2" "$1/$2" && sync "$1"';
  const { code, stderr } = await machine.exec(['sh', '-c', script, 'sh', directory, name, content]);
  if (code !== 0) throw new Error(`${name} could not be written: ${stderr}`);
  files.set(`web/${name}`, hash('sha256', content));
}

/** The page that a workload serves now. Fails when nobody answers, or on another device. */
export async function servedPage(device: DeviceUnderTest, kind: WorkloadKind): Promise<string> {
  const { page, deviceId } = await fetchPage(
    `http://127.0.0.1:${String(device.machine.hostPort(WORKLOAD_PORTS[kind]))}`,
  );
  if (deviceId !== device.deviceId) throw new Error(`the page is of device ${deviceId}`);
  return page;
}

async function deviceNames({ cluster }: PowerBench): Promise<readonly string[]> {
  const list = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
  const { items } = list.parse(JSON.parse(await cluster.kubectl('get', 'edgedevices', '--output=json')));
  return items.map(({ metadata }) => metadata.name);
}
