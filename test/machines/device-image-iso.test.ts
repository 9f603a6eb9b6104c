/** A device that boots from the ISO that `npm run device-image` makes, up to a page that its workload serves; and its disks. */
import { connect } from 'node:net';
import { truncate } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runChecked, startImageMachine } from '@k4e/testbed';
import type { ImageMachine } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readPartitionTable, webDeployment } from '../e2e/harness/index.ts';
import {
  BUILD_DEADLINE_MS,
  DISK_BYTES,
  FORMAT_BLOCK_BYTES,
  IMAGE,
  LARGER_DISK_BYTES,
  PORT,
  SSH_PORT,
  TEST_DEADLINE_MS,
  digestOf,
  listed,
  makeDisk,
  startImageBench,
  writeSector,
} from './image-bench/index.ts';
import type { ImageBench } from './image-bench/index.ts';

/** They are read from begin to end, twice. */
const FOREIGN_DISK_BYTES = 1.5 * 1_024 ** 3;
const SECTOR_BYTES = 512;
/** Making the data partition takes longer than that. */
const CUT_WITHIN_MS = 3_000;
const SILENCE_MS = 15_000;

await describeWithPart(['control-plane', 'image-machine', 'workload-image'], 'a device that boots from the ISO', () => {
  let bench: ImageBench;

  beforeAll(async () => {
    bench = await startImageBench();
    await bench.build('iso');
  }, BUILD_DEADLINE_MS);
  afterEach(() => bench.dismiss());
  afterAll(() => bench.stop());

  test(
    'with UEFI and secure boot, on an empty disk: serves, though the power was cut at first, and without the control plane; goes, and leaves nothing',
    async () => {
      const { cluster, file, waitFor } = bench;
      const [disk, foreign] = [file('iso-disk.img'), file('foreign.img')];
      await makeDisk(disk, DISK_BYTES);
      await makeDisk(foreign, FOREIGN_DISK_BYTES);
      await runChecked(['mke2fs', '-q', '-t', 'ext4', foreign]);
      const before = await digestOf(foreign);
      const drives = [
        ...[disk, foreign].map((path) => ({ kind: 'disk', file: path }) as const),
        { kind: 'disc', file: file('device.iso') } as const,
      ];
      const machine = bench.use(await startImageMachine({ firmware: 'uefi', drives, ports: [PORT, SSH_PORT] }));
      await cutWhileMaking(machine);
      await machine.switchOn();
      const deviceId = await waitFor('it registers', async () => {
        const [name = '', ...others] = (await cluster.kubectl('get', 'edgedevices', '--output=name')).split(/\s+/);
        expect(others.join('')).toBe('');
        expect(name).toMatch(/^edgedevice\./);
        return name.split('/')[1] ?? '';
      });
      await cluster.apply(webDeployment({ name: 'web', device: deviceId, hostPort: PORT, page: 'one', image: IMAGE }));
      await waitFor('its page is served', () => bench.serves('one', deviceId));
      await waitFor('it is shown as running', async () => {
        const { status } = (await cluster.device(deviceId)) ?? {};
        expect(status?.deployments).toContainEqual(expect.objectContaining({ name: 'web', phase: 'Running' }));
      });
      expect(await greets(machine.hostPort(SSH_PORT))).toBe(false);
      expect(await machine.console()).toMatch(/locked down from EFI Secure Boot/);

      await machine.pressPowerButton();
      await truncate(disk, LARGER_DISK_BYTES);
      await bench.operator().terminate();
      await machine.switchOn();
      await waitFor('its page is served again, with nobody there to say so', () => bench.serves('one', deviceId));

      await bench.startOperator();
      await cluster.kubectl('delete', 'edgedevice', deviceId, '--wait=false');
      await waitFor('it is gone', async () => expect(await cluster.device(deviceId)).toBeUndefined());
      await machine.pressPowerButton();
      expect(await digestOf(foreign)).toBe(before);
      const [data, ...others] = await readPartitionTable(disk);
      expect(others).toEqual([]);
      // The device is its data partition, which has all room.
      expect(data).toMatchObject({ name: 'k4e-data', id: deviceId });
      expect((data?.start ?? 0) + (data?.size ?? 0)).toBeGreaterThan(LARGER_DISK_BYTES - 2 * FORMAT_BLOCK_BYTES);
      expect(await listed(disk, '/')).toEqual(['containers', 'k4e', 'lost+found']);
      // What it notes of itself, among it that it was let go; and nothing of a workload.
      expect(await listed(disk, '/k4e')).toEqual(['gateway', 'state']);
      const containers = await listed(disk, '/containers/storage/overlay-containers');
      expect(containers).toContain('containers.lock');
      expect(containers.filter((name) => /^[0-9a-f]{64}$/.test(name))).toEqual([]);
      expect(await listed(disk, '/containers/storage/volumes')).toEqual([]);
    },
    TEST_DEADLINE_MS,
  );

  test(
    'never writes to a disk that holds anything, and says why nothing runs',
    async () => {
      const { file, waitFor } = bench;
      const [formatted, lone] = [file('formatted.img'), file('lone.img')];
      for (const disk of [formatted, lone]) await makeDisk(disk, FOREIGN_DISK_BYTES);
      await runChecked(['mke2fs', '-q', '-t', 'ext4', formatted]);
      await writeSector(lone, 4_711 * SECTOR_BYTES);
      const before = [await digestOf(formatted), await digestOf(lone)];
      const disks = [formatted, lone].map((path) => ({ kind: 'disk', file: path }) as const);
      const drives = [...disks, { kind: 'disc', file: file('device.iso') } as const];
      const machine = bench.use(await startImageMachine({ firmware: 'bios', drives }));
      await waitFor('it says that there is no disk for data', async () => {
        expect(await machine.console()).toContain('there is no empty disk of 1 GiB or more');
      });
      const said = await machine.console();
      expect(said).toContain('/dev/vda (1.5 GiB, there is a signature of ext4 on it)');
      expect(said).toContain('/dev/vdb (1.5 GiB, there is something in sector 4711)');
      await machine.pressPowerButton();
      expect([await digestOf(formatted), await digestOf(lone)]).toEqual(before);
    },
    TEST_DEADLINE_MS,
  );

  test(
    'is the same, byte by byte, when it is made of the same things again',
    async () => {
      const before = await digestOf(bench.file('device.iso'));
      expect(await digestOf(await bench.build('iso'))).toBe(before);
    },
    BUILD_DEADLINE_MS,
  );

  /** Cuts the power at a moment at which the data partition is being made, another one each time. */
  async function cutWhileMaking(machine: ImageMachine): Promise<void> {
    await bench.waitFor('it begins with the data partition', async () => {
      expect(await machine.console()).toContain('making the data partition');
    });
    const afterMs = Math.round(Math.random() * CUT_WITHIN_MS);
    process.stderr.write(`the power is cut ${String(afterMs)} ms after it has begun with the data partition\n`);
    await delay(afterMs);
    await machine.cutPower();
  }
});

/** Whether somebody who listens at a port of 127.0.0.1 says something first, as an SSH server does. */
async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  try {
    return await new Promise((resolve) => {
      socket
        .setTimeout(SILENCE_MS, () => resolve(false))
        .once('data', () => resolve(true))
        .once('close', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
