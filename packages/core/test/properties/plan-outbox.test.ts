import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MIN_OUTBOX_BYTES, planOutbox } from '@k4e/core/gateway';
import type { OutboxEntry, OutboxKind } from '@k4e/core/gateway';

const MAX_SIZE = MIN_OUTBOX_BYTES / 2;
const arrivals = fc
  .array(
    fc.record({
      kind: fc.constantFrom<OutboxKind>('registration', 'heartbeat', 'other'),
      sizeBytes: fc.oneof(fc.nat({ max: 2_000 }), fc.integer({ min: MAX_SIZE / 4, max: MAX_SIZE })),
      content: fc.nat({ max: 3 }),
    }),
    { maxLength: 24 },
  )
  .map((list) =>
    list.map(({ kind, sizeBytes, content }, id): OutboxEntry => ({ id, kind, sizeBytes, message: { content } })),
  );
const limits = fc.record({
  maxEntries: fc.integer({ min: 2, max: 12 }),
  maxBytes: fc.integer({ min: MIN_OUTBOX_BYTES, max: 3 * MAX_SIZE }),
});
const newest = (entries: readonly OutboxEntry[], kind: OutboxKind): number | undefined =>
  entries.filter((entry) => entry.kind === kind).at(-1)?.id;

function feed(list: readonly OutboxEntry[], batch: number, bounds: { maxEntries: number; maxBytes: number }) {
  let entries: readonly OutboxEntry[] = [];
  const gone: OutboxEntry[] = [];
  for (let at = 0; at < list.length; at += batch) {
    const plan = planOutbox(entries, list.slice(at, at + batch), bounds);
    entries = plan.entries;
    gone.push(...plan.superseded, ...plan.dropped);
  }
  return { entries, gone };
}

test('whatever comes: bounds hold, order is kept, and the newest registration and heartbeat survive', () => {
  fc.assert(
    fc.property(arrivals, limits, fc.integer({ min: 1, max: 5 }), (list, bounds, batch) => {
      const { entries, gone } = feed(list, batch, bounds);
      expect(entries.length).toBeLessThanOrEqual(bounds.maxEntries);
      expect(entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThanOrEqual(bounds.maxBytes);
      const ids = entries.map(({ id }) => id);
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
      expect(newest(entries, 'heartbeat')).toBe(newest(list, 'heartbeat'));
      expect(newest(entries, 'registration')).toBe(newest(list, 'registration'));
      expect([...ids, ...gone.map(({ id }) => id)].sort((a, b) => a - b)).toEqual(list.map(({ id }) => id));
    }),
  );
});

test('nothing is dropped that could stay: with the last dropped one back, the limits would not hold', () => {
  fc.assert(
    fc.property(arrivals, limits, (list, bounds) => {
      const { entries, dropped } = planOutbox([], list, bounds);
      const last = dropped.at(-1);
      if (last === undefined) return;
      const sizeBytes = [...entries, last].reduce((sum, entry) => sum + entry.sizeBytes, 0);
      expect(entries.length + 1 > bounds.maxEntries || sizeBytes > bounds.maxBytes).toBe(true);
    }),
  );
});

test('no registration is dropped while another message is kept, and no newer message before an older one of its kind', () => {
  fc.assert(
    fc.property(arrivals, limits, (list, bounds) => {
      const { entries, dropped } = planOutbox([], list, bounds);
      expect(dropped.some(({ kind }) => kind === 'heartbeat')).toBe(false);
      if (dropped.some(({ kind }) => kind === 'registration')) {
        expect(entries.some(({ kind }) => kind === 'other')).toBe(false);
      }
      for (const kind of ['other', 'registration'] as const) {
        const lastDropped = Math.max(-1, ...dropped.filter((entry) => entry.kind === kind).map(({ id }) => id));
        const firstKept = Math.min(...entries.filter((entry) => entry.kind === kind).map(({ id }) => id));
        expect(lastDropped).toBeLessThan(firstKept);
      }
    }),
  );
});
