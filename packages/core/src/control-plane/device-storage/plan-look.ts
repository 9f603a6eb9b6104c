import type { EdgeDevice, SecretResource } from '../../resources/index.ts';
import type { BucketSource } from './bucket-source.ts';
import { neededFeatures, readWireBucket } from './storage-secret.ts';
import { complaintOf } from './storage-view.ts';

/** How often a bucket is looked at though nothing changes: what others wrote, and whether our Secret is still there. */
export const RECHECK_INTERVAL_MS = 300_000;
/** The same while a device says that its access fails: somebody is about to rotate keys. */
export const COMPLAINT_RECHECK_MS = 60_000;
/** Shortest time between two askings for new credentials because a device says that its access fails. */
export const COMPLAINT_ASK_INTERVAL_MS = 300_000;
/** The same for a device whose agent cannot take them. */
export const TOO_OLD_RECHECK_MS = 1_800_000;
/** Credentials are never renewed earlier than that after they were given, however short they live. */
export const MIN_RENEWAL_MS = 10_000;

/** At which part of the life of credentials they are renewed: about half, so that a fleet that came at once spreads. */
const RENEWAL_FROM = 0.4;
const RENEWAL_SPREAD = 0.2;

/** When to renew credentials that end at `expiresAtMs`. `random` is in [0, 1). */
export function renewalTimeMs(expiresAtMs: number, nowMs: number, random: number): number {
  const lifeMs = expiresAtMs - nowMs;
  return nowMs + Math.max(MIN_RENEWAL_MS, Math.round(lifeMs * (RENEWAL_FROM + RENEWAL_SPREAD * random)));
}

/** What decides whether a source is asked. */
export interface LookSituation {
  readonly device: EdgeDevice;
  readonly source: BucketSource;
  /** Where the bucket is to be from, in words. */
  readonly description: string;
  /** The Secret with what the device is told. */
  readonly held: SecretResource | undefined;
  readonly nowMs: number;
  /** Since new credentials were asked for. */
  readonly sinceAskedMs: number;
}

/** Features that the device would need for what the Secret tells, and did not name. */
export function missingFeatures({ status }: EdgeDevice, needed: readonly string[]): readonly string[] {
  return needed.filter((feature) => !(status?.features ?? []).includes(feature));
}

/** Whether the status speaks of a bucket from there, and the Secret of that moment is still as it was. */
export function isGranted({ device, source, description, held }: LookSituation): boolean {
  const { provisioner, source: from, version } = device.status?.storage ?? {};
  if (held === undefined || provisioner !== source.name || from !== description) return false;
  if (version === undefined || version !== held.metadata.resourceVersion) return false;
  const bucket = readWireBucket(held);
  return bucket !== undefined && missingFeatures(device, neededFeatures(bucket)).length === 0;
}

/** Whether the source is to be asked: nothing is granted, asking costs nothing, or it is time for new credentials. Pure. */
export function isAskingDue(situation: LookSituation): boolean {
  const { device, source, nowMs, sinceAskedMs } = situation;
  if (source.readsOnly || !isGranted(situation)) return true;
  const { renewTime } = device.status?.storage ?? {};
  if (renewTime !== undefined && Date.parse(renewTime) <= nowMs) return true;
  return complaintOf(device, { anyReason: false }) !== '' && sinceAskedMs >= COMPLAINT_ASK_INTERVAL_MS;
}
