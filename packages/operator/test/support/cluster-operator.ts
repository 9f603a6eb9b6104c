import { createMemoryLogger } from '@k4e/core/testing';
import type { MemoryLogger } from '@k4e/core/testing';
import { waitUntil } from '@k4e/testbed';
import { createOperator, loadOperatorConfig } from '../../src/index.ts';
import type { OperatorConfig } from '../../src/index.ts';
import type { Cluster } from './cluster.ts';

const READY_DEADLINE_MS = 60_000;

/** An operator in this process, on a real Kubernetes API. */
export interface ClusterOperator {
  readonly edgeUrl: string;
  readonly opsUrl: string;
  readonly logger: MemoryLogger;
  /** Status and checks of `/readyz`. */
  readiness(): Promise<{ readonly status: number; readonly body: unknown }>;
  stop(): Promise<void>;
}

/** Starts an operator on free ports of loopback and resolves when it is ready. */
export async function startClusterOperator(
  cluster: Cluster,
  more: Partial<OperatorConfig> = {},
): Promise<ClusterOperator> {
  const flags = {
    kubeconfig: cluster.adminKubeconfigPath,
    'edge-address': '127.0.0.1:0',
    'metrics-addr': '127.0.0.1:0',
  };
  const logger = createMemoryLogger();
  const operator = createOperator({ ...loadOperatorConfig({ flags }), ...more }, { logger });
  const stopping = new AbortController();
  const ended = operator.run({ signal: stopping.signal });
  ended.catch(() => undefined);
  const stop = (): Promise<void> => {
    stopping.abort();
    return ended;
  };
  const { edgeUrl, opsUrl } = await operator.listening();
  const readiness = async (): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${opsUrl}/readyz`);
    return { status: answer.status, body: await answer.json() };
  };
  await waitUntil(async () => (await readiness()).status === 200, {
    what: 'the operator is ready',
    deadlineMs: READY_DEADLINE_MS,
  }).catch(async (error: unknown) => {
    await stop().catch(() => undefined);
    throw new Error(JSON.stringify(logger.lines), { cause: error });
  });
  return { edgeUrl, opsUrl, logger, readiness, stop };
}
