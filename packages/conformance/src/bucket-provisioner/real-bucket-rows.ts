import type { BucketAccess, ObjectContent, ObjectStore, OpenBucket } from '@k4e/core/ports';
import { K4eError } from '@k4e/core';
import { expect, test } from 'vitest';
import type { RealBuckets, Rows } from './bucket-provisioner-subject.ts';
import { codeOf } from './code-of.ts';
import { requestOf } from './sample-requests.ts';

/** More than one page of a listing. */
const MANY_OBJECTS = 1_050;
const PARALLEL = 32;
/** More than any store takes in one request that this suite knows of. */
const LARGE_BYTES = 24_000_000;

/** What stands behind the names: buckets that can be used, by their device and nobody else. */
export function describeRealBuckets(rows: Rows, real: () => RealBuckets): void {
  describeUse(rows, real);
  describeScope(rows, real);
  describeContents(rows, real);
  describeForeignBuckets(rows, real);
}

const content = (sizeBytes: number): ObjectContent => ({
  sizeBytes,
  read: async (_offset, lengthBytes) => Promise.resolve(new Uint8Array(lengthBytes)),
  confirm: async () => Promise.resolve(),
});

async function using<T>(open: OpenBucket, access: BucketAccess, use: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = await open(access);
  try {
    return await use(store);
  } finally {
    store.close();
  }
}

async function keysIn(store: ObjectStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of store.list('')) keys.push(...page.map(({ key }) => key));
  return keys;
}

function describeUse({ subject }: Rows, real: () => RealBuckets): void {
  test('the device can use its bucket, with old and with new credentials, and finds its files', async () => {
    const first = await subject().buckets.provision(requestOf('device'));
    const second = await subject().buckets.provision(requestOf('device'));
    for (const [index, { access }] of [first, second, first].entries()) {
      await using(real().open, access, async (store) => {
        await store.put(`small-${String(index)}`, content(10));
        await store.put(`large-${String(index)}`, content(LARGE_BYTES));
        expect(await store.head(`large-${String(index)}`)).toMatchObject({ sizeBytes: LARGE_BYTES });
        expect(await store.head('nothing')).toBeUndefined();
        expect(await keysIn(store)).toHaveLength(2 * (index + 1));
      });
    }
  });

  test('the device can drop a put that it began', async () => {
    const { access } = await subject().buckets.provision(requestOf('device'));
    await using(real().open, access, async (store) => {
      const [resume] = await beginPut(store);
      await store.abandon('file', resume ?? '');
      await store.put('file', content(10));
      expect(await keysIn(store)).toEqual(['file']);
    });
  });
}

/** Begins a put in parts whose first byte cannot be read; resolves with what resumes it. */
async function beginPut(store: ObjectStore): Promise<readonly string[]> {
  const begun: string[] = [];
  const unreadable = { ...content(LARGE_BYTES), read: async () => Promise.reject(new K4eError('STATE_UNREADABLE')) };
  const onBegun = async (resume: string): Promise<void> => Promise.resolve(void begun.push(resume));
  expect(await codeOf(store.put('file', unreadable, { onBegun }))).toBe('STATE_UNREADABLE');
  return begun;
}

function describeScope({ subject }: Rows, real: () => RealBuckets): void {
  test("a device can neither list, nor read, nor write another device's bucket", async () => {
    const mine = await subject().buckets.provision(requestOf('mine'));
    const theirs = await subject().buckets.provision(requestOf('theirs'));
    await using(real().open, theirs.access, (store) => store.put('file', content(10)));
    await using(real().open, { ...mine.access, bucket: theirs.access.bucket }, async (store) => {
      expect(await codeOf(keysIn(store))).toBe('STORAGE_REFUSED');
      expect(await codeOf(store.head('file'))).toBe('STORAGE_REFUSED');
      expect(await codeOf(store.put('file', content(20)))).toBe('STORAGE_REFUSED');
      expect(await codeOf(store.put('new', content(20)))).toBe('STORAGE_REFUSED');
      expect(await codeOf(store.put('large', content(LARGE_BYTES)))).toBe('STORAGE_REFUSED');
    });
    await using(real().open, theirs.access, async (store) => {
      expect(await keysIn(store)).toEqual(['file']);
      expect(await store.head('file')).toMatchObject({ sizeBytes: 10 });
    });
  });

  test('a device can do nothing with a bucket that no device has, or that there is not', async () => {
    const { access } = await subject().buckets.provision(requestOf('device'));
    await real().makeForeignBucket('foreign');
    for (const bucket of ['foreign', 'nowhere', `${access.bucket}x`]) {
      await using(real().open, { ...access, bucket }, async (store) => {
        expect(['STORAGE_REFUSED', 'STORAGE_NO_BUCKET']).toContain(await codeOf(store.put('theirs', content(20))));
        expect(['STORAGE_REFUSED', 'STORAGE_NO_BUCKET']).toContain(await codeOf(keysIn(store)));
      });
    }
    expect(await real().isForeignBucketWhole('foreign')).toBe(true);
  });
}

function describeContents({ subject }: Rows, real: () => RealBuckets): void {
  test('release removes a bucket with all its files, and what is unfinished', async () => {
    const { buckets, bucketNames } = subject();
    const { access } = await buckets.provision(requestOf('device'));
    await using(real().open, access, async (store) => {
      const keys = Array.from({ length: MANY_OBJECTS }, (_, index) => `dir ${String(index % 7)}/ü+${String(index)}`);
      const worker = async (): Promise<void> => {
        for (let key = keys.pop(); key !== undefined; key = keys.pop()) await store.put(key, content(10));
      };
      await Promise.all(Array.from({ length: PARALLEL }, worker));
      expect(await beginPut(store)).toHaveLength(1);
    });
    await buckets.release(requestOf('device'));
    expect(await bucketNames()).toEqual([]);
    const again = await buckets.provision(requestOf('device'));
    await using(real().open, again.access, async (store) => expect(await keysIn(store)).toEqual([]));
  });
}

function describeForeignBuckets({ subject }: Rows, real: () => RealBuckets): void {
  test("a bucket that is somebody else's is neither given nor removed", async () => {
    const { buckets } = subject();
    await real().makeForeignBucket('foreign');
    const request = { ...requestOf('device'), bucketName: 'foreign' };
    expect(await codeOf(buckets.provision(request))).toBe('BUCKET_UNAVAILABLE');
    await buckets.release(request);
    expect(await real().isForeignBucketWhole('foreign')).toBe(true);
  });

  test("another device's bucket is neither given nor removed, though it is asked for by name", async () => {
    const { buckets, bucketNames } = subject();
    const { access } = await buckets.provision(requestOf('device'));
    const request = { ...requestOf('thief'), bucketName: access.bucket };
    expect(await codeOf(buckets.provision(request))).toBe('BUCKET_UNAVAILABLE');
    await buckets.release(request);
    expect(await bucketNames()).toEqual([access.bucket]);
  });
}
