import { networkInterfaces } from 'node:os';
import { readInterfaces } from './read-interfaces.ts';
import type { Addresses } from './read-interfaces.ts';
import { createSystemFiles } from './system-files.ts';
import type { SystemFiles } from './system-files.ts';

/** An address by which the machine can be reached, and the interface that has it. */
export interface MachineAddress {
  readonly interface: string;
  /** Without a prefix length. */
  readonly address: string;
}

/** Where to look. */
export interface ReadAddressesOptions {
  /** Default: this machine's. */
  readonly files?: SystemFiles;
  /** Default: this machine's. */
  readonly addresses?: Addresses;
}

/**
 * Addresses of the interfaces that the inventory shows, those of IPv4 first; where they have none, as under a bridge, those of
 * all others but loopback. Link-local ones of IPv6 are left out.
 */
export async function readAddresses(options: ReadAddressesOptions = {}): Promise<readonly MachineAddress[]> {
  const { files = createSystemFiles('/'), addresses = networkInterfaces() } = options;
  const interfaces = (await readInterfaces(files, addresses)) ?? [];
  const found = interfaces.flatMap(({ name, ipv4_addresses: v4, ipv6_addresses: v6 }) =>
    [...(v4 ?? []), ...(v6 ?? [])].map((cidr) => ({ interface: name ?? '', address: withoutPrefix(cidr) })),
  );
  return (found.length > 0 ? found : others(addresses)).sort(byFamily);
}

function others(addresses: Addresses): MachineAddress[] {
  return Object.entries(addresses).flatMap(([name, infos = []]) =>
    infos
      .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
      .map(({ address }) => ({ interface: name, address })),
  );
}

function byFamily(one: MachineAddress, other: MachineAddress): number {
  return Number(one.address.includes(':')) - Number(other.address.includes(':'));
}

function withoutPrefix(cidr: string): string {
  return cidr.replace(/\/\d+$/, '');
}
