import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '@k4e/core';
import type { ExportFiles } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDirectoryExports } from '../../src/host/exports/index.ts';

const PROGRAM = join(import.meta.dirname, 'hostile-workload.ts');
const TRICKS = [
  'directory-for-link',
  'directory-in-the-middle',
  'link-for-link',
  'name-of-all-kinds',
  'way-up-gets-shorter',
] as const;

/** How long each trick is played against us. */
const PLAY_MS = 4_000;
/** Files that must have been read meanwhile, or the test has shown nothing. */
const FEWEST_READS = 100;
/** What is outside: of a size that nothing in the export has. */
const CANARY = 'CANARY'.repeat(1_000);
/** What the tricks write themselves. */
const INNOCENT = 'innocent';

let base: string;
let players: ChildProcess[] = [];
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'k4e-races-'));
  await mkdir(join(base, 'volumes', 'web'), { recursive: true });
  await mkdir(join(base, 'outside', 'sub'), { recursive: true });
  for (const name of ['secret', 'other', 'sub/secret']) await writeFile(join(base, 'outside', name), CANARY);
});
afterEach(async () => {
  for (const player of players) {
    const exit = once(player, 'exit');
    if (player.kill('SIGKILL')) await exit;
  }
  players = [];
  await rm(base, { recursive: true });
});

async function play(trick: string): Promise<void> {
  const args = ['--conditions=@k4e/source', PROGRAM, trick, join(base, 'volumes', 'web'), join(base, 'outside')];
  const player = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  players.push(player);
  await once(player.stdout, 'data');
  player.stdout.resume();
}

/** What came of looking at everything once. */
interface Look {
  readonly read: number;
  readonly refused: number;
}

async function readWhole(files: ExportFiles, path: string): Promise<string> {
  const file = await files.open('web', path);
  try {
    return Buffer.from(await file.read(0, 2 * CANARY.length)).toString('utf8');
  } finally {
    await file.close();
  }
}

async function lookAtAll(files: ExportFiles, extraPaths: readonly string[]): Promise<Look> {
  const paths = [...extraPaths];
  let [read, refused] = [0, 0];
  for await (const batch of files.walk('web', '.')) {
    refused += batch.refused.length;
    for (const { path, sizeBytes } of batch.files) {
      expect(sizeBytes, `${path} is listed with a size of the outside`).toBeLessThan(CANARY.length);
      paths.push(path);
    }
  }
  for (const path of paths) {
    const content = await readWhole(files, path).catch((error: unknown) => errorCode(error) ?? error);
    if (content === 'INVALID_INPUT') refused++;
    else if (content !== 'NOT_FOUND') expect(content, path).toBe(INNOCENT);
    if (content === INNOCENT) read++;
  }
  return { read, refused };
}

test.each(TRICKS)('%s: never a byte from outside of the export, and never a wait', async (trick) => {
  const files = createDirectoryExports({ directory: join(base, 'volumes'), clock: createSystemClock() });
  const stop = new AbortController();
  const watching = (async () => {
    for await (const workload of files.changes(['web'], { signal: stop.signal })) expect(workload).toBe('web');
  })();
  await play(trick);
  const sum = { read: 0, refused: 0 };
  const startedMs = performance.now();
  const paths = [
    'd/secret',
    'd/sub/secret',
    'a/b/secret',
    'a/b/sub/secret',
    'link',
    'f',
    'x/y/z/up',
    'x/y/z/around',
    'z/up',
  ];
  while (performance.now() - startedMs < PLAY_MS || sum.read < FEWEST_READS) {
    const { read, refused } = await lookAtAll(files, paths);
    sum.read += read;
    sum.refused += refused;
  }
  stop.abort();
  await watching;
  expect(sum.refused, 'links out that were met').toBeGreaterThan(0);
});
