import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDueHeap } from './due-heap.ts';
import type { DueItem } from './due-heap.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('push' as const), dueMs: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ do: fc.constant('remove' as const), pick: fc.nat() }),
  fc.record({ do: fc.constant('pop' as const) }),
);

test('gives out what is due first, ties in order, with any of it taken out in between', () => {
  const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const heap = createDueHeap<DueItem>();
    let model: DueItem[] = [];
    steps.forEach((next, order) => {
      model.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
      if (next.do === 'push') {
        const item = { dueMs: next.dueMs, order, heapIndex: -1 };
        heap.push(item);
        model.push(item);
      } else {
        const victim = next.do === 'pop' ? model[0] : model[next.pick % Math.max(1, model.length)];
        if (next.do === 'pop') expect(heap.pop()).toBe(victim);
        else if (victim !== undefined) expect(heap.remove(victim)).toBe(true);
        if (victim !== undefined) expect([heap.remove(victim), victim.heapIndex]).toEqual([false, -1]);
        model = model.filter((item) => item !== victim);
      }
      expect(heap.size).toBe(model.length);
    });
  });
  fc.assert(property, { numRuns: 300 });
});

test('cleared, its items are free to go into another heap', () => {
  const heap = createDueHeap<DueItem>();
  const item = { dueMs: 1, order: 1, heapIndex: -1 };
  heap.push(item);
  heap.clear();
  const other = createDueHeap<DueItem>();
  other.push(item);
  expect([heap.size, heap.remove(item), other.peek()]).toEqual([0, false, item]);
});
