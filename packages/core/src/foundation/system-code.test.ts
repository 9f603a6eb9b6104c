import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { systemCode } from './system-code.ts';

test('has the code that the system gave', async () => {
  const failure: unknown = await readFile('/nonexistent').catch((error: unknown) => error);
  expect(systemCode(failure)).toBe('ENOENT');
});

test.each([new Error('no code'), Object.assign(new Error('a number'), { code: 404 }), { code: 'ENOENT' }, 'ENOENT'])(
  'has none for %s',
  (error) => {
    expect(systemCode(error)).toBeUndefined();
  },
);
