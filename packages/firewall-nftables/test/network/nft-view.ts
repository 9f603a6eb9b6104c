import { isRecord } from '@k4e/core';
import type { Netns } from '@k4e/testbed';

/** The packet filter of a namespace, seen and edited with nft itself. */
export interface NftView {
  /** Runs a script; throws when nft refuses it. */
  run(script: string): Promise<void>;
  /** Everything that is not in that table of family `inet`, as nft prints it, without counts. */
  withoutTable(table: string): Promise<string>;
  /** The elements of a set of ports; empty when there is no such set. */
  portsOf(table: string, set: string): Promise<readonly number[]>;
  /** The packets that all counters in a chain have counted. */
  packetsIn(table: string, chain: string): Promise<number>;
  /** The handles of the rules in a chain, in their order. */
  ruleHandles(table: string, chain: string): Promise<readonly number[]>;
}

type Listed = Record<string, Record<string, unknown>>;

interface Listing {
  readonly nftables: readonly Listed[];
}

/** Looks at the packet filter of the namespace. */
export function createNftView(netns: Netns): NftView {
  const list = async (...what: readonly string[]): Promise<readonly Listed[]> => {
    const { code, stdout } = await netns.exec(['nft', '--json', '--handle', '--numeric', 'list', ...what]);
    return code === 0 ? (JSON.parse(stdout) as Listing).nftables : [];
  };
  const rulesOf = async (table: string, chain: string) =>
    (await list('chain', 'inet', table, chain)).flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  return {
    async run(script) {
      const { code, stderr } = await netns.exec(['nft', '--file', '-'], { stdin: script });
      if (code !== 0) throw new Error(`nft refused a script of the test: ${stderr}`);
    },
    async withoutTable(table) {
      const objects = await list('ruleset');
      const others = objects.filter((object) => !belongsTo(object, table));
      return JSON.stringify(others, (key, value: unknown) =>
        key === 'packets' || key === 'bytes' ? undefined : value,
      );
    },
    async portsOf(table, set) {
      const elements = (await list('set', 'inet', table, set)).flatMap(({ set: listed }) => listed?.elem ?? []);
      return elements
        .map((element) => (isRecord(element) && isRecord(element.elem) ? element.elem.val : element))
        .map(Number);
    },
    async packetsIn(table, chain) {
      const statements = (await rulesOf(table, chain)).flatMap(({ expr }): readonly unknown[] =>
        Array.isArray(expr) ? expr : [],
      );
      return statements.reduce<number>((sum, statement) => sum + packetsOf(statement), 0);
    },
    ruleHandles: async (table, chain) => (await rulesOf(table, chain)).map(({ handle }) => Number(handle)),
  };
}

function belongsTo(object: Listed, table: string): boolean {
  return Object.entries(object).some(
    ([kind, fields]) => fields.family === 'inet' && fields[kind === 'table' ? 'name' : 'table'] === table,
  );
}

function packetsOf(statement: unknown): number {
  const counter = isRecord(statement) ? statement.counter : undefined;
  return isRecord(counter) ? Number(counter.packets) : 0;
}
