import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { JSON_MEDIA_TYPE, refusal, refusalBody } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** What came instead of a request, by the code that Node's HTTP server gives it. */
const KNOWN: Readonly<Record<string, { readonly reason: 'timeout' | 'headers'; readonly refused: Refusal }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { reason: 'timeout', refused: refusal(408, 'the request did not arrive in time') },
  HPE_HEADER_OVERFLOW: { reason: 'headers', refused: refusal(431, 'the headers are too large') },
};
const GARBAGE = { reason: 'garbage', refused: refusal(400, 'not an HTTP request') } as const;

/** Answers what is no request in the API's own way, where anybody still listens, and ends the connection. */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Pick<Duplex, 'writable' | 'end' | 'destroy'>,
  metrics: RequestMetrics,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { reason, refused } = KNOWN[error.code ?? ''] ?? GARBAGE;
  metrics.refused(reason);
  const body = refusalBody(refused)?.toString() ?? '';
  const head = [
    `HTTP/1.1 ${String(refused.status)} ${STATUS_CODES[refused.status] ?? ''}`,
    `Content-Type: ${JSON_MEDIA_TYPE}`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
