import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { defaultPartContext } from '../parts/index.ts';
import { freePorts, makeTemporaryDirectory, startDaemon, startInSteps, waitUntil } from '../processes/index.ts';
import type { Daemon, Stoppable } from '../processes/index.ts';
import { createMinioAdmin } from './minio-admin.ts';
import type { MinioAdmin } from './minio-admin.ts';
import { PUBLIC_METRICS, countS3Requests } from './minio-metrics.ts';
import { findMinioProgram, findQuickMinioProgram } from './minio-program.ts';
import { minioServes } from './minio-container.ts';

/** A MinIO beside this process, without a container: as quick as this machine is. */
export interface MinioProgram extends Stoppable, MinioAdmin {
  readonly endpoint: string;
  readonly region: string;
  /** Credentials that may do everything. */
  readonly root: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** How many S3 requests it has answered so far, whoever made them. */
  requestCount(options?: { readonly signal?: AbortSignal }): Promise<number>;
}

const READY_DEADLINE_MS = 30_000;
const REGION = 'us-east-1';

/**
 * Starts the program `minio` on a free loopback port. With `isQuick` it is `undefined` where there is no such program yet;
 * else it is built then.
 */
export async function startMinioProgram(options: { readonly isQuick: true }): Promise<MinioProgram | undefined>;
export async function startMinioProgram(): Promise<MinioProgram>;
export async function startMinioProgram({ isQuick = false } = {}): Promise<MinioProgram | undefined> {
  const context = defaultPartContext();
  const program = isQuick ? await findQuickMinioProgram(context) : await findMinioProgram(context);
  if (program === undefined) return undefined;
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    const [port = 0] = await freePorts(1);
    const endpoint = `http://127.0.0.1:${String(port)}`;
    const root = { accessKeyId: 'k4e-root', secretAccessKey: randomBytes(20).toString('hex') };
    const daemon = await startDaemon({
      command: [program, 'server', join(directory.path, 'data'), '--address', `127.0.0.1:${String(port)}`, '--quiet'],
      logFile: join(directory.path, 'minio.log'),
      env: {
        HOME: directory.path,
        MINIO_ROOT_USER: root.accessKeyId,
        MINIO_ROOT_PASSWORD: root.secretAccessKey,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
        ...PUBLIC_METRICS,
      },
    });
    undo(() => daemon.stop());
    await untilItServes(daemon, endpoint);
    const requestCount: MinioProgram['requestCount'] = (options) => countS3Requests(endpoint, options);
    const admin = createMinioAdmin(endpoint, root.accessKeyId, root.secretAccessKey);
    return { ...admin, endpoint, region: REGION, root, requestCount };
  });
}

async function untilItServes(daemon: Daemon, endpoint: string): Promise<void> {
  const serves = async (): Promise<boolean> => {
    if (!daemon.isRunning()) throw new Error(`minio ended: ${await daemon.logTail()}`);
    return minioServes(endpoint);
  };
  await waitUntil(serves, { what: 'MinIO serves', deadlineMs: READY_DEADLINE_MS, intervalMs: 20 });
}
