import type { NetworkInterfaceInfo } from 'node:os';
import type { HardwareInfo } from '@k4e/core/protocol';
import { MAX_HARDWARE_ITEMS } from '@k4e/core/protocol';
import type { SystemFiles } from './system-files.ts';

type Interface = NonNullable<HardwareInfo['interfaces']>[number];

/** Addresses by interface, as `os.networkInterfaces()` gives them. */
export type Addresses = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

const NET = 'sys/class/net';
/** Speed of an interface that does not tell, in Mbit/s (wire). */
const UNKNOWN_SPEED = -1;
const LINK_LOCAL = /^fe[89ab]/i;

/** Flags of an interface (Linux: `IFF_...`), by the names that upstream uses. */
const FLAGS: readonly (readonly [number, string])[] = [
  [0x1, 'up'],
  [0x2, 'broadcast'],
  [0x8, 'loopback'],
  [0x10, 'pointtopoint'],
  [0x40, 'running'],
  [0x1000, 'multicast'],
];

/**
 * Physical interfaces, bonds and VLANs. A machine that has none of them, such as a container, shows those with an address
 * instead. Addresses are in CIDR; link-local ones of IPv6 are left out.
 */
export async function readInterfaces(files: SystemFiles, addresses: Addresses): Promise<HardwareInfo['interfaces']> {
  const names = await files.names(NET);
  const areShown = await Promise.all(names.map((name) => isHardwareOrStacked(files, name)));
  const shown = names.filter((_name, index) => areShown[index] === true);
  const chosen = shown.length > 0 ? shown : names.filter((name) => addresses[name]?.some(({ internal }) => !internal));
  return Promise.all(chosen.map((name) => readInterface(files, name, addresses)));
}

async function isHardwareOrStacked(files: SystemFiles, name: string): Promise<boolean> {
  if (await files.exists(`${NET}/${name}/device`)) return true;
  return /^DEVTYPE=(bond|vlan)$/m.test((await files.text(`${NET}/${name}/uevent`)) ?? '');
}

async function readInterface(files: SystemFiles, name: string, addresses: Addresses): Promise<Interface> {
  const directory = `${NET}/${name}`;
  const own = addressesOf(name, addresses);
  const cidrs = (family: string): string[] =>
    own.filter((info) => info.family === family).flatMap(({ cidr }) => (cidr === null ? [] : [cidr]));
  return {
    name,
    mac_address: await files.value(`${directory}/address`),
    mtu: await files.integer(`${directory}/mtu`),
    speed_mbps: (await files.integer(`${directory}/speed`)) ?? UNKNOWN_SPEED,
    has_carrier: (await files.value(`${directory}/carrier`)) === '1',
    vendor: await files.value(`${directory}/device/vendor`),
    product: await files.value(`${directory}/device/device`),
    flags: flagNames(await files.value(`${directory}/flags`)),
    ipv4_addresses: cidrs('IPv4'),
    ipv6_addresses: cidrs('IPv6').filter((cidr) => !LINK_LOCAL.test(cidr)),
  };
}

/** Alias names, such as `eth0:1`, belong to the interface before the colon. */
function addressesOf(name: string, addresses: Addresses): readonly NetworkInterfaceInfo[] {
  return Object.entries(addresses)
    .filter(([label]) => label === name || label.startsWith(`${name}:`))
    .flatMap(([, infos]) => infos ?? [])
    .slice(0, MAX_HARDWARE_ITEMS);
}

function flagNames(text: string | undefined): string[] {
  const bits = Number.parseInt(text ?? '', 16);
  return FLAGS.filter(([bit]) => (bits & bit) !== 0).map(([, flag]) => flag);
}
