import { expect, test } from 'vitest';
import { findObstacles } from './find-obstacles.ts';
import type { ListedObject } from './listing.ts';

const MARK = 0x1000_0000;
const settings = { table: 'k4e', mark: MARK };

const accept = { accept: null };
const drop = { drop: null };
const reject = { reject: { type: 'icmpx', expr: 'admin-prohibited' } };
const counter = { counter: { packets: 1, bytes: 2 } };
const byPort = { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22 } };
const byMark = asksMark('==', MARK);
const isTranslated = { match: { op: 'in', left: { ct: { key: 'status' } }, right: 32 } };

function asksMark(op: string, right: number, mask = MARK): unknown {
  return { match: { op, left: { '&': [{ ct: { key: 'mark' } }, mask] }, right } };
}

function xt(type: string, name: string): unknown {
  return { xt: { type, name } };
}

interface ChainGiven {
  readonly name?: string;
  readonly family?: string;
  readonly table?: string;
  readonly hook?: string;
  readonly policy?: string;
  readonly rules?: readonly (readonly unknown[])[];
}

function chain({
  name = 'in',
  family = 'inet',
  table = 'host',
  rules = [],
  ...base
}: ChainGiven): readonly ListedObject[] {
  const own = { family, table };
  return [
    { kind: 'chain', fields: { ...own, name, ...base } },
    ...rules.map((expr) => ({ kind: 'rule', fields: { ...own, chain: name, expr } })),
  ];
}

/** The obstacles in a table of the host whose input chain drops by its policy, with these rules. */
function withInputRules(...rules: readonly (readonly unknown[])[]) {
  return findObstacles(chain({ hook: 'input', policy: 'drop', rules }), settings);
}

test('a chain that drops by its policy is named, with the line that opens it', () => {
  expect(withInputRules([byPort, accept])).toEqual([
    {
      family: 'inet',
      table: 'host',
      chain: 'in',
      hook: 'input',
      cause: 'policy',
      remedy: 'nft insert rule inet host in ct mark and 0x10000000 == 0x10000000 accept',
      message:
        'chain inet host in drops by its policy, also ports of workloads on the host network; ' +
        'let them pass with: nft insert rule inet host in ct mark and 0x10000000 == 0x10000000 accept',
    },
  ]);
});

test.each<[string, readonly (readonly unknown[])[]]>([
  ['accepts our mark', [[byMark, accept]]],
  ['accepts our mark and counts', [[byMark, counter, accept]]],
  ['accepts our bit as not zero', [[asksMark('!=', 0), accept]]],
  ['accepts our bit within a wider mask', [[asksMark('==', MARK, 0xf000_0000), accept]]],
  ['accepts exactly our mark', [[{ match: { op: '==', left: { ct: { key: 'mark' } }, right: MARK } }, accept]]],
  ['accepts our mark on one interface', [[byPort, byMark, accept]]],
  ['accepts everything', [[counter, accept]]],
  ['accepts a connmark of iptables', [[xt('match', 'connmark'), counter, accept]]],
])('no obstacle: a chain that %s', (_name, rules) => {
  expect(withInputRules(...rules)).toEqual([]);
});

test.each<[string, readonly (readonly unknown[])[]]>([
  ['accepts another mark', [[asksMark('==', 1, 0xff), accept]]],
  ['accepts what does not have our bit', [[asksMark('==', 0), accept]]],
  ['accepts under a condition that is not understood', [[{ something: 'new' }, accept]]],
  ['drops our mark', [[byMark, drop]]],
  ['returns before it accepts', [[{ return: null }], [byMark, accept]]],
  ['accepts translated connections at input', [[isTranslated, accept]]],
])('an obstacle: a chain that %s', (_name, rules) => {
  expect(withInputRules(...rules)).toHaveLength(1);
});

test('a chain that accepts by policy and ends in a reject drops as well; a rule of ours after it comes too late', () => {
  const given = chain({
    hook: 'input',
    policy: 'accept',
    rules: [
      [counter, reject],
      [byMark, accept],
    ],
  });
  expect(findObstacles(given, settings)).toMatchObject([{ cause: 'rule' }]);
  const inTime = chain({
    hook: 'input',
    policy: 'accept',
    rules: [
      [byMark, accept],
      [counter, reject],
    ],
  });
  expect(findObstacles(inTime, settings)).toEqual([]);
});

