import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { CallOptions } from '@k4e/core/ports';
import type { PrometheusSink } from '../metrics/index.ts';
import type { Readiness } from '../readiness/index.ts';
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
  SOCKET_TIMEOUT_MS,
} from './edge-limits.ts';
import type { ListenAddress } from './listen-address.ts';
import { listen } from './listen.ts';

/** Most connections of probes and scrapers at once. */
export const MAX_OPS_CONNECTIONS = 256;

/** What an ops server tells of. */
export interface OpsServerParts {
  readonly readiness: Readiness;
  readonly prometheus: Pick<PrometheusSink, 'text' | 'contentType'>;
}

/** What the cluster asks of the operator, over HTTP: is it alive, is it ready, what did it count. */
export interface OpsServer {
  /** Resolves with the URL when it listens. Throws `CONFIG_INVALID` when the address cannot be had. Once. */
  listen(address: ListenAddress): Promise<string>;
  /** Resolves when it is gone; `signal` ends the requests that are left. */
  close(options?: CallOptions): Promise<void>;
}

/**
 * Creates an ops server.
 *
 * | path | answer |
 * |---|---|
 * | `/healthz` | 200 `ok` while the process turns |
 * | `/readyz` | 200 or 503, and each check in JSON |
 * | `/metrics` | Prometheus text |
 */
export function createOpsServer({ readiness, prometheus }: OpsServerParts): OpsServer {
  const server = createFastify();
  server.removeAllContentTypeParsers();
  server.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'));
  server.get('/readyz', async (_request, reply) => {
    const report = await readiness.report();
    return reply.code(report.ready ? 200 : 503).send(report);
  });
  server.get('/metrics', async (_request, reply) => reply.type(prometheus.contentType).send(await prometheus.text()));
  return {
    async listen(address) {
      await server.ready();
      server.server.maxConnections = MAX_OPS_CONNECTIONS;
      return listen(server.server, address);
    },
    async close({ signal } = {}) {
      const end = (): void => {
        server.server.closeAllConnections();
      };
      signal?.addEventListener('abort', end, { once: true });
      const closed = server.close();
      if (signal?.aborted) end();
      await closed;
      signal?.removeEventListener('abort', end);
    },
  };
}

function createFastify(): FastifyInstance {
  return fastify({
    logger: false,
    connectionTimeout: SOCKET_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS },
  });
}
