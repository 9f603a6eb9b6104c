import { expect, test } from 'vitest';
import { buildRuleset } from './build-ruleset.ts';
import { canonicalListing, expectedListing, parseListing } from './listing.ts';
import { resolveSettings } from './settings.ts';

const ruleset = buildRuleset(resolveSettings({}), [{ port: 80, protocol: 'tcp', workload: 'web' }]);
const expected = expectedListing(ruleset);

/** What nft prints for the listing, with `edit` done to it. */
function printed(edit: (objects: Record<string, unknown>[]) => void = () => undefined): string {
  const objects = expected.map(({ kind, fields }): Record<string, unknown> => ({ [kind]: { ...fields } }));
  edit(objects);
  return JSON.stringify({ nftables: [{ metainfo: { version: '1.0.6' } }, ...objects] });
}

const canonical = (text: string): string => canonicalListing(parseListing(text));
const wanted = canonicalListing(expected);

test('what nft lists for our ruleset is recognised', () => {
  expect(canonical(printed())).toBe(wanted);
});

test('handles, counts, and the order of objects and elements mean nothing', () => {
  const text = printed((objects) =>
    objects.reverse().forEach((object, index) => Object.assign(Object.values(object)[0] ?? {}, { handle: index })),
  );
  const counted = text.replaceAll('"counter":null', '"counter":{"packets":7,"bytes":420}');
  // Rules keep their order, so the two of the chain are put back.
  const rules = parseListing(counted).filter(({ kind }) => kind === 'rule');
  const others = parseListing(counted).filter(({ kind }) => kind !== 'rule');
  expect(canonicalListing([...others, ...rules.reverse()])).toBe(wanted);
});

test.each<[string, (objects: Record<string, unknown>[]) => void]>([
  ['a rule is missing', (objects) => objects.pop()],
  ['rules in another order', (objects) => objects.push(...objects.splice(-2, 1))],
  [
    'a foreign rule',
    (objects) =>
      objects.push({ rule: { family: 'inet', table: 'k4e', chain: 'mark_declared', expr: [{ drop: null }] } }),
  ],
  ['a foreign chain', (objects) => objects.push({ chain: { family: 'inet', table: 'k4e', name: 'mine' } })],
  ['a foreign set', (objects) => objects.push({ set: { family: 'inet', table: 'k4e', name: 'mine', type: 'mark' } })],
  ['an element more', (objects) => Object.assign(objects[1]?.set ?? {}, { elem: [80, 81] })],
  ['no elements', (objects) => Object.assign(objects[1]?.set ?? {}, { elem: undefined })],
  ['another policy', (objects) => Object.assign(objects[3]?.chain ?? {}, { policy: 'drop' })],
  ['a dormant table', (objects) => Object.assign(objects[0]?.table ?? {}, { flags: 'dormant' })],
  ['an edited rule', (objects) => Object.assign(objects[4]?.rule ?? {}, { expr: [{ accept: null }] })],
])('%s is a difference', (_name, edit) => {
  expect(canonical(printed(edit))).not.toBe(wanted);
});

test.each(['', 'garbage', '[]', 'null', '{"nftables":{}}', '{"nftables":[{"table":'])('%j is no listing', (text) => {
  expect(() => parseListing(text)).toThrow(expect.objectContaining({ code: 'FIREWALL_UNAVAILABLE' }));
});

test('entries of a kind that is not understood are left out, not taken for an error', () => {
  expect(parseListing('{"nftables":[1,null,{"table":7},{"table":{"name":"x"}}]}')).toEqual([
    { kind: 'table', fields: { name: 'x' } },
  ]);
});
