import { expect, test } from 'vitest';
import { fired } from './fired.ts';

test('a signal that fires, or has fired, is heard', async () => {
  await fired(AbortSignal.abort());
  const controller = new AbortController();
  let isHeard = false;
  const heard = fired(controller.signal).then(() => (isHeard = true));
  await Promise.resolve();
  expect(isHeard).toBe(false);
  controller.abort();
  await heard;
  expect(isHeard).toBe(true);
});
