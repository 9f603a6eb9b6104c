import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A request that came in. `path` is below the API's root, `/_ping` aside. */
export interface RecordedRequest {
  readonly route: string;
  readonly version: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An answer: a JSON value with its status, or whatever a function does with the response. */
export type ScriptedAnswer =
  | { readonly status?: number; readonly json?: unknown; readonly headers?: Record<string, string> }
  | ((response: ServerResponse, request: RecordedRequest) => void);

/** A server on a unix socket that answers as it is told: for what no healthy podman does. */
export interface ScriptedLibpod extends AsyncDisposable {
  readonly socketPath: string;
  readonly requests: readonly RecordedRequest[];
  /** From now on requests to that route, such as `GET pods/json`, are answered so; the last ones in turn, then all with the last. */
  answer(route: string, ...answers: ScriptedAnswer[]): void;
  /** The routes asked for so far. */
  routes(): readonly string[];
  /** Resolves when that many requests to the route have come in. */
  received(route: string, count?: number): Promise<void>;
  /** Cuts all connections and listens no more; `listen` brings it back. */
  die(): Promise<void>;
  listen(): Promise<void>;
}

const PING: ScriptedAnswer = { headers: { 'Libpod-API-Version': '5.4.2' }, json: 'OK' };

/** Starts a server that knows its version, and answers 404 to all else that it was not told of. */
export async function startScriptedLibpod(): Promise<ScriptedLibpod> {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-libpod-'));
  const socketPath = join(directory, 'podman.sock');
  const answers = new Map<string, ScriptedAnswer[]>([['GET /_ping', [PING]]]);
  const requests: RecordedRequest[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((incoming, response) => {
    void record(incoming).then((request) => {
      requests.push(request);
      waiting.forEach((check) => check());
      const script = answers.get(request.route) ?? [
        { status: 404, json: { cause: 'not scripted', message: request.route } },
      ];
      const answer = script.length > 1 ? script.shift() : script[0];
      if (typeof answer === 'function') answer(response, request);
      else reply(response, answer ?? {});
    });
  });
  const listen = async (): Promise<void> => {
    server.listen(socketPath);
    await once(server, 'listening');
  };
  const die = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  await listen();
  return {
    socketPath,
    requests,
    answer: (route, ...script) => void answers.set(route, script),
    routes: () => requests.map(({ route }) => route),
    received: (route, count = 1) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (requests.filter((request) => request.route === route).length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    die,
    listen,
    async [Symbol.asyncDispose]() {
      await die();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Gives an answer whose time has come. */
export function reply(response: ServerResponse, answer: Exclude<ScriptedAnswer, (...parts: never[]) => void>): void {
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.json === undefined ? '' : JSON.stringify(answer.json));
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://podman');
  const [, version, path] = /^\/(v[\d.]+)\/libpod\/(.*)$/.exec(url.pathname) ?? [];
  const body: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => body.push(chunk));
  await once(incoming, 'end');
  return {
    route: `${incoming.method ?? ''} ${path ?? url.pathname}`,
    version,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    body: Buffer.concat(body).toString('utf8'),
  };
}
