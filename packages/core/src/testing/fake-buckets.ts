import { createHash } from 'node:crypto';
import { K4eError } from '../foundation/index.ts';
import type { ErrorCode } from '../foundation/index.ts';
import type { BucketProvisioner, BucketRequest, CallOptions, Clock } from '../ports/index.ts';
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

const DIGEST_LENGTH = 8;

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
}

/** Creates buckets in memory. A bucket is called as the request says, else `<name>-<digest of the whole request>`. */
export function createFakeBuckets(fakeOptions: FakeBucketsOptions): FakeBuckets {
  const { clock, endpoint = 'https://s3.example:9000' } = fakeOptions;
  const buckets = new Map<string, string>();
  let { lifeMs } = fakeOptions;
  let grants = 0;
  let failure: ErrorCode | undefined;
  const keyOf = ({ device, uid }: BucketRequest): string => `${resourceKey(device)}/${uid}`;
  const check = async ({ signal }: CallOptions): Promise<void> => {
    await Promise.resolve();
    if (signal?.aborted) throw new K4eError('ABORTED', { retry: 'never' });
    if (failure !== undefined) throw new K4eError(failure);
  };
  return {
    async provision(request, options = {}) {
      await check(options);
      const bucket =
        buckets.get(keyOf(request)) ?? request.bucketName ?? `${request.device.name}-${digest(keyOf(request))}`;
      buckets.set(keyOf(request), bucket);
      grants += 1;
      const keys = { accessKeyId: `id-${grants}`, secretAccessKey: `secret-${grants}` };
      const access = { endpoint, bucket, region: 'us-east-1', ...keys };
      return lifeMs === undefined
        ? { access }
        : { access: { ...access, sessionToken: `token-${grants}` }, expiresAtMs: clock.nowMs() + lifeMs };
    },
    async release(request, options = {}) {
      await check(options);
      buckets.delete(keyOf(request));
    },
    names: () => [...buckets.values()].sort(),
    grantCount: () => grants,
    fail: (code) => void (failure = code),
    live: (nextMs) => void (lifeMs = nextMs),
  };
}
