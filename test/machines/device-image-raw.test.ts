/** A device whose disk `npm run device-image` has made: settings from all their sources, SSH, and a disk that was damaged. */
import { truncate, writeFile } from 'node:fs/promises';
import { HOST_ADDRESS, runChecked, startImageMachine } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readPartitionTable, webDeployment } from '../e2e/harness/index.ts';
import type { TableEntry } from '../e2e/harness/index.ts';
import {
  BUILD_DEADLINE_MS,
  DISK_BYTES,
  FORMAT_BLOCK_BYTES,
  IMAGE,
  LARGER_DISK_BYTES,
  PORT,
  SSH_PORT,
  TEST_DEADLINE_MS,
  createSshKey,
  damageDatabase,
  damageFileSystem,
  listed,
  sshClient,
  startImageBench,
  startTlsFront,
} from './image-bench/index.ts';
import type { ImageBench, TlsFront } from './image-bench/index.ts';

const DEVICE = 'edge-raw';
const ADDRESS = '10.0.2.77';
const TWO_DAYS_MS = 172_800_000;
const MS_PER_SECOND = 1_000;

await describeWithPart(
  ['control-plane', 'image-machine', 'workload-image'],
  'a device whose disk has the image',
  () => {
    let bench: ImageBench;
    let front: TlsFront;

    beforeAll(async () => {
      bench = await startImageBench();
      const port = Number(new URL(bench.operator().edgeUrl).port);
      front = await startTlsFront(bench.file('front'), HOST_ADDRESS, port);
      await bench.build('raw', {
        labels: { site: 'build', rack: 'build', row: 'build' },
        ssh: { authorizedKeys: [await createSshKey(bench.file('id'))] },
        kernelArguments: ['k4e.labels.site=kernel'],
      });
    }, BUILD_DEADLINE_MS);
    afterEach(() => bench.dismiss());
    afterAll(async () => {
      await front.stop();
      await bench.stop();
    });

    test(
      'with a BIOS: does what its FAT volume says, lets in who has the key, and serves; also on a damaged disk, two days later',
      async () => {
        const { cluster, waitFor } = bench;
        const disk = bench.file('device.raw');
        await writeSettings(disk);
        await truncate(disk, DISK_BYTES);
        const drives = [{ kind: 'disk', file: disk }] as const;
        const ports = [PORT, SSH_PORT];
        const machine = bench.use(await startImageMachine({ firmware: 'bios', drives, ports, address: ADDRESS }));
        const ssh = sshClient(machine.hostPort(SSH_PORT), bench.file('id'), bench.file('known-hosts'));
        await waitFor('it registers', async () => expect(await cluster.device(DEVICE)).toBeDefined());
        await cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page: 'two', image: IMAGE }));
        await waitFor('its page is served', () => bench.serves('two', DEVICE));

        // What is weaker gives way, setting by setting.
        expect(await ssh.run('cat /run/k4e-device/tags.toml')).toBe(
          '"site" = "kernel"\n"rack" = "fat"\n"row" = "build"\n',
        );
        expect(await ssh.run('cat /run/systemd/resolve/resolv.conf')).toMatch(/^nameserver 10\.0\.2\.3$/m);
        expect(await ssh.run('cat /proc/net/route')).toContain('\t00000000\t0202000A\t');
        const { code, stderr } = await ssh.runWithoutKey();
        expect([code, stderr]).toEqual([255, expect.stringContaining('Permission denied (publickey).')]);
        await waitFor('its screen shows how it fares', async () => {
          const screen = await ssh.run('cat /dev/vcs1');
          for (const line of [`k4e ${DEVICE}`, 'CONTROL PLANE: REACHED', url(), 'WORKLOADS: 1 OF 1 RUNNING'])
            expect(screen).toContain(line);
          expect(screen).toMatch(new RegExp(`ADDRESS: .*${ADDRESS}`));
        });

        await machine.pressPowerButton();
        expect(endOf(await partitionsOf(disk))).toBeGreaterThan(DISK_BYTES - 2 * FORMAT_BLOCK_BYTES);
        await damageFileSystem(disk);
        await damageDatabase(disk);
        await truncate(disk, LARGER_DISK_BYTES);
        await machine.switchOn({ clock: new Date(Date.now() + TWO_DAYS_MS) });
        await waitFor('its page is served again', () => bench.serves('two', DEVICE));
        expect(await machine.console()).toContain('is damaged, and is being repaired');
        await waitFor('the control plane is told', async () => {
          const events = await cluster.kubectl('get', 'events', '--output=jsonpath={.items[*].reason}');
          expect(events.split(' ')).toContain('StorageRepaired');
        });
        // By the key of the host that it had before.
        expect(await ssh.run('date +%s').then(Number)).toBeGreaterThan((Date.now() + TWO_DAYS_MS / 2) / MS_PER_SECOND);
        const free =
          Number(await ssh.run('stat --file-system --format=%b /data')) *
          Number(await ssh.run('stat --file-system --format=%S /data'));
        expect(free).toBeGreaterThan(DISK_BYTES);
        await machine.pressPowerButton();
        expect(endOf(await partitionsOf(disk))).toBeGreaterThan(LARGER_DISK_BYTES - 2 * FORMAT_BLOCK_BYTES);
        expect(await listed(disk, '/lost+found')).toHaveLength(1);
      },
      TEST_DEADLINE_MS,
    );

    const url = (): string => `https://${HOST_ADDRESS}:${String(front.port)}`;

    /** What a person would write, on any laptop. */
    async function writeSettings(disk: string): Promise<void> {
      const base64 = front.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '');
      const text = `deviceId: ${DEVICE}
labels: { site: fat, rack: fat }
controlPlane: { url: '${url()}', ca: ${base64} }
network: { address: ${ADDRESS}/24, gateway: 10.0.2.2, dns: [10.0.2.3] }
`;
      await writeFile(bench.file('k4e.yaml'), text);
      const start = (await readPartitionTable(disk)).find(({ name }) => name === 'k4e-settings')?.start;
      await runChecked(['mcopy', '-o', '-i', `${disk}@@${String(start)}`, bench.file('k4e.yaml'), '::k4e.yaml']);
    }
  },
);

/** The partitions of the disk, which are those of the image and one for data. */
async function partitionsOf(disk: string): Promise<readonly TableEntry[]> {
  const partitions = await readPartitionTable(disk);
  const names = ['k4e-bios', 'k4e-boot', 'k4e-settings', 'k4e-root', 'k4e-data'];
  expect(partitions.map(({ name }) => name)).toEqual(names);
  return partitions;
}

/** Where the last one ends, in bytes. */
function endOf(partitions: readonly TableEntry[]): number {
  const last = partitions.at(-1);
  return (last?.start ?? 0) + (last?.size ?? 0);
}
