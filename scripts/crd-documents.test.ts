import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CRD_DIRECTORY, crdDocuments } from './crd-documents.ts';

test.each(crdDocuments())('$fileName is what the schemas say: npm run generate:crds', async ({ fileName, text }) => {
  expect(await readFile(join(CRD_DIRECTORY, fileName), 'utf8')).toBe(text);
});

test('there is no document of a kind that is no more', async () => {
  const names = crdDocuments().map(({ fileName }) => fileName);
  expect((await readdir(CRD_DIRECTORY)).filter((name) => name.endsWith('.yaml'))).toEqual(names.sort());
});
