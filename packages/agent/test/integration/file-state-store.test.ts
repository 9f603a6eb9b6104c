import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileStateStore } from '../../src/host/state/index.ts';
import { loopDocument } from './loop-document.ts';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, 'state-store-process.ts');
const NODE = [process.execPath, '--conditions=@k4e/source', '--disable-warning=ExperimentalWarning', PROGRAM];
const KILLS = 25;
const LATEST_KILL_MS = 40;
const REQUIRE_ALL = process.env.K4E_REQUIRE_ALL === '1';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'k4e-state-')), 'state');
});
afterEach(() => rm(join(directory, '..'), { recursive: true }));

/** Resolves with the number of the last write that the killed process said was done. */
async function writeUntilKilled(afterMs: number): Promise<number> {
  const [file = '', ...args] = NODE;
  const child = spawn(file, [...args, 'loop', directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (last === 0) killLater(child, afterMs);
    last = Number(line);
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  return last;
}

function killLater(child: ChildProcess, afterMs: number): void {
  setTimeout(() => child.kill('SIGKILL'), afterMs);
}

test(`after kill -9 at ${KILLS} moments the document is the last one written or the one after it, whole`, async () => {
  let leftovers = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const confirmed = await writeUntilKilled((kill * LATEST_KILL_MS) / KILLS + Math.random());
    leftovers += (await readdir(directory)).length - 1;
    const found = await createFileStateStore({ directory }).read('config');
    const count = Number(new TextDecoder().decode(found).split(';')[0]);
    expect([confirmed, confirmed + 1]).toContain(count);
    expect(found).toEqual(loopDocument(count));
  }
  await createFileStateStore({ directory }).write('config', loopDocument(1));
  expect(await readdir(directory)).toEqual(['config']);
  expect(leftovers, 'kills in the middle of a write').toBeGreaterThan(0);
});

/** How to get a mount namespace of one's own; as a plain user through a user namespace. */
const UNSHARE = ['unshare', ...(process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount'];

const canUnshare = await run(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'true']).then(
  () => true,
  () => false,
);
const canLimit = await run('prlimit', ['--version']).then(
  () => true,
  () => false,
);

async function outcomeOf(command: readonly string[]): Promise<unknown> {
  const [file = '', ...args] = command;
  const { stdout } = await run(file, args);
  return JSON.parse(stdout);
}

const expectedOutcome = (words: RegExp): unknown => ({
  failures: [
    ['STATE_UNWRITABLE', expect.stringMatching(words)],
    ['STATE_UNWRITABLE', expect.stringMatching(words)],
  ],
  old: 'old',
  names: ['config'],
});

test.skipIf(!canUnshare && !REQUIRE_ALL)(
  'a full disk: the old bytes are intact (needs a mount namespace)',
  async () => {
    const outcome = await outcomeOf([...UNSHARE, ...NODE, 'fail', directory, 'tmpfs']);
    expect(outcome).toEqual(expectedOutcome(/ENOSPC/));
  },
);

test.skipIf(!canUnshare && !REQUIRE_ALL)('a disk that went read-only (needs a mount namespace)', async () => {
  const outcome = await outcomeOf([...UNSHARE, ...NODE, 'fail', directory, 'read-only']);
  expect(outcome).toEqual(expectedOutcome(/EROFS/));
});

test.skipIf(!canLimit && !REQUIRE_ALL)('a limit on the size of files (needs prlimit)', async () => {
  const outcome = await outcomeOf(['prlimit', '--fsize=50000', ...NODE, 'fail', directory]);
  expect(outcome).toEqual(expectedOutcome(/EFBIG/));
});
