import type { FileIdentity, OpenFile } from '@k4e/core/ports';
import { afterEach, expect, test } from 'vitest';
import type { CurrentSubject } from './export-files-subject.ts';
import { codeOf } from './walked.ts';

const textIn = async (file: OpenFile, offset: number, lengthBytes: number): Promise<string> =>
  Buffer.from(await file.read(offset, lengthBytes)).toString('utf8');

/** `open`, and what an open file tells. */
export function describeOpening(subject: CurrentSubject): void {
  let opened: OpenFile[] = [];
  afterEach(async () => {
    for (const file of opened) await file.close();
    opened = [];
  });
  async function open(path: string): Promise<OpenFile> {
    const file = await subject().files.open('web', path);
    opened.push(file);
    return file;
  }

  test('reads what is there, from any offset, and less only at the end', async () => {
    await subject().write('web', 'd/a', '0123456789');
    const file = await open('d/a');
    expect(await textIn(file, 0, 10)).toBe('0123456789');
    expect(await textIn(file, 3, 4)).toBe('3456');
    expect(await textIn(file, 8, 4)).toBe('89');
    expect(await textIn(file, 10, 4)).toBe('');
    expect(await textIn(file, 1_000, 4)).toBe('');
    expect(await textIn(file, 0, 0)).toBe('');
  });

  test('reads a large file whole, in large pieces, several at once', async () => {
    const pieceBytes = 1_500_000;
    await subject().write('web', 'large', 'a'.repeat(pieceBytes) + 'b'.repeat(pieceBytes));
    const file = await open('large');
    const [first, second] = await Promise.all([file.read(0, pieceBytes), file.read(pieceBytes, pieceBytes)]);
    expect(Buffer.from(first).equals(Buffer.alloc(pieceBytes, 'a'))).toBe(true);
    expect(Buffer.from(second).equals(Buffer.alloc(pieceBytes, 'b'))).toBe(true);
  });

  test('an empty file is a file', async () => {
    await subject().write('web', 'empty', '');
    const file = await open('empty');
    expect(await file.identify()).toMatchObject({ sizeBytes: 0 });
    expect(await textIn(file, 0, 1)).toBe('');
  });

  test.each([
    ['is not there', 'missing'],
    ['is not there, below a file', 'a/b'],
    ['is a directory', 'd'],
    ['is the export itself', '.'],
    ['has a name too long for a file', 'x'.repeat(300)],
  ])('what %s is NOT_FOUND', async (_what, path) => {
    await subject().write('web', 'a', '1');
    await subject().makeDirectory('web', 'd');
    expect(await codeOf(subject().files.open('web', path))).toBe('NOT_FOUND');
    expect(await codeOf(subject().files.open('nobody', path))).toBe('NOT_FOUND');
  });

  test('an open file stays the same file when another takes its place, or it is removed', async () => {
    await subject().write('web', 'a', 'old');
    const file = await open('a');
    const before = await file.identify();
    await subject().replace('web', 'a', 'newer');
    expect(await textIn(file, 0, 10)).toBe('old');
    expect((await file.identify()).inode).toBe(before.inode);
    const other = await open('a');
    expect(await textIn(other, 0, 10)).toBe('newer');
    expect((await other.identify()).inode).not.toBe(before.inode);
    await subject().remove('web', 'a');
    expect(await textIn(other, 0, 10)).toBe('newer');
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['is written to', (path) => subject().write('web', path, 'other')],
    ['grows', (path) => subject().append('web', path, '-more')],
    ['is cut', (path) => subject().write('web', path, 'f')],
  ])('what is in an open file is seen when it %s, and it looks different', async (_how, change) => {
    await subject().write('web', 'a', 'first');
    const file = await open('a');
    const before = await file.identify();
    const after = await changedFrom(before, file, () => change('a'));
    expect(after.inode).toBe(before.inode);
    expect(await textIn(file, 0, 100)).not.toBe('first');
  });

  test('closing twice is fine, and everything is let go of', async () => {
    await subject().write('web', 'a', '1');
    const before = subject().openCount();
    const file = await subject().files.open('web', 'a');
    await file.close();
    await file.close();
    await codeOf(subject().files.open('web', 'missing'));
    expect(subject().openCount()).toBe(before);
  });

  test('calls whose signal has fired reject with ABORTED', async () => {
    await subject().write('web', 'a', '1');
    const signal = AbortSignal.abort();
    const file = await open('a');
    expect(await codeOf(subject().files.open('web', 'a', { signal }))).toBe('ABORTED');
    expect(await codeOf(file.identify({ signal }))).toBe('ABORTED');
    expect(await codeOf(file.read(0, 1, { signal }))).toBe('ABORTED');
  });
}

/** Repeats a change until the file looks different: times on a disk are coarse, but they do move on. */
async function changedFrom(before: FileIdentity, file: OpenFile, change: () => Promise<void>): Promise<FileIdentity> {
  for (;;) {
    await change();
    const after = await file.identify();
    if (JSON.stringify(after) !== JSON.stringify(before)) return after;
  }
}
