import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Longest that a test waits for the other side of a socket. */
const DEADLINE_MS = 20_000;

/** Connects to a port of loopback. */
export function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** Everything that comes until the other side ends the connection, in whatever way. */
export function readToEnd(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection did not end; so far: ${Buffer.concat(chunks).toString()}`));
    }, DEADLINE_MS);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(deadline);
      resolve(Buffer.concat(chunks).toString());
    });
  });
}

/** Writes `request` on a connection of its own and reads to its end. The request should ask for `Connection: close`. */
export async function exchange(url: string, request: string | Buffer): Promise<RawAnswer> {
  const socket = await openSocket(url);
  const read = readToEnd(socket);
  socket.write(request);
  return parseAnswer(await read);
}

/** Reads the first answer of `text`. Throws when it is none. */
export function parseAnswer(text: string): RawAnswer {
  const headEnd = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1];
  if (headEnd === -1 || status === undefined) throw new Error(`not an HTTP answer: ${JSON.stringify(text)}`);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(status), headers, body: text.slice(headEnd + 4) };
}

/** What a request is made of besides its line. */
export interface RawRequest {
  readonly body?: string | Buffer;
  /** Default: `application/json` when there is a body. `null` leaves it out. */
  readonly contentType?: string | null;
  readonly headers?: readonly string[];
}

/** A whole request as bytes, with `Connection: close`. */
export function rawRequest(method: string, path: string, { body, contentType, headers = [] }: RawRequest = {}): Buffer {
  const type = contentType === undefined ? (body === undefined ? null : 'application/json') : contentType;
  const bytes = Buffer.from(body ?? '');
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: k4e.test',
    'User-Agent: yggd/0.2',
    'Connection: close',
    ...(type === null ? [] : [`Content-Type: ${type}`]),
    ...(body === undefined ? [] : [`Content-Length: ${String(bytes.length)}`]),
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}
