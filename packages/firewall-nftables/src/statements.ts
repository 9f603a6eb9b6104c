import type { Json } from '@k4e/core';
import type { Statement } from './ruleset.ts';

/** IP protocol numbers: numbers, because names need a database that small systems do not have. */
const PROTOCOLS = { icmp: 1, igmp: 2, tcp: 6, udp: 17, icmpv6: 58 } as const;

/** Bits of conntrack states and of conntrack status, and kinds of addresses, as the kernel counts them. */
const CONNECTION_STATES = { established: 2, related: 4, new: 8 } as const;
const STATUS_DNAT = 32;
const ADDRESS_KINDS = { local: 2, broadcast: 3, multicast: 5 } as const;

/** Takes the packet, as far as this chain goes. */
export const accept: Statement = { text: 'accept', listed: { accept: null } };

/** Counts packets and bytes. */
export const counter: Statement = { text: 'counter', listed: { counter: null } };

/** The destination was translated, such as from a host port to a pod's port. */
export const isTranslated: Statement = {
  text: 'ct status dnat',
  listed: match('in', { ct: { key: 'status' } }, STATUS_DNAT),
};

/** The packet is for this device: for an address of it, or for many that it is one of. */
export const isForThisDevice: Statement = {
  text: `fib daddr type { ${Object.keys(ADDRESS_KINDS).join(', ')} }`,
  listed: match('==', { fib: { result: 'type', flags: ['daddr'] } }, { set: Object.values(ADDRESS_KINDS) }),
};

/** The connection is in one of these states. */
export function connectionIs(...states: readonly (keyof typeof CONNECTION_STATES)[]): Statement {
  const bits = states.map((state) => CONNECTION_STATES[state]);
  const [first, ...more] = bits;
  const listed = first !== undefined && more.length === 0 ? first : bits;
  return { text: `ct state ${states.join(',')}`, listed: match('in', { ct: { key: 'state' } }, listed) };
}

/** The packet came in by this interface; a trailing `*` stands for any ending. */
export function arrivesBy(interfaceName: string): Statement {
  return { text: `iifname "${interfaceName}"`, listed: match('==', { meta: { key: 'iifname' } }, interfaceName) };
}

/** The packet is of this protocol, in IPv4 and IPv6. */
export function protocolIs(protocol: keyof typeof PROTOCOLS): Statement {
  const number = PROTOCOLS[protocol];
  return { text: `meta l4proto ${number}`, listed: match('==', { meta: { key: 'l4proto' } }, number) };
}

/** The packet goes from or to this port, as it is now. */
export function portIs(protocol: 'tcp' | 'udp', field: 'sport' | 'dport', port: number): Statement {
  return { text: `${protocol} ${field} ${port}`, listed: match('==', { payload: { protocol, field } }, port) };
}

/** The connection was addressed to a port of this set by its peer, before any translation. */
export function addressedToPortOf(setName: string): Statement {
  const left = { ct: { key: 'proto-dst', dir: 'original' } };
  return { text: `ct original proto-dst @${setName}`, listed: match('==', left, `@${setName}`) };
}

/** Sets one bit of the connection's mark and leaves the others. */
export function markConnection(bit: number): Statement {
  const mark = { ct: { key: 'mark' } };
  return {
    text: `ct mark set ct mark or 0x${bit.toString(16)}`,
    listed: { mangle: { key: mark, value: { '|': [mark, bit] } } },
  };
}

function match(op: '==' | 'in', left: Json, right: Json): Json {
  return { match: { op, left, right } };
}
