import { createFakeClock } from '@k4e/core/testing';
import type { FakeClock } from '@k4e/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS, MAX_CHANGES_PER_SECOND, watchExport } from './export-watch.ts';
import type { WatchedTreeOptions } from './watched-tree.ts';

let clock: FakeClock;
let changes: number;
let isThere: boolean;
/** Trees that were opened and not closed. */
let trees: Set<WatchedTreeOptions>;
let openedAtMs: number[];
let end: () => void;

function begin(): void {
  const beganAtMs = clock.monotonicMs();
  end = watchExport({
    path: '/volumes/web',
    maxDirectories: 10,
    clock,
    onChange: () => changes++,
    openTree(options) {
      openedAtMs.push(clock.monotonicMs() - beganAtMs);
      if (!isThere) return undefined;
      trees.add(options);
      return { close: () => void trees.delete(options) };
    },
  });
}

function change(count = 1): void {
  for (let index = 0; index < count; index++) for (const tree of trees) tree.onChange();
}

beforeEach(() => {
  clock = createFakeClock();
  changes = 0;
  isThere = true;
  trees = new Set();
  openedAtMs = [];
});

test('tells every change as long as there are not too many', async () => {
  begin();
  for (let second = 0; second < 5; second++) {
    change(MAX_CHANGES_PER_SECOND);
    await clock.advance(1_000);
  }
  expect(changes).toBe(5 * MAX_CHANGES_PER_SECOND);
  expect(openedAtMs).toEqual([0]);
});

test('a busy export is not listened to for a pause, and told of after it', async () => {
  begin();
  change(MAX_CHANGES_PER_SECOND + 1);
  expect(trees.size).toBe(0);
  changes = 0;
  await clock.advance(FIRST_PAUSE_MS - 1);
  expect([trees.size, changes]).toEqual([0, 0]);
  await clock.advance(1);
  expect([trees.size, changes]).toEqual([1, 1]);
});

test('pauses of one that stays busy double, up to the longest; calm makes them short again', async () => {
  begin();
  const opened = (): number => openedAtMs.length;
  for (let pause = 0; pause < 6; pause++) {
    const before = opened();
    change(MAX_CHANGES_PER_SECOND + 1);
    while (opened() === before) await clock.advance(500);
  }
  const pausesMs = openedAtMs.slice(1).map((atMs, index) => atMs - (openedAtMs[index] ?? 0));
  expect(pausesMs).toEqual([1_000, 2_000, 4_000, 8_000, LONGEST_PAUSE_MS, LONGEST_PAUSE_MS]);
  await clock.advance(LONGEST_PAUSE_MS + 1);
  change(MAX_CHANGES_PER_SECOND + 1);
  await clock.advance(FIRST_PAUSE_MS);
  expect(trees.size).toBe(1);
});

test('an export that is not there is looked for, ever less often, and told of when it is', async () => {
  isThere = false;
  begin();
  await clock.advance(60_000);
  expect(openedAtMs).toEqual([0, 1_000, 3_000, 7_000, 15_000, 30_000, 45_000, 60_000]);
  expect(changes).toBe(0);
  isThere = true;
  await clock.advance(LONGEST_PAUSE_MS);
  expect([changes, trees.size]).toEqual([1, 1]);
  change(MAX_CHANGES_PER_SECOND + 1);
  await clock.advance(FIRST_PAUSE_MS);
  expect(trees.size).toBe(1);
});

test('an export that is gone is looked for again', async () => {
  begin();
  isThere = false;
  for (const tree of trees) tree.onGone();
  expect(trees.size).toBe(0);
  await clock.advance(FIRST_PAUSE_MS);
  isThere = true;
  await clock.advance(2 * FIRST_PAUSE_MS);
  expect([changes, trees.size]).toEqual([1, 1]);
});

test.each([true, false])('nothing is left when it has ended (there: %j)', (isThereAtFirst) => {
  isThere = isThereAtFirst;
  begin();
  end();
  expect([trees.size, clock.pending()]).toEqual([0, 0]);
});
