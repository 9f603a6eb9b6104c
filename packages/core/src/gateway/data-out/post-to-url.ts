import { K4eError } from '../../foundation/index.ts';
import type { Clock, WorkerAnswer, WorkerData } from '../../ports/index.ts';
import { MAX_WORKER_CONTENT_BYTES } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { readAllowedUrl } from '../web/index.ts';
import type { HostRules, WebAnswer, WebClient } from '../web/index.ts';
import { answerOfFailure, refusal } from './worker-answers.ts';

/** Time allowed for one request that a worker asks for, in milliseconds. */
export const URL_REQUEST_LIMIT_MS = 30_000;
/** Most headers that a worker gives a request. */
export const MAX_URL_HEADERS = 64;

/** What posting takes. */
export interface PostParts extends HostRules {
  readonly web: WebClient;
  readonly clock: Clock;
}

/** Names that are the client's own, or of the connection rather than of the request (RFC 9110). */
const RESERVED = /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|keep-alive|expect|proxy-.*)$/i;
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,256}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;

/**
 * Posts the content to the URL in the directive, with the metadata as headers (wire), and gives the server's answer as it
 * is. Never rejects: a host that is not allowed is a 403, a header that cannot be sent a 400.
 */
export async function postToUrl(
  data: WorkerData,
  { web, clock, ...rules }: PostParts,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  const url = readAllowedUrl(data.directive, rules);
  if (!(url instanceof URL)) return refusal(403, url.objection);
  try {
    const headers = requestHeaders(data.metadata);
    const limits = { clock, limitMs: URL_REQUEST_LIMIT_MS, subject: url.host, signal };
    const request = { method: 'POST', url: url.href, headers, content: data.content } as const;
    return readAnswer(
      await withDeadline(limits, (inner) => web({ ...request, maxBytes: MAX_WORKER_CONTENT_BYTES }, { signal: inner })),
    );
  } catch (error) {
    return answerOfFailure(error);
  }
}

function requestHeaders(metadata: WorkerData['metadata']): Record<string, string> {
  const entries = Object.entries(metadata).filter(([name]) => !RESERVED.test(name));
  if (
    entries.length > MAX_URL_HEADERS ||
    !entries.every(([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value))
  ) {
    throw new K4eError('INVALID_INPUT', { message: 'the metadata cannot be sent as headers', retry: 'never' });
  }
  const hasType = entries.some(([name]) => name.toLowerCase() === 'content-type');
  return { ...(hasType ? {} : { 'Content-Type': 'application/json' }), ...Object.fromEntries(entries) };
}

function readAnswer({ statusCode, headers, content }: WebAnswer): WorkerAnswer {
  const text = new TextDecoder().decode(content);
  return { statusCode, metadata: headers, ...(text === '' ? {} : { body: readBody(text) }) };
}

/** JSON as it is, anything else as text. */
function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
