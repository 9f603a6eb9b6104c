import { join } from 'node:path';
import { createFakeBuckets, createMemoryLogger } from '@k4e/core/testing';
import type { FakeBuckets, MemoryLogger } from '@k4e/core/testing';
import { createSystemClock } from '@k4e/core/system';
import { startControlPlane, waitUntil } from '@k4e/testbed';
import type { ControlPlane } from '@k4e/testbed';
import { createOperator, loadOperatorConfig } from '../../src/index.ts';
import { OPERATOR_NAMESPACE } from './cluster.ts';

const MANIFESTS = join(import.meta.dirname, '..', '..', 'manifests');
const SERVICE_ACCOUNT = 'k4e-operator-controller-manager';
const READY_DEADLINE_MS = 60_000;

/** A real Kubernetes API with the operator's manifests, and operators that have the rights of these. */
export interface StorageCluster {
  /** Runs kubectl as the administrator; fails with its words when its status is not 0. */
  readonly run: (args: readonly string[], stdin?: string) => Promise<string>;
  readonly apply: (...items: readonly object[]) => Promise<string>;
  /** `kubectl apply -k` of a directory of `manifests/storage`. */
  readonly grant: (directory: string) => Promise<void>;
  /** What `kubectl get` says with `-o jsonpath`. */
  readonly read: (resource: string, path: string) => Promise<string>;
  /** Starts an operator with these flags, as the service account of the manifests. */
  readonly startOperator: (flags: Record<string, string | boolean>) => Promise<StorageOperator>;
  readonly stop: () => Promise<void>;
}

/** An operator in this process. */
export interface StorageOperator {
  readonly edgeUrl: string;
  readonly logger: MemoryLogger;
  /** What it makes buckets with. */
  readonly buckets: FakeBuckets;
  readonly stop: () => Promise<void>;
}

/** Starts an API server with the operator's own manifests, and none of those for storage. */
export async function startStorageCluster(): Promise<StorageCluster> {
  const controlPlane = await startControlPlane();
  const run: StorageCluster['run'] = async (args, stdin) => {
    const { code, stdout, stderr } = await controlPlane.kubectl(args, stdin === undefined ? {} : { stdin });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  await run(['apply', '--server-side', '-k', MANIFESTS]);
  await run(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
  const kubeconfig = await controlPlane.kubeconfigFor(
    await controlPlane.serviceAccountToken(OPERATOR_NAMESPACE, SERVICE_ACCOUNT),
  );
  return {
    run,
    apply: (...items) =>
      run(['apply', '--filename=-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items })),
    async grant(directory) {
      await run(['apply', '-k', join(MANIFESTS, 'storage', directory)]);
    },
    read: (resource, path) => run(['get', resource, '--ignore-not-found', `--output=jsonpath={${path}}`]),
    startOperator: (flags) => startOperator({ kubeconfig, 'operator-namespace': OPERATOR_NAMESPACE, ...flags }),
    stop: () => stopAll(controlPlane),
  };
}

async function stopAll(controlPlane: ControlPlane): Promise<void> {
  await controlPlane.stop();
}

async function startOperator(flags: Record<string, string | boolean>): Promise<StorageOperator> {
  const clock = createSystemClock();
  const buckets = createFakeBuckets({ clock, lifeMs: 3_600_000 });
  const logger = createMemoryLogger();
  const addresses = { 'edge-address': '127.0.0.1:0', 'metrics-addr': '127.0.0.1:0' };
  const direct = { buckets, description: 'https://s3.example:9000' };
  const operator = createOperator(loadOperatorConfig({ flags: { ...addresses, ...flags } }), {
    clock,
    logger,
    buckets: { direct, close: () => Promise.resolve() },
  });
  const stopping = new AbortController();
  const ended = operator.run({ signal: stopping.signal });
  ended.catch(() => undefined);
  const stop = (): Promise<void> => {
    stopping.abort();
    return ended;
  };
  const { edgeUrl, opsUrl } = await operator.listening();
  const isReady = async (): Promise<boolean> => (await fetch(`${opsUrl}/readyz`)).status === 200;
  await waitUntil(isReady, { what: 'the operator is ready', deadlineMs: READY_DEADLINE_MS });
  return { edgeUrl, logger, buckets, stop };
}
