import type { DeviceParts } from '@k4e/core/device';
import type { BucketAccess, ObjectStore } from '@k4e/core/ports';
import { createMemoryExports, createMemoryJournal, createMemoryObjectStore } from '@k4e/core/testing';
import { DEVICE_ID, createDeviceBench, workload } from './device-bench.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Fuse } from './mortal-parts.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The bucket of a configuration. */
export const S3 = {
  bucket_host: 's3.example',
  bucket_port: 443,
  bucket_name: DEVICE_ID,
  aws_access_key_id: base64('id'),
  aws_secret_access_key: base64('secret'),
};

/** A workload of a configuration whose files are uploaded: `source>target` each. */
export function uploading(name: string, ...paths: readonly string[]) {
  const read = (path: string): { source: string; target: string } => {
    const [source = '', target = ''] = path.split('>');
    return { source, target };
  };
  return { ...workload(name), data: { paths: paths.map(read) } };
}

/** A machine whose device uploads, with a bucket in memory. */
export function createUploadDeviceBench(options: { readonly partSizeBytes?: number } = {}) {
  const bench = createDeviceBench();
  const bucket = createMemoryObjectStore(options);
  const opened: BucketAccess[] = [];
  const uploads = {
    exports: createMemoryExports({ clock: bench.clock }),
    journal: createMemoryJournal(),
    openBucket: (access: BucketAccess): Promise<ObjectStore> => {
      opened.push(access);
      return Promise.resolve(bucket.reopen());
    },
  };
  return {
    ...bench,
    ...uploads,
    uploads,
    bucket,
    opened,
    boot: (overrides: Partial<DeviceParts> = {}) => bench.boot({ uploads, ...overrides }),
    /** The objects, as text, sorted by key. */
    objects: () =>
      Object.fromEntries(
        [...bucket.objects()].map(([key, bytes]) => [key, Buffer.from(bytes).toString()] as const).sort(),
      ),
  };
}

/** A machine whose device uploads. */
export type UploadDeviceBench = ReturnType<typeof createUploadDeviceBench> & DeviceBench;

type Uploads = NonNullable<DeviceParts['uploads']>;

/** The parts for uploads as a process sees them that is killed when the fuse blows. */
export function mortalUploads({ exports, journal, openBucket }: Uploads, fuse: Fuse): Uploads {
  const forever = (): Promise<never> => new Promise(() => undefined);
  const mortal =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (!fuse.burn()) return forever();
      const result = await work(...args);
      return fuse.burn() ? result : forever();
    };
  async function* mortalItems<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of items) {
      if (!fuse.burn()) await forever();
      yield item;
    }
    if (fuse.death.aborted) await forever();
  }
  const mortalStore = (store: ObjectStore): ObjectStore => ({
    put: mortal((...args: Parameters<ObjectStore['put']>) => store.put(...args)),
    abandon: mortal((...args: Parameters<ObjectStore['abandon']>) => store.abandon(...args)),
    head: mortal((...args: Parameters<ObjectStore['head']>) => store.head(...args)),
    list: (...args) => mortalItems(store.list(...args)),
    digestOf: mortal((...args: Parameters<ObjectStore['digestOf']>) => store.digestOf(...args)),
    close: () => store.close(),
  });
  return {
    exports: {
      walk: (...args) => mortalItems(exports.walk(...args)),
      open: mortal(async (...args: Parameters<typeof exports.open>) => {
        const file = await exports.open(...args);
        fuse.death.addEventListener('abort', () => void file.close());
        return {
          identify: mortal((...inner: Parameters<typeof file.identify>) => file.identify(...inner)),
          read: mortal((...inner: Parameters<typeof file.read>) => file.read(...inner)),
          close: () => file.close(),
        };
      }),
      changes: (names, { signal }) =>
        mortalItems(exports.changes(names, { signal: AbortSignal.any([signal, fuse.death]) })),
    },
    journal: {
      open: mortal((...args: Parameters<typeof journal.open>) => journal.open(...args)),
      record: mortal((...args: Parameters<typeof journal.record>) => journal.record(...args)),
      find: mortal((...args: Parameters<typeof journal.find>) => journal.find(...args)),
      forget: mortal((...args: Parameters<typeof journal.forget>) => journal.forget(...args)),
      markListed: mortal((...args: Parameters<typeof journal.markListed>) => journal.markListed(...args)),
      rows: (...args) => mortalItems(journal.rows(...args)),
      removeAll: mortal((...args: Parameters<typeof journal.removeAll>) => journal.removeAll(...args)),
      close: mortal((...args: Parameters<typeof journal.close>) => journal.close(...args)),
    },
    openBucket: mortal(async (access) => mortalStore(await openBucket(access))),
  };
}
