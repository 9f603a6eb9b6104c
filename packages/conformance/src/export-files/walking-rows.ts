import { MAX_EXPORT_PATH_BYTES, MAX_WALK_BATCH, MAX_WALK_DEPTH } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import type { CurrentSubject, SpecialKind } from './export-files-subject.ts';
import { codeOf, filesOf, refusedOf, walkAll } from './walked.ts';

/** `walk`: what is seen of a tree. */
export function describeWalking(subject: CurrentSubject): void {
  test('sees every regular file below a directory, once, with its size', async () => {
    await subject().write('web', 'a', '1');
    await subject().write('web', 'd/b', '22');
    await subject().write('web', 'd/e/c', '');
    await subject().makeDirectory('web', 'empty/inside');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['a', 1],
      ['d/b', 2],
      ['d/e/c', 0],
    ]);
    expect(refused).toEqual([]);
  });

  test.each([
    'ä',
    'e\u0301',
    '\u00e9',
    '😀',
    'with space',
    'line\nend',
    '-rf',
    '..a',
    'b..',
    '*',
    '\\',
    '"',
    '\u0001',
    '\ufffd',
  ])('sees a file and a directory called %j, and opens what is there', async (name) => {
    await subject().write('web', `${name}-dir/${name}`, 'x');
    expect(await filesOf(subject().files, 'web')).toEqual([`${name}-dir/${name}`]);
    const file = await subject().files.open('web', `${name}-dir/${name}`);
    await file.close();
  });

  test.each(['', '.', './', './/.'])('the source %j is the whole export', async (source) => {
    await subject().write('web', 'd/a', '1');
    expect(await filesOf(subject().files, 'web', source)).toEqual(['d/a']);
  });

  test('paths are relative to the export, whatever the source is', async () => {
    await subject().write('web', 'd/e/a', '1');
    await subject().write('web', 'd/b', '1');
    await subject().write('web', 'other', '1');
    expect(await filesOf(subject().files, 'web', 'd')).toEqual(['d/b', 'd/e/a']);
    expect(await filesOf(subject().files, 'web', './d//e/')).toEqual(['d/e/a']);
  });

  test('of a file sees that file', async () => {
    await subject().write('web', 'd/a', '123');
    await subject().write('web', 'd/ab', '1');
    const { files } = await walkAll(subject().files, 'web', 'd/a');
    expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([['d/a', 3]]);
  });

  test('of what is not there sees nothing', async () => {
    const { files } = subject();
    expect(await walkAll(files, 'nobody', '.')).toEqual({ files: [], refused: [], batchSizes: [] });
    await subject().write('web', 'a', '1');
    expect(await walkAll(files, 'web', 'b')).toEqual({ files: [], refused: [], batchSizes: [] });
    expect(await walkAll(files, 'web', 'a/b')).toEqual({ files: [], refused: [], batchSizes: [] });
    expect(await walkAll(files, 'web', 'x'.repeat(300))).toEqual({ files: [], refused: [], batchSizes: [] });
  });

  test('workloads do not see the files of each other', async () => {
    await subject().write('web', 'a', '1');
    await subject().write('db', 'b', '1');
    expect(await filesOf(subject().files, 'web')).toEqual(['a']);
    expect(await filesOf(subject().files, 'db')).toEqual(['b']);
  });

  test('a batch is neither empty nor larger than its limit', async () => {
    const names = Array.from({ length: MAX_WALK_BATCH + 1 }, (_, index) => `f-${index}`);
    for (const name of names) await subject().write('web', name, '');
    const { files, batchSizes } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual(names.sort());
    expect(batchSizes).toEqual([MAX_WALK_BATCH, 1]);
  });

  test('a file looks the same as long as nobody touches it, to a walk and when it is open', async () => {
    await subject().write('web', 'a', '1');
    const [first] = (await walkAll(subject().files, 'web', '.')).files;
    const [second] = (await walkAll(subject().files, 'web', 'a')).files;
    const file = await subject().files.open('web', 'a');
    const identity = await file.identify();
    await file.close();
    expect(second).toEqual(first);
    expect({ path: 'a', ...identity }).toEqual(first);
  });
}

