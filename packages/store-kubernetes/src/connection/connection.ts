import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { K4eError, errorText } from '@k4e/core';
import type { Clock } from '@k4e/core/ports';
import { createAgents } from './agents.ts';
import { currentCredentials } from './credentials.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { ConnectionLimits } from './limits.ts';

/** A request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** A whole answer, whatever its status. */
export interface ApiResponse {
  readonly status: number;
  /** Of the header `Retry-After`, where it was given in seconds. */
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}

/** An answer whose body comes as it is written. */
export interface ApiStream {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly chunks: AsyncIterable<Buffer>;
  /** Gives the connection up. Idempotent. */
  close(): void;
}

/** The way to one API server, with connections that are used again. */
export interface Connection {
  /** Rejects with `STORE_UNAVAILABLE`, `FORBIDDEN` (no credentials), `TOO_LARGE` or `ABORTED`; any HTTP status resolves. */
  send(request: ApiRequest): Promise<ApiResponse>;
  /** As `send`; resolves when the status is there. The stream has no time limit. */
  open(request: ApiRequest): Promise<ApiStream>;
  close(): void;
}

function retryAfterMs(response: IncomingMessage): number | undefined {
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

function unavailable(error: unknown): K4eError {
  if (error instanceof K4eError) return error;
  return new K4eError('STORE_UNAVAILABLE', {
    message: `the Kubernetes API cannot be reached: ${errorText(error)}`,
    cause: error,
  });
}

function aborted(): K4eError {
  return new K4eError('ABORTED', { retry: 'never' });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new K4eError('TOO_LARGE', { message: `the answer is larger than ${maxBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(request: ApiRequest): OutgoingHttpHeaders {
  const { body, contentType = 'application/json' } = request;
  const accept = { accept: 'application/json' };
  return body === undefined
    ? accept
    : { ...accept, 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
}

/** Resolves with the head of the answer; whoever reads the body hears of later failures. */
function responseOf(call: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.once('response', resolve);
    call.on('error', reject);
    call.end(body);
  });
}

/** Runs `work` on a request that the caller's signal and the time limit can end. */
async function withinLimit<Result>(
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
  { signal }: ApiRequest,
  call: ClientRequest,
  work: () => Promise<Result>,
): Promise<Result> {
  const onAbort = (): void => void call.destroy(aborted());
  const late = `no answer of the Kubernetes API within ${timeoutMs} ms`;
  const cancel = clock.schedule(timeoutMs, () => {
    call.destroy(new K4eError('STORE_UNAVAILABLE', { message: late }));
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } catch (error) {
    call.destroy();
    throw signal?.aborted ? aborted() : unavailable(error);
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  /** Default `DEFAULT_LIMITS`. */
  readonly limits?: ConnectionLimits;
}

/** Connects to the current cluster of `kubeConfig`. Nothing is sent yet. */
export function createConnection(options: ConnectionOptions): Connection {
  const { kubeConfig, clock, limits = DEFAULT_LIMITS } = options;
  const agents = createAgents(limits.maxConnections);
  const time = { clock, timeoutMs: limits.requestTimeoutMs };
  const start = async (request: ApiRequest, use: 'request' | 'watch'): Promise<ClientRequest> => {
    if (request.signal?.aborted) throw aborted();
    const credentials = await currentCredentials(kubeConfig);
    const { server } = credentials;
    const url = new URL(`${server.pathname.replace(/\/$/, '')}${request.path}`, server);
    const open = server.protocol === 'http:' ? httpRequest : httpsRequest;
    const agent = agents.agentFor(credentials, use);
    return open(url, { method: request.method, agent, headers: { ...credentials.headers, ...headersOf(request) } });
  };
  return {
    async send(request) {
      const call = await start(request, 'request');
      return withinLimit(time, request, call, async () => {
        const response = await responseOf(call, request.body);
        const body = await readBody(response, limits.responseMaxBytes);
        return { status: response.statusCode ?? 0, retryAfterMs: retryAfterMs(response), body };
      });
    },
    async open(request) {
      const call = await start(request, 'watch');
      const response = await withinLimit(time, request, call, () => responseOf(call, request.body));
      return {
        status: response.statusCode ?? 0,
        retryAfterMs: retryAfterMs(response),
        chunks: response,
        close: () => void call.destroy(),
      };
    },
    close: () => agents.destroy(),
  };
}
