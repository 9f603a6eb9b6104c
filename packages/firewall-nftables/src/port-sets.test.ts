import { expect, test } from 'vitest';
import { COMMENT_MAX_LENGTH, commentText, portSets } from './port-sets.ts';

test('ports are sorted by number, once each, apart by protocol, with all their workloads', () => {
  const sets = portSets([
    { port: 900, protocol: 'tcp', workload: 'b' },
    { port: 80, protocol: 'tcp', workload: 'z' },
    { port: 900, protocol: 'udp', workload: 'b' },
    { port: 80, protocol: 'tcp', workload: 'a' },
    { port: 80, protocol: 'tcp', workload: 'a' },
  ]);
  expect(sets).toEqual([
    {
      name: 'declared_tcp',
      elements: [
        { port: 80, comment: 'a z' },
        { port: 900, comment: 'b' },
      ],
    },
    { name: 'declared_udp', elements: [{ port: 900, comment: 'b' }] },
  ]);
});

test.each([
  ['a"; flush ruleset; "', 'a___flush_ruleset___'],
  ['two\nlines', 'two_lines'],
  ['back\\slash', 'back_slash'],
  ['{input}', '_input_'],
  ['naïve', 'na_ve'],
  ['shop.web_1/x-y', 'shop.web_1/x-y'],
  ['', ''],
])('the name %j becomes the comment %j', (name, comment) => {
  expect(commentText([name])).toBe(comment);
});

test('a comment is never longer than its limit, and one that fits stays whole', () => {
  const name = 'x'.repeat(COMMENT_MAX_LENGTH);
  expect(commentText([name])).toBe(name);
  expect(commentText([`${name}x`])).toBe(name);
  expect(commentText(Array.from({ length: 1000 }, (_, index) => `workload-${index}`)).length).toBeLessThanOrEqual(
    COMMENT_MAX_LENGTH,
  );
});
