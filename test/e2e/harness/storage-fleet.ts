import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startMinio } from '@k4e/testbed';
import type { Minio } from '@k4e/testbed';
import { stateDirectoryOf } from './agent-process.ts';
import { startFleetOfOne } from './fleet-of-one.ts';
import type { FleetOfOne, FleetOptions } from './fleet-of-one.ts';

/** A fleet of one whose device reaches a MinIO, on which the operator makes it a bucket. */
export interface StorageFleet {
  readonly fleet: FleetOfOne;
  readonly minio: Minio;
  /** How the device reaches MinIO. */
  readonly link: MinioLink;
  /** Where a workload's `/export` is on this machine. */
  readonly exportOf: (workload: string) => string;
  /** Waits until the device is told of a bucket on MinIO, and resolves with its name. */
  readonly bucket: () => Promise<string>;
  /** Changes the specification of the device. */
  readonly configure: (spec: unknown) => Promise<void>;
  readonly stop: () => Promise<void>;
}

type MinioLink = Awaited<ReturnType<Minio['joinNetwork']>>;

/** How a device comes to its bucket: the operator makes it, or by a claim that the same operator serves. */
const WAYS = {
  direct: { manifests: ['secrets'], flags: ['--storage=direct'] },
  claim: {
    manifests: ['claim-crd', 'claims', 'claim-provisioner'],
    flags: [
      '--storage=claim',
      '--storage-claim-class=k4e-s3',
      '--claim-provisioner',
      '--storage-reclaim-policy=Delete',
    ],
  },
} as const;

/** Starts all of it; resolves when the device has registered. Heartbeats come every two seconds. */
export async function startStorageFleet(options: {
  readonly deviceId: string;
  /** Default `direct`. */
  readonly way?: keyof typeof WAYS;
}): Promise<StorageFleet> {
  const { deviceId, way = 'direct' } = options;
  const { manifests, flags } = WAYS[way];
  const minio = await startMinio();
  let link: MinioLink | undefined;
  const operatorFlags: FleetOptions['operatorFlags'] = async ({ podman, directory }) => {
    link = await minio.joinNetwork(podman.netns);
    return [...flags, ...(await storageEndpoint({ minio, publicEndpoint: link.endpoint, directory }))];
  };
  try {
    const fleet = await startFleetOfOne({ deviceId, storage: manifests, operatorFlags });
    if (link === undefined) throw new Error('the operator was told of no MinIO');
    const configure = async (spec: unknown): Promise<void> => {
      const patch = `--patch=${JSON.stringify({ spec })}`;
      await fleet.cluster.kubectl('patch', 'edgedevice', deviceId, '--type=merge', patch);
    };
    await configure({ heartbeat: { periodSeconds: 2 } });
    return {
      fleet,
      minio,
      link,
      exportOf: (workload) => join(stateDirectoryOf(fleet.directory), 'volumes', workload),
      bucket: () => fleet.eventually('the device has a bucket', () => readBucket(fleet)),
      configure,
      stop: () => fleet.stop().finally(() => minio.stop()),
    };
  } catch (error) {
    await minio.stop();
    throw error;
  }
}

/** Where buckets are, and how devices come to them. */
interface StoragePlace {
  readonly minio: Minio;
  /** MinIO's, as devices reach it. */
  readonly publicEndpoint: string;
  /** A directory for the operator's credentials. */
  readonly directory: string;
}

/** Flags of an operator that makes each device a bucket on MinIO. */
export async function directStorage(place: StoragePlace): Promise<readonly string[]> {
  return [...WAYS.direct.flags, ...(await storageEndpoint(place))];
}

async function storageEndpoint({ minio, publicEndpoint, directory }: StoragePlace): Promise<readonly string[]> {
  const place = [`--s3-endpoint=${minio.endpoint}`, `--s3-public-endpoint=${publicEndpoint}`];
  return [...place, `--s3-credentials-dir=${await writeCredentials(directory, minio)}`];
}

async function writeCredentials(directory: string, { root }: Minio): Promise<string> {
  const place = join(directory, 's3-credentials');
  await mkdir(place);
  await writeFile(join(place, 'AWS_ACCESS_KEY_ID'), root.accessKeyId);
  await writeFile(join(place, 'AWS_SECRET_ACCESS_KEY'), root.secretAccessKey);
  return place;
}

async function readBucket({ cluster, deviceId }: FleetOfOne): Promise<string> {
  const { status } = (await cluster.device(deviceId)) ?? {};
  const { bucket, version } = status?.storage ?? {};
  if (bucket === undefined || version === undefined) throw new Error('it has none');
  return bucket;
}
