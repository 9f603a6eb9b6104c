import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { Credentials } from './credentials.ts';
import { IDLE_CONNECTION_MS } from './limits.ts';

/** Where connections are kept between requests. */
export interface Agents {
  /** For requests: a bounded number at a time. For watches: as many as there are. */
  agentFor(credentials: Credentials, use: 'request' | 'watch'): NonNullable<RequestOptions['agent']>;
  /** Closes all connections. */
  destroy(): void;
}

/** Milliseconds of silence on a connection after which TCP looks whether the other side is still there. */
const KEEP_ALIVE_PROBE_MS = 30_000;

function fingerprint({ tls, server }: Credentials): string {
  const hash = createHash('sha256').update(server.origin);
  for (const [name, value] of Object.entries(tls))
    hash.update(`\0${name}\0`).update(Buffer.isBuffer(value) ? value : JSON.stringify(value));
  return hash.digest('hex');
}

/** Agents that are made anew only when server or certificates change. */
export function createAgents(maxConnections: number): Agents {
  let current:
    | { readonly key: string; readonly request: HttpAgent | HttpsAgent; readonly watch: HttpAgent | HttpsAgent }
    | undefined;
  const destroy = (): void => {
    current?.request.destroy();
    current?.watch.destroy();
    current = undefined;
  };
  const create = (credentials: Credentials, maxSockets: number): HttpAgent | HttpsAgent => {
    const shared = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_PROBE_MS, timeout: IDLE_CONNECTION_MS, maxSockets };
    return credentials.server.protocol === 'http:'
      ? new HttpAgent(shared)
      : new HttpsAgent({ ...shared, ...credentials.tls });
  };
  return {
    agentFor(credentials, use) {
      if (credentials.proxyAgent) return credentials.proxyAgent;
      const key = fingerprint(credentials);
      if (current?.key !== key) {
        // Requests under way keep their sockets; only idle ones of the old certificates are dropped.
        current = { key, request: create(credentials, maxConnections), watch: create(credentials, Infinity) };
      }
      return current[use];
    },
    destroy,
  };
}
