import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createSystemClock } from '@k4e/core/system';
import { afterEach, describe, expect, test } from 'vitest';
import { probeHttp } from './http-probe.ts';
import { probeTcp } from './tcp-probe.ts';

const HOST = '127.0.0.1';
const clock = createSystemClock();
/** Long enough for a busy machine. */
const PATIENT = { clock, timeoutMs: 30_000 };
const SHORT = { clock, timeoutMs: 200 };

const servers: { close(): unknown; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  servers.push(server);
  server.listen(0, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

describe('by HTTP', () => {
  const probe = async (listener: RequestListener, options = PATIENT, path = '/') => {
    const port = await listen(createServer(listener));
    return probeHttp({ kind: 'httpGet', scheme: 'http', host: HOST, port, path, headers: [] }, options);
  };
  const redirectTo =
    (location: string): RequestListener =>
    (request, response) => {
      if (request.url === '/bad') response.writeHead(500).end();
      else if (request.url === '/good') response.writeHead(200).end();
      else response.writeHead(302, { location }).end();
    };

  test.each([200, 204, 304, 399])('%d is good', async (status) => {
    expect(await probe((_request, response) => response.writeHead(status).end())).toEqual({ isGood: true });
  });

  test.each([400, 404, 500, 503])('%d is not', async (status) => {
    const reason = `HTTP status ${status}`;
    expect(await probe((_request, response) => response.writeHead(status).end())).toEqual({ isGood: false, reason });
  });

  test('path and headers arrive as they are, the host too', async () => {
    const seen: unknown[] = [];
    const port = await listen(
      createServer(({ url, headers }, response) => {
        seen.push(url, headers.host, headers['x-a']);
        response.end();
      }),
    );
    const headers = [
      { name: 'X-A', value: 'b c' },
      { name: 'Host', value: 'shop.example' },
    ];
    await probeHttp({ kind: 'httpGet', scheme: 'http', host: HOST, port, path: '/a?b=c%20d', headers }, PATIENT);
    expect(seen).toEqual(['/a?b=c%20d', 'shop.example', 'b c']);
  });

  test.each([
    ['to what is good', '/good', true],
    ['to what is not', '/bad', false],
    ['without end', '/again', false],
    ['to another host, which is answer enough', 'http://192.0.2.1/bad', true],
  ])('a redirect %s', async (_name, location, isGood) => {
    expect(await probe(redirectTo(location))).toMatchObject({ isGood });
  });

  test('a body without end is not waited for', async () => {
    const endless: RequestListener = (_request, response) => void response.writeHead(200).write('x');
    expect(await probe(endless)).toEqual({ isGood: true });
  });

  test('no answer in time, and nobody there', async () => {
    expect(await probe(() => undefined, SHORT)).toEqual({ isGood: false, reason: 'no answer within 0.2 s' });
    const port = await closedPort();
    const action = { kind: 'httpGet', scheme: 'http', host: HOST, port, path: '/', headers: [] } as const;
    const reason = `${HOST}:${port}: ECONNREFUSED`;
    expect(await probeHttp(action, PATIENT)).toEqual({ isGood: false, reason });
  });

  test('what is no HTTP is not good', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('SSH-2.0\r\n')));
    const action = { kind: 'httpGet', scheme: 'http', host: HOST, port, path: '/', headers: [] } as const;
    expect(await probeHttp(action, PATIENT)).toMatchObject({ isGood: false });
  });

  test('a signal ends it', async () => {
    const controller = new AbortController();
    const hang: RequestListener = () => controller.abort();
    await expect(probe(hang, { ...PATIENT, signal: controller.signal } as typeof PATIENT)).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('by TCP', () => {
  test('a connection that is accepted is good', async () => {
    const port = await listen(createTcpServer());
    expect(await probeTcp({ host: HOST, port }, PATIENT)).toEqual({ isGood: true });
  });

  test('one that is refused is not', async () => {
    const port = await closedPort();
    const reason = `${HOST}:${port}: ECONNREFUSED`;
    expect(await probeTcp({ host: HOST, port }, PATIENT)).toEqual({ isGood: false, reason });
  });

  test('a signal ends it', async () => {
    const made = probeTcp({ host: HOST, port: 1 }, { ...PATIENT, signal: AbortSignal.abort() });
    await expect(made).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
