import { expect, test } from 'vitest';
import { merge, mergeOrder } from './merge.ts';
import { shapeOf } from './shape.ts';

// Each row as a Kubernetes API server orders it.
test.each([
  ['', 'ab', 'ab'],
  ['ab', '', 'ab'],
  ['ab', 'ba', 'ba'],
  ['abc', 'xb', 'axbc'],
  ['abc', 'bx', 'abcx'],
  ['abc', 'adc', 'abdc'],
  ['acb', 'ba', 'cba'],
  ['abc', 'cxa', 'bcxa'],
  ['abcd', 'da', 'bcda'],
])('the order of %j with %j is %j', (live, config, expected) => {
  expect(mergeOrder(Array.from(live), Array.from(config)).join('')).toBe(expected);
});

test('merges objects by member, keyed lists by item, and replaces all else', () => {
  const shape = shapeOf([{ path: 'status.items', key: 'name' }]);
  const live = {
    spec: { a: 1, b: { c: 1, d: 1 }, list: [1, 2] },
    status: { items: [{ name: 'x', p: 1 }, { name: 'y' }] },
  };
  const config = { spec: { b: { c: 2 }, list: [3] }, status: { items: [{ name: 'x', q: 2 }] } };
  expect(merge(live, config, shape)).toEqual({
    spec: { a: 1, b: { c: 2, d: 1 }, list: [3] },
    status: { items: [{ name: 'x', p: 1, q: 2 }, { name: 'y' }] },
  });
});
