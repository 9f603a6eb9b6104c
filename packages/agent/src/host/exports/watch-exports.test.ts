import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock } from '@k4e/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_WATCHED_DIRECTORIES, watchExports } from './watch-exports.ts';
import { openWatchedTree } from './watched-tree.ts';

let base: string;
let stop: AbortController;
let watchesBefore: number;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'k4e-watch-'));
  stop = new AbortController();
  watchesBefore = watches();
});
afterEach(() => {
  stop.abort();
  rmSync(base, { recursive: true });
  expect(watches()).toBe(watchesBefore);
});

/** How many watches this process has, as the kernel says. */
function watches(): number {
  const texts = readdirSync('/proc/self/fdinfo').map((descriptor) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
    } catch {
      return '';
    }
  });
  return texts.join('').match(/^inotify wd:/gm)?.length ?? 0;
}

function makeDirectories(parent: string, count: number): void {
  for (let index = 0; index < count; index++) mkdirSync(join(base, parent, `d-${index}`, 'below'), { recursive: true });
}

/** Lets the directories be read, which happens in turns of the event loop. */
async function turns(): Promise<void> {
  for (let count = 0; count < 20; count++) await new Promise((resolve) => setImmediate(resolve));
}

test('so many directories are watched at most, of all workloads together, and each has its share', async () => {
  const workloads = ['a', 'b', 'c'];
  const share = Math.floor(MAX_WATCHED_DIRECTORIES / 3);
  makeDirectories('a', share);
  makeDirectories('b', share);
  makeDirectories('c', 1);
  watchExports({ pathOf: (name) => join(base, name), workloads, clock: createFakeClock(), signal: stop.signal });
  await turns();
  expect(watches() - watchesBefore).toBe(2 * share + 3);
});

test('the directories nearest to the export are watched first', async () => {
  makeDirectories('a', 5);
  const told: string[] = [];
  const onChange = (): void => void told.push('changed');
  const options = { path: join(base, 'a'), maxDirectories: 6, giveWay: () => undefined, onGone: () => undefined };
  const tree = openWatchedTree({ ...options, onChange });
  await turns();
  expect(watches() - watchesBefore).toBe(6);
  for (let index = 0; index < 5; index++) mkdirSync(join(base, 'a', `d-${index}`, 'below', 'deeper'));
  await turns();
  expect(told).toEqual([]);
  mkdirSync(join(base, 'a', 'd-4', 'new'));
  await turns();
  expect(told).not.toEqual([]);
  tree?.close();
});

test('directories that go give their watch to those that come', async () => {
  makeDirectories('a', 2);
  const options = { path: join(base, 'a'), maxDirectories: 5, giveWay: () => undefined, onGone: () => undefined };
  const tree = openWatchedTree({ ...options, onChange: () => undefined });
  await turns();
  expect(watches() - watchesBefore).toBe(5);
  rmSync(join(base, 'a', 'd-0'), { recursive: true });
  await turns();
  expect(watches() - watchesBefore).toBe(3);
  mkdirSync(join(base, 'a', 'd-0', 'below', 'deeper'), { recursive: true });
  await turns();
  expect(watches() - watchesBefore).toBe(5);
  tree?.close();
});

test.each<[string, (path: string) => void]>([
  ['removed', (path) => rmSync(path, { recursive: true })],
  ['moved away', (path) => renameSync(path, `${path}-aside`)],
  [
    'replaced',
    (path) => {
      renameSync(path, `${path}-aside`);
      mkdirSync(path);
    },
  ],
])('an export that is %s is told to be gone', async (_how, change) => {
  makeDirectories('a', 1);
  let gone = 0;
  const options = { path: join(base, 'a'), maxDirectories: 5, giveWay: () => undefined, onChange: () => undefined };
  const tree = openWatchedTree({ ...options, onGone: () => gone++ });
  await turns();
  mkdirSync(join(base, 'a', 'new'));
  await turns();
  expect(gone).toBe(0);
  change(join(base, 'a'));
  await turns();
  expect(gone).toBeGreaterThan(0);
  tree?.close();
});
