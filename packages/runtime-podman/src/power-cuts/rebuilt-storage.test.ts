import { createMemoryLogger, createMemoryStateStore } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import {
  MAX_REBUILT_REASON_LENGTH,
  REBUILT_STORAGE_DOCUMENT,
  noteRebuiltStorage,
  takeRebuiltStorage,
} from './rebuilt-storage.ts';

const DIRECTORY = '/var/lib/containers/storage';

function createBench() {
  const parts = { state: createMemoryStateStore(), logger: createMemoryLogger() };
  return { ...parts, take: () => takeRebuiltStorage(parts, {}) };
}

test('what was noted is a repair, once', async () => {
  const { state, take } = createBench();
  await noteRebuiltStorage(state, { directory: DIRECTORY, reason: 'file is not a database' });
  expect(await take()).toEqual({ kind: 'storage', name: DIRECTORY, reason: 'file is not a database' });
  expect(await take()).toBeUndefined();
  expect([...state.documents()]).toEqual([]);
});

test('a reason is kept up to its limit', async () => {
  const { state, take } = createBench();
  await noteRebuiltStorage(state, { directory: DIRECTORY, reason: 'x'.repeat(MAX_REBUILT_REASON_LENGTH + 1) });
  expect((await take())?.reason).toHaveLength(MAX_REBUILT_REASON_LENGTH);
});

test('a damaged note is told in the log, and counts as none', async () => {
  const { state, logger, take } = createBench();
  await state.write(REBUILT_STORAGE_DOCUMENT, new TextEncoder().encode('{}'));
  expect(await take()).toBeUndefined();
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
});

test('a note that cannot be removed is given, and told in the log', async () => {
  const { state, logger, take } = createBench();
  await noteRebuiltStorage(state, { directory: DIRECTORY, reason: 'torn' });
  state.failWrites(true);
  expect(await take()).toMatchObject({ kind: 'storage' });
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
});
