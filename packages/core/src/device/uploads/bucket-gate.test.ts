import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import type { ErrorCode, ErrorDetails } from '../../foundation/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import { BucketGate, SUSPECT_FAILURES, UPLOAD_BACKOFF } from './bucket-gate.ts';
import { JournalFailure } from './failure-scope.ts';

function bench() {
  const clock = createFakeClock();
  const log: string[] = [];
  const slots = { narrow: () => void log.push('narrow'), widen: () => void log.push('widen') };
  const announce = (type: string, details: object): void =>
    void log.push('isNew' in details ? `${type}${details.isNew === true ? ' new' : ''}` : type);
  const gate = new BucketGate({ clock, random: () => 0, announce, slots, onChange: () => void log.push('change') });
  const fail = (code: ErrorCode, details: ErrorDetails = {}): void =>
    gate.noteFailure(new K4eError(code, details), gate.enter());
  const take = (): string[] => log.splice(0);
  return { clock, gate, fail, take };
}

test('a failure closes the gate for a while, a success opens it', async () => {
  const { clock, gate, fail, take } = bench();
  expect([gate.closedForMs, gate.problem]).toEqual([0, undefined]);
  fail('STORAGE_UNREACHABLE');
  expect(gate.closedForMs).toBe(UPLOAD_BACKOFF.firstMs);
  expect(gate.problem).toEqual({
    code: 'STORAGE_UNREACHABLE',
    message: 'the object store cannot be reached',
    retryAtMs: UPLOAD_BACKOFF.firstMs,
  });
  expect(take()).toEqual(['narrow', 'uploadsBlocked new', 'change']);
  await clock.advance(UPLOAD_BACKOFF.firstMs);
  expect(gate.closedForMs).toBe(0);
  expect(gate.problem).toBeDefined();
  gate.noteSuccess(gate.enter());
  expect(gate.problem).toBeUndefined();
  expect(take()).toEqual(['widen', 'uploadsUnblocked', 'change']);
  gate.noteSuccess(gate.enter());
  expect(take()).toEqual(['widen']);
});

test('the wait doubles up to its limit, and begins anew after a success', () => {
  const { gate, fail } = bench();
  const waits = Array.from({ length: 9 }, () => {
    fail('STORAGE_FULL');
    return gate.closedForMs;
  });
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000]);
  gate.noteSuccess(gate.enter());
  fail('STORAGE_FULL');
  expect(gate.closedForMs).toBe(2_000);
});

test('the same failure is news once', () => {
  const { fail, take } = bench();
  fail('STORAGE_FULL');
  fail('STORAGE_FULL');
  fail('STORAGE_THROTTLED');
  expect(take().filter((line) => line.startsWith('uploads'))).toEqual([
    'uploadsBlocked new',
    'uploadsBlocked',
    'uploadsBlocked new',
  ]);
});

test('what the store asks for is heeded, within the limit', () => {
  const { gate, fail } = bench();
  fail('STORAGE_THROTTLED', { retry: { afterMs: 10_000 } });
  expect(gate.closedForMs).toBe(10_000);
  fail('STORAGE_THROTTLED', { retry: { afterMs: 3_600_000 } });
  expect(gate.closedForMs).toBe(UPLOAD_BACKOFF.maxMs);
  fail('STORAGE_CREDENTIALS', { retry: 'never' });
  expect(gate.closedForMs).toBe(UPLOAD_BACKOFF.maxMs);
});

test('what began before the gate closed says nothing of it', () => {
  const { gate, fail, take } = bench();
  const early = gate.enter();
  fail('STORAGE_UNREACHABLE');
  take();
  gate.noteFailure(new K4eError('STORAGE_UNREACHABLE'), early);
  gate.noteFileFailure('a', new K4eError('STORAGE_FAILED'), early);
  gate.noteSuccess(early);
  expect(gate.closedForMs).toBe(UPLOAD_BACKOFF.firstMs);
  expect(gate.problem).toBeDefined();
  expect(take()).toEqual([]);
});

test('many files that fail are the fault of the bucket; one success between them says otherwise', () => {
  const { gate } = bench();
  let files = 0;
  const failFile = (key = `${files++}`): void =>
    gate.noteFileFailure(key, new K4eError('STORAGE_FAILED'), gate.enter());
  for (let i = 1; i < SUSPECT_FAILURES; i++) failFile();
  gate.noteSuccess(gate.enter());
  for (let i = 1; i < SUSPECT_FAILURES; i++) failFile();
  expect(gate.problem).toBeUndefined();
  failFile();
  expect(gate.problem?.code).toBe('STORAGE_FAILED');
  failFile();
  expect(gate.closedForMs).toBe(2 * UPLOAD_BACKOFF.firstMs);
});

test('one file that fails again and again is not', () => {
  const { gate } = bench();
  for (let i = 0; i < 3 * SUSPECT_FAILURES; i++) {
    gate.noteFileFailure('a', new K4eError('STORAGE_REFUSED'), gate.enter());
  }
  expect(gate.problem).toBeUndefined();
});

test('a failure of the journal is told as such', () => {
  const { gate } = bench();
  gate.noteFailure(new JournalFailure(new K4eError('STATE_UNWRITABLE')), gate.enter());
  expect(gate.problem?.code).toBe('STATE_UNWRITABLE');
});

test('another way to the bucket is tried at once', () => {
  const { gate, fail, take } = bench();
  fail('STORAGE_CREDENTIALS');
  const early = gate.enter();
  take();
  gate.reset();
  expect([gate.closedForMs, gate.problem, take()]).toEqual([0, undefined, ['change']]);
  gate.noteFailure(new K4eError('STORAGE_CREDENTIALS'), early);
  expect(gate.problem).toBeUndefined();
});
