import { inspect } from 'node:util';
import type { ErrorCode } from '@k4e/core';
import type { ObjectStore } from '@k4e/core/ports';
import { describe, expect, test } from 'vitest';
import type { AccessDefect, Rows } from './object-store-subject.ts';
import { codeOf, errorOf, isSame, pagesOf } from './outcome-of.ts';
import { sampleBytes, steady } from './sample-content.ts';

const DEFECT_CODES: Readonly<Record<AccessDefect, ErrorCode>> = {
  'wrong secret': 'STORAGE_CREDENTIALS',
  'unknown user': 'STORAGE_CREDENTIALS',
  expired: 'STORAGE_CREDENTIALS',
  'unknown bucket': 'STORAGE_NO_BUCKET',
  'no right': 'STORAGE_REFUSED',
  'nobody there': 'STORAGE_UNREACHABLE',
};

/** What each way of looking at a bucket, and of writing to it, rejects with. */
export function describeAccess(rows: Rows): void {
  const { options, subject } = rows;
  describe.each(options.defects.map((defect) => [defect, DEFECT_CODES[defect]] as const))(
    'a bucket opened with a defect (%s)',
    (defect, code) => {
      test(`opens, and rejects every call with ${code}`, async () => {
        const store = await subject().openWith(defect);
        for (const call of callsOf(store, options.partSizeBytes)) expect(await codeOf(call())).toBe(code);
        store.close();
      });

      test('still tells digests, which ask the store nothing', async () => {
        const store = await subject().openWith(defect);
        const content = steady(sampleBytes(1_000));
        expect(await store.digestOf(content)).toBe(await subject().store.digestOf(content));
        store.close();
      });

      test('tells no secret in its errors', async () => {
        const store = await subject().openWith(defect);
        const error = await errorOf(store.put('file', steady(sampleBytes(10))));
        expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/secret-|signature=|token-/i);
        store.close();
      });
    },
  );

  describeFaults(rows);
}

function describeFaults({ subject, options }: Rows): void {
  describe.each(options.faults.map((code) => [code] as const))('a store that fails (%s)', (code) => {
    test('rejects every call so, shows nothing of what failed, and serves again after it', async () => {
      const { store, contentOf } = subject();
      const bytes = sampleBytes(options.partSizeBytes + 10);
      await store.put('before', steady(sampleBytes(10)));
      const repair = await subject().fail(code);
      const codes: (ErrorCode | undefined)[] = [];
      for (const call of callsOf(store, options.partSizeBytes)) codes.push(await codeOf(call()));
      await repair();
      expect(new Set(codes)).toEqual(new Set([code]));
      expect(await contentOf('file')).toBeUndefined();
      expect(isSame(await contentOf('before'), sampleBytes(10))).toBe(true);
      await store.put('file', steady(bytes));
      expect(isSame(await contentOf('file'), bytes)).toBe(true);
    });
  });
}

function callsOf(store: ObjectStore, partSizeBytes: number): readonly (() => Promise<unknown>)[] {
  return [
    () => store.put('file', steady(sampleBytes(10))),
    () => store.put('large file', steady(sampleBytes(partSizeBytes + 1))),
    () => store.head('before'),
    () => pagesOf(store, ''),
  ];
}
