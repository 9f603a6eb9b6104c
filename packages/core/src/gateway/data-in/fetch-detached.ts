import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, Clock } from '../../ports/index.ts';
import { MAX_WORKER_CONTENT_BYTES } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { readAllowedUrl } from '../web/index.ts';
import type { HostRules, WebClient } from '../web/index.ts';

/** Time allowed for fetching content, in milliseconds. */
export const DETACHED_CONTENT_LIMIT_MS = 60_000;

/** What fetching takes. */
export interface FetchParts extends HostRules {
  readonly web: WebClient;
  readonly clock: Clock;
}

/**
 * Fetches what the content of a message stands for (wire: detached content, a URL as text). Rejects with `INVALID_INPUT` (no
 * URL, or of a host that is not allowed: never worth a retry), `LINK_REFUSED` (a 4xx), `TOO_LARGE`, `LINK_UNREACHABLE`,
 * `TIMEOUT` or `ABORTED`.
 */
export async function fetchDetached(
  content: unknown,
  { web, clock, ...rules }: FetchParts,
  { signal }: CallOptions = {},
): Promise<Uint8Array> {
  const url = typeof content === 'string' ? readAllowedUrl(content, rules) : { objection: 'it is no text' };
  if (!(url instanceof URL)) {
    throw new K4eError('INVALID_INPUT', { subject: 'detached content', message: url.objection, retry: 'never' });
  }
  const limits = { clock, limitMs: DETACHED_CONTENT_LIMIT_MS, subject: url.host, signal };
  const request = { method: 'GET', url: url.href, maxBytes: MAX_WORKER_CONTENT_BYTES } as const;
  const answer = await withDeadline(limits, (inner) => web(request, { signal: inner }));
  if (answer.statusCode === 200) return answer.content;
  const message = `answered ${answer.statusCode}`;
  const isFinal = answer.statusCode >= 400 && answer.statusCode < 500 && ![408, 425, 429].includes(answer.statusCode);
  if (isFinal) throw new K4eError('LINK_REFUSED', { subject: url.host, message, retry: 'never' });
  throw new K4eError('LINK_UNREACHABLE', { subject: url.host, message });
}
