import { expect, test } from 'vitest';
import { MAX_TOPIC_PREFIX, topicsOf } from './device-topics.ts';

test('a device has four topics', () => {
  expect(topicsOf('yggdrasil', 'edge-1')).toEqual({
    in: { data: 'yggdrasil/edge-1/data/in', control: 'yggdrasil/edge-1/control/in' },
    out: { data: 'yggdrasil/edge-1/data/out', control: 'yggdrasil/edge-1/control/out' },
  });
});

test.each(['a', 'redhat/insights', 'A.b-c_d/1', 'a$b', 'x'.repeat(MAX_TOPIC_PREFIX)])('a prefix: %s', (prefix) => {
  expect(topicsOf(prefix, 'edge-1').in.data).toBe(`${prefix}/edge-1/data/in`);
});

test.each([
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '+',
  'a/+/b',
  'a/#',
  'a+b',
  '$SYS',
  'a b',
  'ä',
  'a\0',
  'a\n',
  'x'.repeat(MAX_TOPIC_PREFIX + 1),
])('no prefix: %j', (prefix) => {
  expect(() => topicsOf(prefix, 'edge-1')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test.each(['', '+', '#', 'a/b', 'Edge', 'x'.repeat(64)])('no device: %j', (deviceId) => {
  expect(() => topicsOf('yggdrasil', deviceId)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