/** `walk`: what is refused, and where it ends. */
export function describeRefusing(subject: CurrentSubject, specials: readonly SpecialKind[]): void {
  test.each(specials)('a %s is refused, and not waited at', async (kind) => {
    await subject().makeSpecial('web', 'd/special', kind);
    await subject().write('web', 'd/a', '1');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual(['d/a']);
    expect(refused).toEqual([{ path: 'd/special', reason: expect.stringMatching(/./) as string }]);
    expect(await refusedOf(subject().files, 'web', 'd/special')).toEqual(['d/special']);
    expect(await codeOf(subject().files.open('web', 'd/special'))).toBe('INVALID_INPUT');
  });

  test('a name that is not UTF-8 is refused under a readable one, and the rest is seen', async () => {
    await subject().makeUnnameable('web', 'd');
    await subject().write('web', 'd/a', '1');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual(['d/a']);
    expect(refused).toEqual([
      {
        path: expect.stringMatching(/^d\/.*\\x[0-9a-f]{2}/) as string,
        reason: expect.stringMatching(/UTF-8/) as string,
      },
    ]);
  });

  test('directories are entered down to a limit, and what is below is refused as one', async () => {
    const deepest = Array.from({ length: MAX_WALK_DEPTH - 1 }, () => 'd').join('/');
    await subject().write('web', `${deepest}/seen`, '1');
    await subject().write('web', `${deepest}/e/unseen`, '1');
    await subject().write('web', `${deepest}/f/unseen`, '1');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual([`${deepest}/seen`]);
    expect(refused).toHaveLength(1);
  });

  test('a path that is too long is refused', async () => {
    const name = 'n'.repeat(250);
    const directory = Array.from({ length: Math.floor(MAX_EXPORT_PATH_BYTES / 251) }, () => name).join('/');
    const longest = `${directory}/${'f'.repeat(MAX_EXPORT_PATH_BYTES - directory.length - 1)}`;
    await subject().write('web', longest, '1');
    await subject().write('web', `${longest}f`, '1');
    const { files, refused } = await walkAll(subject().files, 'web', '.');
    expect(files.map(({ path }) => path)).toEqual([longest]);
    expect(refused.map(({ path }) => path)).toEqual([`${longest}f`]);
  });

  test.each([
    '/',
    '/a',
    '/export',
    '..',
    '../a',
    'a/../b',
    'a/..',
    'a\0b',
    '\ud800',
    'x'.repeat(MAX_EXPORT_PATH_BYTES + 1),
  ])('the source %j is refused with INVALID_INPUT, also as the path of a file', async (source) => {
    await subject().write('web', 'a', '1');
    expect(await codeOf(walkAll(subject().files, 'web', source))).toBe('INVALID_INPUT');
    expect(await codeOf(subject().files.open('web', source))).toBe('INVALID_INPUT');
  });

  test.each(['', '.', '..', '../x', 'a/b', 'A'])('%j is no workload', async (workload) => {
    expect(await codeOf(walkAll(subject().files, workload, '.'))).toBe('INVALID_INPUT');
    expect(await codeOf(subject().files.open(workload, 'a'))).toBe('INVALID_INPUT');
  });

  test('a disk that fails rejects with STATE_UNREADABLE, for that workload alone, and as long as it fails', async () => {
    await subject().write('web', 'a', '1');
    await subject().write('db', 'a', '1');
    const repair = await subject().failDisk('web');
    expect(await codeOf(walkAll(subject().files, 'web', '.'))).toBe('STATE_UNREADABLE');
    expect(await codeOf(subject().files.open('web', 'a'))).toBe('STATE_UNREADABLE');
    expect(await filesOf(subject().files, 'db')).toEqual(['a']);
    await repair();
    expect(await filesOf(subject().files, 'web')).toEqual(['a']);
  });
}

/** `walk` that does not come to its end. */
export function describeEndingWalks(subject: CurrentSubject): void {
  async function fill(): Promise<void> {
    for (let index = 0; index <= MAX_WALK_BATCH; index++) await subject().write('web', `d/f-${index}`, '');
  }

  test('a walk that is left early lets go of everything', async () => {
    await fill();
    const before = subject().openCount();
    for await (const batch of subject().files.walk('web', '.')) {
      expect(batch.files).not.toEqual([]);
      break;
    }
    expect(subject().openCount()).toBe(before);
  });

  test('a walk whose signal fires rejects with ABORTED and lets go of everything', async () => {
    await fill();
    const before = subject().openCount();
    const stop = new AbortController();
    const batches = subject().files.walk('web', '.', { signal: stop.signal })[Symbol.asyncIterator]();
    expect((await batches.next()).done).toBe(false);
    stop.abort();
    expect(await codeOf(batches.next())).toBe('ABORTED');
    expect(subject().openCount()).toBe(before);
  });

  test('a walk whose signal has fired rejects with ABORTED', async () => {
    await subject().write('web', 'a', '1');
    const batches = subject().files.walk('web', '.', { signal: AbortSignal.abort() });
    expect(await codeOf(batches[Symbol.asyncIterator]().next())).toBe('ABORTED');
  });
}
