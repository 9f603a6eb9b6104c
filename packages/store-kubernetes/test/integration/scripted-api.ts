import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** An HTTP server on loopback that answers as a test says: what no real API server can be made to do. */
export interface ScriptedApi {
  readonly kubeConfig: KubeConfig;
  /** Paths that were asked for, with their queries. */
  readonly requests: readonly string[];
  /** Connections that were opened so far. */
  connections(): number;
  /** Connections that were open at a time, at most. */
  mostConnections(): number;
  stop(): Promise<void>;
}

/** How a request is answered. */
export type Script = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server that answers by `script`. */
export async function startScriptedApi(script: Script): Promise<ScriptedApi> {
  const requests: string[] = [];
  let [opened, now, most] = [0, 0, 0];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    request.resume();
    request.once('end', () => {
      script(request, response);
    });
  });
  server.on('connection', (socket) => {
    opened += 1;
    most = Math.max(most, (now += 1));
    socket.once('close', () => {
      now -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'scripted', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'tester', token: 'secret-token' },
  );
  return {
    kubeConfig,
    requests,
    connections: () => opened,
    mostConnections: () => most,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A ConfigMap as a server writes it. */
export function configMap(name: string): object {
  const managedFields = [{ manager: 'x', operation: 'Apply', fieldsV1: {} }];
  return {
    metadata: { namespace: 'n', name, uid: `uid-${name}`, resourceVersion: '7', managedFields },
    data: { name },
  };
}
