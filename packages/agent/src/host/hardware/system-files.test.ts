import { MAX_HARDWARE_ITEMS, MAX_SHORT_TEXT } from '@k4e/core/protocol';
import { expect, test } from 'vitest';
import { DEFAULT_MAX_READ_BYTES, createSystemFiles, toInteger, wireValue } from './system-files.ts';
import { withTestTree } from './test-tree.testing.ts';

test('reads stop at their limit', async () => {
  const tree = { at: 'a'.repeat(DEFAULT_MAX_READ_BYTES), over: 'a'.repeat(DEFAULT_MAX_READ_BYTES + 1) };
  await withTestTree(tree, async (root) => {
    const files = createSystemFiles(root);
    expect((await files.text('at'))?.length).toBe(DEFAULT_MAX_READ_BYTES);
    expect((await files.text('over'))?.length).toBe(DEFAULT_MAX_READ_BYTES);
    expect((await files.text('over', DEFAULT_MAX_READ_BYTES + 100))?.length).toBe(DEFAULT_MAX_READ_BYTES + 1);
    expect((await files.bytes('over', 10))?.byteLength).toBe(10);
  });
});

test('files that never end are read up to the limit', async () => {
  expect((await createSystemFiles('/dev').bytes('zero', 200_000))?.byteLength).toBe(200_000);
});

test('directories are listed up to their limit', async () => {
  const tree = Object.fromEntries(Array.from({ length: MAX_HARDWARE_ITEMS + 5 }, (_, index) => [`d/${index}`, '']));
  await withTestTree(tree, async (root) => {
    expect(await createSystemFiles(root).names('d')).toHaveLength(MAX_HARDWARE_ITEMS);
  });
});

test('what is missing is undefined, or empty', async () => {
  await withTestTree({ empty: ' \n' }, async (root) => {
    const files = createSystemFiles(root);
    expect(await files.text('empty')).toBeUndefined();
    expect(await files.text('none')).toBeUndefined();
    expect(await files.names('none')).toEqual([]);
    expect(await files.exists('none')).toBe(false);
    expect(await files.linkName('empty')).toBeUndefined();
  });
});

test('a value is one clean, short line', () => {
  expect(wireValue('  Box\u001b[2J 3000 \nmore')).toBe('Box[2J 3000');
  expect(wireValue('Model\0rest')).toBe('Model');
  expect(wireValue('\n\n')).toBeUndefined();
  expect(wireValue('x'.repeat(MAX_SHORT_TEXT + 1))).toHaveLength(MAX_SHORT_TEXT);
});

test.each([
  ['42', 42],
  ['-1', -1],
  ['1.5', undefined],
  ['0x10', undefined],
  ['9'.repeat(30), undefined],
  [undefined, undefined],
])('%j is the integer %j', (text, number) => {
  expect(toInteger(text)).toBe(number);
});
