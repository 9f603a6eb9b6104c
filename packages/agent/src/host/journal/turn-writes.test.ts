import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { JournalStatements } from './journal-statements.ts';
import { createTurnWrites } from './turn-writes.ts';

const DISK = new Error('the disk is full');
const TOLD = new Error('told');

/** A journal that takes down what is asked of it, and fails at what `fails` names. */
function createBench() {
  const calls: string[] = [];
  const fails = new Set<string>();
  const call = (name: string): void => {
    calls.push(name);
    if (fails.delete(name)) throw DISK;
  };
  const journal: JournalStatements = {
    bucket: 'bucket',
    isListed: () => false,
    begin: () => call('begin'),
    commit: () => call('commit'),
    rollback: () => call('rollback'),
    markListed: () => call('markListed'),
    put: () => call('put'),
    find: () => new Map(),
    forget: () => call('forget'),
    rowsAfter: () => [],
    close: () => undefined,
  };
  const failures: unknown[] = [];
  const writes = createTurnWrites((error) => {
    failures.push(error);
    return TOLD;
  });
  const write = (name: string): Promise<string> =>
    writes
      .run(journal, () => call(name))
      .then(
        () => `${name} committed`,
        (error: unknown) => `${name}: ${error instanceof Error ? error.message : ''}`,
      );
  return { calls, fails, failures, writes, write };
}

test('what is written in one turn is done at once and committed together, at its end', async () => {
  const { calls, write } = createBench();
  const written = [write('a'), write('b')];
  expect(calls).toEqual(['begin', 'a', 'b']);
  expect(await Promise.all(written)).toEqual(['a committed', 'b committed']);
  expect(await write('c')).toBe('c committed');
  expect(calls).toEqual(['begin', 'a', 'b', 'commit', 'begin', 'c', 'commit']);
});

test.each([
  ['begin', ['begin', 'rollback']],
  ['b', ['begin', 'a', 'b', 'rollback']],
  ['commit', ['begin', 'a', 'b', 'commit', 'rollback']],
])('when %s fails nothing of the turn is done, and whoever wrote hears it', async (culprit, expected) => {
  const { calls, fails, failures, write } = createBench();
  fails.add(culprit);
  const written = Promise.all(culprit === 'begin' ? [write('a')] : [write('a'), write('b')]);
  for (const told of await written) expect(told).toMatch(/: told$/);
  expect(calls).toEqual(expected);
  expect(failures).toEqual([DISK]);
  await endOfTurn();
  expect(await write('c')).toBe('c committed');
});

test('a write after one that failed begins anew, even in the same turn', async () => {
  const { calls, fails, write } = createBench();
  fails.add('a');
  expect(await Promise.all([write('a'), write('b')])).toEqual(['a: told', 'b committed']);
  expect(calls).toEqual(['begin', 'a', 'rollback', 'begin', 'b', 'commit']);
});

test('a turn can be committed early, once', async () => {
  const { calls, writes, write } = createBench();
  const written = write('a');
  writes.commit();
  writes.commit();
  expect(await written).toBe('a committed');
  await endOfTurn();
  expect(calls).toEqual(['begin', 'a', 'commit']);
});

test('what is given up rejects, and is not committed', async () => {
  const { calls, writes, write } = createBench();
  const written = write('a');
  writes.abandon(TOLD);
  expect(await written).toBe('a: told');
  await endOfTurn();
  expect(calls).toEqual(['begin', 'a']);
});
