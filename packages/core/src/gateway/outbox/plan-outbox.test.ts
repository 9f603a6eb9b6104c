import { expect, test } from 'vitest';
import { MAX_BODY_BYTES } from '../../protocol/index.ts';
import type { OutboxEntry, OutboxKind } from './outbox-entry.ts';
import { DEFAULT_OUTBOX_LIMITS, MIN_OUTBOX_BYTES, effectiveLimits, planOutbox } from './plan-outbox.ts';

const entry = (id: number, kind: OutboxKind, sizeBytes = 100, content: unknown = id): OutboxEntry => ({
  id,
  kind,
  sizeBytes,
  message: { directive: kind, content },
});
const ids = (entries: readonly OutboxEntry[]): number[] => entries.map(({ id }) => id);
const limits = { maxEntries: 4, maxBytes: MIN_OUTBOX_BYTES };

test('what comes goes behind what waits', () => {
  const plan = planOutbox([entry(0, 'other')], [entry(1, 'registration'), entry(2, 'heartbeat')], limits);
  expect([ids(plan.entries), plan.dropped, plan.superseded]).toEqual([[0, 1, 2], [], []]);
});

test('of heartbeats the newest is kept, at its own place', () => {
  const plan = planOutbox([entry(0, 'heartbeat'), entry(1, 'other')], [entry(2, 'heartbeat')], limits);
  expect([ids(plan.entries), ids(plan.superseded)]).toEqual([[1, 2], [0]]);
});

test('a registration takes the place of one that says the same, and of no other', () => {
  const plan = planOutbox(
    [entry(0, 'registration', 100, { a: 1, b: 2 }), entry(1, 'registration', 100, { a: 2 })],
    [entry(2, 'registration', 100, { b: 2, a: 1 })],
    limits,
  );
  expect([ids(plan.entries), ids(plan.superseded)]).toEqual([[1, 2], [0]]);
});

test('over the number of entries others go first, the oldest of them first', () => {
  const kept = [entry(0, 'registration'), entry(1, 'other'), entry(2, 'heartbeat'), entry(3, 'other')];
  const plan = planOutbox(kept, [entry(4, 'registration')], limits);
  expect([ids(plan.entries), ids(plan.dropped)]).toEqual([[0, 2, 3, 4], [1]]);
});

test('when no others are left, older registrations go, never the newest, nor the heartbeat', () => {
  const kept = [0, 1, 2, 3].map((id) => entry(id, 'registration'));
  const plan = planOutbox(kept, [entry(4, 'heartbeat'), entry(5, 'other')], { maxEntries: 2, maxBytes: 0 });
  expect([ids(plan.entries), ids(plan.dropped)]).toEqual([
    [3, 4],
    [5, 0, 1, 2],
  ]);
});

test('just as much as the limit is kept, a byte more is not', () => {
  const half = MIN_OUTBOX_BYTES / 2;
  const keep = (sizeBytes: number) =>
    ids(
      planOutbox([entry(0, 'other', half), entry(1, 'heartbeat', half)], [entry(2, 'registration', sizeBytes)], limits)
        .entries,
    );
  expect(keep(0)).toEqual([0, 1, 2]);
  expect(keep(1)).toEqual([1, 2]);
});

test('limits hold the newest registration and heartbeat, and fit into a state document', () => {
  expect(effectiveLimits({ maxEntries: 0, maxBytes: 0 })).toEqual({ maxEntries: 2, maxBytes: 2 * MAX_BODY_BYTES });
  expect(effectiveLimits({ maxEntries: 9, maxBytes: Infinity }).maxBytes).toBe(DEFAULT_OUTBOX_LIMITS.maxBytes);
});
