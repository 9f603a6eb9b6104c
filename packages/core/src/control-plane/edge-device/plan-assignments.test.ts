import { expect, test } from 'vitest';
import { planAssignments } from './plan-assignments.ts';
import { SAMPLE_NOW_MS, sampleDevice, sampleEntry, sampleTime } from './samples.testing.ts';

const facts = { nowMs: SAMPLE_NOW_MS, gracePeriodMs: 120_000, isSynced: false };
const wanted = (...names: string[]) => new Set(names);

test('a deployment that is new is assigned now, and one that is known is left as it is', () => {
  const plan = planAssignments(sampleDevice({ deployments: [sampleEntry('b')] }), {
    ...facts,
    wanted: wanted('a', 'b'),
  });
  expect(plan.assignments).toEqual([
    { name: 'a', assignedTime: sampleTime() },
    { name: 'b', assignedTime: sampleTime(-60) },
  ]);
  expect(plan).toMatchObject({ assigned: ['a'], withdrawn: [], removed: [], abandoned: [], nextDueMs: undefined });
});

test('a deployment that is not wanted any more is withdrawn, and its grace begins', () => {
  const plan = planAssignments(sampleDevice({ deployments: [sampleEntry('a')] }), { ...facts, wanted: wanted() });
  expect(plan.assignments).toEqual([{ name: 'a', assignedTime: sampleTime(-60), withdrawnTime: sampleTime() }]);
  expect(plan).toMatchObject({ withdrawn: ['a'], nextDueMs: SAMPLE_NOW_MS + 120_000 });
});

test('a withdrawn deployment goes when the device has applied a configuration without it', () => {
  const device = sampleDevice({ deployments: [sampleEntry('a', { withdrawnTime: sampleTime(-10) })] });
  expect(planAssignments(device, { ...facts, wanted: wanted() }).assignments).toHaveLength(1);
  expect(planAssignments(device, { ...facts, wanted: wanted(), isSynced: true })).toMatchObject({
    assignments: [],
    removed: ['a'],
  });
});

test('without the device it goes when the grace period is over, not a moment before', () => {
  const device = sampleDevice({ deployments: [sampleEntry('a', { withdrawnTime: sampleTime(-120) })] });
  expect(planAssignments(device, { ...facts, nowMs: SAMPLE_NOW_MS - 1, wanted: wanted() })).toMatchObject({
    abandoned: [],
    nextDueMs: SAMPLE_NOW_MS,
  });
  expect(planAssignments(device, { ...facts, wanted: wanted() })).toMatchObject({ assignments: [], abandoned: ['a'] });
});

test('a withdrawn deployment that is wanted again is assigned anew', () => {
  const device = sampleDevice({ deployments: [sampleEntry('a', { withdrawnTime: sampleTime(-10) })] });
  const plan = planAssignments(device, { ...facts, wanted: wanted('a') });
  expect(plan.assignments).toEqual([{ name: 'a', assignedTime: sampleTime() }]);
});

test('an entry that only a late heartbeat keeps alive is not taken over', () => {
  const device = sampleDevice({ deployments: [{ name: 'a', phase: 'Running', lastTransitionTime: sampleTime() }] });
  expect(planAssignments(device, { ...facts, wanted: wanted() })).toMatchObject({ assignments: [], removed: [] });
});
