/** A pod that fills podman's disk to the last byte, and is removed all the same. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { K4eError } from '@k4e/core';
import type { ContainerRuntime, Disk, PodRequest } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryDisk, createMemoryLogger, createMemoryStateStore } from '@k4e/core/testing';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import { WORKLOAD_IMAGE, buildWorkloadImage, runChecked, runCommand, waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ENGINE_HOSTS, startRestartableService } from '../engine/index.ts';
import type { EngineHost } from '../engine/index.ts';

const DISK_MIB = 96;
/** Of a file system in memory. */
const BLOCK_BYTES = 4_096;
const SPARE_BYTES = 16 * 2 ** 20;
const FULL_WITHIN_MS = 60_000;
const HOG = ['sh', '-c', 'while :; do cat /dev/zero >>/filling; done'];

for (const { name, part, start } of ENGINE_HOSTS) {
  await describeWithPart([part, 'workload-image'], `a full disk of the ${name}`, () => describeFullDisk(start));
}

function describeFullDisk(startHost: () => Promise<EngineHost>): void {
  let host: EngineHost;
  let disk: Disk;
  let runtime: ContainerRuntime;
  /** The disk, where podman sees it. */
  let directory: string;
  beforeAll(async () => {
    host = await startHost();
    directory = (await host.sharedDirectory('small')).there;
    await run('mount', '-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'small', directory);
    const notes = await host.sharedDirectory('notes');
    const places = [`graphroot = "${directory}/storage"`, `runroot = "${notes.there}/run"`];
    await writeFile(join(notes.here, 'storage.conf'), ['[storage]', 'driver = "overlay"', ...places, ''].join('\n'));
    await copyFile((await buildWorkloadImage()).archive, join(notes.here, 'image.tar'));
    const env = { CONTAINERS_STORAGE_CONF: join(notes.there, 'storage.conf') };
    const service = await startRestartableService(host, env);
    await run('env', ...settings({ ...host.env, ...env }), 'podman', 'load', `--input=${notes.there}/image.tar`);
    disk = createDiskThere();
    runtime = createPodmanRuntime({
      socketPath: service.socketPath,
      owner: 'me',
      clock: createSystemClock(),
      logger: createMemoryLogger(),
      storage: { disk, state: createMemoryStateStore() },
    });
  });
  afterEach(async () => {
    for (const { name } of await runtime.list()) await runtime.remove(name, { graceMs: 0 });
  });
  afterAll(() => host.stop());

  test('the pod goes that fills it, and nothing is held back when there is no pod', async () => {
    await runtime.start(podOf('hog', HOG));
    await runtime.list();
    expect(await disk.room()).toMatchObject({ heldBackBytes: SPARE_BYTES });
    await isFull();
    await runtime.remove('hog', { graceMs: 0 });
    expect(await disk.room()).toMatchObject({ heldBackBytes: 0 });
    expect(await runtime.list()).toEqual([]);
    expect(await room()).toBeGreaterThan((DISK_MIB / 2) * 2 ** 20);
  });

  test('a pod that has filled it and ended is seen, not started again, and goes, as does another one; a third is not touched', async () => {
    for (const name of ['first', 'other']) await runtime.start(podOf(name, ['sleep', '1000000']));
    await runtime.start(podOf('crash', ['sh', '-c', 'cat /dev/zero >/filling; exit 3']));
    const before = await containersOf('other');
    await waitUntil(async () => ((await statesOf('crash')).includes('exited') ? true : undefined), {
      what: 'it is seen that it has ended',
      deadlineMs: FULL_WITHIN_MS,
    });
    await fill();
    await expect(runtime.restart('crash')).rejects.toMatchObject({ code: 'RUNTIME_DISK_FULL' });
    await expect(runtime.start(podOf('late', HOG))).rejects.toMatchObject({ code: 'RUNTIME_DISK_FULL' });
    await runtime.remove('first', { graceMs: 0 });
    await runtime.remove('crash', { graceMs: 0 });
    expect((await runtime.list()).map(({ name }) => name)).toEqual(['other']);
    expect(await containersOf('other')).toEqual(before);
    await run('rm', join(directory, 'filling'));
    await runtime.list();
    expect(await disk.room()).toMatchObject({ heldBackBytes: SPARE_BYTES });
  });

  function run(...command: readonly string[]): Promise<string> {
    return runChecked([...host.enter, ...command]);
  }

  /** What is held back is a file beside podman's storage. */
  function createDiskThere(): Disk {
    const ballast = join(directory, 'ballast');
    const heldBack = (): Promise<number> => run('stat', '--format=%s', ballast).then(Number, () => 0);
    return {
      ...createMemoryDisk([]),
      room: async () => ({ freeBytes: await room(), heldBackBytes: await heldBack() }),
      holdBack: async (sizeBytes) => {
        const moreBytes = sizeBytes - (await heldBack());
        if (sizeBytes === 0) await run('rm', '--force', ballast);
        else if (moreBytes < 0) await run('truncate', `--size=${sizeBytes}`, ballast);
        else if ((await room()) < moreBytes + sizeBytes) throw new K4eError('STATE_UNWRITABLE');
        else await run('fallocate', `--length=${sizeBytes}`, ballast);
      },
    };
  }

  async function room(): Promise<number> {
    return Number(await run('stat', '--file-system', '--format=%a', directory)) * BLOCK_BYTES;
  }

  /** Full, and whoever fills it is still at it. */
  function isFull(): Promise<true> {
    return waitUntil(async () => (await room()) === 0 || undefined, {
      what: 'the disk is full',
      deadlineMs: FULL_WITHIN_MS,
    });
  }

  /** Somebody else takes what is left. */
  async function fill(): Promise<void> {
    await runCommand([...host.enter, 'dd', 'if=/dev/zero', `of=${directory}/filling`, 'bs=4096']);
  }

  async function statesOf(pod: string): Promise<readonly string[]> {
    return (await runtime.list()).find(({ name }) => name === pod)?.containers.map(({ state }) => state) ?? [];
  }

  async function containersOf(pod: string): Promise<unknown> {
    return (await runtime.list()).find(({ name }) => name === pod)?.containers;
  }
}

const podOf = (name: string, command: readonly string[]): PodRequest => ({
  name,
  fingerprint: name,
  manifest: { spec: { containers: [{ name: 'main', image: WORKLOAD_IMAGE, command }] } },
});

const settings = (env: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);
