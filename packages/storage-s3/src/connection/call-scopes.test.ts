import { expect, test } from 'vitest';
import { createCallScopes } from './call-scopes.ts';

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('cut off')));
  });

test('a call ends with its result, or its own error', async () => {
  const scopes = createCallScopes();
  expect(await scopes.run({}, () => Promise.resolve(7))).toBe(7);
  await expect(scopes.run({}, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
});

test('a call ends with ABORTED when its signal fires, and leaves nothing on the signal', async () => {
  const scopes = createCallScopes();
  const controller = new AbortController();
  const call = scopes.run({ signal: controller.signal }, untilAborted);
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(scopes.run({ signal: controller.signal }, () => Promise.resolve(7))).rejects.toMatchObject({
    code: 'ABORTED',
  });
});

test('close ends all calls, and refuses those after it', async () => {
  const scopes = createCallScopes();
  const calls = [1, 2].map(() => scopes.run({}, untilAborted));
  scopes.close();
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(scopes.run({}, () => Promise.resolve(7))).rejects.toMatchObject({ code: 'ABORTED' });
});
