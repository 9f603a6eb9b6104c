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
