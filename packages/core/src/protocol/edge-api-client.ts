import { randomUUID } from 'node:crypto';
import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { K4eError, errorText } from '../foundation/index.ts';
import type { Heartbeat } from './heartbeat.ts';
import { HEARTBEAT_DIRECTIVE } from './heartbeat.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { Message } from './message.ts';
import { createMessage, messageSchema } from './message.ts';
import type { Channel } from './paths.ts';
import { endpointPath } from './paths.ts';
import { readContent } from './read-content.ts';
import type { RegistrationInfo } from './registration.ts';
import { REGISTRATION_DIRECTIVE } from './registration.ts';

/** Default time allowed for one request, in milliseconds. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;

/** How to reach an edge API. */
export interface EdgeApiClientOptions {
  /** Scheme, host and port, such as `http://k4e.example:8888`. */
  readonly url: string;
  /** Default `DEFAULT_REQUEST_TIMEOUT_MS`. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  /** Wall-clock time for `sent`; default: the system's. */
  readonly nowMs?: () => number;
}

interface Options {
  readonly signal?: AbortSignal;
}

/**
 * The typed client of the edge API: what a device says and asks.
 * Every method rejects with `LINK_UNREACHABLE` (no answer, or 5xx and 429), `LINK_UNKNOWN_DEVICE` (404),
 * `LINK_REFUSED` (other 4xx), `LINK_GARBAGE` (an answer that is not the protocol) or `ABORTED`; it never retries.
 */
export class EdgeApiClient {
  readonly #http: AxiosInstance;
  readonly #nowMs: () => number;

  constructor(options: EdgeApiClientOptions) {
    this.#nowMs = options.nowMs ?? (() => new Date().getTime());
    this.#http = axios.create({
      baseURL: options.url,
      timeout: options.timeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
      maxContentLength: MAX_BODY_BYTES,
      maxBodyLength: MAX_BODY_BYTES,
      maxRedirects: 0,
      proxy: false,
      responseType: 'text',
      transformResponse: (body: unknown) => body,
      validateStatus: () => true,
      headers: { 'User-Agent': options.userAgent ?? 'k4e', Accept: 'application/json' },
    });
  }

  /** Fetches the message that waits on a channel: the configuration on `data`, a command on `control`; `undefined` when there is none. */
  async fetch(channel: Channel, deviceId: string, options: Options = {}): Promise<Message | undefined> {
    const path = endpointPath(channel, deviceId, 'in');
    const response = await this.#call(path, () => this.#http.get<string>(path, { ...options }));
    if (response.data === '') return undefined;
    return readMessage(response.data, path);
  }

  /** Sends a message on a channel. */
  async send(channel: Channel, deviceId: string, message: Message, options: Options = {}): Promise<void> {
    const path = endpointPath(channel, deviceId, 'out');
    const body = JSON.stringify(message);
    await this.#call(path, () =>
      this.#http.post<string>(path, body, { ...options, headers: { 'Content-Type': 'application/json' } }),
    );
  }

  /** Asks for the device to be registered; registering again is fine. */
  async register(deviceId: string, content: RegistrationInfo, options: Options = {}): Promise<void> {
    await this.send('data', deviceId, this.#data(REGISTRATION_DIRECTIVE, content), options);
  }

  /** Sends a heartbeat. */
  async heartbeat(deviceId: string, content: Heartbeat, options: Options = {}): Promise<void> {
    await this.send('data', deviceId, this.#data(HEARTBEAT_DIRECTIVE, content), options);
  }

  #data(directive: string, content: unknown): Message {
    return createMessage({ type: 'data', directive, content }, { nowMs: this.#nowMs(), id: randomUUID() });
  }

  async #call(path: string, request: () => Promise<AxiosResponse<string>>): Promise<AxiosResponse<string>> {
    const response = await request().catch((error: unknown) => {
      if (axios.isCancel(error)) throw new K4eError('ABORTED', { retry: 'never' });
      const tooLarge = error instanceof Error && error.message.startsWith('maxContentLength');
      throw new K4eError(tooLarge ? 'LINK_GARBAGE' : 'LINK_UNREACHABLE', {
        subject: path,
        message: errorText(error),
        cause: error,
      });
    });
    refuseFailure(response, path);
    return response;
  }
}

function refuseFailure({ status }: AxiosResponse<string>, subject: string): void {
  if (status >= 200 && status < 300) return;
  const message = `answered ${status}`;
  if (status === 404) throw new K4eError('LINK_UNKNOWN_DEVICE', { subject, message });
  if (status >= 500 || status === 429 || status === 408) throw new K4eError('LINK_UNREACHABLE', { subject, message });
  throw new K4eError(status >= 400 ? 'LINK_REFUSED' : 'LINK_GARBAGE', {
    subject,
    message,
    ...(status >= 400 ? { retry: 'never' } : {}),
  });
}

function readMessage(text: string, subject: string): Message {
  try {
    return readContent(messageSchema, JSON.parse(text), subject);
  } catch (cause) {
    throw new K4eError('LINK_GARBAGE', { subject, message: `not a message: ${errorText(cause)}`, cause });
  }
}
