import { expect, test } from 'vitest';
import { createPermits } from './permits.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('permits go in turn, and come back once', async () => {
  const permits = createPermits(2);
  const got: string[] = [];
  const releases = new Map<string, () => void>();
  const controller = new AbortController();
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const options = name === 'c' ? { signal: controller.signal } : {};
    permits.acquire(options).then(
      (release) => {
        got.push(name);
        releases.set(name, release);
      },
      () => got.push(`${name} aborted`),
    );
  }
  await settle();
  expect(got).toEqual(['a', 'b']);
  controller.abort();
  releases.get('a')?.();
  releases.get('a')?.();
  await settle();
  expect(got).toEqual(['a', 'b', 'c aborted', 'd']);
  releases.get('b')?.();
  releases.get('d')?.();
  await settle();
  expect(got).toEqual(['a', 'b', 'c aborted', 'd', 'e']);
  await expect(permits.acquire({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
});
