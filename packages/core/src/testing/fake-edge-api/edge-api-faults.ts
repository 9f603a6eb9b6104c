import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../foundation/index.ts';
import { MAX_BODY_BYTES } from '../../protocol/index.ts';
import { createSystemClock } from '../../system/index.ts';

/** A way for an HTTP server to go wrong, and what it is to a device. */
export interface EdgeApiFault {
  /** What a client makes of it. */
  readonly code: ErrorCode;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

const DRIP_INTERVAL_MS = 20;
const BOMB_BYTES = 4 * MAX_BODY_BYTES;

const fault = (code: ErrorCode, answer: EdgeApiFault['answer']): EdgeApiFault => ({ code, answer });
const status = (code: ErrorCode, statusCode: number, headers: Record<string, string> = {}): EdgeApiFault =>
  fault(code, (_request, response) => void response.writeHead(statusCode, headers).end());
const body = (text: string): EdgeApiFault => fault('LINK_GARBAGE', (_request, response) => void response.end(text));

/** Faults by name. A test goes over all of them, so that none is forgotten. */
export const EDGE_API_FAULTS = {
  'answers 500': status('LINK_UNREACHABLE', 500),
  'answers 503 and asks to wait': status('LINK_UNREACHABLE', 503, { 'Retry-After': '7' }),
  'answers 429': status('LINK_UNREACHABLE', 429),
  'answers 400': status('LINK_REFUSED', 400),
  'answers 403': status('LINK_REFUSED', 403),
  'answers with a redirect': status('LINK_GARBAGE', 302, { Location: 'http://127.0.0.1:9/' }),
  'never answers': fault('LINK_UNREACHABLE', () => undefined),
  'answers a byte now and then': fault('LINK_UNREACHABLE', (_request, response) => drip(response)),
  'resets the connection': fault('LINK_UNREACHABLE', (request) => void request.socket.resetAndDestroy()),
  'closes in the middle of the answer': fault('LINK_UNREACHABLE', (_request, response) => {
    response.writeHead(200, { 'Content-Length': 1_000 });
    response.write('{"type":', () => response.destroy());
  }),
  'does not speak HTTP': fault('LINK_GARBAGE', (request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
} as const satisfies Readonly<Record<string, EdgeApiFault>>;

/** Answers to `GET` that are no message. To what a device sends they are successes: nobody reads those answers. */
export const EDGE_API_GARBAGE = {
  'a web page': body('<html>Please log in to the hotel</html>'),
  'JSON that is no message': body('[1,2,3]'),
  'a message of a type that does not exist': body('{"type":"data-plus","version":1}'),
  'half a message': body('{"type":"data","version":1,"cont'),
  'a nesting without end': body('['.repeat(200_000)),
} as const satisfies Readonly<Record<string, EdgeApiFault>>;

/** Answers of more than `MAX_BODY_BYTES`, to `GET` and `POST` alike. */
export const EDGE_API_FLOODS = {
  'more than the limit': body(' '.repeat(MAX_BODY_BYTES + 1)),
  'more than the limit, once decompressed': fault('LINK_GARBAGE', (_request, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(BOMB_BYTES)));
  }),
} as const satisfies Readonly<Record<string, EdgeApiFault>>;

function drip(response: ServerResponse): void {
  const clock = createSystemClock();
  const next = (): void => {
    if (response.destroyed) return;
    response.write(' ');
    clock.schedule(DRIP_INTERVAL_MS, next);
  };
  next();
}
