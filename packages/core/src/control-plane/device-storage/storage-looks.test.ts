import { createFakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { COMPLAINT_INTERVAL_MS, MAX_LOOKS, createStorageLooks } from './storage-looks.ts';

const REF = { namespace: 'default', name: 'gate-7' };
const VIEW = { input: 'a', complaint: '' };
const DONE = { failed: false, asked: false };

test('a device is looked at when it is new, when what matters changes, and when it is time', async () => {
  const clock = createFakeClock();
  const looks = createStorageLooks({ clock });
  expect(looks.dueInMs(REF, VIEW)).toBe(0);
  looks.looked(REF, VIEW, { ...DONE, againInMs: 1_000 });
  expect(looks.dueInMs(REF, VIEW)).toBe(1_000);
  expect(looks.dueInMs(REF, { ...VIEW, input: 'b' })).toBe(0);
  await clock.advance(1_000);
  expect(looks.dueInMs(REF, VIEW)).toBe(0);
  looks.looked(REF, VIEW, DONE);
  expect(looks.dueInMs(REF, VIEW)).toBeUndefined();
});

test('what a device complains of counts, but not all the time', async () => {
  const clock = createFakeClock();
  const looks = createStorageLooks({ clock });
  const complaint = { ...VIEW, complaint: 'wrong keys' };
  looks.looked(REF, VIEW, { ...DONE, againInMs: 300_000 });
  expect(looks.dueInMs(REF, complaint)).toBe(COMPLAINT_INTERVAL_MS);
  await clock.advance(COMPLAINT_INTERVAL_MS);
  expect(looks.dueInMs(REF, complaint)).toBe(0);
  looks.looked(REF, complaint, { ...DONE, againInMs: 300_000 });
  expect(looks.dueInMs(REF, complaint)).toBe(300_000);
});

test('failures count in a row, and the last asking is remembered', async () => {
  const clock = createFakeClock();
  const looks = createStorageLooks({ clock });
  expect(looks.sinceAskedMs(REF)).toBe(Infinity);
  looks.looked(REF, VIEW, { failed: true, asked: true });
  await clock.advance(500);
  looks.looked(REF, VIEW, { failed: true, asked: false });
  expect(looks.failures(REF)).toBe(2);
  expect(looks.sinceAskedMs(REF)).toBe(500);
  looks.looked(REF, VIEW, DONE);
  expect(looks.failures(REF)).toBe(0);
  expect([looks.forget(REF), looks.forget(REF)]).toEqual([true, false]);
});

test('at the limit the look that is the longest ago is forgotten', () => {
  const looks = createStorageLooks({ clock: createFakeClock() });
  const ref = (index: number) => ({ namespace: 'default', name: `d-${index}` });
  for (let index = 0; index <= MAX_LOOKS; index++) looks.looked(ref(index), VIEW, DONE);
  expect(looks.dueInMs(ref(0), VIEW)).toBe(0);
  expect(looks.dueInMs(ref(1), VIEW)).toBeUndefined();
});
