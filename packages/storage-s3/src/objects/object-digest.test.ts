import { expect, test } from 'vitest';
import { digestOfContent, digestOfEtag } from './object-digest.ts';

const MD5 = '5d41402abc4b2a76b9719d911017c592';

test.each([
  [`"${MD5}"`, MD5],
  [MD5, MD5],
  [`W/"${MD5}"`, MD5],
  [`"${MD5}-12"`, `${MD5}-12`],
  ['"opaque"', undefined],
  [`"${MD5}-123456"`, undefined],
  ['', undefined],
  [undefined, undefined],
])('the ETag %s tells the digest %s', (etag, digest) => {
  expect(digestOfEtag(etag)).toBe(digest);
});

test('a digest of content that changes meanwhile is refused, as is content that is shorter than it says', async () => {
  const bytes = new Uint8Array(3_000_000);
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  const confirm = (): Promise<void> => Promise.reject(new Error('changed'));
  await expect(digestOfContent({ sizeBytes: 3_000_000, read, confirm }, {})).rejects.toThrow('changed');
  const shorter = { sizeBytes: 3_000_001, read, confirm: () => Promise.resolve() };
  await expect(digestOfContent(shorter, {})).rejects.toMatchObject({ code: 'UPLOAD_SOURCE_CHANGED' });
});
