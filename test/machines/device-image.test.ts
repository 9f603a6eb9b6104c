/** A device that boots: from the images that `npm run device-image` makes, to a page that its workload serves. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  HOST_ADDRESS,
  buildWorkloadImage,
  readTestbedEnvironment,
  runCommand,
  startImageMachine,
  startImageRegistry,
} from '@k4e/testbed';
import type { ImageMachine, ImageRegistry } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildDeviceImages } from '../../scripts/device-image/build-device-image.ts';
import {
  eventually,
  fetchPage,
  readPartitionTable,
  startCluster,
  startOperatorProcess,
  webDeployment,
} from '../e2e/harness/index.ts';
import type { Cluster, OperatorProcess } from '../e2e/harness/index.ts';

const PORT = 18_080;
/** Where deployments say that images are; devices are told where that is. */
const REGISTRY = 'registry.k4e.example';
const IMAGE = `${REGISTRY}/web:1`;
const DISK_BYTES = 4 * 1_024 ** 3;
/** Both are read from begin to end, twice. */
const FOREIGN_DISK_BYTES = 1.5 * 1_024 ** 3;
const SECTOR_BYTES = 512;
const FORMAT_BLOCK_BYTES = 1_048_576;
/** An emulated machine boots ten times slower than a real one, beside other tests slower still. */
const BOOT_DEADLINE_MS = 600_000;
const BUILD_DEADLINE_MS = 900_000;
const TEST_DEADLINE_MS = 1_800_000;

