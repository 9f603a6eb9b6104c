import { randomInt } from 'node:crypto';

import { connect } from './connect.ts';
import { HOST_NETNS } from './netns.ts';
import type { Netns } from './netns.ts';

/** The addresses at the ends of the cable between this process's namespace and another. */
export interface HostCable {
  /** Where programs in the namespace reach this process. */
  readonly hostAddress: string;
  /** Where this process reaches programs in the namespace. */
  readonly address: string;
}

/** 198.18.0.0/15, set apart for tests of network devices (RFC 2544): nobody's own network is in it. Each cable takes four addresses. */
const FIRST_ADDRESS = ((198 << 24) | (18 << 16)) >>> 0;
const CABLE_COUNT = 2 ** 17 / 4;

/** Joins a namespace with the one that this process is in, on addresses that no other cable has. */
export async function connectToHost(netns: Netns, options: { readonly signal?: AbortSignal } = {}): Promise<HostCable> {
  const first = FIRST_ADDRESS + randomInt(CABLE_COUNT) * 4;
  const cable = { hostAddress: dotted(first + 1), address: dotted(first + 2) };
  await connect(HOST_NETNS, netns, { a: `${cable.hostAddress}/30`, b: `${cable.address}/30` }, options);
  return cable;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => String((address >>> shift) & 255)).join('.');
}
