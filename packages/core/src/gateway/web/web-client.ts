import axios from 'axios';
import type { AxiosResponse } from 'axios';
import { K4eError, errorText } from '../../foundation/index.ts';
import type { CallOptions } from '../../ports/index.ts';

/** A request to a server that a message names. */
export interface WebRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Uint8Array;
  /** Most bytes of the answer's content. */
  readonly maxBytes: number;
}

/** What a server answered, whatever its status. */
export interface WebAnswer {
  readonly statusCode: number;
  /** Names in lower case; several values of one name in one text. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Uint8Array;
}

/**
 * Does a request, as it is: follows no redirect, uses no proxy, never retries. Rejects with `LINK_UNREACHABLE`, `TOO_LARGE`
 * (more than `maxBytes`) or `ABORTED`. The caller sets the time limit, through the signal.
 */
export type WebClient = (request: WebRequest, options?: CallOptions) => Promise<WebAnswer>;

/** A `WebClient` on the machine's own network. */
export function createWebClient(): WebClient {
  return async ({ method, url, headers = {}, content, maxBytes }, { signal } = {}) => {
    try {
      const answer = await axios.request<ArrayBuffer>({
        ...{ method, url, headers, maxBodyLength: Infinity, maxContentLength: maxBytes },
        ...(content === undefined ? {} : { data: Buffer.from(content) }),
        ...(signal === undefined ? {} : { signal }),
        ...{ responseType: 'arraybuffer', maxRedirects: 0, proxy: false, validateStatus: () => true },
      });
      return { statusCode: answer.status, headers: headersOf(answer), content: new Uint8Array(answer.data) };
    } catch (error) {
      throw failureOf(error, new URL(url).host, signal);
    }
  };
}

function headersOf({ headers }: AxiosResponse): Record<string, string> {
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string[]] => [name.toLowerCase(), texts(value)])
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, values.join(';')]),
  );
}

function failureOf(error: unknown, subject: string, signal: AbortSignal | undefined): K4eError {
  if (signal?.aborted === true) return new K4eError('ABORTED', { subject, retry: 'never' });
  const message = errorText(error);
  const isTooLarge = message.startsWith('maxContentLength');
  return new K4eError(isTooLarge ? 'TOO_LARGE' : 'LINK_UNREACHABLE', { subject, message, cause: error });
}
