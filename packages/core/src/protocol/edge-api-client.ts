import { randomUUID } from 'node:crypto';
import axios from 'axios';
import type { AxiosInstance, AxiosResponse } from 'axios';
import { K4eError, errorText, isDnsLabel } from '../foundation/index.ts';
import { failureOfRequest, failureOfStatus } from './answer-failure.ts';
import { pollHeaders, readPollTerms } from './held-poll.ts';
import type { PollWish } from './held-poll.ts';
import type { Heartbeat } from './heartbeat.ts';
import { HEARTBEAT_DIRECTIVE } from './heartbeat.ts';
import { MAX_BODY_BYTES, MAX_SHORT_TEXT } from './limits.ts';
import type { Message } from './message.ts';
import { createMessage, messageSchema } from './message.ts';
import type { Channel } from './paths.ts';
import { endpointPath } from './paths.ts';
import { readContent } from './read-content.ts';
import type { RegistrationInfo } from './registration.ts';
import { REGISTRATION_DIRECTIVE } from './registration.ts';
import { withRequestDeadline } from './request-deadline.ts';
import type { RequestDeadline } from './request-deadline.ts';

/** Default time allowed for one request, from connecting to the last byte of the answer, in milliseconds. */
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

/** What came of a poll that says what the device has. */
export interface PollAnswer {
  /** What waits on the channel, if anything does and it is something else than the device has. */
  readonly message: Message | undefined;
  /** What the answer is called, for the next poll; `undefined` from a peer that does not name its answers. */
  readonly tag?: string;
  /** Whether the peer holds polls: the next one may follow at once. */
  readonly isHeld: boolean;
}

const UNCHANGED_STATUS = 304;
const MS_PER_SECOND = 1_000;

/**
 * The typed client of the edge API: what a device says and asks.
 * Every method rejects with `LINK_UNREACHABLE` (no whole answer in time, or 5xx and 429: `retry` then says how long the
 * control plane asks to wait, when it does), `LINK_UNKNOWN_DEVICE` (404), `LINK_REFUSED` (other 4xx), `LINK_GARBAGE` (an
 * answer that is not the protocol, or over `MAX_BODY_BYTES`), `TOO_LARGE` (a message over it: nothing is sent),
 * `INVALID_INPUT` (the id is no DNS label) or `ABORTED`; it never retries.
 */
export class EdgeApiClient {
  readonly #http: AxiosInstance;
  readonly #nowMs: () => number;
  readonly #timeoutMs: number;

  constructor(options: EdgeApiClientOptions) {
    this.#nowMs = options.nowMs ?? (() => new Date().getTime());
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
    this.#http = axios.create({
      baseURL: options.url,
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
    return (await this.poll(channel, deviceId, { waitSeconds: 0 }, options)).message;
  }

  /**
   * `fetch` that lets the peer wait until there is something else than the device has; see `PollWish`. A peer that does not
   * know of it answers at once. The time allowed is that of a request and `waitSeconds` more.
   */
  async poll(channel: Channel, deviceId: string, wish: PollWish, options: Options = {}): Promise<PollAnswer> {
    const path = pathFor(channel, deviceId, 'in');
    const headers = pollHeaders(wish);
    const timeoutMs = this.#timeoutMs + wish.waitSeconds * MS_PER_SECOND;
    const get = (signal: AbortSignal) => this.#http.get<string>(path, { signal, headers });
    const answer = await answered(path, { ...options, timeoutMs }, get);
    const terms = readPollTerms(answer.headers);
    if (answer.status === UNCHANGED_STATUS && wish.tag !== undefined) return { message: undefined, ...terms };
    const text = checkedText(answer, path);
    return { message: text.trim() === '' ? undefined : readMessage(text, path), ...terms };
  }

  /** Sends a message on a channel. */
  async send(channel: Channel, deviceId: string, message: Message, options: Options = {}): Promise<void> {
    const path = pathFor(channel, deviceId, 'out');
    const body = encodeBody(message, path);
    const headers = { 'Content-Type': 'application/json' };
    const post = (signal: AbortSignal) => this.#http.post<string>(path, body, { signal, headers });
    checkedText(await answered(path, { ...options, timeoutMs: this.#timeoutMs }, post), path);
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
}

/** The answer to a request, whatever its status. */
async function answered(
  path: string,
  deadline: RequestDeadline,
  request: (signal: AbortSignal) => Promise<AxiosResponse<string>>,
): Promise<AxiosResponse<string>> {
  const outcome = await withRequestDeadline(deadline, request);
  if (outcome.kind === 'aborted') throw new K4eError('ABORTED', { subject: path, retry: 'never' });
  if (outcome.kind === 'failed') throw failureOfRequest(outcome.error, path);
  if (outcome.kind === 'late') {
    const message = `no whole answer within ${deadline.timeoutMs} ms`;
    throw new K4eError('LINK_UNREACHABLE', { subject: path, message });
  }
  return outcome.value;
}

/** The body of an answer that is a success. */
function checkedText({ status, headers, data }: AxiosResponse<string>, path: string): string {
  const failure = failureOfStatus(status, headers['retry-after'], path);
  if (failure !== undefined) throw failure;
  return data;
}

function pathFor(channel: Channel, deviceId: string, direction: 'in' | 'out'): string {
  if (isDnsLabel(deviceId)) return endpointPath(channel, deviceId, direction);
  const message = `${JSON.stringify(deviceId.slice(0, MAX_SHORT_TEXT))} is no device id: DNS labels are`;
  throw new K4eError('INVALID_INPUT', { message, retry: 'never' });
}

function encodeBody(message: Message, subject: string): string {
  const body = JSON.stringify(message);
  const sizeBytes = Buffer.byteLength(body);
  if (sizeBytes <= MAX_BODY_BYTES) return body;
  const words = `a message of ${sizeBytes} bytes, ${MAX_BODY_BYTES} are allowed`;
  throw new K4eError('TOO_LARGE', { subject, message: words, retry: 'never' });
}

function readMessage(text: string, subject: string): Message {
  try {
    return readContent(messageSchema, JSON.parse(text), subject);
  } catch (cause) {
    throw new K4eError('LINK_GARBAGE', { subject, message: `not a message: ${errorText(cause)}`, cause });
  }
}
