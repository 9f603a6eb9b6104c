import type { NetworkInterfaceInfo } from 'node:os';
import { hasCode } from '@k4e/core';
import type { HardwareInfo } from '@k4e/core/protocol';
import { hardwareInfoSchema } from '@k4e/core/protocol';
import { describe, expect, test } from 'vitest';
import type { OperatingSystem } from './linux-hardware-inventory.ts';
import { createLinuxHardwareInventory } from './linux-hardware-inventory.ts';
import type { TestTree } from './test-tree.testing.ts';
import { withTestTree } from './test-tree.testing.ts';
import { BOARD_COMPUTER, INDUSTRIAL_PC } from './test-trees.testing.ts';

const ipv4 = (cidr: string, internal = false): NetworkInterfaceInfo => ({
  ...{ address: '', netmask: '', mac: '', family: 'IPv4' as const },
  ...{ cidr, internal },
});
const ipv6 = (cidr: string): NetworkInterfaceInfo => ({
  ...{ address: '', netmask: '', mac: '', family: 'IPv6' as const, internal: false, scopeid: 0 },
  cidr,
});

const OS: OperatingSystem = {
  hostname: () => 'edge-1',
  machine: () => 'x86_64',
  networkInterfaces: () => ({
    lo: [ipv4('127.0.0.1/8', true)],
    eth0: [ipv4('10.0.0.5/24'), ipv6('fd00::5/64'), ipv6('fe80::1/64')],
    'eth0:1': [ipv4('10.0.0.6/24')],
    veth9: [ipv4('10.88.0.2/16')],
  }),
};

/** What is collected from a tree, as it goes over the wire. */
async function collect(tree: TestTree, os = OS): Promise<HardwareInfo> {
  return withTestTree(tree, async (root) => {
    const collected = await createLinuxHardwareInventory({ root, os }).collect();
    return JSON.parse(JSON.stringify(collected)) as HardwareInfo;
  });
}

test('an industrial PC, in full', async () => {
  expect(await collect(INDUSTRIAL_PC)).toMatchSnapshot();
});

test('a board computer, in full', async () => {
  expect(await collect(BOARD_COMPUTER, { ...OS, machine: () => 'aarch64', networkInterfaces: () => ({}) })).toEqual({
    hostname: 'edge-1',
    cpu: {
      architecture: 'aarch64',
      count: 2,
      frequency: 1800,
      model_name: 'BCM2835',
      flags: ['fp', 'asimd', 'crc32'],
    },
    memory: { usable_bytes: 1_893_548 * 1_024 },
    boot: { current_boot_mode: 'bios' },
    system_vendor: {
      product_name: 'Raspberry Pi 4 Model B Rev 1.4',
      serial_number: '10000000abcdef01',
      virtual: false,
    },
    interfaces: [],
    disks: [
      {
        id: '/dev/mmcblk0',
        name: 'mmcblk0',
        path: '/dev/mmcblk0',
        drive_type: 'SSD',
        size_bytes: 62_333_952 * 512,
        serial: '0x1234',
      },
    ],
    gpus: [],
  });
});

test('what is collected is what the protocol reads', async () => {
  const collected = await collect(INDUSTRIAL_PC);
  expect(JSON.parse(JSON.stringify(hardwareInfoSchema.parse(collected)))).toEqual(collected);
});

test('a machine that tells nothing still has a name and an architecture', async () => {
  const nothing = { ...OS, networkInterfaces: () => ({}) };
  expect(await collect({}, nothing)).toEqual({
    hostname: 'edge-1',
    cpu: { architecture: 'x86_64', flags: [] },
    memory: {},
    boot: {},
    system_vendor: {},
    interfaces: [],
    disks: [],
    gpus: [],
  });
});

test('files full of noise give nothing that the protocol refuses', async () => {
  const noise = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7919) % 256));
  const paths = [...Object.keys(INDUSTRIAL_PC), ...Object.keys(BOARD_COMPUTER), 'sys/firmware/dmi/tables/DMI'];
  const directories = paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
  const tree = Object.fromEntries(directories.map((path) => [path, noise]));
  expect(hardwareInfoSchema.safeParse(await collect(tree)).success).toBe(true);
});

test('directories where files should be are like missing files', async () => {
  const tree = { 'proc/cpuinfo': {}, 'proc/meminfo': {}, 'sys/class/net/eth0/device/vendor': {}, 'sys/block': 'file' };
  const collected = await collect(tree);
  expect(collected.memory).toEqual({});
  expect(collected.interfaces?.map(({ name }) => name)).toEqual(['eth0']);
});

test('a machine without hardware interfaces, such as a container, shows those with an address', async () => {
  const tree = {
    'sys/class/net/lo/flags': '0x9',
    'sys/class/net/veth9/flags': '0x1043',
    'sys/class/net/tun0/mtu': '9',
  };
  expect((await collect(tree)).interfaces).toEqual([
    {
      name: 'veth9',
      speed_mbps: -1,
      has_carrier: false,
      flags: ['up', 'broadcast', 'running', 'multicast'],
      ipv4_addresses: ['10.88.0.2/16'],
      ipv6_addresses: [],
    },
  ]);
});

describe('virtual machines are told by DMI', () => {
  test.each([
    ['QEMU', 'Standard PC (Q35 + ICH9, 2009)', true],
    ['Red Hat', 'KVM', true],
    ['innotek GmbH', 'VirtualBox', true],
    ['VMware, Inc.', 'VMware7,1', true],
    ['Microsoft Corporation', 'Virtual Machine', true],
    ['Nutanix', 'AHV', true],
    ['Xen', 'HVM domU', true],
    ['Dell Inc.', 'PowerEdge R640', false],
  ])('%s %s: %s', async (manufacturer, product, isVirtual) => {
    const tree = { 'sys/class/dmi/id/sys_vendor': manufacturer, 'sys/class/dmi/id/product_name': product };
    expect((await collect(tree)).system_vendor?.virtual).toBe(isVirtual);
  });
});

test('a fired signal rejects with ABORTED', async () => {
  const collecting = createLinuxHardwareInventory().collect({ signal: AbortSignal.abort() });
  expect(hasCode(await collecting.catch((error: unknown) => error), 'ABORTED')).toBe(true);
});

test('this machine can be read', async () => {
  const collected = await createLinuxHardwareInventory().collect();
  expect(hardwareInfoSchema.safeParse(collected).success).toBe(true);
  expect(collected.cpu?.count).toBeGreaterThan(0);
  expect(collected.memory?.usable_bytes).toBeGreaterThan(1_000_000);
});
