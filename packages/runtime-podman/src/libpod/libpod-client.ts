import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { K4eError } from '@k4e/core';
import type { Clock } from '@k4e/core/ports';
import { startDeadline } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import type { LibpodAnswer, LibpodRequest, LibpodStream } from './libpod-request.ts';
import { readBounded } from './read-bounded.ts';
import { toRuntimeError } from './transport-error.ts';

/**
 * HTTP over podman's unix socket. Statuses are the caller's to judge; rejects with `RUNTIME_UNAVAILABLE` when there is no
 * answer, with `TOO_LARGE` when it is too much, with `ABORTED` when the caller's signal fired.
 */
export interface LibpodClient {
  /**
   * A question is dropped when `signal` fires. A change that has been sent is waited for, up to the limit, before this
   * rejects: podman would go on with it, and who looks meanwhile sees it half done.
   */
  readonly call: (request: LibpodRequest) => Promise<LibpodAnswer>;
  /** Resolves when the answer begins. `signal` ends the stream too. */
  readonly stream: (request: LibpodRequest) => Promise<LibpodStream>;
}

/** What a client is made of. */
export interface LibpodClientOptions {
  readonly socketPath: string;
  readonly clock: Clock;
  /** The time limit of a request that names none. */
  readonly queryTimeoutMs: number;
  /** How long a change is waited for after its caller's signal fired. */
  readonly cancelTimeoutMs: number;
  readonly answerBytes: number;
}

type Response = AxiosResponse<NodeJS.ReadableStream & AsyncIterable<Uint8Array> & { destroy(): unknown }>;

/** A request under way, with its deadline and the way its failures are told. */
interface Exchange {
  readonly request: LibpodRequest;
  readonly response: Response;
  readonly deadline: Deadline;
  readonly explain: (error: unknown) => K4eError;
}

/** Creates a client. It keeps no connection open between requests, so a restarted engine is no matter. */
export function createLibpodClient(options: LibpodClientOptions): LibpodClient {
  const http = createHttp(options.socketPath);
  const begin = async (request: LibpodRequest, cancelTimeoutMs: number): Promise<Exchange> => {
    const timeoutMs = request.timeoutMs ?? options.queryTimeoutMs;
    const deadline = startDeadline(options.clock, { timeoutMs, signal: request.signal, cancelTimeoutMs });
    const explain = (error: unknown): K4eError =>
      toRuntimeError(error, request, deadline, { socketPath: options.socketPath, timeoutMs });
    try {
      return { request, response: await send(http, request, deadline.signal), deadline, explain };
    } catch (error) {
      deadline.dispose();
      throw explain(error);
    }
  };
  return {
    async call(request) {
      const isChange = request.method !== 'GET';
      const answer = await toAnswer(await begin(request, isChange ? options.cancelTimeoutMs : 0), options.answerBytes);
      if (isChange && request.signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      return answer;
    },
    stream: async (request) => toStream(await begin(request, 0)),
  };
}

function createHttp(socketPath: string): AxiosInstance {
  return axios.create({
    baseURL: 'http://podman',
    socketPath,
    proxy: false,
    maxRedirects: 0,
    responseType: 'stream',
    validateStatus: () => true,
    transformRequest: (body: unknown) => body,
  });
}

function send(http: AxiosInstance, request: LibpodRequest, signal: AbortSignal): Promise<Response> {
  return http.request({
    method: request.method,
    url: request.path,
    params: { ...request.query },
    headers: { ...request.headers },
    ...(request.body === undefined ? {} : { data: request.body }),
    signal,
  });
}

async function toAnswer({ response, deadline, explain }: Exchange, maxBytes: number): Promise<LibpodAnswer> {
  try {
    const text = await readBounded(response.data, maxBytes);
    const header = (name: string): string | undefined => {
      const value: unknown = response.headers[name.toLowerCase()];
      return typeof value === 'string' ? value : undefined;
    };
    return { status: response.status, body: parseBody(text), header };
  } catch (error) {
    throw explain(error);
  } finally {
    deadline.dispose();
  }
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toStream({ request, response, deadline, explain }: Exchange): LibpodStream {
  if (request.timeoutCoversStream !== true) deadline.liftTimeLimit();
  const close = (): void => {
    deadline.dispose();
    response.data.destroy();
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      yield* response.data;
    } catch (error) {
      throw explain(error);
    } finally {
      close();
    }
  }
  return { status: response.status, chunks: read(), close };
}
