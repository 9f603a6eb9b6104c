import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { EdgeApi } from '@k4e/core/control-plane';
import type { CallOptions, Clock, Logger, MetricsSink } from '@k4e/core/ports';
import { sendRefusal } from './answer.ts';
import { createBodyBudget } from './body-budget.ts';
import { answerClientError } from './client-error.ts';
import { NO_ENDPOINT } from './edge-endpoints.ts';
import { DEFAULT_EDGE_LIMITS } from './edge-limits.ts';
import type { EdgeLimits } from './edge-limits.ts';
import { registerEdgeRoutes } from './edge-routes.ts';
import type { EdgeRouteParts } from './edge-routes.ts';
import { refusalOfFramework, refusalOfNoEndpoint } from './framework-refusals.ts';
import { listen } from './listen.ts';
import type { ListenAddress } from './listen-address.ts';
import { createLogThrottle } from './log-throttle.ts';
import { JSON_MEDIA_TYPE, refusal } from './refusal.ts';
import { createRequestMetrics } from './request-metrics.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** What an edge server is made of. */
export interface EdgeServerParts {
  readonly edgeApi: EdgeApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  /** The OpenAPI document that `/openapi.json` and `/swagger.json` serve. */
  readonly openApi: unknown;
  /** Default: the named limits of `edge-limits.ts`. */
  readonly limits?: Partial<EdgeLimits>;
}

/** The edge API over HTTP/1.1, as k4e and yggdrasil devices speak it. */
export interface EdgeServer {
  /** Resolves with the URL when it listens. Throws `CONFIG_INVALID` when the address cannot be had. Once. */
  listen(address: ListenAddress): Promise<string>;
  /**
   * Takes no connection any more, lets go of the polls that are held, and resolves when every request was answered; `signal`
   * ends those that are left.
   */
  close(options?: CallOptions): Promise<void>;
}

/** One line in this time for each kind of failure. */
const LOG_INTERVAL_MS = 10_000;

/** Creates an edge server. Without authentication and TLS (wire: as upstream's port 8888). */
export function createEdgeServer(parts: EdgeServerParts): EdgeServer {
  const limits = { ...DEFAULT_EDGE_LIMITS, ...parts.limits };
  const metrics = createRequestMetrics(parts.metrics);
  const ending = new AbortController();
  const throttle = createLogThrottle(parts.clock, LOG_INTERVAL_MS);
  const server = createFastify(limits, metrics);
  const { edgeApi, logger } = parts;
  const reading = { limits, budget: createBodyBudget(limits.heldBodyBytes) };
  const openApi = Buffer.from(JSON.stringify(parts.openApi));
  addRoutes(server, { edgeApi, logger, throttle, metrics, reading, openApi, signal: ending.signal });
  watchConnections(server, limits, metrics);
  return {
    async listen(address) {
      await server.ready();
      return listen(server.server, address);
    },
    async close({ signal } = {}) {
      const end = (): void => {
        ending.abort();
        server.server.closeAllConnections();
      };
      signal?.addEventListener('abort', end, { once: true });
      edgeApi.letGo();
      const closed = server.close();
      if (signal?.aborted) end();
      await closed;
      signal?.removeEventListener('abort', end);
      ending.abort();
    },
  };
}

function createFastify(limits: EdgeLimits, metrics: RequestMetrics): FastifyInstance {
  return fastify({
    logger: false,
    connectionTimeout: limits.socketTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckIntervalMs,
    },
    // HEAD of `data/in` would acknowledge, as GET does, what the device never got to see.
    exposeHeadRoutes: false,
    // A request that made it in before the end is answered; its connection ends with it.
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.headerBytes },
    frameworkErrors: (error, _request, reply) => {
      metrics.answered(NO_ENDPOINT, 400, 0);
      void sendRefusal(reply, refusal(400, error.message));
    },
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, metrics);
    },
  });
}

/**
 * Bodies are read by the routes themselves, and only there: the framework checks the content type, and for what is no
 * route not even that.
 */
function addRoutes(server: FastifyInstance, parts: EdgeRouteParts): void {
  server.removeAllContentTypeParsers();
  server.setNotFoundHandler((request, reply) => {
    const refused = refusalOfNoEndpoint(request);
    parts.metrics.answered(NO_ENDPOINT, refused.status, 0);
    return sendRefusal(reply, refused);
  });
  server.setErrorHandler((error, request, reply) => {
    const refused = refusalOfFramework(error, request);
    if (refused.status >= 500) parts.logger.error('a request failed in the HTTP server', { error });
    return sendRefusal(reply, refused);
  });
  server.register((scope, _options, done) => {
    scope.addContentTypeParser(JSON_MEDIA_TYPE, (_request, _payload, parsed) => {
      parsed(null);
    });
    registerEdgeRoutes(scope, parts);
    done();
  });
}

function watchConnections({ server }: FastifyInstance, limits: EdgeLimits, metrics: RequestMetrics): void {
  server.maxConnections = limits.connections;
  server.on('drop', () => {
    metrics.refused('connections');
  });
  server.on('connection', (socket) => {
    metrics.connection(1);
    socket.once('close', () => {
      metrics.connection(-1);
    });
  });
}
