import fc from 'fast-check';
import { expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import type { ErrorCode } from '@k4e/core';
import type { BucketAccess, ObjectStore } from '@k4e/core/ports';
import { configure } from '../scenario/device/device-bench.ts';
import type { RunningDevice } from '../scenario/device/device-bench.ts';
import { createFuse, mortalParts } from '../scenario/device/mortal-parts.ts';
import type { Fuse } from '../scenario/device/mortal-parts.ts';
import { S3, createUploadDeviceBench, mortalUploads, uploading } from '../scenario/device/upload-bench.ts';
import type { UploadDeviceBench } from '../scenario/device/upload-bench.ts';

/** A file that nothing has changed for that long is complete. */
const SETTLE_MS = 2_000;
const WORKLOADS = ['a', 'b'];
const FILES = ['x', 'd/y', 'own/z', 'l'];
/** Of equal and of other sizes; in a store with parts of 4 bytes, of one and of more parts. */
const CONTENTS = ['', '1111', '2222', '11112222', '22221111', '333333333333'];

const CONFIGURATION = {
  configuration: { storage: { s3: S3 } },
  workloads: [uploading('a', '.>shared', 'x>x-of-a'), uploading('b', 'own>shared/own', '.>shared')],
};

/** A machine with workloads that write, and a device that is often killed. */
interface World {
  readonly bench: UploadDeviceBench;
  readonly history: ContentHistory;
  readonly trouble: { code: ErrorCode | undefined; isDiskBad: boolean };
  readonly violations: string[];
  running: RunningDevice;
  fuse: Fuse;
}

type Event = (world: World) => Promise<void> | void;

/** Which contents a file was ever left with for long enough to be complete. */
interface ContentHistory {
  /** Something has changed on the disk. */
  note(): Promise<void>;
  isComplete(content: string): boolean;
}

function createHistory(bench: UploadDeviceBench): ContentHistory {
  const current = new Map<string, { content: string; sinceMs: number }>();
  const complete = new Set<string>();
  const settle = (): void => {
    for (const { content, sinceMs } of current.values()) {
      if (bench.clock.nowMs() - sinceMs >= SETTLE_MS) complete.add(content);
    }
  };
  return {
    async note() {
      settle();
      const files = await filesOf(bench);
      for (const name of current.keys()) if (!files.has(name)) current.delete(name);
      for (const [name, content] of files) {
        if (current.get(name)?.content !== content) current.set(name, { content, sinceMs: bench.clock.nowMs() });
      }
    },
    isComplete(content) {
      settle();
      return complete.has(content);
    },
  };
}

/** What is on the disk, by `workload path`. */
async function filesOf(bench: UploadDeviceBench): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const workload of WORKLOADS) {
    for (const path of FILES) {
      const content = await bench.exports.open(workload, path).then(
        async (file) => {
          const bytes = await file.read(0, 1_000);
          await file.close();
          return Buffer.from(bytes).toString();
        },
        () => undefined,
      );
      if (content !== undefined) files.set(`${workload} ${path}`, content);
    }
  }
  return files;
}

function failingWhen<A extends unknown[], R>(code: () => ErrorCode | undefined, work: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    const failure = code();
    if (failure !== undefined) throw new K4eError(failure);
    return work(...args);
  };
}

/** A store that is watched: what becomes visible was complete, and was not there already. */
function watched(
  store: ObjectStore,
  { bench, history, trouble, violations }: Omit<World, 'running' | 'fuse'>,
): ObjectStore {
  const failing = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => failingWhen(() => trouble.code, work);
  return {
    ...store,
    put: failing(async (key, content, options) => {
      const before = bench.bucket.objects().get(key);
      const stored = await store.put(key, content, options);
      const after = bench.bucket.objects().get(key);
      const text = Buffer.from(after ?? []).toString();
      if (!history.isComplete(text)) violations.push(`${key} was half-written: ${text}`);
      if (before !== undefined && Buffer.from(before).toString() === text)
        violations.push(`${key} was there already: ${text}`);
      return stored;
    }),
    head: failing((...args: Parameters<ObjectStore['head']>) => store.head(...args)),
    abandon: failing((...args: Parameters<ObjectStore['abandon']>) => store.abandon(...args)),
    async *list(...args) {
      await failing(() => Promise.resolve())();
      yield* store.list(...args);
    },
  };
}

function createWorld(): World {
  const bench = createUploadDeviceBench({ partSizeBytes: 4 });
  const base = { bench, history: createHistory(bench), trouble: { code: undefined, isDiskBad: false }, violations: [] };
  return { ...base, ...boot(base) };
}

function boot(base: Omit<World, 'running' | 'fuse'>): Pick<World, 'running' | 'fuse'> {
  const { bench } = base;
  const fuse = createFuse();
  const openBucket = async (access: BucketAccess): Promise<ObjectStore> =>
    watched(await bench.uploads.openBucket(access), base);
  const open = failingWhen(
    () => (base.trouble.isDiskBad ? 'STATE_UNREADABLE' : undefined),
    (...args: Parameters<typeof bench.exports.open>) => bench.exports.open(...args),
  );
  const uploads = mortalUploads({ ...bench.uploads, exports: { ...bench.exports, open }, openBucket }, fuse);
  return { fuse, running: bench.boot({ ...mortalParts(bench, fuse), uploads }) };
}

