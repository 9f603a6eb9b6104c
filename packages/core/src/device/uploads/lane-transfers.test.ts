import { expect, test } from 'vitest';
import {
  createDiscardMetrics,
  createFakeClock,
  createMemoryExports,
  createMemoryJournal,
  createMemoryObjectStore,
} from '../../testing/index.ts';
import { BucketGate } from './bucket-gate.ts';
import { Bucket } from './bucket.ts';
import { createByteRate } from './byte-rate.ts';
import { FailedFiles } from './failed-files.ts';
import { LaneTransfers, MAX_QUEUED_LARGE_FILES } from './lane-transfers.ts';
import { Look } from './look.ts';
import { createPermits } from './permits.ts';
import { createReadBuffers } from './read-buffers.ts';
import { createSteadyClock } from './settled-files.ts';
import { LARGE_FILE_BYTES, MAX_LARGE_TRANSFERS, TransferSlots } from './transfer-slots.ts';
import { accessTo } from './upload-bench.testing.ts';
import { createUploadCounters } from './upload-counters.ts';

/** Transfers to a bucket that is open; what is read never comes, until `exports.open` is told to fail. */
async function bench() {
  const clock = createFakeClock();
  const [exports, journal, slots] = [createMemoryExports(), createMemoryJournal(), new TransferSlots()];
  const common = { clock, random: () => 0, announce: () => undefined, onChange: () => undefined, slots };
  const gate = new BucketGate(common);
  const opened: ((error: Error) => void)[] = [];
  const stuck = { ...exports, open: () => new Promise<never>((_resolve, reject) => void opened.push(reject)) };
  const bucket = new Bucket({
    ...common,
    journal,
    gate,
    prefixes: () => [''],
    openBucket: () => Promise.resolve(createMemoryObjectStore()),
  });
  const controller = new AbortController();
  bucket.aim({ kind: 'bucket', access: accessTo('bucket') });
  const running = bucket.run({ signal: controller.signal });
  await clock.advance(0);
  const room: string[] = [];
  const claims = new Set<string>();
  const parts = {
    ...common,
    exports: stuck,
    journal,
    bucket,
    gate,
    claims,
    rate: createByteRate(clock, () => undefined),
    buffers: createReadBuffers(),
    batches: createPermits(1),
    steady: createSteadyClock(clock),
    counters: createUploadCounters(createDiscardMetrics()),
    isLost: () => Promise.resolve(false),
    isPodGone: () => false,
  };
  const transfers = new LaneTransfers(parts, new FailedFiles(() => 0), {
    isLeaving: () => false,
    onEnded: () => undefined,
    onRoom: () => void room.push('room'),
  });
  const look = new Look({ number: 1, startedAtMs: 0, isFinal: false });
  const offer = (path: string, sizeBytes: number): Promise<void> => {
    const file = { path, sizeBytes, modifiedAtMs: 0, changedAtMs: 0, inode: 1 };
    return transfers.offer({ key: path, workload: 'w', file, mayTakeOver: false }, look, controller.signal);
  };
  const end = async (): Promise<void> => {
    controller.abort();
    for (const reject of opened) reject(new Error('over'));
    await transfers.settled();
    await running;
  };
  return { clock, claims, opened, room, look, offer, end };
}

test('large files wait for their turn, so many of them; the others are met again', async () => {
  const { clock, claims, opened, room, look, offer, end } = await bench();
  const taken = MAX_LARGE_TRANSFERS + 1 + MAX_QUEUED_LARGE_FILES;
  for (let i = 0; i <= taken; i++) {
    await offer(`${i}`, LARGE_FILE_BYTES);
    await clock.advance(0);
  }
  expect([opened.length, claims.size, look.pending.files]).toEqual([MAX_LARGE_TRANSFERS, taken, taken + 1]);
  look.isWalked = true;
  await end();
  expect([claims.size, room, look.isEnded, look.isComplete]).toEqual([0, ['room'], true, false]);
});

test('what is on its way already is met, and neither sent nor counted twice', async () => {
  const { opened, look, offer, end } = await bench();
  await offer('a', 1);
  await offer('a', 1);
  expect([opened.length, look.pending.files]).toEqual([1, 1]);
  look.isWalked = true;
  await end();
  expect(look.isEnded).toBe(true);
});

test('a key that another workload brings is left to it', async () => {
  const { claims, opened, look, offer, end } = await bench();
  claims.add('a');
  await offer('a', 1);
  expect([opened.length, look.pending.files]).toEqual([0, 1]);
  look.isWalked = true;
  expect(look.isComplete).toBe(false);
  await end();
});
