import { mkdtemp, open, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { K4eError } from '@k4e/core';
import { CONFIG_MAP } from '@k4e/core/resources';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from './open-store.ts';

const RESOURCES = 50;

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-damage-'));
  file = join(directory, 'k4e.db');
});
afterEach(() => rm(directory, { recursive: true }));

async function fill(): Promise<void> {
  const store = openStore(file);
  const write = (index: number) =>
    store.create(CONFIG_MAP, {
      metadata: { namespace: 'n', name: `c-${index}` },
      data: { padding: 'x'.repeat(4_000) },
    });
  await Promise.all(Array.from({ length: RESOURCES }, (_, index) => write(index)));
  await store.close();
}

async function overwrite(from: number, to: number, byte: number): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(to - from, byte), 0, to - from, from);
  await handle.close();
}

function refusal(): K4eError {
  try {
    openStore(file);
  } catch (error) {
    if (error instanceof K4eError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

describe('a damaged file is refused with STATE_CORRUPT, its name and what to do, and stays as it is', () => {
  test.each<[string, (sizeBytes: number) => Promise<void>]>([
    ['cut to nothing', () => truncate(file, 0)],
    ['cut in its first page', () => truncate(file, 50)],
    ['cut in the middle', (sizeBytes) => truncate(file, Math.floor(sizeBytes / 2))],
    ['cut at its end', (sizeBytes) => truncate(file, sizeBytes - 1_000)],
    ['filled with zeros', (sizeBytes) => overwrite(0, sizeBytes, 0)],
    ['zeros in the middle', (sizeBytes) => overwrite(8_192, Math.floor(sizeBytes / 2), 0)],
    ['garbage in the middle', (sizeBytes) => overwrite(8_192, Math.floor(sizeBytes / 2), 0xa5)],
    ['text instead', () => writeFile(file, 'this is no database\n'.repeat(1_000))],
    ['gone, with its log left behind', async () => rename(file, `${file}-wal`)],
  ])('%s', async (_how, damage) => {
    await fill();
    await damage((await stat(file)).size);
    const before = await stat(file).catch(() => undefined);
    const error = refusal();
    expect(error.code).toBe('STATE_CORRUPT');
    expect(error.retry).toBe('never');
    expect(error.message).toContain(file);
    expect((await stat(file).catch(() => undefined))?.size).toBe(before?.size);
  });
});

describe('a file that is not ours is refused with CONFIG_INVALID', () => {
  test('a database of something else', () => {
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE t (n INTEGER)');
    other.close();
    expect(refusal()).toMatchObject({ code: 'CONFIG_INVALID', retry: 'never' });
  });

  test('a store of a newer k4e', async () => {
    await fill();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 2');
    newer.close();
    expect(refusal().message).toMatch(/version 2; this k4e knows 1/);
  });
});

test('a directory that is not there is told, and may be there at the next try', async () => {
  file = join(directory, 'missing', 'k4e.db');
  expect(refusal()).toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('the file is for its owner alone', async () => {
  await fill();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a row that is damaged is told when it is read, and the others can be read and written', async () => {
  await fill();
  const other = new DatabaseSync(file);
  other.exec(`UPDATE resources SET body = substr(body, 1, 100) WHERE name = 'c-7'`);
  other.close();
  const store = openStore(file);
  const at = (name: string) => ({ namespace: 'n', name });
  await expect(store.get(CONFIG_MAP, at('c-7'))).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
  await expect(store.list(CONFIG_MAP, {})).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
  expect((await store.get(CONFIG_MAP, at('c-8')))?.metadata.name).toBe('c-8');
  const written = await store.apply(CONFIG_MAP, { metadata: at('c-8'), data: { more: '1' } }, { owner: 'x' });
  expect(written.data?.more).toBe('1');
  await store.close();
});
