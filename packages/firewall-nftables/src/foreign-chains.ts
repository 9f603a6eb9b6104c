import { isRecord } from '@k4e/core';
import type { ListedObject } from './listing.ts';

/** A chain of another table, with its rules in their order. */
export interface ForeignChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** `input`, `forward` and so on; `undefined` where the chain is only jumped to. */
  readonly hook: string | undefined;
  readonly policy: string | undefined;
  /** The statements of each rule. */
  readonly rules: readonly (readonly unknown[])[];
}

/** All chains of a listing that are not in our table. */
export function foreignChains(listing: readonly ListedObject[], ownTable: string): readonly ForeignChain[] {
  const rules = new Map<string, (readonly unknown[])[]>();
  for (const { kind, fields } of listing) {
    if (kind !== 'rule' || !Array.isArray(fields.expr)) continue;
    const key = chainKey(fields, fields.chain);
    const known = rules.get(key);
    if (known === undefined) rules.set(key, [fields.expr]);
    else known.push(fields.expr);
  }
  return listing
    .filter(({ kind, fields }) => kind === 'chain' && !(fields.family === 'inet' && fields.table === ownTable))
    .map(({ fields }) => ({
      family: String(fields.family),
      table: String(fields.table),
      name: String(fields.name),
      hook: text(fields.hook),
      policy: text(fields.policy),
      rules: rules.get(chainKey(fields, fields.name)) ?? [],
    }));
}

/** The chain of that name in the same table. */
export function siblingChain(
  chains: readonly ForeignChain[],
  from: ForeignChain,
  name: string,
): ForeignChain | undefined {
  return chains.find((chain) => chain.family === from.family && chain.table === from.table && chain.name === name);
}

/** The chains that a rule can go on to, directly or by a verdict map that stands in it. */
export function jumpTargets(statement: unknown): readonly string[] {
  if (Array.isArray(statement)) return statement.flatMap(jumpTargets);
  if (!isRecord(statement)) return [];
  return Object.entries(statement).flatMap(([word, content]) =>
    (word === 'jump' || word === 'goto') && isRecord(content) && typeof content.target === 'string'
      ? [content.target]
      : jumpTargets(content),
  );
}

function chainKey(fields: ListedObject['fields'], name: unknown): string {
  return [fields.family, fields.table, name].map(String).join(' ');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
