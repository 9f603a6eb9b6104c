import { backoffDelayMs } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';
import { EDGE_DEVICE } from '../../resources/index.ts';
import type { EdgeDevice } from '../../resources/index.ts';
import { FIELD_OWNERS } from '../edge-device/index.ts';
import { setFinalizers } from '../set-finalizers.ts';
import { announceStorage } from './announce-storage.ts';
import { wantedProvisioner } from './bucket-source.ts';
import { lookAtStorage } from './look-at-storage.ts';
import type { Look } from './look-at-storage.ts';
import { COMPLAINT_RECHECK_MS, RECHECK_INTERVAL_MS, TOO_OLD_RECHECK_MS } from './plan-look.ts';
import { releaseStorage } from './release-storage.ts';
import type { ReleaseParts } from './release-storage.ts';
import { STORAGE_FINALIZER, saysStorage, storageFields } from './storage-fields.ts';
import type { StorageLooks } from './storage-looks.ts';
import { viewStorage } from './storage-view.ts';

/** Waits between looks at a bucket that is not ready, or failed in a way that passes. */
export const LOOK_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 120_000, factor: 2, jitter: 0.3 };

/** Share of an interval that is random, so that a fleet does not look in step. */
const JITTER = 0.2;

/** What passes over the storage of devices need. */
export interface StoragePassParts extends ReleaseParts {
  /** Whether it carries deployments that leave files for upload. */
  readonly carriesFiles: (device: EdgeDevice) => boolean;
}

/**
 * What a look was about: the device as it was decided on, with what the look wrote. Whatever others wrote in between was not
 * looked at, and has to be.
 */
function decided(read: EdgeDevice, { metadata, status }: EdgeDevice): EdgeDevice {
  const others = (read.metadata.finalizers ?? []).filter((finalizer) => finalizer !== STORAGE_FINALIZER);
  const isHeld = metadata.finalizers?.includes(STORAGE_FINALIZER) === true;
  const { storage: _before, ...reported } = read.status ?? {};
  const storage = status?.storage === undefined ? {} : { storage: status.storage };
  return {
    ...read,
    metadata: { ...read.metadata, finalizers: isHeld ? [...others, STORAGE_FINALIZER] : others },
    status: { ...reported, ...storage },
  };
}

/** One pass over a device: a look at its bucket, or the end of it. */
export class StoragePasses {
  readonly #parts: StoragePassParts;
  readonly #looks: StorageLooks;

  constructor(parts: StoragePassParts, looks: StorageLooks) {
    this.#parts = parts;
    this.#looks = looks;
  }

  /** One look; resolves to the time until the next. */
  async look(read: EdgeDevice, options: CallOptions): Promise<number | undefined> {
    const { metadata } = read;
    const facts = { carriesFiles: this.#parts.carriesFiles(read), sinceAskedMs: this.#looks.sinceAskedMs(metadata) };
    const isWanted = wantedProvisioner(read, this.#parts.settings) !== 'none';
    const held = isWanted ? await this.#hold(read, true, options) : read;
    const look = await lookAtStorage(this.#parts, held, facts, options);
    const written = await this.#write(held, look, options);
    const device = isWanted ? written : await this.#hold(written, false, options);
    const againInMs = this.#againInMs(device, look);
    const { outcome, asked } = look;
    const view = viewStorage(decided(held, device), facts);
    this.#looks.looked(metadata, view, { againInMs, asked, failed: outcome.kind === 'failed' });
    return againInMs;
  }

  /** One try to release the bucket; resolves to the time until the next. */
  async release(device: EdgeDevice, options: CallOptions): Promise<number | undefined> {
    const remainingMs = await releaseStorage(this.#parts, device, options);
    if (remainingMs === undefined) return undefined;
    const againInMs = Math.min(remainingMs, this.#backoffMs(device));
    const view = viewStorage(device, { carriesFiles: this.#parts.carriesFiles(device) });
    this.#looks.looked(device.metadata, view, { againInMs, asked: false, failed: true });
    return againInMs;
  }

  /** The finalizer is there before a bucket is, and as long as one is wanted. */
  async #hold(device: EdgeDevice, isWanted: boolean, options: CallOptions): Promise<EdgeDevice> {
    const { deletionTimestamp, finalizers = [] } = device.metadata;
    if (finalizers.includes(STORAGE_FINALIZER) === isWanted || (isWanted && deletionTimestamp !== undefined))
      return device;
    const wanted = isWanted ? [STORAGE_FINALIZER] : [];
    return setFinalizers(this.#parts.store, EDGE_DEVICE, device, wanted, { ...options, owner: FIELD_OWNERS.storage });
  }

  /**
   * Writes what the look came to. On the condition that it is still this device, and not on its version: the fields are
   * this controller's alone, and credentials that were just given must not be lost because a heartbeat came in between.
   */
  async #write(device: EdgeDevice, { outcome }: Look, options: CallOptions): Promise<EdgeDevice> {
    const { store, clock, events } = this.#parts;
    const fields = storageFields(device, outcome, clock.nowMs());
    if (saysStorage(device.status, fields)) return device;
    const { namespace, name, uid } = device.metadata;
    const metadata = { namespace, name, ...(uid === undefined ? {} : { uid }) };
    const status = Object.keys(fields).length === 0 ? {} : { status: fields };
    const write = { ...options, owner: FIELD_OWNERS.storage, subresource: 'status', force: true } as const;
    const written = await store.apply(EDGE_DEVICE, { metadata, ...status }, write);
    announceStorage(events, device, fields);
    return written;
  }

  #againInMs(device: EdgeDevice, { outcome }: Look): number | undefined {
    const { clock, random } = this.#parts;
    const jittered = (intervalMs: number): number => Math.round(intervalMs * (1 - JITTER * random()));
    switch (outcome.kind) {
      case 'unwanted':
      case 'needed':
        return undefined;
      case 'refused':
        return jittered(TOO_OLD_RECHECK_MS);
      case 'failed':
        return outcome.failure.isLasting ? jittered(RECHECK_INTERVAL_MS) : this.#backoffMs(device);
      case 'granted': {
        const isComplaining = viewStorage(device, { carriesFiles: true }).complaint !== '';
        const lookMs = jittered(isComplaining ? COMPLAINT_RECHECK_MS : RECHECK_INTERVAL_MS);
        const { renewTime } = outcome.storage;
        return renewTime === undefined ? lookMs : Math.max(0, Math.min(lookMs, Date.parse(renewTime) - clock.nowMs()));
      }
    }
  }

  #backoffMs({ metadata }: EdgeDevice): number {
    return backoffDelayMs(LOOK_BACKOFF, this.#looks.failures(metadata) + 1, this.#parts.random);
  }
}
