import { expect, test } from 'vitest';
import { createDiscardMetrics, createMemoryLogger } from '../testing/index.ts';
import { createController } from './create-controller.ts';
import { TIME_SLICE_MS, createTimeSlice } from './time-slice.ts';

test('costs nothing within a slice, and gives way after it', async () => {
  let nowMs = 0;
  const giveWay = createTimeSlice({ monotonicMs: () => nowMs });
  nowMs = TIME_SLICE_MS - 1;
  expect(giveWay()).toBeUndefined();
  nowMs = TIME_SLICE_MS;
  let hadItsTurn = false;
  setImmediate(() => (hadItsTurn = true));
  await giveWay();
  expect(hadItsTurn).toBe(true);
  expect(giveWay()).toBeUndefined();
});

test('ten thousand passes that need no I/O do not keep everybody else waiting', async () => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, schedule: () => () => undefined };
  const stop = new AbortController();
  let passes = 0;
  const reconcile = async (): Promise<void> => {
    nowMs += 0.1;
    passes += 1;
  };
  const common = { clock, logger: createMemoryLogger(), metrics: createDiscardMetrics() };
  const controller = createController({ ...common, name: 'busy', reconcile });
  for (let key = 0; key < 10_000; key++) controller.enqueue(`key-${key}`);
  const turns: number[] = [];
  const turn = (): void => {
    turns.push(passes);
    if (passes < 10_000) setImmediate(turn);
    else stop.abort();
  };
  setImmediate(turn);
  await controller.run({ signal: stop.signal });
  const longestRun = Math.max(...turns.map((seen, index) => seen - (turns[index - 1] ?? 0)));
  expect(longestRun).toBeLessThan(1_000);
});
