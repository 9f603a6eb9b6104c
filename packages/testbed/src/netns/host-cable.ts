import { randomInt } from 'node:crypto';

import { claim } from '../processes/index.ts';
import { connect } from './connect.ts';
import type { Cable } from './connect.ts';
import { HOST_NETNS } from './netns.ts';
import type { Netns } from './netns.ts';

/** The addresses at the ends of the cable between this process's namespace and another. */
export interface HostCable {
  /** Where programs in the namespace reach this process. */
  readonly hostAddress: string;
  /** Where this process reaches programs in the namespace. */
  readonly address: string;
}

/** A cable with addresses that no other has. */
export interface AddressedCable extends Cable {
  readonly addressA: string;
  readonly addressB: string;
}

/** 198.18.0.0/15, set apart for tests of network devices (RFC 2544): nobody's own network is in it. Each cable takes four addresses. */
const FIRST_ADDRESS = ((198 << 24) | (18 << 16)) >>> 0;
const CABLE_COUNT = 2 ** 17 / 4;
const MAX_TRIES = 100;

/** Joins two namespaces on addresses that no other cable has. */
export async function connectAnywhere(
  a: Netns,
  b: Netns,
  options: { readonly signal?: AbortSignal } = {},
): Promise<AddressedCable> {
  const first = FIRST_ADDRESS + (await drawCable()) * 4;
  const [addressA, addressB] = [dotted(first + 1), dotted(first + 2)];
  const cable = await connect(a, b, { a: `${addressA}/30`, b: `${addressB}/30` }, options);
  return { ...cable, addressA, addressB };
}

/** Joins a namespace with the one that this process is in, on addresses that no other cable has. */
export async function connectToHost(netns: Netns, options: { readonly signal?: AbortSignal } = {}): Promise<HostCable> {
  const { addressA, addressB } = await connectAnywhere(HOST_NETNS, netns, options);
  return { hostAddress: addressA, address: addressB };
}

/** The number of a cable that no other process has, and that this one had never. */
async function drawCable(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const number = randomInt(CABLE_COUNT);
    if (await claim(`cable-${String(number)}`)) return number;
  }
  throw new Error('found no free addresses for a cable');
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => String((address >>> shift) & 255)).join('.');
}
