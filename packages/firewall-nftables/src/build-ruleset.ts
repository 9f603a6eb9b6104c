import type { OpenPort } from '@k4e/core/ports';
import { forwardChain, inputChain } from './closing-chains.ts';
import { markingChain } from './marking-chain.ts';
import { portSets } from './port-sets.ts';
import type { Ruleset } from './ruleset.ts';
import type { FirewallSettings } from './settings.ts';

/**
 * Decides what the table holds while exactly `ports` are open. The rules depend on the settings alone and refer to two
 * sets; the ports are the elements of these.
 */
export function buildRuleset(settings: FirewallSettings, ports: readonly OpenPort[]): Ruleset {
  const closing = settings.policy === 'drop' ? [inputChain(settings), forwardChain(settings)] : [];
  return { table: settings.table, sets: portSets(ports), chains: [markingChain(settings.mark), ...closing] };
}
