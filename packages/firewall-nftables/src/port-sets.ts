import type { OpenPort } from '@k4e/core/ports';
import type { PortElement, PortSet } from './ruleset.ts';

/** Names of the two sets; a port number is in the set of its protocol. */
export const PORT_SET_NAMES = { tcp: 'declared_tcp', udp: 'declared_udp' } as const;

/** Longest comment of an element, in characters; nft refuses more than 128 bytes. */
export const COMMENT_MAX_LENGTH = 120;

/** The ports as one set for each protocol: sorted, each port once, with the workloads that asked for it. */
export function portSets(ports: readonly OpenPort[]): readonly PortSet[] {
  return (['tcp', 'udp'] as const).map((protocol) => ({
    name: PORT_SET_NAMES[protocol],
    elements: elementsOf(ports.filter((port) => port.protocol === protocol)),
  }));
}

function elementsOf(ports: readonly OpenPort[]): readonly PortElement[] {
  const workloads = new Map<number, Set<string>>();
  for (const { port, workload } of ports) {
    const names = workloads.get(port) ?? new Set();
    workloads.set(port, names.add(workload));
  }
  return [...workloads]
    .sort(([a], [b]) => a - b)
    .map(([port, names]) => ({ port, comment: commentText([...names].sort()) }));
}

/**
 * Names as the text of an nft comment. nft has no way to escape a character in a quoted string, so what is not a letter,
 * a digit or one of `._/-` becomes `_`: a name can never end the string that it stands in.
 */
export function commentText(names: readonly string[]): string {
  const words = names.map((name) => name.slice(0, COMMENT_MAX_LENGTH).replaceAll(/[^A-Za-z0-9._/-]/g, '_'));
  return words.join(' ').slice(0, COMMENT_MAX_LENGTH).trim();
}
