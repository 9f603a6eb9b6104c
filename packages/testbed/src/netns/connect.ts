import { randomBytes } from 'node:crypto';

import { runChecked } from '../processes/index.ts';
import type { Netns } from './netns.ts';

/** The two addresses of a cable, with their prefix: `198.51.100.1/24`. */
export interface CableAddresses {
  readonly a: string;
  readonly b: string;
}

/** The names that the ends of a cable have, each in its own namespace. */
export interface Cable {
  readonly interfaceA: string;
  readonly interfaceB: string;
}

/** Joins two namespaces by a virtual cable (veth) and brings both ends up. It goes when either namespace does. */
export async function connect(
  a: Netns,
  b: Netns,
  addresses: CableAddresses,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Cable> {
  const id = randomBytes(4).toString('hex');
  const cable = { interfaceA: `k4e${id}a`, interfaceB: `k4e${id}b` };
  const ip = (side: Netns, args: readonly string[]): Promise<string> =>
    runChecked([...side.enter, 'ip', ...args], options);
  const peer = ['peer', 'name', cable.interfaceB, 'netns', String(b.pid)];
  await ip(a, ['link', 'add', cable.interfaceA, 'type', 'veth', ...peer]);
  await ip(a, ['address', 'add', addresses.a, 'dev', cable.interfaceA, ...withoutDetection(addresses.a)]);
  await ip(b, ['address', 'add', addresses.b, 'dev', cable.interfaceB, ...withoutDetection(addresses.b)]);
  await ip(a, ['link', 'set', cable.interfaceA, 'up']);
  await ip(b, ['link', 'set', cable.interfaceB, 'up']);
  return cable;
}

// An IPv6 address is of no use for a second or two unless the kernel is told not to look for a duplicate.
function withoutDetection(address: string): readonly string[] {
  return address.includes(':') ? ['nodad'] : [];
}
