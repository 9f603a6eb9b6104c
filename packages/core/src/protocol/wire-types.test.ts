import { expect, test } from 'vitest';
import * as z from 'zod';
import { deviceConfigurationSchema } from './device-configuration.ts';
import { MAX_METRICS_CONTAINERS, MAX_SHORT_TEXT } from './limits.ts';
import { wireMap } from './wire-types.ts';

const map = wireMap(z.object({ a: z.number() }), { maxKeyLength: 3, maxEntries: 2 });

test('a map is read, null stands for absent', () => {
  expect(map.parse({ x: { a: 1, later: 2 } })).toEqual({ x: { a: 1 } });
  expect([map.parse(null), map.parse(undefined)]).toEqual([undefined, undefined]);
  expect(JSON.stringify(map.parse({ x: null, y: { a: 1 } }))).toBe('{"y":{"a":1}}');
});

test('a map is bounded: the most and the longest are read, one more is refused', () => {
  expect(map.safeParse({ xxx: { a: 1 }, y: { a: 2 } }).success).toBe(true);
  expect(map.safeParse({ x: { a: 1 }, y: { a: 2 }, z: { a: 3 } }).success).toBe(false);
  expect(map.safeParse({ xxxx: { a: 1 } }).success).toBe(false);
});

test('the containers of metrics are bounded so', () => {
  const reads = (names: readonly string[]): boolean => {
    const containers = Object.fromEntries(names.map((name) => [name, { disabled: true }]));
    const workloads = [{ name: 'w', specification: '', metrics: { containers } }];
    return deviceConfigurationSchema.safeParse({ workloads }).success;
  };
  const most = Array.from({ length: MAX_METRICS_CONTAINERS }, (_, index) => `c${index}`);
  expect([reads(most), reads([...most, 'x'])]).toEqual([true, false]);
  expect([reads(['x'.repeat(MAX_SHORT_TEXT)]), reads(['x'.repeat(MAX_SHORT_TEXT + 1)])]).toEqual([true, false]);
});