const happen = (event: Event): Event => event;
const onDisk = (change: (bench: UploadDeviceBench) => void): Event =>
  happen(async ({ bench, history }) => {
    change(bench);
    await history.note();
  });

const workload = fc.constantFrom(...WORKLOADS);
const file = fc.constantFrom(...FILES.slice(0, 3));
const content = fc.constantFrom(...CONTENTS);
const written = fc.tuple(workload, file, content);

const diskEvent: fc.Arbitrary<Event> = fc.oneof(
  written.map(([name, path, text]) => onDisk(({ exports }) => exports.write(name, path, text))),
  written.map(([name, path, text]) => onDisk(({ exports }) => exports.replace(name, path, text))),
  written.map(([name, path, text]) => onDisk(({ exports }) => exports.append(name, path, text.slice(0, 4)))),
  fc.tuple(written, fc.integer({ min: 0, max: SETTLE_MS - 1 })).map(([[name, path, text], pauseMs]) =>
    happen(async (world) => {
      await onDisk(({ exports }) => exports.write(name, path, `${text}half`))(world);
      await world.bench.clock.advance(pauseMs);
      await onDisk(({ exports }) => exports.append(name, path, ' and whole'))(world);
    }),
  ),
  fc.tuple(workload, file).map(([name, path]) => onDisk(({ exports }) => exports.remove(name, path))),
  fc.tuple(workload, file, file).map(([name, from, to]) => onDisk(({ exports }) => exports.rename(name, from, to))),
  fc.tuple(workload, file).map(([name, path]) => onDisk(({ exports }) => exports.link(name, 'l', path))),
);

const time = fc.oneof(
  fc.integer({ min: 0, max: 3_000 }).map((ms) => happen(({ bench }) => bench.clock.advance(ms))),
  fc.integer({ min: 0, max: 60_000 }).map((ms) => happen(({ bench }) => bench.clock.advance(ms))),
);

const death = fc.integer({ min: 0, max: 40 }).map((moments) =>
  happen(async (world) => {
    for (let i = 0; i < moments; i++) await Promise.resolve();
    world.fuse.blow();
    Object.assign(world, boot(world));
  }),
);

/** A death at the moment when so many more things have been done. */
const timedDeath = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 20_000 })).map(([limit, ms]) =>
  happen(async (world) => {
    const { fuse } = world;
    const burn = fuse.burn.bind(fuse);
    let count = 0;
    Object.assign(fuse, {
      burn: () => {
        if (count++ >= limit) fuse.blow();
        return burn();
      },
    });
    await world.bench.clock.advance(ms);
    fuse.blow();
    Object.assign(world, boot(world));
  }),
);

const fault: fc.Arbitrary<Event> = fc.oneof(
  fc
    .constantFrom<ErrorCode | undefined>('STORAGE_UNREACHABLE', 'STORAGE_CREDENTIALS', 'STORAGE_FAILED', undefined)
    .map((code) => happen(({ trouble }) => void (trouble.code = code))),
  fc.boolean().map((fails) => happen(({ bench }) => bench.journal.failWrites(fails))),
  fc.boolean().map((fails) => happen(({ bench }) => bench.journal.failReads(fails))),
  fc.constant(happen(({ bench }) => bench.journal.damage())),
  fc.constant(happen(({ bench }) => bench.bucket.forgetUnfinished())),
  fc.boolean().map((miss) => happen(({ bench }) => bench.exports.missChanges(miss))),
  fc
    .boolean()
    .map((fails) => happen(({ bench }) => bench.exports.fail('walk', fails ? 'STATE_UNREADABLE' : undefined))),
  fc.boolean().map((fails) => happen(({ trouble }) => void (trouble.isDiskBad = fails))),
);

const event = fc.oneof(
  { weight: 8, arbitrary: diskEvent },
  { weight: 6, arbitrary: time },
  { weight: 1, arbitrary: death },
  { weight: 2, arbitrary: timedDeath },
  { weight: 2, arbitrary: fault },
);

function heal({ bench, trouble }: World): void {
  trouble.code = undefined;
  bench.journal.failWrites(false);
  bench.journal.failReads(false);
  bench.exports.fail('walk', undefined);
  trouble.isDiskBad = false;
}

/** What the bucket should have for the files that are there. */
function wantedObjects(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const objects = new Map<string, string>();
  const put = (key: string, content: string | undefined): void => {
    if (content !== undefined && !objects.has(key)) objects.set(key, content);
  };
  put('x-of-a', files.get('a x'));
  for (const name of WORKLOADS) for (const path of FILES) put(`shared/${path}`, files.get(`${name} ${path}`));
  return objects;
}

test(
  'whatever happens: in the end the bucket has what is on the disk; nothing half-written was ever in it, and nothing came twice',
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        const world = createWorld();
        const { bench, violations } = world;
        configure(bench, '1', CONFIGURATION);
        await bench.clock.advance(5_000);
        for (const happens of events) await happens(world);
        heal(world);
        await bench.clock.advance(900_000);
        expect(violations).toEqual([]);
        const objects = bench.objects();
        for (const [key, text] of wantedObjects(await filesOf(bench))) expect([key, objects[key]]).toEqual([key, text]);
        for (const text of Object.values(objects)) expect(world.history.isComplete(text)).toBe(true);
        const puts = bench.bucket.receivedBytes();
        await bench.clock.advance(600_000);
        expect(bench.bucket.receivedBytes()).toBe(puts);
        world.fuse.blow();
      }),
      { numRuns: 100 },
    );
  },
);
