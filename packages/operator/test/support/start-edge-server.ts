import type { EdgeApi } from '@k4e/core/control-plane';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import type { MemoryLogger } from '@k4e/core/testing';
import { createEdgeServer } from '../../src/http/index.ts';
import type { EdgeLimits, EdgeServer } from '../../src/http/index.ts';
import { createPrometheusSink } from '../../src/metrics/index.ts';
import { createScriptedEdgeApi } from './scripted-edge-api.ts';
import type { ScriptedEdgeApi } from './scripted-edge-api.ts';

/** An edge server on a free port of loopback. */
export interface StartedEdgeServer {
  readonly url: string;
  readonly server: EdgeServer;
  readonly edgeApi: ScriptedEdgeApi;
  readonly logger: MemoryLogger;
  /** What was counted, in Prometheus' text. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts an edge server over a scripted edge API. */
export async function startEdgeServer(
  script: Partial<EdgeApi> = {},
  limits: Partial<EdgeLimits> = {},
): Promise<StartedEdgeServer> {
  const edgeApi = createScriptedEdgeApi(script);
  const logger = createMemoryLogger();
  const { sink, text } = createPrometheusSink();
  const openApi = { openapi: '3.0.3', info: { title: 'k4e' } };
  const parts = { edgeApi, clock: createSystemClock(), logger, metrics: sink, openApi, limits };
  const server = createEdgeServer(parts);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const stop = (): Promise<void> => server.close({ signal: AbortSignal.abort() });
  return { url, server, edgeApi, logger, metrics: text, stop };
}
