import { isRecord } from '@k4e/core';

/** What a rule of somebody else's says about connections that carry our mark. */
export interface RuleReading {
  readonly verdict: 'accept' | 'drop' | 'return' | undefined;
  /** `always`: nothing is asked of the packet. `marked`: it asks for our mark. `never`: it asks for a mark that is not ours. */
  readonly applies: 'always' | 'marked' | 'sometimes' | 'never';
}

/** What is true of the connections in question besides their mark. */
export interface Circumstances {
  readonly mark: number;
  /** Whether their destination was translated: so it is with pods' ports in the forward chain. */
  readonly isTranslated: boolean;
}

/** Statements that ask nothing of a packet and decide nothing. */
const BYSTANDERS = new Set(['counter', 'log', 'comment', 'jump', 'goto', 'accept', 'drop', 'reject', 'return']);

/** The bit of conntrack status that says that a destination was translated; listed as a number or by its name. */
const DNAT: readonly unknown[] = [32, 'dnat'];

/** Reads one rule. Statements that are not understood count as questions about the packet. */
export function readRule(statements: readonly unknown[], circumstances: Circumstances): RuleReading {
  const answers = statements.map((statement) => answer(statement, circumstances));
  const applies = answers.includes('no')
    ? 'never'
    : answers.includes('yes')
      ? 'marked'
      : answers.includes('unknown')
        ? 'sometimes'
        : 'always';
  return { verdict: verdictOf(statements), applies };
}

function verdictOf(statements: readonly unknown[]): RuleReading['verdict'] {
  const last = statements.at(-1);
  if (!isRecord(last)) return undefined;
  if ('accept' in last) return 'accept';
  if ('drop' in last || 'reject' in last || isLegacy(last, 'target', ['REJECT', 'DROP'])) return 'drop';
  return 'return' in last ? 'return' : undefined;
}

/** Whether our connections fit the statement: `none` when it asks nothing of them. */
function answer(statement: unknown, circumstances: Circumstances): 'yes' | 'no' | 'unknown' | 'none' {
  if (!isRecord(statement)) return 'unknown';
  if (Object.keys(statement).every((word) => BYSTANDERS.has(word))) return 'none';
  if (isLegacy(statement, 'target', ['REJECT', 'DROP', 'LOG'])) return 'none';
  if (isLegacy(statement, 'match', ['comment'])) return 'none';
  if (isLegacy(statement, 'match', ['connmark'])) return 'yes';
  const { match } = statement;
  if (!isRecord(match)) return 'unknown';
  if (circumstances.isTranslated && asksForTranslation(match)) return 'yes';
  const fits = markFits(match, circumstances.mark);
  return fits === undefined ? 'unknown' : fits ? 'yes' : 'no';
}

/** A match or target of iptables, which nft lists by its name alone: a `connmark` is taken for ours. */
function isLegacy(statement: Record<string, unknown>, type: 'match' | 'target', names: readonly string[]): boolean {
  const { xt } = statement;
  return isRecord(xt) && xt.type === type && names.includes(String(xt.name));
}

function asksForTranslation({ op, left, right }: Record<string, unknown>): boolean {
  return (
    isConntrack(left, 'status') &&
    op !== '!=' &&
    (Array.isArray(right) ? right : [right]).some((bit) => DNAT.includes(bit))
  );
}

/** Whether a connection with exactly our mark fits; `undefined` when it is not the mark that is asked for. */
function markFits({ op, left, right }: Record<string, unknown>, mark: number): boolean | undefined {
  const value = maskedMark(left, mark);
  if (value === undefined || typeof right !== 'number') return undefined;
  if (op === '!=') return value !== right;
  return op === '==' ? value === right : undefined;
}

function maskedMark(left: unknown, mark: number): number | undefined {
  if (isConntrack(left, 'mark')) return mark;
  const operands: unknown = isRecord(left) ? left['&'] : undefined;
  if (!Array.isArray(operands) || !isConntrack(operands[0], 'mark')) return undefined;
  const mask: unknown = operands[1];
  return typeof mask === 'number' ? (mark & mask) >>> 0 : undefined;
}

function isConntrack(expression: unknown, key: string): boolean {
  return isRecord(expression) && isRecord(expression.ct) && expression.ct.key === key;
}
