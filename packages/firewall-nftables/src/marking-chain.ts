import { PORT_SET_NAMES } from './port-sets.ts';
import type { BaseChain } from './ruleset.ts';
import { addressedToPortOf, connectionIs, counter, isForThisDevice, markConnection, protocolIs } from './statements.ts';

/** After conntrack (-200), which the mark belongs to, and before destinations are translated (-100). */
const MARKING_PRIORITY = -150;

/** Marks what is addressed to declared ports of this device. Decides nothing: all packets go on. */
export function markingChain(mark: number): BaseChain {
  const rules = (['tcp', 'udp'] as const).map((protocol) => ({
    statements: [
      connectionIs('new'),
      isForThisDevice,
      protocolIs(protocol),
      addressedToPortOf(PORT_SET_NAMES[protocol]),
      markConnection(mark),
      counter,
    ],
    comment: `mark connections to declared ${protocol} ports`,
  }));
  return { name: 'mark_declared', hook: 'prerouting', priority: MARKING_PRIORITY, policy: 'accept', rules };
}
