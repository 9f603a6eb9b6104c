import { expect, vi } from 'vitest';
import { NO_STORAGE, STORAGE_CONDITION } from '@k4e/core/control-plane';
import type { StorageSettings } from '@k4e/core/control-plane';
import { FEATURES } from '@k4e/core/protocol';
import type { Heartbeat, ReceivedDeviceConfiguration } from '@k4e/core/protocol';
import { CONFIG_MAP, EDGE_DEVICE, SECRET } from '@k4e/core/resources';
import type { Condition, EdgeDevice, EdgeDeviceSpec, SecretResource } from '@k4e/core/resources';
import { createFakeBuckets, createFakeClock } from '@k4e/core/testing';
import type { FakeBuckets } from '@k4e/core/testing';
import { startFleet } from './fleet.ts';
import type { Fleet, FleetOptions } from './fleet.ts';

/** The one device of these scenarios. */
export const GATE = { namespace: 'default', name: 'gate-7' };
/** What an agent of ours can take. */
export const ALL_FEATURES = Object.values(FEATURES);

/** A fleet with one device, and what its storage looks like from outside. */
export interface StorageFleet extends Fleet {
  /** What the operator makes buckets with; only there with `direct`. */
  readonly buckets: FakeBuckets;
  readonly spec: (spec: EdgeDeviceSpec) => Promise<void>;
  /** A ConfigMap and a Secret as provisioners of claims write them. */
  readonly tellBucket: (name: string, keys?: Record<string, string>, place?: Record<string, string>) => Promise<void>;
  readonly gate: () => Promise<EdgeDevice>;
  readonly storageReady: () => Promise<Condition | undefined>;
  /** The bucket that the device is told of now. */
  readonly told: () => Promise<NonNullable<ReceivedDeviceConfiguration['configuration']>['storage']>;
  /** The Secret that k4e keeps for the device. */
  readonly kept: () => Promise<SecretResource | undefined>;
  readonly beat: (heartbeat?: Heartbeat) => Promise<void>;
  /** Lets the control plane work for a moment, and looks again until it holds. */
  readonly eventually: (check: () => Promise<void>) => Promise<void>;
  /** Lets time pass as a fleet has it: with heartbeats. */
  readonly pass: (seconds: number, heartbeat?: Heartbeat) => Promise<void>;
  /** Reasons and messages of the device's events, those of storage alone. */
  readonly tales: () => Promise<readonly string[]>;
}

/** How a fleet's storage is set up. */
export interface StorageFleetOptions extends FleetOptions {
  readonly settings?: Partial<StorageSettings>;
  /** With an S3 endpoint of the operator; credentials live that long, for ever without. */
  readonly direct?: { readonly lifeMs?: number; readonly endpoint?: string };
  readonly features?: readonly string[];
}

const STORAGE_EVENTS = /Bucket|Storage|Renewal|Agent|Forbidden/;
const BEAT_SECONDS = 30;

/** Base64, as Secrets and the protocol have it. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Starts a fleet with one registered device. */
export async function startStorageFleet(options: StorageFleetOptions = {}): Promise<StorageFleet> {
  const { settings, direct, features = ALL_FEATURES, clock = createFakeClock() } = options;
  const buckets = createFakeBuckets({ clock, ...direct });
  const storage = { ...NO_STORAGE, ...settings };
  const directBuckets = direct && { buckets, description: direct.endpoint ?? 'https://s3.example:9000' };
  const fleet = await startFleet({ ...options, clock, storage, ...(directBuckets && { directBuckets }) });
  const { store, controlPlane } = fleet;
  await controlPlane.edgeApi.acceptData(GATE.name, { directive: 'registration', content: { features } });
  await clock.advance(100);
  const gate = async (): Promise<EdgeDevice> => {
    const device = await fleet.device(GATE.name);
    if (device === undefined) throw new Error('the device is gone');
    return device;
  };
  const beat = (heartbeat: Heartbeat = {}): Promise<void> =>
    fleet.live(GATE.name, { features: [...features], ...heartbeat });
  return {
    ...fleet,
    buckets,
    gate,
    beat,
    async spec(spec) {
      await store.apply(EDGE_DEVICE, { metadata: GATE, spec }, { owner: 'kubectl', force: true });
    },
    async tellBucket(name, keys = {}, place = {}) {
      const metadata = { namespace: GATE.namespace, name };
      const at = { BUCKET_HOST: 's3.example', BUCKET_NAME: 'files', BUCKET_PORT: '443', BUCKET_REGION: 'eu-1' };
      const secrets = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hunter2', ...keys };
      const data = Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, base64(text)]));
      const options = { owner: 'somebody', force: true };
      await store.apply(CONFIG_MAP, { metadata, data: { ...at, ...place } }, options);
      await store.apply(SECRET, { metadata, data }, options);
    },
    storageReady: async () => (await gate()).status?.conditions?.find(({ type }) => type === STORAGE_CONDITION),
    told: async () => (await fleet.configuration(GATE.name)).configuration?.storage,
    kept: () => store.get(SECRET, { namespace: GATE.namespace, name: `k4e-storage-${GATE.name}` }),
    eventually: (check) =>
      vi.waitFor(
        async () => {
          await clock.advance(50);
          await check();
        },
        { interval: 5, timeout: 10_000 },
      ),
    async pass(seconds, heartbeat) {
      for (let left = seconds; left > 0; left -= BEAT_SECONDS) {
        await beat(heartbeat);
        await clock.advance(Math.min(left, BEAT_SECONDS) * 1_000);
      }
    },
    async tales() {
      await clock.advance(5_000);
      const events = await fleet.events(GATE.name);
      return events
        .filter(({ reason }) => STORAGE_EVENTS.test(reason))
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
  };
}

/** No text of ours may hold these: not the status, no event, no log line. */
export async function expectNoSecrets(fleet: StorageFleet, ...secrets: readonly string[]): Promise<void> {
  const texts = JSON.stringify([await fleet.device(GATE.name), await fleet.events(GATE.name), fleet.logger.lines]);
  for (const secret of secrets) for (const text of [secret, base64(secret)]) expect(texts).not.toContain(text);
}
