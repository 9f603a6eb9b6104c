import type { BaseChain, PortSet, Rule, Ruleset } from './ruleset.ts';

/**
 * The ruleset as one nft script, and so one transaction: the table is made if it is missing, so that deleting it cannot
 * fail, and made again as wanted. Whatever else was in it is gone.
 */
export function renderRuleset(ruleset: Ruleset): string {
  const blocks = [...ruleset.sets.map(renderSet), ...ruleset.chains.map(renderChain)];
  return `${renderRemoval(ruleset.table)}table inet ${ruleset.table} {\n${blocks.join('\n')}}\n`;
}

/** The script after which there is no such table; it does not fail when there was none. */
export function renderRemoval(table: string): string {
  return `table inet ${table}\ndelete table inet ${table}\n`;
}

function renderSet({ name, elements }: PortSet): string {
  const lines = elements.map(({ port, comment }) => (comment === '' ? `${port}` : `${port} comment "${comment}"`));
  const body = lines.length === 0 ? '' : `\t\telements = {\n\t\t\t${lines.join(',\n\t\t\t')}\n\t\t}\n`;
  return `\tset ${name} {\n\t\ttype inet_service\n${body}\t}\n`;
}

function renderChain({ name, hook, priority, policy, rules }: BaseChain): string {
  const lines = rules.map((rule) => `\t\t${renderRule(rule)}\n`).join('');
  return `\tchain ${name} {\n\t\ttype filter hook ${hook} priority ${priority}; policy ${policy};\n${lines}\t}\n`;
}

function renderRule({ statements, comment }: Rule): string {
  return `${statements.map(({ text }) => text).join(' ')} comment "${comment}"`;
}
