import { podsOf, viewBucket } from '../e2e/harness/index.ts';
import type { BucketView } from '../e2e/harness/index.ts';
import type { Problem } from './cut-report.ts';
import { edgeDeviceOf, registeredSince, servedPage } from './device-under-test.ts';
import type { DeviceUnderTest } from './device-under-test.ts';
import type { PowerBench } from './power-bench.ts';

/** Fails with what is missing while the device is not, or is not shown as, what was asked for. */
export async function expectConverged(bench: PowerBench, device: DeviceUnderTest): Promise<void> {
  const { status } = await edgeDeviceOf(bench, device);
  for (const { kind, page } of device.wanted.values()) {
    const served = await servedPage(device, kind);
    if (served !== page) throw new Error(`${kind} serves ${served} instead of ${page}`);
  }
  if (status?.configurationVersion === undefined || status.lastSyncedResourceVersion !== status.configurationVersion)
    throw new Error('the configuration is not in force, or that is not shown');
  const shown = (status.deployments ?? []).map(({ name, phase }) => `${name} ${phase}`).sort();
  const wanted = [...device.wanted.values()].map(({ name }) => `${name} Running`).sort();
  if (shown.join() !== wanted.join()) throw new Error(`shown is ${shown.join()} instead of ${wanted.join()}`);
  const pods = await podsOf((args) => device.machine.exec(['podman', ...args]));
  const running = [...pods].map(([name, pod]) => `${name} ${pod.status}`).sort();
  if (running.join() !== wanted.join()) throw new Error(`podman has ${running.join()} instead of ${wanted.join()}`);
  await withBucket(bench, status.storage?.bucket, async (bucket) => {
    const keys = new Set(await bucket?.keys());
    const missing = [...device.files.keys()].filter((key) => !keys.has(key));
    if (missing.length > 0) throw new Error(`not uploaded: ${missing.join()}`);
  });
}

/** Keeps every version of what the device uploads from now on, so that it can be told what it uploads twice. */
export async function keepVersions(bench: PowerBench, device: DeviceUnderTest): Promise<void> {
  const { status } = await edgeDeviceOf(bench, device);
  const bucket = status?.storage?.bucket;
  if (bucket === undefined) throw new Error('it has no bucket');
  await withBucket(bench, bucket, async (view) => view?.keepVersions());
}

/** What a device that has converged must not show. */
export async function findProblems(bench: PowerBench, device: DeviceUnderTest): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const registered = await registeredSince(bench, device);
  if (registered.length > 1) problems.push({ kind: 'pod-doubled', text: `one device is ${registered.join()}` });
  const { status } = await edgeDeviceOf(bench, device);
  await withBucket(bench, status?.storage?.bucket, async (bucket) => {
    const digests = (await bucket?.digests()) ?? new Map<string, string>();
    for (const [key, digest] of device.files) {
      const stored = digests.get(key);
      if (stored !== digest) problems.push({ kind: 'file-lost', text: `${key} is ${stored ?? 'missing'}` });
    }
    for (const [key, puts] of (await bucket?.putCounts()) ?? []) {
      if (puts > 1) problems.push({ kind: 'file-twice', text: `${key} was put ${String(puts)} times` });
    }
  });
  const rejected = [
    'journalctl',
    '--unit=k4e-agent',
    '--boot',
    '--no-pager',
    '--quiet',
    '--grep=taken for absent|begins anew',
  ];
  const { stdout } = await device.machine.exec(rejected);
  if (stdout.trim() !== '') problems.push({ kind: 'state-rejected', text: stdout.trim() });
  return problems;
}

async function withBucket(
  { minio }: PowerBench,
  name: string | undefined,
  look: (bucket: BucketView | undefined) => Promise<void>,
): Promise<void> {
  const bucket = name === undefined ? undefined : viewBucket(minio, name);
  try {
    await look(bucket);
  } finally {
    bucket?.close();
  }
}
