import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { BucketAccess } from '@k4e/core/ports';

import { containerHost } from '../container-host/index.ts';
import { readyDeviceImage } from '../device/index.ts';
import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import type { Netns } from '../netns/index.ts';
import type { Podman } from '../podman/index.ts';
import { freePorts, startInSteps } from '../processes/index.ts';
import type { Stoppable } from '../processes/index.ts';
import { createMinioAdmin } from './minio-admin.ts';
import type { MinioAdmin } from './minio-admin.ts';
import { startMinioContainer, waitUntilMinioRefuses, waitUntilMinioServes } from './minio-container.ts';
import { findMinioImage } from './minio-image.ts';
import { joinMinio } from './minio-link.ts';
import type { MinioLink } from './minio-link.ts';

/** The region that MinIO takes itself to be in. */
const REGION = 'us-east-1';

/** How a MinIO is started. */
export interface MinioOptions {
  readonly signal?: AbortSignal;
  /** Where its parts are looked for. Default: this process's environment. */
  readonly context?: PartContext;
}

/** A MinIO of a test's own, with no buckets in it. */
export interface Minio extends Stoppable, MinioAdmin {
  /** Reached from this process and from device containers; the same however often it is killed and started. */
  readonly endpoint: string;
  /** Holds its data. Removed with it. */
  readonly directory: string;
  readonly region: string;
  /** Credentials that may do everything. */
  readonly root: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Lays a cable to a namespace that is not this process's own, so that programs there reach it. */
  joinNetwork(netns: Netns, options?: { readonly signal?: AbortSignal }): Promise<MinioLink>;
  /** All that a client needs to know of a bucket, with the credentials of the root. */
  access(bucket: string): BucketAccess;
  /** Ends it at once, as a power cut does: its port refuses connections. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same data and port; resolves when it serves. */
  restart(): Promise<void>;
  /** Freezes it: its port takes connections and answers nothing. */
  pause(): Promise<void>;
  /** Ends `pause`. */
  resume(): Promise<void>;
}

/** Starts a MinIO (2 s; the first of a process 2 s more). Fails with `PartUnavailableError` when it cannot be had. */
export async function startMinio(options: MinioOptions = {}): Promise<Minio> {
  const context = options.context ?? defaultPartContext();
  const image = await findMinioImage(context);
  const deviceImage = await readyDeviceImage(context);
  const host = await containerHost(context, deviceImage === undefined ? [] : [deviceImage]);
  const call = options.signal === undefined ? {} : { signal: options.signal };
  await loadOnce(host, image.location);
  return startInSteps(async (undo) => {
    const [port = 0] = await freePorts(1);
    const endpoint = `http://${host.address}:${String(port)}`;
    const directory = join(host.directory, `minio-${randomBytes(4).toString('hex')}`);
    const dataDirectory = join(directory, 'data');
    undo(() => rm(directory, { recursive: true, force: true }));
    await mkdir(dataDirectory, { recursive: true });
    const rootUser = 'k4e-root';
    const rootPassword = randomBytes(16).toString('hex');
    const root = { accessKeyId: rootUser, secretAccessKey: rootPassword };
    const container = await startMinioContainer({ ...call, dataDirectory, port, endpoint, rootUser, rootPassword });
    undo(async () => {
      await host.podman(['rm', '--force', '--time=0', container.getId()]);
    });
    return {
      endpoint,
      directory,
      region: REGION,
      root,
      joinNetwork: (netns, own) => joinMinio(netns, host.netns, port, own),
      access: (bucket) => ({ endpoint, bucket, region: REGION, ...root }),
      ...createMinioAdmin(endpoint, rootUser, rootPassword),
      ...switchesOf(host, container.getId(), endpoint),
    };
  });
}

function switchesOf(host: Podman, id: string, endpoint: string): Pick<Minio, 'kill' | 'restart' | 'pause' | 'resume'> {
  const podman = async (command: string): Promise<void> => {
    const result = await host.podman([command, id]);
    if (result.code !== 0) throw new Error(`podman ${command} of MinIO: ${result.stderr}`);
  };
  return {
    kill: async () => {
      await podman('kill');
      await waitUntilMinioRefuses(endpoint);
    },
    restart: async () => {
      await podman('start');
      await waitUntilMinioServes(endpoint);
    },
    pause: () => podman('pause'),
    resume: () => podman('unpause'),
  };
}

/** The load of the image into this process's container host: once, since it takes a second. */
let loading: Promise<unknown> | undefined;

function loadOnce(host: Podman, archive: string): Promise<unknown> {
  loading ??= load(host, archive).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(host: Podman, archive: string): Promise<void> {
  const loaded = await host.podman(['load', '--quiet', `--input=${archive}`]);
  if (loaded.code !== 0) throw new Error(`podman did not load ${archive}: ${loaded.stderr}`);
}
