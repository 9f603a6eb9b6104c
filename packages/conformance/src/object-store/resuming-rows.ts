import type { ObjectStore } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import type { Rows } from './object-store-subject.ts';
import { codeOf, isSame } from './outcome-of.ts';
import { sampleBytes, steady, stuckFrom } from './sample-content.ts';

/** A `put` in parts that is cut off, and what becomes of it. */
export function describeResuming(rows: Rows): void {
  describeGoingOn(rows);
  describeBeginningAgain(rows);
  describeAbandoning(rows);
}

const PARTS = 6;

/** Begins a put and cuts it off at its fifth part, when at least one was sent; resolves with what resumes it. */
async function cutOff(store: ObjectStore, key: string, bytes: Uint8Array): Promise<string> {
  const controller = new AbortController();
  const content = stuckFrom(bytes, Math.floor(bytes.byteLength * 0.7), () => controller.abort());
  const begun: string[] = [];
  const onBegun = async (resume: string): Promise<void> => {
    await Promise.resolve();
    begun.push(resume);
  };
  expect(await codeOf(store.put(key, content, { signal: controller.signal, onBegun }))).toBe('ABORTED');
  expect(begun).toHaveLength(1);
  return begun[0] ?? '';
}

function describeGoingOn({ subject, options }: Rows): void {
  const { partSizeBytes, tellsDigests = true } = options;
  test('goes on in another process with the parts that are missing, and does not begin again', async () => {
    const { store, reopen, contentOf, unfinishedPuts, receivedBytes } = subject();
    const bytes = sampleBytes(PARTS * partSizeBytes, 3);
    const resume = await cutOff(store, 'file', bytes);
    expect(await contentOf('file')).toBeUndefined();
    store.close();
    const before = receivedBytes();
    const begun: string[] = [];
    const onBegun = async (text: string): Promise<void> => Promise.resolve(void begun.push(text));
    await (await reopen()).put('file', steady(bytes), { resume, onBegun });
    expect(begun).toEqual([]);
    // Without digests nobody can tell whether a part is what it should be.
    if (tellsDigests) expect(receivedBytes() - before).toBeLessThan((PARTS - 0.5) * partSizeBytes);
    expect(isSame(await contentOf('file'), bytes)).toBe(true);
    expect(await unfinishedPuts()).toBe(0);
  });

  test('sends parts again that are not what was read', async () => {
    const { store, contentOf } = subject();
    const resume = await cutOff(store, 'file', sampleBytes(PARTS * partSizeBytes, 3));
    const changed = sampleBytes(PARTS * partSizeBytes, 4);
    await store.put('file', steady(changed), { resume });
    expect(isSame(await contentOf('file'), changed)).toBe(true);
  });

  test('puts content that has become smaller, without what is too much', async () => {
    const { store, contentOf } = subject();
    const bytes = sampleBytes(PARTS * partSizeBytes, 3);
    const resume = await cutOff(store, 'file', bytes);
    await store.put('file', steady(bytes.subarray(0, 2 * partSizeBytes)), { resume });
    expect(isSame(await contentOf('file'), bytes.subarray(0, 2 * partSizeBytes))).toBe(true);
  });
}

function describeBeginningAgain({ subject, options }: Rows): void {
  const bytes = sampleBytes(PARTS * options.partSizeBytes, 5);
  const putAgain = async (resume: string): Promise<readonly string[]> => {
    const begun: string[] = [];
    const onBegun = async (text: string): Promise<void> => Promise.resolve(void begun.push(text));
    await subject().store.put('file', steady(bytes), { resume, onBegun });
    expect(isSame(await subject().contentOf('file'), bytes)).toBe(true);
    return begun;
  };

  test('begins again when the store has forgotten what was begun, and says so', async () => {
    const resume = await cutOff(subject().store, 'file', bytes);
    await subject().forgetUnfinishedPuts();
    const begun = await putAgain(resume);
    expect(begun).toHaveLength(1);
    expect(begun).not.toContain(resume);
  });

  test('begins again when what was begun is finished', async () => {
    const resume = await cutOff(subject().store, 'file', bytes);
    await subject().store.put('file', steady(bytes), { resume });
    expect(await putAgain(resume)).toHaveLength(1);
  });

  test.each(['', 'nonsense', '1:5242880:nonsense', '{"json":true}'])(
    'begins again with a text that is none: %j',
    async (text) => {
      expect(await putAgain(text)).toHaveLength(1);
    },
  );
}

function describeAbandoning({ subject, options }: Rows): void {
  test('what is abandoned is gone; what is finished, unknown or abandoned before is fine', async () => {
    const { store, contentOf, unfinishedPuts } = subject();
    const bytes = sampleBytes(PARTS * options.partSizeBytes, 6);
    const resume = await cutOff(store, 'file', bytes);
    expect(await unfinishedPuts()).toBe(1);
    await store.abandon('file', resume);
    expect(await unfinishedPuts()).toBe(0);
    await store.abandon('file', resume);
    await store.abandon('file', 'nonsense');
    const finished = await cutOff(store, 'file', bytes);
    await store.put('file', steady(bytes), { resume: finished });
    await store.abandon('file', finished);
    expect(isSame(await contentOf('file'), bytes)).toBe(true);
  });
}
