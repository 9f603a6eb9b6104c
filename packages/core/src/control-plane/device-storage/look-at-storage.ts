import { K4eError, errorText, errorCode, hasCode } from '../../foundation/index.ts';
import type { CallOptions, Logger } from '../../ports/index.ts';
import type { EdgeDevice, SecretResource, StorageStatus } from '../../resources/index.ts';
import { askSource } from './ask-source.ts';
import type { AskParts } from './ask-source.ts';
import { bucketRequest, wantedProvisioner } from './bucket-source.ts';
import type { BucketSource, BucketSources } from './bucket-source.ts';
import { isAskingDue } from './plan-look.ts';
import { readStorageFailure } from './storage-failure.ts';
import type { StorageOutcome } from './storage-fields.ts';
import { readStorageSecret, removeStorageSecret } from './storage-secret.ts';
import type { StorageSettings } from './storage-settings.ts';

/** What a look needs. */
export interface LookParts extends AskParts {
  readonly logger: Logger;
  readonly settings: StorageSettings;
  readonly sources: BucketSources;
}

/** What is known of the device besides itself. */
export interface LookFacts {
  readonly carriesFiles: boolean;
  /** Since new credentials were asked for. */
  readonly sinceAskedMs: number;
}

/** What a look came to. */
export interface Look {
  readonly outcome: StorageOutcome;
  /** Whether the source was asked. */
  readonly asked: boolean;
}

/**
 * Looks at the bucket of one device: chooses where it comes from, asks there when that is due, and keeps the device's
 * Secret. What fails about storage is an outcome; rejects only as the store does.
 */
export async function lookAtStorage(
  parts: LookParts,
  device: EdgeDevice,
  facts: LookFacts,
  options: CallOptions,
): Promise<Look> {
  const wanted = wantedProvisioner(device, parts.settings);
  if (wanted === 'none') {
    await withdraw(parts, device, options);
    return { outcome: { kind: facts.carriesFiles ? 'needed' : 'unwanted' }, asked: false };
  }
  const source = parts.sources[wanted];
  if (source !== undefined) return useSource(parts, { device, source, facts }, options);
  await withdraw(parts, device, options);
  const message =
    'the operator has no S3 endpoint of its own; give it one (storage.direct), or the device another bucket';
  const failure = readStorageFailure(new K4eError('BUCKET_UNAVAILABLE', { message }));
  return { outcome: { kind: 'failed', failure, storage: { provisioner: wanted } }, asked: false };
}

interface Use {
  readonly device: EdgeDevice;
  readonly source: BucketSource;
  readonly facts: LookFacts;
}

async function useSource(parts: LookParts, { device, source, facts }: Use, options: CallOptions): Promise<Look> {
  const description = source.describe(bucketRequest(device));
  const { storage: granted, dataObc } = device.status ?? {};
  const isSame = granted?.provisioner === source.name && granted.source === description;
  let asked = false;
  let held: SecretResource | undefined;
  try {
    held = await readStorageSecret(parts.store, device.metadata, options);
    const situation = { ...facts, device, source, description, held, nowMs: parts.clock.nowMs() };
    if (granted !== undefined && !isAskingDue(situation))
      return { outcome: { kind: 'granted', storage: granted, dataObc }, asked };
    asked = true;
    return { outcome: await askSource(parts, { device, source, held }, options), asked };
  } catch (error) {
    const failure = readStorageFailure(error);
    if (errorCode(error) === undefined)
      parts.logger.error('asking for a bucket threw', { device: device.metadata.name, error: errorText(error) });
    const from: StorageStatus = { provisioner: source.name, source: description };
    if (!isSame) await withdraw(parts, device, options);
    const claimName = hasCode(error, 'BUCKET_PENDING') ? source.claimName?.(bucketRequest(device)) : undefined;
    const outcome = { kind: 'failed', failure, storage: isSame ? granted : from } as const;
    return { outcome: { ...outcome, dataObc: claimName ?? (isSame ? dataObc : undefined) }, asked };
  }
}

/** The device is told of no bucket any more. */
async function withdraw({ store, logger }: LookParts, device: EdgeDevice, options: CallOptions): Promise<void> {
  if (device.status?.storage?.secretName === undefined) return;
  try {
    await removeStorageSecret(store, device.metadata, options);
  } catch (error) {
    if (!hasCode(error, 'FORBIDDEN')) throw error;
    logger.warn('the Secret of a bucket could not be removed', {
      device: device.metadata.name,
      error: errorText(error),
    });
  }
}
