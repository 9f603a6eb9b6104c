import { expect, test } from 'vitest';
import { describeActivity } from './describe-activity.ts';

test.each([1_000, 30_000, undefined])('what is wrong is called the same at each try: next in %s ms', (retryInMs) => {
  const details = { workload: 'web', message: 'no such image', retryInMs, isNew: true };
  const { text, fault, level } = describeActivity('workloadFailed', details);
  expect([level, fault]).toEqual(['warn', 'workload web: no such image']);
  expect(text).toBe(
    `workload web: no such image; ${retryInMs === undefined ? 'not tried again until it changes' : `next try in ${retryInMs / 1_000} s`}`,
  );
});

test('where nothing is wrong, nothing is said to be', () => {
  expect(describeActivity('linkConnected', {})).not.toHaveProperty('fault');
});

test.each([
  ['image', 'image web:1 was removed from the container storage and is made anew: torn'],
  ['storage', 'the container storage web:1 was damaged and is begun anew: torn'],
] as const)('what was repaired is told as the event StorageRepaired: %s', (kind, text) => {
  const described = describeActivity('storageRepaired', { kind, name: 'web:1', message: 'torn' });
  expect(described).toMatchObject({ text, reason: 'StorageRepaired' });
});
