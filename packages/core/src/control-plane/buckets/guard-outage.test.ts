import { createFakeBuckets, createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { K4eError, errorCode } from '../../foundation/index.ts';
import type { BucketProvisioner } from '../../ports/index.ts';
import { BUCKET_CALL_LIMIT_MS, OUTAGE_PAUSE_MS, guardOutage } from './guard-outage.ts';

const request = (name: string) => ({ device: { namespace: 'default', name }, uid: name });
const codeOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => 'done', errorCode);

function guarded(answer: () => Promise<never> | undefined = () => undefined) {
  const clock = createFakeClock();
  const buckets = createFakeBuckets({ clock });
  let calls = 0;
  const counted: BucketProvisioner = {
    provision(...args) {
      calls += 1;
      return answer() ?? buckets.provision(...args);
    },
    release(...args) {
      calls += 1;
      return answer() ?? buckets.release(...args);
    },
  };
  return { clock, buckets, guard: guardOutage(counted, { clock }), calls: () => calls };
}

test('an endpoint that is away is asked now and then, by one call; the others fail as it did', async () => {
  const { clock, buckets, guard, calls } = guarded();
  buckets.fail('STORAGE_UNREACHABLE');
  for (const name of ['a', 'b', 'c']) expect(await codeOf(guard.provision(request(name)))).toBe('STORAGE_UNREACHABLE');
  expect(calls()).toBe(1);
  await clock.advance(OUTAGE_PAUSE_MS - 1);
  expect(await codeOf(guard.release(request('a')))).toBe('STORAGE_UNREACHABLE');
  expect(calls()).toBe(1);
  await clock.advance(1);
  expect(await codeOf(guard.provision(request('a')))).toBe('STORAGE_UNREACHABLE');
  expect(calls()).toBe(2);
  buckets.fail();
  await clock.advance(OUTAGE_PAUSE_MS);
  expect(await codeOf(guard.provision(request('a')))).toBe('done');
  expect(await codeOf(guard.provision(request('b')))).toBe('done');
});

test('an endpoint that never answers counts as away, and holds up one call at a time', async () => {
  let isStuck = true;
  const { clock, guard, calls } = guarded(() => (isStuck ? new Promise<never>(() => undefined) : undefined));
  const first = codeOf(guard.provision(request('a')));
  await clock.advance(BUCKET_CALL_LIMIT_MS);
  expect(await first).toBe('STORAGE_UNREACHABLE');
  await clock.advance(OUTAGE_PAUSE_MS);
  const probe = codeOf(guard.provision(request('a')));
  expect(await codeOf(guard.provision(request('b')))).toBe('STORAGE_UNREACHABLE');
  expect(calls()).toBe(2);
  isStuck = false;
  await clock.advance(BUCKET_CALL_LIMIT_MS + OUTAGE_PAUSE_MS);
  expect(await probe).toBe('STORAGE_UNREACHABLE');
  expect(await codeOf(guard.provision(request('b')))).toBe('done');
});

test('what one device alone is refused keeps nobody else', async () => {
  const { guard, calls } = guarded(() =>
    calls() === 1 ? Promise.reject(new K4eError('BUCKET_UNAVAILABLE')) : undefined,
  );
  expect(await codeOf(guard.provision(request('a')))).toBe('BUCKET_UNAVAILABLE');
  expect(await codeOf(guard.provision(request('b')))).toBe('done');
});

test('a probe that is cancelled leaves the next one free', async () => {
  let answer: Promise<never> | undefined = Promise.reject(new K4eError('STORAGE_UNREACHABLE'));
  const { clock, guard } = guarded(() => answer);
  expect(await codeOf(guard.provision(request('a')))).toBe('STORAGE_UNREACHABLE');
  await clock.advance(OUTAGE_PAUSE_MS);
  answer = new Promise<never>(() => undefined);
  const stop = new AbortController();
  const probe = codeOf(guard.provision(request('a'), { signal: stop.signal }));
  stop.abort();
  expect(await probe).toBe('ABORTED');
  answer = undefined;
  expect(await codeOf(guard.provision(request('a')))).toBe('done');
});
