import { connect } from 'node:net';

import type { StartedTestContainer, WaitStrategy } from 'testcontainers';

import { waitUntil } from '../processes/index.ts';
import { MINIO_IMAGE } from './minio-image.ts';

/** What a MinIO container is made of. */
export interface MinioContainerOptions {
  readonly signal?: AbortSignal;
  /** Where its objects are kept, on this machine. */
  readonly dataDirectory: string;
  /** The port at which it is reached; the same one after it was stopped and started. */
  readonly port: number;
  /** `http://` with address and port. */
  readonly endpoint: string;
  readonly rootUser: string;
  readonly rootPassword: string;
}

const START_DEADLINE_MS = 60_000;
const REQUEST_DEADLINE_MS = 5_000;
const PORT_INSIDE = 9000;

/** Starts the container and resolves when MinIO serves. */
export async function startMinioContainer(options: MinioContainerOptions): Promise<StartedTestContainer> {
  // Loaded here, where it is needed: it takes half a second, and most tests start no container.
  const { GenericContainer } = await import('testcontainers');
  return new GenericContainer(MINIO_IMAGE)
    .withBindMounts([{ source: options.dataDirectory, target: '/data' }])
    .withExposedPorts({ container: PORT_INSIDE, host: options.port })
    .withEnvironment({
      MINIO_ROOT_USER: options.rootUser,
      MINIO_ROOT_PASSWORD: options.rootPassword,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    })
    .withCommand(['server', '/data', '--address', `:${String(PORT_INSIDE)}`, '--quiet'])
    .withWaitStrategy(untilItServes(options))
    .start();
}

/** Resolves when MinIO serves; fails after a minute. */
export async function waitUntilMinioServes(endpoint: string, signal?: AbortSignal): Promise<void> {
  await waitUntil(() => minioServes(endpoint), {
    ...(signal === undefined ? {} : { signal }),
    what: `MinIO serves at ${endpoint}`,
    deadlineMs: START_DEADLINE_MS,
    intervalMs: 20,
  });
}

/**
 * Resolves when the port refuses connections; fails after a minute. A container that was killed leaves its network a moment
 * later than its program: until then packets for it have nowhere to go.
 */
export async function waitUntilMinioRefuses(endpoint: string): Promise<void> {
  await waitUntil(() => refuses(new URL(endpoint)), {
    what: `nothing listens at ${endpoint}`,
    deadlineMs: START_DEADLINE_MS,
    intervalMs: 20,
  });
}

function refuses({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: REQUEST_DEADLINE_MS });
    const end = (isRefused: boolean): void => {
      socket.destroy();
      resolve(isRefused);
    };
    socket.once('connect', () => end(false));
    socket.once('timeout', () => end(false));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
}

/** Whether a MinIO answers there that it is ready, and has read who its users are, which it does after that. */
export async function minioServes(endpoint: string): Promise<boolean> {
  const isReady = (await statusOf(`${endpoint}/minio/health/ready`, {})) === 200;
  return isReady && (await statusOf(`${endpoint}/`, strangersHeaders())) === 403;
}

async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const deadline = AbortSignal.timeout(REQUEST_DEADLINE_MS);
  const answer = await fetch(url, { headers, signal: deadline }).catch(() => undefined);
  await answer?.body?.cancel().catch(() => undefined);
  return answer?.status;
}

/** Of a request by a user whom nobody knows: it is refused before anybody looks at its signature. */
function strangersHeaders(): Record<string, string> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `nobody/${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  return {
    'x-amz-date': time,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  };
}

function untilItServes({ endpoint, signal }: MinioContainerOptions): WaitStrategy {
  const strategy: WaitStrategy = {
    waitUntilReady: () => waitUntilMinioServes(endpoint, signal),
    withStartupTimeout: () => strategy,
    isStartupTimeoutSet: () => true,
    getStartupTimeout: () => START_DEADLINE_MS,
  };
  return strategy;
}