test('a legacy REJECT target drops', () => {
  const rules = [[counter, xt('target', 'REJECT')]];
  expect(findObstacles(chain({ hook: 'input', policy: 'accept', rules }), settings)).toHaveLength(1);
});

test('at forward, accepting what was translated lets pods pass', () => {
  const forward = { hook: 'forward', policy: 'drop' };
  expect(findObstacles(chain({ ...forward, rules: [[isTranslated, accept]] }), settings)).toEqual([]);
  expect(findObstacles(chain(forward), settings)).toMatchObject([{ hook: 'forward', cause: 'policy' }]);
});

test('jumps are followed: to a chain that accepts our mark, or everything, or drops', () => {
  const input = (...rules: readonly (readonly unknown[])[]) => chain({ hook: 'input', policy: 'drop', rules });
  const target = (...rules: readonly (readonly unknown[])[]) => chain({ name: 'sub', rules });
  const jump = { jump: { target: 'sub' } };
  const find = (...objects: readonly (readonly ListedObject[])[]) => findObstacles(objects.flat(), settings);
  expect(find(input([jump]), target([byMark, accept]))).toEqual([]);
  expect(find(input([byPort, jump]), target([byMark, accept]))).toEqual([]);
  expect(find(input([byMark, jump]), target([accept]))).toEqual([]);
  expect(find(input([byPort, jump]), target([accept]))).toHaveLength(1);
  expect(find(input([byPort, jump], [byMark, accept]), target([drop]))).toEqual([]);
  expect(find(input([jump], [byMark, accept]), target([reject]))).toMatchObject([{ cause: 'rule' }]);
  expect(find(input([{ vmap: { key: {}, data: { set: [['eth0', jump]] } } }]), target([byMark, accept]))).toEqual([]);
  expect(find(input([jump], [byMark, accept]))).toEqual([]);
});

test('after a return under some condition, a drop in that chain is not for all', () => {
  const listing = (...rules: readonly (readonly unknown[])[]) => [
    ...chain({ hook: 'input', policy: 'accept', rules: [[{ jump: { target: 'sub' } }]] }),
    ...chain({ name: 'sub', rules }),
  ];
  expect(findObstacles(listing([byPort, { return: null }], [drop]), settings)).toEqual([]);
  expect(findObstacles(listing([drop]), settings)).toHaveLength(1);
  expect(findObstacles(listing([{ limit: { rate: 3, per: 'minute' } }, drop]), settings)).toEqual([]);
});

test('chains that jump to each other end the search', () => {
  const loop = [
    ...chain({ hook: 'input', policy: 'drop', rules: [[{ jump: { target: 'a' } }]] }),
    ...chain({ name: 'a', rules: [[{ goto: { target: 'b' } }]] }),
    ...chain({ name: 'b', rules: [[{ jump: { target: 'a' } }]] }),
  ];
  expect(findObstacles(loop, settings)).toHaveLength(1);
});

test('our own table, other hooks, other families and open chains are no obstacles', () => {
  const others = [
    ...chain({ table: 'k4e', hook: 'input', policy: 'drop' }),
    ...chain({ hook: 'output', policy: 'drop' }),
    ...chain({ family: 'bridge', hook: 'input', policy: 'drop' }),
    ...chain({ name: 'open', hook: 'input', policy: 'accept', rules: [[byPort, drop]] }),
  ];
  expect(findObstacles(others, settings)).toEqual([]);
});

test('the remedy speaks the words of the tool that made the chain', () => {
  const remedies = (given: ChainGiven) =>
    findObstacles(chain({ policy: 'drop', ...given }), settings).map((o) => o.remedy);
  const legacy = { family: 'ip', table: 'filter', name: 'INPUT', hook: 'input' };
  expect(remedies(legacy)).toEqual(['iptables -I INPUT -m connmark --mark 0x10000000/0x10000000 -j ACCEPT']);
  expect(remedies({ ...legacy, family: 'ip6', name: 'FORWARD', hook: 'forward' })).toEqual([
    'ip6tables -I FORWARD -m connmark --mark 0x10000000/0x10000000 -j ACCEPT',
  ]);
  expect(remedies({ table: 'firewalld', name: 'filter_INPUT', hook: 'input' })[0]).toMatch(/^firewall-cmd /);
});
