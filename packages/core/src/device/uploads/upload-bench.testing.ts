import { K4eError, sleep } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';
import type { BucketAccess, Clock, ObjectStore, OpenBucket } from '../../ports/index.ts';
import {
  createDiscardMetrics,
  createFakeClock,
  createMemoryExports,
  createMemoryJournal,
  createMemoryObjectStore,
  createMemoryStateStore,
} from '../../testing/index.ts';
import type { MemoryObjectStore } from '../../testing/index.ts';
import type { DeviceActivity, DeviceActivityType } from '../activity/index.ts';
import { readUploadPath } from './object-key.ts';
import { UploadEngine } from './upload-engine.ts';
import type { UploadTarget } from './upload-target.ts';

/** Access to a bucket in memory. */
export function accessTo(bucket: string, secretAccessKey = 'secret'): BucketAccess {
  return { endpoint: 'https://s3.example', bucket, region: 'ignore', accessKeyId: 'id', secretAccessKey };
}

/** What a test wants uploaded: `source>target` of each workload. */
export function wanted(
  workloads: Readonly<Record<string, readonly string[]>>,
  change: Partial<UploadTarget> = {},
): UploadTarget {
  return {
    bucket: { kind: 'bucket', access: accessTo('bucket') },
    maxBytesPerSecond: undefined,
    workloads: Object.entries(workloads).map(([name, paths]) => ({
      name,
      paths: paths.map((path) => {
        const [source = '', target = ''] = path.split('>');
        return readUploadPath({ source, target });
      }),
      refusals: [],
      intervalMs: 15_000,
    })),
    others: [],
    ...change,
  };
}

/** A call of a store: what, and which key. */
export type StoreCall = readonly [call: 'put' | 'head' | 'list' | 'abandon', key: string];

/** How the stores of a bench behave. */
export interface StoreManners {
  /** What the call of a key fails with. */
  fault: (call: StoreCall[0], key: string) => ErrorCode | undefined;
  /** The only secret that is accepted. */
  secret: string;
  /** How long a put takes before anything is sent, in milliseconds. */
  putMs: number;
  readonly calls: StoreCall[];
  /** Puts that run, and the most that ever did. */
  running: number;
  mostRunning: number;
}

/** A device's disk and buckets, on which upload engines run one after the other. */
export function createUploadBench(options: { readonly batchSize?: number; readonly partSizeBytes?: number } = {}) {
  const { batchSize, partSizeBytes } = options;
  const clock = createFakeClock();
  const buckets = new Map<string, MemoryObjectStore>();
  const manners: StoreManners = {
    fault: () => undefined,
    secret: 'secret',
    putMs: 0,
    calls: [],
    running: 0,
    mostRunning: 0,
  };
  const bucketOf = (name: string): MemoryObjectStore => {
    const known = buckets.get(name) ?? createMemoryObjectStore(partSizeBytes === undefined ? {} : { partSizeBytes });
    buckets.set(name, known);
    return known;
  };
  const parts = {
    clock,
    exports: createMemoryExports({ clock, ...(batchSize === undefined ? {} : { batchSize }) }),
    journal: createMemoryJournal(),
    state: createMemoryStateStore(),
  };
  const openBucket: OpenBucket = (access) =>
    Promise.resolve(withManners(bucketOf(access.bucket).reopen(), access, manners, clock));
  const isGone = { pods: new Set<string>() };
  return {
    ...parts,
    manners,
    gonePods: isGone.pods,
    /** The bucket as the test sees it. */
    bucket: (name = 'bucket') => bucketOf(name),
    /** The objects of a bucket, as text, sorted by key. */
    objects: (name = 'bucket') =>
      Object.fromEntries(
        [...bucketOf(name).objects()].map(([key, bytes]) => [key, Buffer.from(bytes).toString()] as const).sort(),
      ),
    /** Keys of all puts. */
    puts: () => manners.calls.filter(([call]) => call === 'put').map(([, key]) => key),
    boot: (target?: UploadTarget) => boot({ ...parts, openBucket }, isGone.pods, target),
  };
}

/** A bench for uploads. */
export type UploadBench = ReturnType<typeof createUploadBench>;

function boot(
  parts: Pick<UploadBench, 'clock' | 'exports' | 'journal' | 'state'> & { readonly openBucket: OpenBucket },
  gonePods: ReadonlySet<string>,
  target: UploadTarget | undefined,
) {
  const activities: DeviceActivity[] = [];
  const controller = new AbortController();
  let statusChanges = 0;
  const engine = new UploadEngine({
    ...parts,
    metrics: createDiscardMetrics(),
    random: () => 0,
    announce: (type, details) => void activities.push({ type, atMs: 0, ...details } as DeviceActivity),
    isPodGone: (workload) => gonePods.has(workload),
    onStatusChange: () => void (statusChanges += 1),
  });
  if (target !== undefined) engine.aim(target);
  const ended = engine.run({ signal: controller.signal });
  return {
    engine,
    activities,
    statusChanges: () => statusChanges,
    count: (type: DeviceActivityType) => activities.filter((activity) => activity.type === type).length,
    stop: async (): Promise<void> => {
      controller.abort();
      await parts.clock.advance(0);
      await ended;
    },
  };
}

function withManners(store: ObjectStore, access: BucketAccess, manners: StoreManners, clock: Clock): ObjectStore {
  const note = (call: StoreCall[0], key: string): void => {
    manners.calls.push([call, key]);
    if (access.secretAccessKey !== manners.secret) throw new K4eError('STORAGE_CREDENTIALS');
    const code = manners.fault(call, key);
    if (code !== undefined) throw new K4eError(code);
  };
  return {
    ...store,
    async put(key, content, options) {
      manners.running += 1;
      manners.mostRunning = Math.max(manners.mostRunning, manners.running);
      try {
        if (manners.putMs > 0) await sleep(clock, manners.putMs, options);
        note('put', key);
        return await store.put(key, content, options);
      } finally {
        manners.running -= 1;
      }
    },
    async head(key, options) {
      note('head', key);
      return store.head(key, options);
    },
    async *list(prefix, options) {
      note('list', prefix);
      yield* store.list(prefix, options);
    },
    async abandon(key, resume, options) {
      note('abandon', key);
      return store.abandon(key, resume, options);
    },
  };
}
