import { expect, test } from 'vitest';
import { createOnce } from './once.ts';

test('the work is done once for all who ask meanwhile and later', async () => {
  let times = 0;
  const once = createOnce(async () => {
    await Promise.resolve(times++);
  });
  await Promise.all([once({}), once({})]);
  await once({});
  expect(times).toBe(1);
});

test('work that fails is told to all who wait, and done again for the next', async () => {
  const outcomes = [() => Promise.reject(new Error('no')), () => Promise.resolve()];
  const once = createOnce(() => outcomes.shift()?.() ?? Promise.reject(new Error('once too often')));
  const both = await Promise.allSettled([once({}), once({})]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await once({});
  await once({});
});

test('who waits no longer is let go, and the work goes on for the next', async () => {
  const work = Promise.withResolvers<undefined>();
  let begun = 0;
  const once = createOnce(async () => {
    begun++;
    await work.promise;
  });
  const controller = new AbortController();
  const first = once({ signal: controller.signal });
  controller.abort();
  await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
  const second = once({ signal: new AbortController().signal });
  work.resolve(undefined);
  await second;
  expect(begun).toBe(1);
});
