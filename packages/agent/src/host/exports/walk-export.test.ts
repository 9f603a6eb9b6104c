import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RefusedEntry } from '@k4e/core/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_FOLLOWED_NAMES } from './follow-names.ts';
import { walkExport } from './walk-export.ts';
import type { WalkRequest } from './walk-export.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'k4e-walk-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

interface Seen {
  readonly paths: readonly string[];
  readonly refused: readonly RefusedEntry[];
}

async function walk(request: Partial<WalkRequest> = {}): Promise<Seen> {
  const paths: string[] = [];
  const refused: RefusedEntry[] = [];
  for await (const batch of walkExport({ directory, names: [], giveWay: () => undefined, ...request })) {
    paths.push(...batch.files.map(({ path }) => path));
    refused.push(...batch.refused);
  }
  return { paths: paths.sort(), refused };
}

test('a walk looks at so many entries, and refuses the rest as one', async () => {
  mkdirSync(join(directory, 'd'));
  for (const name of ['a', 'b', 'c', 'd/a', 'd/b', 'd/c']) writeFileSync(join(directory, name), '');
  expect(await walk({ maxEntries: 7 })).toMatchObject({ refused: [], paths: { length: 6 } });
  const { paths, refused } = await walk({ maxEntries: 6 });
  expect(paths.length).toBeLessThan(6);
  expect(refused).toEqual([{ path: '.', reason: 'more than 6 entries are there' }]);
  expect((await walk({ maxEntries: 2, names: ['d'] })).refused).toEqual([
    { path: 'd', reason: 'more than 2 entries are there' },
  ]);
});

test('the names that links lead through count as entries: they cost as much', async () => {
  writeFileSync(join(directory, 'f'), '');
  symlinkSync(`${'./'.repeat(50)}f`, join(directory, 'link'));
  expect((await walk({ maxEntries: 60 })).paths).toEqual(['f', 'link']);
  for (const name of ['l1', 'l2', 'l3']) symlinkSync(`${'./'.repeat(50)}f`, join(directory, name));
  expect((await walk({ maxEntries: 60 })).refused).toEqual([{ path: '.', reason: 'more than 60 entries are there' }]);
});

test('a link leads through so many names', async () => {
  writeFileSync(join(directory, 'f'), '');
  symlinkSync(`${'./'.repeat(MAX_FOLLOWED_NAMES - 2)}f`, join(directory, 'long'));
  symlinkSync(`${'./'.repeat(MAX_FOLLOWED_NAMES - 1)}f`, join(directory, 'longer'));
  const { paths, refused } = await walk();
  expect(paths).toEqual(['f', 'long']);
  expect(refused).toEqual([{ path: 'longer', reason: `leads through more than ${MAX_FOLLOWED_NAMES} names` }]);
});

test('others have their turn after every entry, when it is time', async () => {
  for (let index = 0; index < 20; index++) writeFileSync(join(directory, `f-${index}`), '');
  let asked = 0;
  let given = 0;
  const giveWay = (): Promise<void> | undefined =>
    ++asked % 5 === 0
      ? Promise.resolve().then(() => {
          given++;
        })
      : undefined;
  expect((await walk({ giveWay })).paths).toHaveLength(20);
  expect(asked).toBeGreaterThanOrEqual(20);
  expect(given).toBe(Math.floor(asked / 5));
});

test('names of one file are files of their own', async () => {
  writeFileSync(join(directory, 'a'), '1');
  linkSync(join(directory, 'a'), join(directory, 'b'));
  expect((await walk()).paths).toEqual(['a', 'b']);
});

test('as many descriptors are open as the walk is deep', async () => {
  const depth = 10;
  mkdirSync(join(directory, 'd/'.repeat(depth)), { recursive: true });
  for (let index = 1; index <= depth; index++) {
    mkdirSync(join(directory, 'd/'.repeat(index), 'aside'));
    writeFileSync(join(directory, 'd/'.repeat(index), 'f'), '');
  }
  const before = readdirSync('/proc/self/fd').length;
  let most = 0;
  await walk({
    giveWay: () => {
      most = Math.max(most, readdirSync('/proc/self/fd').length);
      return undefined;
    },
  });
  expect(most - before).toBeLessThanOrEqual(2 * (depth + 2));
  expect(readdirSync('/proc/self/fd').length).toBe(before);
});
