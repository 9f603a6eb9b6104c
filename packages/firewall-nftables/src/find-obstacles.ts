import type { FirewallObstacle } from '@k4e/core/ports';
import { foreignChains, jumpTargets, siblingChain } from './foreign-chains.ts';
import type { ForeignChain } from './foreign-chains.ts';
import { readRule } from './foreign-rules.ts';
import type { Circumstances, RuleReading } from './foreign-rules.ts';
import type { ListedObject } from './listing.ts';
import { remedyFor } from './remedy.ts';
import type { FirewallSettings } from './settings.ts';

/** A chain of the host's own firewall that keeps declared ports closed. */
export interface ChainObstacle extends FirewallObstacle {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly hook: 'input' | 'forward';
  /** Whether the chain's policy drops, or a rule that applies to everything. */
  readonly cause: 'policy' | 'rule';
  /** The command that makes an end of it, until the host's firewall is loaded anew. */
  readonly remedy: string;
}

const FAMILIES = ['inet', 'ip', 'ip6'];

/**
 * Finds the base chains at input and forward, in tables that are not ours, that end in a drop and do not let marked
 * connections pass before. It reads rules, it does not simulate packets: a rule that accepts by our mark under further
 * conditions counts as letting pass, and rules of `iptables-legacy` are not seen.
 */
export function findObstacles(
  listing: readonly ListedObject[],
  { table, mark }: Pick<FirewallSettings, 'table' | 'mark'>,
): readonly ChainObstacle[] {
  const chains = foreignChains(listing, table);
  return chains.flatMap((chain) => {
    const { hook } = chain;
    if ((hook !== 'input' && hook !== 'forward') || !FAMILIES.includes(chain.family)) return [];
    const outcome = decide(chain, { chains, mark, isTranslated: hook === 'forward', seen: new Set() }, true);
    if (outcome === 'accept') return [];
    if (outcome === 'drop') return [describe(chain, hook, 'rule', mark)];
    return chain.policy === 'drop' ? [describe(chain, hook, 'policy', mark)] : [];
  });
}

interface Question extends Circumstances {
  readonly chains: readonly ForeignChain[];
  /** Chains that were read and left it undecided; the work grows with the rules, not with the ways through them. */
  readonly seen: Set<string>;
}

type Outcome = 'accept' | 'drop' | 'undecided';

/**
 * What becomes of marked connections in a chain. `isCertain`: whether all of them come to it; where only some do, a rule
 * that does not ask for the mark says nothing about the others.
 */
function decide(chain: ForeignChain, question: Question, isCertain: boolean): Outcome {
  const key = `${chain.name} ${isCertain}`;
  if (question.seen.has(key)) return 'undecided';
  question.seen.add(key);
  let allComeHere = isCertain;
  for (const rule of chain.rules) {
    const reading = readRule(rule, question);
    const outcome = allComeHere || reading.applies === 'marked' ? ownOutcome(reading) : 'undecided';
    if (outcome !== 'undecided') return outcome;
    if (reading.applies === 'never') continue;
    if (reading.verdict === 'return' && reading.applies !== 'sometimes') return 'undecided';
    if (reading.verdict === 'return') allComeHere = false;
    const stillCertain = reading.applies === 'marked' || (allComeHere && reading.applies === 'always');
    for (const name of jumpTargets(rule)) {
      const target = siblingChain(question.chains, chain, name);
      const further = target === undefined ? 'undecided' : decide(target, question, stillCertain);
      if (further !== 'undecided') return further;
    }
  }
  return 'undecided';
}

function ownOutcome({ applies, verdict }: RuleReading): Outcome {
  if (applies !== 'always' && applies !== 'marked') return 'undecided';
  return verdict === 'accept' || verdict === 'drop' ? verdict : 'undecided';
}

function describe(
  chain: ForeignChain,
  hook: ChainObstacle['hook'],
  cause: ChainObstacle['cause'],
  mark: number,
): ChainObstacle {
  const { family, table, name } = chain;
  const remedy = remedyFor(chain, hook, mark);
  const what = hook === 'input' ? 'ports of workloads on the host network' : 'ports that are forwarded to pods';
  const how = cause === 'policy' ? 'by its policy' : 'by a rule that applies to everything';
  const message = `chain ${family} ${table} ${name} drops ${how}, also ${what}; let them pass with: ${remedy}`;
  return { family, table, chain: name, hook, cause, remedy, message };
}
