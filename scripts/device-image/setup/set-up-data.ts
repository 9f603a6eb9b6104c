import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { noteRebuiltStorage } from '@k4e/runtime-podman';
import * as z from 'zod';
import { createFileStateStore, stateDocumentsOf } from '../../../packages/agent/src/host/state/index.ts';
import { LSBLK, parseBlockDevices } from './block-devices.ts';
import type { BlockDevice } from './block-devices.ts';
import type { ConsoleReport } from './console-report.ts';
import { makeDataPartition, repart } from './make-data-partition.ts';
import { inspectDisk } from './inspect-disk.ts';
import { planDataPartition } from './plan-data-partition.ts';
import type { Candidate, DataPlan } from './plan-data-partition.ts';
import { rebuildDamagedStorage } from './podman-storage.ts';
import { runTool, tryTool } from './run-tool.ts';
import { removeMark } from './unfinished-mark.ts';

/** Where the data partition is mounted, and where what is on it is looked for. */
const DATA = '/data';
const DIRECTORIES = { k4e: '/var/lib/k4e', containers: '/var/lib/containers' } as const;

/** What is written there the agent tells its control plane. */
const AGENT_STATE = stateDocumentsOf(DIRECTORIES.k4e);
const PODMAN_STORAGE = '/var/lib/containers/storage';
/** Where podman unpacks images (containers.conf). */
const PODMAN_TEMPORARY = '/var/lib/containers/tmp';

const LOOK_EVERY_MS = 5_000;
/** A problem that lasts is told again: others write to the console as well. */
const TELL_EVERY_MS = 60_000;
const MACHINE_ID = '/etc/machine-id';

/** Finds the data partition, or makes it, and mounts it; waits for as long as there is no disk that may be used. */
export async function setUpData(wantedDisk: string, report: ConsoleReport): Promise<void> {
  let told = { reason: '', atMs: 0 };
  for (;;) {
    const plan = await lookAtDisks(wantedDisk);
    if (plan.kind === 'use') return mountData(plan.partition, plan.disk, report);
    if (plan.kind === 'make') {
      await report.note(`making the data partition on ${plan.disk} ...`);
      await makeDataPartition(plan.disk, plan.on, await machineId());
      await runTool(['udevadm', 'settle']);
      continue;
    }
    if (plan.reason !== told.reason || Date.now() - told.atMs > TELL_EVERY_MS) {
      told = { reason: plan.reason, atMs: Date.now() };
      await report.problem(`no place for data, so nothing runs: ${plan.reason}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

async function lookAtDisks(wantedDisk: string): Promise<DataPlan> {
  const disks = parseBlockDevices(await runTool(LSBLK)).filter(
    ({ type, isReadOnly }) => type === 'disk' && !isReadOnly,
  );
  const candidates: Candidate[] = [];
  for (const device of disks) candidates.push({ device, content: await contentOf(device) });
  const path = await realpath(wantedDisk).catch(() => undefined);
  return planDataPartition({ name: wantedDisk, path }, candidates);
}

const signatures = z.object({ signatures: z.array(z.object({ type: z.string() })) });

async function contentOf(device: BlockDevice): Promise<Candidate['content']> {
  try {
    const said = await runTool(['wipefs', '--json', '--no-act', device.path]);
    const found = said.trim() === '' ? [] : signatures.parse(JSON.parse(said)).signatures;
    return await inspectDisk(
      device,
      found.map(({ type }) => type),
    );
  } catch (error) {
    return { kind: 'holds', what: `it cannot be read (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** Each step may have been done already, by a try that failed later. */
async function mountData(partition: BlockDevice, disk: string, report: ConsoleReport): Promise<void> {
  await removeMark(disk);
  await becomeMachine(partition.partUuid ?? '');
  await repart(disk, 'refuse', await machineId());
  if (!partition.mountpoints.includes(DATA)) {
    await check(partition.path, report);
    await runTool(['mount', '-t', 'ext4', '-o', 'noatime', partition.path, DATA]);
  }
  await runTool(['resize2fs', partition.path]);
  for (const [name, place] of Object.entries(DIRECTORIES)) {
    await mkdir(join(DATA, name), { recursive: true });
    await mkdir(place, { recursive: true });
    const { code } = await tryTool(['mountpoint', '--quiet', place]);
    if (code !== 0) await runTool(['mount', '--bind', join(DATA, name), place]);
  }
  // What podman was unpacking when the power went, it unpacks again.
  await rm(PODMAN_TEMPORARY, { recursive: true, force: true });
  await mkdir(PODMAN_TEMPORARY, { mode: 0o700 });
  await rebuildDamagedStorage(PODMAN_STORAGE, report, (reason) =>
    noteRebuiltStorage(createFileStateStore({ directory: AGENT_STATE }), { directory: PODMAN_STORAGE, reason }),
  );
  await report.note(`data is on ${partition.path}`);
}

/** Repairs what can be repaired; what is lost is in `lost+found`, and told. */
async function check(partition: string, report: ConsoleReport): Promise<void> {
  const { code } = await tryTool(['e2fsck', '-p', partition]);
  if (code < UNCORRECTED) return;
  await report.problem(`the file system on ${partition} is damaged, and is being repaired`);
  const repair = await tryTool(['e2fsck', '-f', '-y', partition]);
  if (repair.code >= UNCORRECTED)
    throw new Error(`the file system on ${partition} cannot be repaired: ${repair.stdout}`);
}

/** From this status of `e2fsck` on there are errors left. */
const UNCORRECTED = 4;

async function machineId(): Promise<string> {
  return (await readFile(MACHINE_ID, 'utf8')).trim();
}

/** A device is known by its data partition. Where the disk came too late for the initramfs to see it, it becomes so now. */
async function becomeMachine(partUuid: string): Promise<void> {
  const id = partUuid.replaceAll('-', '').toLowerCase();
  if (id === (await machineId())) return;
  await writeFile('/run/k4e-machine-id', `${id}\n`);
  await runTool(['mount', '--bind', '/run/k4e-machine-id', MACHINE_ID]);
}
