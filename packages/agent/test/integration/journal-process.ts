/**
 * A process that uses the upload journal in FILE, for tests that take its disk or its life away.
 *
 * `loop FILE FROM`: opens it, then for ever records the rows of the next number, from FROM on, and prints each number when
 * that has resolved; forgets one row every few numbers.
 * `hold FILE`: opens it, prints `open`, and keeps it open until it is killed.
 * `full FILE`: fills a small disk, mounted where FILE is to be, and prints what happened as JSON. Needs a mount namespace
 * of its own.
 * `many FILE`: records many rows, reads them, and prints as JSON how much more memory the later ones took.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '@k4e/core';
import { MAX_JOURNAL_BATCH } from '@k4e/core/ports';
import type { UploadJournal } from '@k4e/core/ports';
import { createSqliteJournal } from '../../src/host/journal/index.ts';
import { FORGET_EVERY, LOOP_BUCKET, loopRows, manyRow } from './journal-rows.ts';

const DISK_KIB = 1_024;
const BALLAST_KIB = 300;
const BATCH_ROWS = 100;
const MANY_ROWS = 300_000;
const WARM_UP_ROWS = 100_000;

async function loop(journal: UploadJournal, from: number): Promise<never> {
  await journal.open(LOOP_BUCKET);
  for (let count = from; ; count++) {
    const rows = loopRows(count);
    await journal.record(rows);
    if (count % FORGET_EVERY === 0) await journal.forget([rows[0]?.key ?? '']);
    writeSync(1, `${count}\n`);
  }
}

async function hold(journal: UploadJournal): Promise<void> {
  await journal.open(LOOP_BUCKET);
  writeSync(1, 'open\n');
  setInterval(() => undefined, 60_000);
}

async function countRows(journal: UploadJournal): Promise<number> {
  let count = 0;
  for await (const batch of journal.rows()) count += batch.length;
  return count;
}

/** Records until the disk takes no more; gives how many rows were, and what was said then. */
async function fill(journal: UploadJournal): Promise<{ readonly recorded: number; readonly failure: unknown }> {
  for (let recorded = 0; ; recorded += BATCH_ROWS) {
    const rows = Array.from({ length: BATCH_ROWS }, (_, index) => manyRow(recorded + index));
    const failure = await journal.record(rows).then(() => undefined, errorCode);
    if (failure !== undefined) return { recorded, failure };
  }
}

async function full(file: string): Promise<void> {
  const directory = dirname(file);
  const ballast = join(directory, 'ballast');
  mkdirSync(directory, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_KIB}k,mode=0700`, 'k4e-test', directory]);
  writeFileSync(ballast, Buffer.alloc(BALLAST_KIB * 1_024));
  const journal = createSqliteJournal({ file });
  await journal.open(LOOP_BUCKET);
  await journal.markListed();
  const { recorded, failure } = await fill(journal);
  const lostWhileFull = recorded - (await countRows(journal));
  await journal.close();
  const opened = await journal.open(LOOP_BUCKET);
  const lostAfterRestart = recorded - (await countRows(journal));
  const other = await createSqliteJournal({ file: join(directory, 'other', 'uploads.db') })
    .open('b')
    .catch(errorCode);
  rmSync(ballast);
  await journal.record([manyRow(recorded)]);
  const lostAfterwards = recorded + 1 - (await countRows(journal));
  await journal.close();
  execFileSync('mount', ['-o', 'remount,ro', directory]);
  const readOnly = await journal.open(LOOP_BUCKET).catch(errorCode);
  const removal = await journal.removeAll().catch(errorCode);
  print({ failure, opened, other, readOnly, removal, lost: [lostWhileFull, lostAfterRestart, lostAfterwards] });
}

async function many(journal: UploadJournal): Promise<void> {
  await journal.open(LOOP_BUCKET);
  let before = 0;
  for (let at = 0; at < MANY_ROWS; at += MAX_JOURNAL_BATCH) {
    // By now the process has as much garbage as it ever has.
    if (at === WARM_UP_ROWS) before = await memoryAfterReading(journal);
    await journal.record(Array.from({ length: MAX_JOURNAL_BATCH }, (_, index) => manyRow(at + index)));
  }
  const after = await memoryAfterReading(journal);
  print({ rows: await countRows(journal), grownMiB: (after - before) / 1_048_576 });
  await journal.close();
}

async function memoryAfterReading(journal: UploadJournal): Promise<number> {
  await countRows(journal);
  return process.memoryUsage.rss();
}

function print(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

const [mode, file = '', from = '1'] = process.argv.slice(2);
if (mode === 'full') await full(file);
else {
  const journal = createSqliteJournal({ file });
  if (mode === 'loop') await loop(journal, Number(from));
  if (mode === 'hold') await hold(journal);
  if (mode === 'many') await many(journal);
}
