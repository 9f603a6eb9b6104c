import { expect, test } from 'vitest';
import { K4eError } from '../foundation/index.ts';
import { MAX_CONFLICT_ATTEMPTS, retryOnConflict } from './retry-on-conflict.ts';

/** An attempt that loses against another writer `losses` times, and the indexes that it was run with. */
function contested(losses: number) {
  const indexes: number[] = [];
  const attempt = async (index: number): Promise<string> => {
    indexes.push(index);
    if (index < losses) throw new K4eError('CONFLICT');
    return 'written';
  };
  return { indexes, attempt };
}

test.each([0, 1, 2, MAX_CONFLICT_ATTEMPTS - 1])('%i other writers in between are waited for', async (losses) => {
  const { indexes, attempt } = contested(losses);
  expect(await retryOnConflict(attempt)).toBe('written');
  expect(indexes).toEqual(Array.from({ length: losses + 1 }, (_, index) => index));
});

test('more of them than the limit are a conflict', async () => {
  const { indexes, attempt } = contested(MAX_CONFLICT_ATTEMPTS);
  await expect(retryOnConflict(attempt)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(indexes).toHaveLength(MAX_CONFLICT_ATTEMPTS);
});

test('what is no conflict is not tried again', async () => {
  let attempts = 0;
  const failing = async (): Promise<never> => {
    attempts += 1;
    throw new K4eError('STORE_UNAVAILABLE');
  };
  await expect(retryOnConflict(failing)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(attempts).toBe(1);
});