await describeWithPart(['control-plane', 'image-machine', 'workload-image'], 'a device that boots', () => {
  let directory: string;
  let cluster: Cluster;
  let operator: OperatorProcess;
  let registry: ImageRegistry;
  let machine: ImageMachine | undefined;
  const file = (name: string): string => join(directory, name);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-e2e-'));
    cluster = await startCluster();
    registry = await startImageRegistry((await buildWorkloadImage()).archive);
    await startOperator('127.0.0.1:0');
    await buildDeviceImages({
      configuration: {
        controlPlane: { url: `http://${HOST_ADDRESS}:${new URL(operator.edgeUrl).port}` },
        registries: [
          {
            prefix: REGISTRY,
            location: `${HOST_ADDRESS}:${String(registry.port)}`,
            insecure: true,
          },
        ],
        kernelArguments: [
          'console=ttyS0',
          'systemd.journald.forward_to_console=1',
          'systemd.journald.max_level_console=warning',
        ],
      },
      files: { iso: file('device.iso'), raw: file('device.img') },
      version: '1.0.0',
      maintainer: { name: 'k4e tests', email: 'tests@k4e.example' },
      epochSeconds: 1_763_856_000,
      isFast: true,
      isUpdate: false,
      cacheDirectory: readTestbedEnvironment().cacheDirectory,
      progress: (line) => process.stderr.write(`${line}\n`),
    });
  }, BUILD_DEADLINE_MS);

  afterEach(() => machine?.stop());
  afterAll(async () => {
    await registry.stop();
    await operator.kill9();
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test(
    'from the ISO, with UEFI, on an empty disk: serves, also after a boot without the control plane; goes, and leaves nothing',
    async () => {
      const disk = file('iso-disk.img');
      await makeDisk(disk, DISK_BYTES);
      const drives = [
        { kind: 'disk', file: disk },
        { kind: 'disc', file: file('device.iso') },
      ] as const;
      machine = await startImageMachine({ firmware: 'uefi', drives, ports: [PORT] });
      const deviceId = await waitFor('it registers', async () => {
        const [name = '', ...others] = (await cluster.kubectl('get', 'edgedevices', '--output=name')).split(/\s+/);
        expect(others.join('')).toBe('');
        expect(name).toMatch(/^edgedevice\./);
        return name.split('/')[1] ?? '';
      });
      await cluster.apply(webDeployment({ name: 'web', device: deviceId, hostPort: PORT, page: 'one', image: IMAGE }));
      await waitFor('its page is served', () => serves('one', deviceId));
      await waitFor('it is shown as running', async () => {
        const { status } = (await cluster.device(deviceId)) ?? {};
        expect(status?.deployments).toContainEqual(expect.objectContaining({ name: 'web', phase: 'Running' }));
      });

      await machine.pressPowerButton();
      await operator.terminate();
      await machine.switchOn();
      await waitFor('its page is served again, with nobody there to say so', () => serves('one', deviceId));

      await startOperator(operator.edgeAddress);
      await cluster.kubectl('delete', 'edgedevice', deviceId, '--wait=false');
      await waitFor('it is gone', async () => expect(await cluster.device(deviceId)).toBeUndefined());
      await machine.pressPowerButton();
      const [data] = await readPartitionTable(disk);
      // The device is its data partition.
      expect(data).toMatchObject({ name: 'k4e-data', id: deviceId });
      const left = (path: string): Promise<readonly string[]> => listed(disk, data?.start ?? 0, path);
      expect(await left('/')).toEqual(['containers', 'k4e', 'lost+found']);
      // What it notes of itself, among it that it was let go; and nothing of a workload.
      expect(await left('/k4e')).toEqual(['gateway', 'state']);
      const containers = await left('/containers/storage/overlay-containers');
      expect(containers).toContain('containers.lock');
      expect(containers.filter((name) => /^[0-9a-f]{64}$/.test(name))).toEqual([]);
      expect(await left('/containers/storage/volumes')).toEqual([]);
    },
    TEST_DEADLINE_MS,
  );

  test(
    'from the image of a disk, with a BIOS: serves what it is told, by the name that its FAT volume says',
    async () => {
      const disk = file('device.img');
      const settings = (await readPartitionTable(disk)).find(({ name }) => name === 'k4e-settings');
      await writeFile(file('k4e.yaml'), 'deviceId: edge-raw\nlabels: { site: north }\n');
      await run('mcopy', '-o', '-i', `${disk}@@${String(settings?.start)}`, file('k4e.yaml'), '::k4e.yaml');
      await truncate(disk, DISK_BYTES);
      machine = await startImageMachine({ firmware: 'bios', drives: [{ kind: 'disk', file: disk }], ports: [PORT] });
      await waitFor('it registers', async () => expect(await cluster.device('edge-raw')).toBeDefined());
      await cluster.apply(
        webDeployment({ name: 'web-raw', device: 'edge-raw', hostPort: PORT, page: 'two', image: IMAGE }),
      );
      await waitFor('its page is served', () => serves('two', 'edge-raw'));
      await machine.pressPowerButton();
      const partitions = await readPartitionTable(disk);
      expect(partitions.map(({ name }) => name)).toEqual([
        'k4e-bios',
        'k4e-boot',
        'k4e-settings',
        'k4e-root',
        'k4e-data',
      ]);
      const data = partitions.at(-1);
      expect((data?.start ?? 0) + (data?.size ?? 0)).toBeGreaterThan(DISK_BYTES - 2 * FORMAT_BLOCK_BYTES);
    },
    TEST_DEADLINE_MS,
  );

  test(
    'never writes to a disk that holds anything, and says why nothing runs',
    async () => {
      const formatted = file('formatted.img');
      const lone = file('lone.img');
      for (const disk of [formatted, lone]) await makeDisk(disk, FOREIGN_DISK_BYTES);
      await run('mke2fs', '-q', '-t', 'ext4', formatted);
      await writeSector(lone, 4_711 * SECTOR_BYTES);
      const before = [await digestOf(formatted), await digestOf(lone)];
      const disks = [formatted, lone].map((path) => ({ kind: 'disk', file: path }) as const);
      machine = await startImageMachine({
        firmware: 'bios',
        drives: [...disks, { kind: 'disc', file: file('device.iso') }],
      });
      const said = async (): Promise<string> => (await machine?.console()) ?? '';
      await waitFor('it says that there is no disk for data', async () => {
        expect(await said()).toContain('there is no empty disk of 1 GiB or more');
      });
      expect(await said()).toContain('/dev/vda (1.5 GiB, there is a signature of ext4 on it)');
      expect(await said()).toContain('/dev/vdb (1.5 GiB, there is something in sector 4711)');
      await machine.pressPowerButton();
      expect([await digestOf(formatted), await digestOf(lone)]).toEqual(before);
    },
    TEST_DEADLINE_MS,
  );

  async function startOperator(edgeAddress: string): Promise<void> {
    operator = await startOperatorProcess({
      kubeconfig: cluster.operatorKubeconfig,
      edgeAddress,
      logFile: file('operator.log'),
    });
  }

  async function serves(page: string, deviceId: string): Promise<void> {
    const origin = `http://127.0.0.1:${String(machine?.hostPort(PORT))}`;
    expect(await fetchPage(origin)).toEqual({ page, deviceId });
  }

  function waitFor<T>(what: string, expectation: () => Promise<T>): Promise<T> {
    return eventually(what, expectation, { deadlineMs: BOOT_DEADLINE_MS, explain });
  }

  async function explain(): Promise<string> {
    return [((await machine?.console()) ?? '').slice(-16_000), operator.lastLines()].join('\n---\n');
  }
});

async function makeDisk(path: string, bytes: number): Promise<void> {
  await writeFile(path, '');
  await truncate(path, bytes);
}

async function writeSector(disk: string, at: number): Promise<void> {
  const handle = await open(disk, 'r+');
  try {
    await handle.write(Buffer.alloc(SECTOR_BYTES, 'x'), 0, SECTOR_BYTES, at);
  } finally {
    await handle.close();
  }
}

async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}

/** What is in a directory of the ext4 file system that begins at `start` of a disk, sorted. */
async function listed(disk: string, start: number, path: string): Promise<readonly string[]> {
  const text = await run('debugfs', '-R', `ls -p ${path}`, `${disk}?offset=${String(start)}`);
  const names = text.split('\n').map((line) => line.split('/')[5] ?? '');
  return names.filter((name) => !['', '.', '..'].includes(name)).sort();
}

async function run(...command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(command);
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return stdout;
}
