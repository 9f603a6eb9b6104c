import { K4eError } from '@k4e/core';
import { createMemoryDisk, createMemoryLogger, createMemoryStateStore } from '@k4e/core/testing';
import type { MemoryDisk, MemoryStateStore } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { MAX_UNSYNCED_CHANGES, UNSYNCED_DOCUMENT, createUnsyncedNotes } from './index.ts';
import type { StoreChange, UnsyncedNotes } from './index.ts';

const STORAGE = '/var/lib/containers/storage';
const WEB: StoreChange = { kind: 'pod', name: 'web' };
const DB: StoreChange = { kind: 'pod', name: 'db' };
const IMAGE: StoreChange = { kind: 'image', name: 'registry.example/web:1' };

interface Bench {
  readonly disk: MemoryDisk;
  readonly state: MemoryStateStore;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  /** What a process that starts makes. */
  readonly start: () => UnsyncedNotes;
}

function createBench(directories: readonly string[] = [STORAGE]): Bench {
  const disk = createMemoryDisk(directories);
  const state = createMemoryStateStore();
  const logger = createMemoryLogger();
  const storageDirectory = (): Promise<string> => Promise.resolve(STORAGE);
  return { disk, state, logger, start: () => createUnsyncedNotes({ disk, state, logger, storageDirectory }) };
}

test('what was being made when the machine stopped is in doubt, until that is settled', async () => {
  const { disk, start } = createBench();
  await start().begin([WEB, IMAGE]);
  disk.reboot();
  const notes = start();
  expect(await notes.earlier({})).toEqual([WEB, IMAGE]);
  expect(await start().earlier({})).toEqual([WEB, IMAGE]);
  await notes.settle();
  expect(await start().earlier({})).toEqual([]);
});

test('what was made and synced is not, and nothing is left of the notes', async () => {
  const { disk, state, start } = createBench();
  const notes = start();
  await notes.begin([WEB]);
  notes.end([WEB]);
  await notes.idle();
  expect(disk.syncs()).toEqual([STORAGE]);
  expect([...state.documents()]).toEqual([]);
  disk.reboot();
  expect(await start().earlier({})).toEqual([]);
});

test('what was made and could not be synced stays in doubt, and goes with the next sync', async () => {
  const { disk, state, logger, start } = createBench();
  const notes = start();
  disk.failSyncs(true);
  await notes.begin([WEB]);
  notes.end([WEB]);
  await notes.idle();
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
  expect([...state.documents().keys()]).toEqual([UNSYNCED_DOCUMENT]);
  disk.failSyncs(false);
  await notes.begin([DB]);
  notes.end([DB]);
  await notes.idle();
  expect([...state.documents()]).toEqual([]);
});

test('what is made again while it is synced stays noted', async () => {
  const { disk, start } = createBench();
  const notes = start();
  await notes.begin([WEB]);
  notes.end([WEB]);
  await notes.begin([WEB]);
  await notes.idle();
  disk.reboot();
  expect(await start().earlier({})).toEqual([WEB]);
});

test('what was not noted is not synced when it ends', async () => {
  const { disk, start } = createBench();
  const notes = start();
  notes.end([IMAGE]);
  await notes.idle();
  expect(disk.syncs()).toEqual([]);
});

test('what a process that died in the same boot was making is synced, not doubted', async () => {
  const { disk, state, start } = createBench();
  await start().begin([WEB]);
  const notes = start();
  expect(await notes.earlier({})).toEqual([]);
  await notes.idle();
  expect(disk.syncs()).toEqual([STORAGE]);
  expect([...state.documents()]).toEqual([]);
});

test('where the storage is not to be seen nothing is ever in doubt', async () => {
  const { disk, state, start } = createBench([]);
  const notes = start();
  await notes.begin([WEB]);
  notes.end([WEB]);
  await notes.idle();
  await notes.begin([DB]);
  expect([...state.documents()]).toEqual([]);
  disk.reboot();
  expect(await start().earlier({})).toEqual([]);
});

test('a device whose state cannot be written goes on, and says so', async () => {
  const { state, logger, start } = createBench();
  state.failWrites(true);
  await start().begin([WEB]);
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
});

test.each([
  ['is damaged', async (state: MemoryStateStore) => Promise.resolve(state.damage(UNSYNCED_DOCUMENT))],
  ['is no document', (state: MemoryStateStore) => state.write(UNSYNCED_DOCUMENT, new TextEncoder().encode('{}'))],
])('a note that %s counts as none', async (_what, spoil) => {
  const { disk, state, logger, start } = createBench();
  await start().begin([WEB]);
  await spoil(state);
  disk.reboot();
  expect(await start().earlier({})).toEqual([]);
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
});

test('who waits no longer is told so', async () => {
  const earlier = createBench().start().earlier({ signal: AbortSignal.abort() });
  await expect(earlier).rejects.toSatisfy((error) => error instanceof K4eError && error.code === 'ABORTED');
});

test('the notes are bounded: beyond that the oldest goes', async () => {
  const { disk, start } = createBench();
  const notes = start();
  const many = Array.from({ length: MAX_UNSYNCED_CHANGES + 1 }, (_, at): StoreChange => ({
    kind: 'pod',
    name: `p${at}`,
  }));
  await notes.begin(many);
  disk.reboot();
  expect(await start().earlier({})).toEqual(many.slice(1));
});
