import { K4eError, canonicalJson, isRecord } from '@k4e/core';
import type { Ruleset } from './ruleset.ts';

/** One object of an nft listing: its kind, such as `chain`, and what is said of it. */
export interface ListedObject {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads what `nft --json list` prints. Throws `FIREWALL_UNAVAILABLE` for anything else. */
export function parseListing(text: string): readonly ListedObject[] {
  const listed = objectsIn(parseJson(text));
  if (listed !== undefined) return listed;
  throw new K4eError('FIREWALL_UNAVAILABLE', { message: 'nft printed a listing that cannot be read' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectsIn(document: unknown): readonly ListedObject[] | undefined {
  if (!isRecord(document) || !Array.isArray(document.nftables)) return undefined;
  const entries: readonly unknown[] = document.nftables;
  return entries.flatMap((entry) =>
    isRecord(entry)
      ? Object.entries(entry).flatMap(([kind, fields]) => (isRecord(fields) ? [{ kind, fields }] : []))
      : [],
  );
}

/** What nft lists while the ruleset is in force. */
export function expectedListing({ table, sets, chains }: Ruleset): readonly ListedObject[] {
  const own = { family: 'inet', table };
  return [
    { kind: 'table', fields: { family: 'inet', name: table } },
    ...sets.map(({ name, elements }) => {
      const elem = elements.map(({ port, comment }) => (comment === '' ? port : { elem: { val: port, comment } }));
      return { kind: 'set', fields: { ...own, name, type: 'inet_service', ...(elem.length === 0 ? {} : { elem }) } };
    }),
    ...chains.flatMap(({ name, hook, priority, policy, rules }) => [
      { kind: 'chain', fields: { ...own, name, type: 'filter', hook, prio: priority, policy } },
      ...rules.map(({ statements, comment }) => {
        const expr = statements.map(({ listed }) => listed);
        return { kind: 'rule', fields: { ...own, chain: name, comment, expr } };
      }),
    ]),
  ];
}

/**
 * A listing as text that is equal for equal tables: without handles and counts, and in one order for what the kernel and
 * versions of nft put in several. Rules stay in the order of their chain.
 */
export function canonicalListing(objects: readonly ListedObject[]): string {
  return objects
    .filter(({ kind }) => kind !== 'metainfo')
    .map((object) => ({ key: sortKey(object), text: `${object.kind} ${canonicalJson(withoutNoise(object.fields))}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join('\n');
}

/** Equal for all rules of a chain: the sort is stable and leaves their order. */
function sortKey({ kind, fields }: ListedObject): string {
  return canonicalJson([kind, kind === 'rule' ? fields.chain : fields.name]);
}

function withoutNoise(fields: ListedObject['fields']): unknown {
  const { elem, expr, ...rest } = fields;
  return {
    ...rest,
    handle: undefined,
    ...(Array.isArray(elem) ? { elem: elem.map((element) => canonicalJson(element)).sort() } : {}),
    ...(Array.isArray(expr) ? { expr: expr.map(withoutCounts) } : {}),
  };
}

function withoutCounts(statement: unknown): unknown {
  return isRecord(statement) && 'counter' in statement && isRecord(statement.counter) ? { counter: null } : statement;
}
