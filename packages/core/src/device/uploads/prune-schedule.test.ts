import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import {
  createFakeClock,
  createMemoryExports,
  createMemoryJournal,
  createMemoryObjectStore,
} from '../../testing/index.ts';
import { BucketSession } from './bucket-session.ts';
import { JournalFailure } from './failure-scope.ts';
import { PRUNE_AFTER_UPLOADS, PRUNE_CHECK_MS, PRUNE_INTERVAL_MS, runPruneSchedule } from './prune-schedule.ts';
import { accessTo } from './upload-bench.testing.ts';

/** A journal with one row too many. */
async function bench() {
  const [clock, journal] = [createFakeClock(), createMemoryJournal()];
  await journal.open('b');
  await journal.record([{ key: 'x', workload: '', path: '', state: 'listed', sizeBytes: 1 }]);
  const world = { isCaughtUp: true, uploadCount: 0, hasSession: true };
  const failures: unknown[] = [];
  const session = new BucketSession(accessTo('b'), createMemoryObjectStore());
  const controller = new AbortController();
  const ended = runPruneSchedule(
    {
      clock,
      journal,
      exports: createMemoryExports({ clock }),
      claims: new Set(),
      pathsOf: () => [],
      gate: { enter: () => ({ era: 0 }) },
      bucket: {
        sessionFor: () => (world.hasSession ? session : undefined),
        noteJournalFailure: (error) => void failures.push(error),
      },
      uploadCount: () => world.uploadCount,
      isCaughtUp: () => world.isCaughtUp,
    },
    controller.signal,
  );
  const stop = async (): Promise<void> => {
    controller.abort();
    await clock.advance(0);
    await ended;
  };
  return { clock, journal, world, failures, stop, rows: () => journal.recorded().size };
}

test('the journal is pruned now and then', async () => {
  const { clock, rows, stop } = await bench();
  await clock.advance(PRUNE_INTERVAL_MS - 1);
  expect(rows()).toBe(1);
  await clock.advance(1);
  expect(rows()).toBe(0);
  await stop();
  expect(clock.pending()).toBe(0);
});

test('sooner after many uploads', async () => {
  const { clock, world, rows, stop } = await bench();
  world.uploadCount = PRUNE_AFTER_UPLOADS - 1;
  await clock.advance(PRUNE_CHECK_MS);
  expect(rows()).toBe(1);
  world.uploadCount += 1;
  await clock.advance(PRUNE_CHECK_MS);
  expect(rows()).toBe(0);
  await stop();
});

test('not while files were not compared with it, or there is no bucket', async () => {
  const { clock, world, rows, stop } = await bench();
  world.isCaughtUp = false;
  await clock.advance(2 * PRUNE_INTERVAL_MS);
  expect(rows()).toBe(1);
  world.isCaughtUp = true;
  world.hasSession = false;
  await clock.advance(2 * PRUNE_INTERVAL_MS);
  expect(rows()).toBe(1);
  world.hasSession = true;
  await clock.advance(PRUNE_CHECK_MS);
  expect(rows()).toBe(0);
  await stop();
});

test('a journal that fails meanwhile is told of', async () => {
  const { clock, journal, failures, stop } = await bench();
  journal.failReads(true);
  await clock.advance(PRUNE_INTERVAL_MS);
  expect(failures).toEqual([new JournalFailure(new K4eError('STATE_UNREADABLE'))]);
  await stop();
});
