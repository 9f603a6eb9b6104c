import { join } from 'node:path';

import { freePorts, startDaemon, waitUntil } from '../processes/index.ts';
import type { Daemon } from '../processes/index.ts';

/** A running etcd. */
export interface Etcd {
  readonly url: string;
  /** Forgets all revisions before the newest one, and resolves with that revision. */
  compact(options?: { readonly signal?: AbortSignal }): Promise<number>;
  stop(): Promise<void>;
}

const READY_DEADLINE_MS = 60_000;
const REQUEST_DEADLINE_MS = 10_000;

/** Starts etcd on free loopback ports with its data under `directory`. It does not sync to disk: its data lives as long as the test. */
export async function startEtcd(
  program: string,
  directory: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Etcd> {
  const [clientPort, peerPort] = await freePorts(2);
  const url = `http://127.0.0.1:${String(clientPort)}`;
  const peerUrl = `http://127.0.0.1:${String(peerPort)}`;
  const command = [
    program,
    '--name=testbed',
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=testbed=${peerUrl}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  const daemon = await startDaemon({ command, logFile: join(directory, 'etcd.log') });
  try {
    await waitUntil(() => isReady(daemon, url), { ...options, what: 'etcd is ready', deadlineMs: READY_DEADLINE_MS });
  } catch (error) {
    const log = await daemon.logTail();
    await daemon.stop();
    throw new Error(`etcd did not start: ${log}`, { cause: error });
  }
  return { url, compact: (call = {}) => compact(url, call.signal), stop: () => daemon.stop() };
}

async function isReady(daemon: Daemon, url: string): Promise<boolean> {
  if (!daemon.isRunning()) throw new Error('etcd ended');
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(REQUEST_DEADLINE_MS) }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

// etcd's gRPC gateway: https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/. Keys are base64, numbers are strings.
async function compact(url: string, signal?: AbortSignal): Promise<number> {
  const range = await post(`${url}/v3/kv/range`, { key: 'AA==', limit: 1 }, signal);
  const revision = revisionOf(range);
  await post(`${url}/v3/kv/compaction`, { revision: String(revision), physical: true }, signal);
  return revision;
}

async function post(url: string, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  const deadline = AbortSignal.timeout(REQUEST_DEADLINE_MS);
  const answer = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`etcd answered ${String(answer.status)} to ${url}: ${text}`);
  return JSON.parse(text);
}

function revisionOf(answer: unknown): number {
  const header = typeof answer === 'object' && answer !== null && 'header' in answer ? answer.header : undefined;
  const revision =
    typeof header === 'object' && header !== null && 'revision' in header ? Number(header.revision) : NaN;
  if (!Number.isSafeInteger(revision)) throw new Error('etcd answered without a revision');
  return revision;
}
