import { errorText } from '../../foundation/index.ts';
import type { CallOptions, Clock, Logger, ResourceStore } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { resourceKey } from '../../resources/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import type { WireBucket } from '../configuration/index.ts';
import { missingFeatures } from './plan-look.ts';
import { neededFeatures, readStorageSecret, readWireBucket } from './storage-secret.ts';

/** Most devices whose bucket is kept in memory; who was not asked for the longest is read again. */
export const MAX_DELIVERED_BUCKETS = 20_000;
/** Longest that a device waits for its configuration because of its bucket. */
export const BUCKET_READ_LIMIT_MS = 5_000;
/** How long a Secret that could not be read is not asked for again. */
export const BUCKET_READ_PAUSE_MS = 5_000;

const NOT_TOLD = 'a device is not told of its bucket as it is now';

/** The bucket that a device is told of, and the version of what it is told. */
export interface DeliveredBucket {
  readonly version: string;
  readonly bucket: WireBucket;
}

/** Reads what the storage controller keeps for devices. */
export interface DeliveredBuckets {
  /**
   * The bucket of a device. When its Secret cannot be read: the one before, which may still be good, else `undefined`.
   * Never rejects: trouble with storage is never in the way of a configuration.
   */
  of(device: EdgeDevice, options?: CallOptions): Promise<DeliveredBucket | undefined>;
}

interface Entry {
  readonly delivered: DeliveredBucket | undefined;
  readonly retryAtMs: number | undefined;
}

/** What a reader works with. */
export interface DeliveredBucketsParts {
  readonly store: Pick<ResourceStore, 'get'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A Secret that could not be read may be asked for again: whoever waits for the device with this key can look. */
  readonly onPauseOver: (deviceKey: string) => void;
}

/** Creates a reader with an empty memory. */
export function createDeliveredBuckets(parts: DeliveredBucketsParts): DeliveredBuckets {
  return new RememberedBuckets(parts);
}

class RememberedBuckets implements DeliveredBuckets {
  readonly #parts: DeliveredBucketsParts;
  /** Devices whose pause is not over, in the order in which it will be: one timer for all of them. */
  readonly #pausing = new Map<string, number>();
  readonly #entries = new Map<string, Entry>();
  /** CA bundles are large, and the same for most of a fleet: one text for all of them. */
  #certificates: string | undefined;

  constructor(parts: DeliveredBucketsParts) {
    this.#parts = parts;
  }

  async of(device: EdgeDevice, options: CallOptions = {}): Promise<DeliveredBucket | undefined> {
    const version = device.status?.storage?.version;
    if (version === undefined) return undefined;
    const key = `${resourceKey(device.metadata)}/${device.metadata.uid ?? ''}`;
    const known = this.#recall(key);
    const isCurrent = known?.delivered?.version === version;
    const isPaused = known?.retryAtMs !== undefined && this.#parts.clock.monotonicMs() < known.retryAtMs;
    const delivered = isCurrent || isPaused ? known.delivered : await this.#read(key, device, version, options);
    if (delivered === undefined) return undefined;
    return missingFeatures(device, neededFeatures(delivered.bucket)).length === 0 ? delivered : undefined;
  }

  /** What is known, as the one that was asked for last. */
  #recall(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remember(key, entry);
    return entry;
  }

  #remember(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_DELIVERED_BUCKETS && oldest !== undefined) this.#entries.delete(oldest);
  }

  async #read(
    key: string,
    { metadata }: EdgeDevice,
    version: string,
    { signal }: CallOptions,
  ): Promise<DeliveredBucket | undefined> {
    const { store, clock, logger } = this.#parts;
    const deadline = { clock, limitMs: BUCKET_READ_LIMIT_MS, signal, subject: `the bucket of ${metadata.name}` };
    try {
      const secret = await withDeadline(deadline, (inner) => readStorageSecret(store, metadata, { signal: inner }));
      const bucket = secret === undefined ? undefined : readWireBucket(secret);
      if (bucket === undefined) throw new Error('the Secret is not there, or holds no bucket');
      const delivered = { version, bucket: this.#sharing(bucket) };
      this.#remember(key, { delivered, retryAtMs: undefined });
      return delivered;
    } catch (error) {
      const known = this.#entries.get(key);
      if (signal?.aborted) return known?.delivered;
      const fields = { device: metadata.name, error: errorText(error) };
      if (known?.retryAtMs === undefined) logger.warn(NOT_TOLD, fields);
      else logger.debug(NOT_TOLD, fields);
      const retryAtMs = clock.monotonicMs() + BUCKET_READ_PAUSE_MS;
      this.#remember(key, { delivered: known?.delivered, retryAtMs });
      this.#pause(resourceKey(metadata), retryAtMs);
      return known?.delivered;
    }
  }

  #pause(deviceKey: string, endsAtMs: number): void {
    const isTimed = this.#pausing.size > 0;
    this.#pausing.delete(deviceKey);
    this.#pausing.set(deviceKey, endsAtMs);
    if (!isTimed) this.#parts.clock.schedule(BUCKET_READ_PAUSE_MS, () => this.#endPauses());
  }

  #endPauses(): void {
    const { clock, onPauseOver } = this.#parts;
    const nowMs = clock.monotonicMs();
    const over = [...this.#pausing].filter(([, endsAtMs]) => endsAtMs <= nowMs);
    for (const [deviceKey] of over) this.#pausing.delete(deviceKey);
    const [next] = this.#pausing.values();
    if (next !== undefined) clock.schedule(next - nowMs, () => this.#endPauses());
    for (const [deviceKey] of over) onPauseOver(deviceKey);
  }

  #sharing(bucket: WireBucket): WireBucket {
    const { aws_ca_bundle: certificates } = bucket;
    if (typeof certificates !== 'string') return bucket;
    if (certificates !== this.#certificates) this.#certificates = certificates;
    return { ...bucket, aws_ca_bundle: this.#certificates };
  }
}
