import { K4eError } from '../foundation/index.ts';
import type { ErrorCode } from '../foundation/index.ts';
import type { BucketProvisioner, BucketRequest, Clock } from '../ports/index.ts';
import { resourceKey } from '../resources/index.ts';

/** How the buckets of a fake are reached. */
export interface FakeBucketsOptions {
  readonly clock: Clock;
  /** How long credentials live. Default: for ever, and then they have no session token. */
  readonly lifeMs?: number;
  /** Default `https://s3.example:9000`. */
  readonly endpoint?: string;
}

/** Buckets in memory: one for each device and uid, with new credentials every time. */
export interface FakeBuckets extends BucketProvisioner {
  /** Names of the buckets that there are, sorted. */
  names(): readonly string[];
  /** How often credentials were given. */
  grantCount(): number;
  /** From now on every call rejects with `code`; without one they work again. */
  fail(code?: ErrorCode): void;
  /** From now on credentials live that long. */
  live(lifeMs: number): void;
}

/** Creates buckets in memory. A bucket is called as the request says, else `<name>-<first letters of the uid>`. */
export function createFakeBuckets(options: FakeBucketsOptions): FakeBuckets {
  const { clock, endpoint = 'https://s3.example:9000' } = options;
  const buckets = new Map<string, string>();
  let { lifeMs } = options;
  let grants = 0;
  let failure: ErrorCode | undefined;
  const keyOf = ({ device, uid }: BucketRequest): string => `${resourceKey(device)}/${uid}`;
  const check = async (): Promise<void> => {
    await Promise.resolve();
    if (failure !== undefined) throw new K4eError(failure);
  };
  return {
    async provision(request) {
      await check();
      const bucket =
        buckets.get(keyOf(request)) ?? request.bucketName ?? `${request.device.name}-${request.uid.slice(0, 8)}`;
      buckets.set(keyOf(request), bucket);
      grants += 1;
      const keys = { accessKeyId: `id-${grants}`, secretAccessKey: `secret-${grants}` };
      const access = { endpoint, bucket, region: 'us-east-1', ...keys };
      return lifeMs === undefined
        ? { access }
        : { access: { ...access, sessionToken: `token-${grants}` }, expiresAtMs: clock.nowMs() + lifeMs };
    },
    async release(request) {
      await check();
      buckets.delete(keyOf(request));
    },
    names: () => [...buckets.values()].sort(),
    grantCount: () => grants,
    fail: (code) => void (failure = code),
    live: (nextMs) => void (lifeMs = nextMs),
  };
}
