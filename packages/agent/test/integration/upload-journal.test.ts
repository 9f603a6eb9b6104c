import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { MAX_JOURNAL_BATCH } from '@k4e/core/ports';
import type { JournalRow, UploadJournal } from '@k4e/core/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSqliteJournal } from '../../src/host/journal/index.ts';
import { FORGET_EVERY, LOOP_BUCKET, loopRows } from './journal-rows.ts';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, 'journal-process.ts');
const NODE = [process.execPath, '--conditions=@k4e/source', '--disable-warning=ExperimentalWarning', PROGRAM];
const REQUIRE_ALL = process.env.K4E_REQUIRE_ALL === '1';
const KILLS = 25;
/** Long enough that the log of writes goes into the file before some kills. */
const LATEST_KILL_MS = 400;
/** Memory that two in three of the rows may cost: they are 36 MiB on the disk. */
const MOST_GROWTH_MIB = 15;
/** Keeps V8 from letting its own garbage grow, which would hide what the rows cost. */
const SMALL_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=40'];

let directory: string;
let file: string;
let children: ChildProcess[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-journal-'));
  file = join(directory, 'uploads', 'uploads.db');
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(directory, { recursive: true });
});

function start(...args: readonly string[]): ChildProcess & { readonly stdout: NodeJS.ReadableStream } {
  const [program = '', ...rest] = NODE;
  const child = spawn(program, [...rest, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

/** Resolves with the number of the last record that the killed process said was done. */
async function recordUntilKilled(from: number, afterMs: number): Promise<number> {
  const child = start('loop', file, String(from));
  const exit = once(child, 'exit');
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (last === 0) setTimeout(() => child.kill('SIGKILL'), afterMs);
    last = Number(line);
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  return last;
}

async function allRows(journal: UploadJournal): Promise<readonly JournalRow[]> {
  const rows: JournalRow[] = [];
  for await (const batch of journal.rows()) rows.push(...batch);
  return rows;
}

const byKey = (a: JournalRow, b: JournalRow): number => (a.key < b.key ? -1 : 1);

test(`after kill -9 at ${KILLS} moments the rows are those of the last record or the one after it, all of them`, async () => {
  let last = 0;
  const lasting: JournalRow[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    last = await recordUntilKilled(last + 1, (kill * LATEST_KILL_MS) / KILLS + Math.random());
    const journal = createSqliteJournal({ file });
    expect(await journal.open(LOOP_BUCKET)).toEqual({ isListed: kill > 0 });
    const found = await allRows(journal);
    const ours = found.filter(({ key }) => !key.startsWith('lasting'));
    expect(found.filter(({ key }) => key.startsWith('lasting'))).toEqual(lasting);
    const possible = [last, last + 1].flatMap((count) => {
      const rows = loopRows(count).toSorted(byKey);
      const forgotten = rows.filter(({ key }) => key !== loopRows(count)[0]?.key);
      return count % FORGET_EVERY === 0 ? [rows, forgotten] : [rows];
    });
    // Counting goes on after what may have been recorded and not said.
    expect(possible).toContainEqual(ours);
    last++;
    lasting.push({ ...loopRows(kill)[0]!, key: `lasting-${String(kill).padStart(3, '0')}` });
    await journal.record(lasting.slice(-1));
    await journal.markListed();
    await journal.close();
  }
});

test('the file belongs to one process: a second is told so, and has the rows when the first is gone', async () => {
  const holder = start('hold', file);
  const exit = once(holder, 'exit');
  await once(holder.stdout, 'data');
  const journal = createSqliteJournal({ file });
  await expect(journal.open(LOOP_BUCKET)).rejects.toMatchObject({
    code: 'STATE_UNREADABLE',
    message: expect.stringContaining('another process uses it') as string,
  });
  holder.kill('SIGKILL');
  await exit;
  await journal.open(LOOP_BUCKET);
  await journal.record(loopRows(1));
  expect((await allRows(journal)).length).toBe(loopRows(1).length);
  await journal.close();
});

test('what is in its place and is no file is not taken away', async () => {
  await mkdir(join(file, 'something'), { recursive: true });
  const journal = createSqliteJournal({ file });
  await expect(journal.open(LOOP_BUCKET)).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
  await expect(journal.removeAll()).rejects.toMatchObject({ code: 'STATE_UNWRITABLE' });
  expect(await readdir(file)).toEqual(['something']);
});

test('a path below a file is told as one that cannot be read', async () => {
  await writeFile(join(directory, 'uploads'), '');
  await expect(createSqliteJournal({ file }).open(LOOP_BUCKET)).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
});

test('a path that is not absolute is refused', () => {
  expect(() => createSqliteJournal({ file: 'uploads.db' })).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }) as Error,
  );
});

test('the files and the directory are for their owner alone', async () => {
  const journal = createSqliteJournal({ file });
  await journal.open(LOOP_BUCKET);
  await journal.record(loopRows(1));
  expect((await stat(join(file, '..'))).mode & 0o777).toBe(0o700);
  const names = await readdir(join(file, '..'));
  expect(names).toContain('uploads.db-wal');
  for (const name of names) expect((await stat(join(file, '..', name))).mode & 0o777, name).toBe(0o600);
  await journal.close();
});

test('rows are not held in memory', async () => {
  const [program = '', ...args] = NODE;
  const { stdout } = await run(program, [...SMALL_HEAP, ...args, 'many', file]);
  const { rows, grownMiB } = JSON.parse(stdout) as { readonly rows: number; readonly grownMiB: number };
  expect(rows).toBe(300 * MAX_JOURNAL_BATCH);
  expect(grownMiB).toBeLessThan(MOST_GROWTH_MIB);
});

/** How to get a mount namespace of one's own; as a plain user through a user namespace. */
const UNSHARE = ['unshare', ...(process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user']), '--mount'];
const canUnshare = await run(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'true']).then(
  () => true,
  () => false,
);

test.skipIf(!canUnshare && !REQUIRE_ALL)(
  'a disk that is full, has room again, goes read-only: no row is lost, and each is told (needs a mount namespace)',
  async () => {
    const [program = '', ...args] = [...UNSHARE, ...NODE];
    const { stdout } = await run(program, [...args, 'full', file]);
    expect(JSON.parse(stdout)).toEqual({
      failure: 'STATE_UNWRITABLE',
      opened: { isListed: true },
      other: 'STATE_UNWRITABLE',
      readOnly: 'STATE_UNREADABLE',
      removal: 'STATE_UNWRITABLE',
      lost: [0, 0, 0],
    });
  },
);
