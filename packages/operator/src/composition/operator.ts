import { K4eError, fired } from '@k4e/core';
import type { OperatorConfig } from '../config/index.ts';
import { parseListenAddress } from '../http/index.ts';
import type { OpsServer } from '../http/index.ts';
import { runSteps } from '../lifecycle/index.ts';
import { compose } from './compose.ts';
import type { OperatorParts } from './operator-parts.ts';
import { stopSteps } from './stop-steps.ts';

/** Where an operator is reached. */
export interface OperatorAddresses {
  /** The edge API, for devices. */
  readonly edgeUrl: string;
  /** Metrics, and probes where they have no address of their own. */
  readonly opsUrl: string;
}

/** An operator: edge API, caches and controllers over one store. */
export interface Operator {
  /**
   * Runs until `signal` fires, then stops in order and resolves. Rejects when it cannot start (`CONFIG_INVALID` for an
   * address that is taken, and what opening the store rejects with), or when a part of it ended by itself; stopped in order
   * then, too. Once.
   */
  run(options: { readonly signal: AbortSignal }): Promise<void>;
  /** Resolves when it listens, which is before it is ready. Rejects when `run` ends before that. */
  listening(): Promise<OperatorAddresses>;
}

/**
 * Creates an operator. Nothing is opened, runs or listens before `run`.
 * `overrides` are parts to take instead of making them: a clock, a store, an edge server.
 */
export function createOperator(config: OperatorConfig, overrides: Partial<OperatorParts> = {}): Operator {
  const { promise: listening, resolve, reject } = Promise.withResolvers<OperatorAddresses>();
  listening.catch(() => undefined);
  return {
    async run({ signal }) {
      try {
        const parts = await compose(config, overrides);
        await runOperator(config, parts, { signal, onListening: resolve });
        reject(new K4eError('ABORTED', { retry: 'never' }));
      } catch (error) {
        reject(error);
        throw error;
      }
    },
    listening: () => listening,
  };
}

async function runOperator(
  config: OperatorConfig,
  parts: OperatorParts,
  options: { readonly signal: AbortSignal; readonly onListening: (addresses: OperatorAddresses) => void },
): Promise<void> {
  const { clock, logger, controlPlane, leadership } = parts;
  const opsServers: OpsServer[] = [];
  const controllers = new AbortController();
  const caches = new AbortController();
  let watching = Promise.resolve();
  let leading = Promise.resolve();
  try {
    options.onListening(await listen(config, parts, opsServers));
    watching = controlPlane.watch({ signal: caches.signal });
    leading = leadership((call) => controlPlane.reconcile(call), { signal: controllers.signal });
    await Promise.race([fired(options.signal), mustNotEnd('the caches', watching), mustNotEnd('the lead', leading)]);
    logger.info('the operator stops');
  } catch (error) {
    logger.error('the operator fails', { error });
    throw error;
  } finally {
    await runSteps(stopSteps(config, parts, { opsServers, controllers, leading, caches, watching }), {
      clock,
      logger,
    });
  }
}

async function listen(
  config: OperatorConfig,
  parts: OperatorParts,
  opsServers: OpsServer[],
): Promise<OperatorAddresses> {
  const { logger, edgeServer, createOpsServer } = parts;
  const { metricsAddress, probeAddress = metricsAddress } = config.ops;
  const opsUrls: string[] = [];
  for (const address of new Set([metricsAddress, probeAddress])) {
    const server = createOpsServer();
    opsServers.push(server);
    opsUrls.push(await server.listen(parseListenAddress(address)));
  }
  const edgeUrl = await edgeServer.listen(parseListenAddress(config.edgeApi.address));
  const [opsUrl = ''] = opsUrls;
  logger.info('the operator listens', { edgeUrl, opsUrls, store: config.store.type, replica: parts.replica.id });
  return { edgeUrl, opsUrl };
}

async function mustNotEnd(what: string, part: Promise<void>): Promise<never> {
  await part;
  throw new K4eError('INTERNAL', { message: `${what} ended by itself`, retry: 'never' });
}
