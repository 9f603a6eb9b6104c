import { afterEach, describe, expect, test } from 'vitest';
import type { EdgeApi } from '@k4e/core/control-plane';
import { API_BASE_PATH, MAX_BODY_BYTES } from '@k4e/core/protocol';
import { waitUntil } from '@k4e/testbed';
import {
  MAX_DISCARDED_BODY_BYTES,
  MAX_HEADER_BYTES,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
} from '../../src/http/edge-limits.ts';
import type { EdgeLimits } from '../../src/http/index.ts';
import { exchange, openSocket, parseAnswer, rawRequest, readToEnd } from '../support/raw-http.ts';
import { startEdgeServer } from '../support/start-edge-server.ts';
import type { StartedEdgeServer } from '../support/start-edge-server.ts';

const CONTROL_IN = `${API_BASE_PATH}/control/d1/in`;
const DATA_OUT = `${API_BASE_PATH}/data/d1/out`;
const JSON_TYPE = ['Content-Type: application/json'];

/** Time limits that a test can wait for. */
const SHORT: Partial<EdgeLimits> = {
  headersTimeoutMs: 500,
  requestTimeoutMs: 1_000,
  socketTimeoutMs: 2_000,
  timeoutCheckIntervalMs: 25,
};

let started: StartedEdgeServer | undefined;

async function start(limits: Partial<EdgeLimits> = {}, script: Partial<EdgeApi> = {}): Promise<StartedEdgeServer> {
  started = await startEdgeServer(script, limits);
  return started;
}

afterEach(async () => {
  await started?.stop();
  started = undefined;
});

async function expectStillServing({ url }: StartedEdgeServer): Promise<void> {
  expect(await exchange(url, rawRequest('GET', CONTROL_IN))).toMatchObject({ status: 200, body: '' });
}

/** A message of exactly `sizeBytes` bytes. */
function messageOfSize(sizeBytes: number): string {
  const frame = '{"directive":"heartbeat","content":""}';
  return `${frame.slice(0, -2)}${'x'.repeat(sizeBytes - frame.length)}"}`;
}

describe('large requests', () => {
  test('a body at the limit is taken, one byte more is 413', async () => {
    const server = await start();
    const send = (sizeBytes: number) =>
      exchange(server.url, rawRequest('POST', DATA_OUT, { body: messageOfSize(sizeBytes) }));
    expect(await send(MAX_BODY_BYTES)).toMatchObject({ status: 200 });
    const answer = await send(MAX_BODY_BYTES + 1);
    expect(answer).toMatchObject({ status: 413, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 413 });
    expect(answer.body).toContain('1048576');
    expect(server.edgeApi.calls).toHaveLength(1);
  });

  test('the same in chunks, without a length', async () => {
    const server = await start();
    const send = (sizeBytes: number) => {
      const head = rawRequest('POST', DATA_OUT, { headers: [...JSON_TYPE, 'Transfer-Encoding: chunked'] });
      const body = `${sizeBytes.toString(16)}\r\n${messageOfSize(sizeBytes)}\r\n0\r\n\r\n`;
      return exchange(server.url, Buffer.concat([head, Buffer.from(body)]));
    };
    expect(await send(MAX_BODY_BYTES)).toMatchObject({ status: 200 });
    expect(await send(MAX_BODY_BYTES + 1)).toMatchObject({ status: 413 });
  });

  test('a body that announces a gigabyte is refused before it comes', async () => {
    const server = await start();
    const request = rawRequest('POST', DATA_OUT, { headers: [...JSON_TYPE, 'Content-Length: 1073741824'] });
    expect(await exchange(server.url, request)).toMatchObject({ status: 413, headers: { connection: 'close' } });
  });

  test('a body without end is cut', async () => {
    const server = await start();
    const socket = await openSocket(server.url);
    const ended = readToEnd(socket);
    socket.write(rawRequest('POST', DATA_OUT, { headers: [...JSON_TYPE, 'Transfer-Encoding: chunked'] }));
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
    let sentBytes = 0;
    while (!socket.destroyed && sentBytes < 4 * (MAX_BODY_BYTES + MAX_DISCARDED_BODY_BYTES)) {
      sentBytes += chunk.length;
      await new Promise((resolve) => socket.write(chunk, resolve));
    }
    await ended;
    expect(socket.destroyed).toBe(true);
    expect(server.edgeApi.calls).toHaveLength(0);
    await expectStillServing(server);
  });

  test('ten thousand bytes of headers are 431', async () => {
    const server = await start();
    const send = (bytes: number) =>
      exchange(server.url, rawRequest('GET', CONTROL_IN, { headers: [`X-Filler: ${'x'.repeat(bytes)}`] }));
    expect(await send(MAX_HEADER_BYTES - 1_000)).toMatchObject({ status: 200 });
    const answer = await send(10_000);
    expect(answer.status).toBe(431);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 431 });
    expect(await server.metrics()).toContain('k4e_edge_api_refused_connections_total{reason="headers"} 1');
  });

  test('a path of ten thousand bytes is 431, many headers of nothing too', async () => {
    const server = await start();
    expect(await exchange(server.url, rawRequest('GET', `/${'x'.repeat(10_000)}`))).toMatchObject({ status: 431 });
    const headers = Array.from({ length: 2_500 }, (_, index) => `a${String(index)}: b`);
    expect(await exchange(server.url, rawRequest('GET', CONTROL_IN, { headers }))).toMatchObject({ status: 431 });
  });
});

describe('bodies that are small and heavy', () => {
  const post = async (server: StartedEdgeServer, content: string) =>
    exchange(server.url, rawRequest('POST', DATA_OUT, { body: `{"directive":"x","content":${content}}` }));

  test('nesting at the limit is taken, one level more is 400', async () => {
    const server = await start();
    const nested = (levels: number) => `${'['.repeat(levels)}"{"${']'.repeat(levels)}`;
    expect(await post(server, nested(MAX_JSON_DEPTH - 1))).toMatchObject({ status: 200 });
    const answer = await post(server, nested(MAX_JSON_DEPTH));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 400 });
    expect(answer.body).toContain('nested');
    expect(await post(server, '['.repeat(1_000_000))).toMatchObject({ status: 400 });
  });

  test('more values than the limit are 400', async () => {
    const server = await start();
    expect(await post(server, `[${'0,'.repeat(MAX_JSON_VALUES - 10)}0]`)).toMatchObject({ status: 200 });
    const answer = await post(server, `[${'0,'.repeat(MAX_JSON_VALUES)}0]`);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 400 });
    expect(answer.body).toContain('values');
  });

  test('the bodies of all requests together are bounded, and what a gone client held is free again', async () => {
    const server = await start({ heldBodyBytes: 1_000 });
    const holding = await openSocket(server.url);
    holding.on('error', () => undefined);
    holding.write(rawRequest('POST', DATA_OUT, { headers: [...JSON_TYPE, 'Content-Length: 5000'] }));
    holding.write('x'.repeat(900));
    const send = () => exchange(server.url, rawRequest('POST', DATA_OUT, { body: messageOfSize(200) }));
    await waitUntil(async () => (await send()).status === 503, { what: 'the budget is used up', deadlineMs: 20_000 });
    expect((await send()).headers['retry-after']).toBe('5');
    holding.destroy();
    await waitUntil(async () => (await send()).status === 200, { what: 'the budget is free', deadlineMs: 20_000 });
  });
});

describe('slow and silent clients', () => {
  test.each([
    ['says nothing', ''],
    ['never ends its headers', `GET ${CONTROL_IN} HTTP/1.1\r\nHost: a\r\nX-Slow: `],
    [
      'never ends its body',
      rawRequest('POST', DATA_OUT, { headers: [...JSON_TYPE, 'Content-Length: 100'] }).toString(),
    ],
  ])('one that %s is ended with 408', async (_name, bytes) => {
    const server = await start(SHORT);
    const socket = await openSocket(server.url);
    const read = readToEnd(socket);
    socket.write(bytes);
    const drip = setInterval(() => bytes !== '' && socket.write('x'), 40);
    const text = await read;
    clearInterval(drip);
    expect(parseAnswer(text)).toMatchObject({ status: 408 });
    expect(server.edgeApi.calls).toHaveLength(0);
    expect(await server.metrics()).toContain('k4e_edge_api_refused_connections_total{reason="timeout"} 1');
    await expectStillServing(server);
  });

  test('one that stays away while its request is worked on is ended', async () => {
    const server = await start(SHORT, { fetchData: () => new Promise(() => undefined) });
    const socket = await openSocket(server.url);
    const read = readToEnd(socket);
    socket.write(rawRequest('GET', `${API_BASE_PATH}/data/d1/in`));
    expect(await read).toBe('');
    await expectStillServing(server);
  });

  test('one that keeps an idle connection is ended after a while, and may ask again until then', async () => {
    const server = await start({ ...SHORT, keepAliveTimeoutMs: 50 });
    const socket = await openSocket(server.url);
    const read = readToEnd(socket);
    socket.write(`GET ${CONTROL_IN} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const text = await read;
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
  });

  test('one that closes its half after asking is answered', async () => {
    const server = await start();
    const socket = await openSocket(server.url);
    const read = readToEnd(socket);
    socket.end(rawRequest('GET', CONTROL_IN));
    expect(parseAnswer(await read)).toMatchObject({ status: 200 });
  });

  test('one that goes away in the middle of its body leaves nothing behind', async () => {
    const server = await start();
    const socket = await openSocket(server.url);
    socket.on('error', () => undefined);
    socket.write(rawRequest('POST', DATA_OUT, { headers: [...JSON_TYPE, 'Content-Length: 100'] }));
    await new Promise((resolve) => socket.write('{"directive"', resolve));
    socket.resetAndDestroy();
    const count = async () => /k4e_edge_api_connections (\d+)/.exec(await server.metrics())?.[1];
    await waitUntil(async () => (await count()) === '0', { what: 'the connection is gone', deadlineMs: 20_000 });
    expect(server.edgeApi.calls).toHaveLength(0);
  });
});

describe('what is no HTTP', () => {
  test.each([
    ['text', 'hello\r\n\r\n'],
    ['zeros', Buffer.alloc(1_000)],
    ['a TLS handshake', Buffer.from('16030100a5010000a10303', 'hex')],
    ['another version', `GET ${CONTROL_IN} HTTP/9.9\r\n\r\n`],
    ['a request without a host', `GET ${CONTROL_IN} HTTP/1.1\r\nConnection: close\r\n\r\n`],
    ['a method of its own', `FETCH ${CONTROL_IN} HTTP/1.1\r\nHost: a\r\n\r\n`],
    [
      'two lengths',
      `POST ${DATA_OUT} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a header in a header', `GET ${CONTROL_IN} HTTP/1.1\r\nHost: a\r\nX-A: b\rX-C: d\r\n\r\n`],
  ])('%s is 400', async (_name, bytes) => {
    const server = await start();
    expect(await exchange(server.url, bytes)).toMatchObject({ status: 400 });
    expect(server.edgeApi.calls).toHaveLength(0);
    await expectStillServing(server);
  });
});

describe('many connections', () => {
  test('those over the limit are dropped and counted', async () => {
    const server = await start({ connections: 2 });
    const held = [await openSocket(server.url), await openSocket(server.url)];
    const third = await openSocket(server.url);
    expect(await readToEnd(third)).toBe('');
    expect(await server.metrics()).toContain('k4e_edge_api_refused_connections_total{reason="connections"} 1');
    expect(await server.metrics()).toContain('k4e_edge_api_connections 2');
    for (const socket of held) socket.destroy();
  });

  test('requests sent ahead on one connection are answered in order', async () => {
    const server = await start({}, { fetchData: (id) => Promise.resolve({ type: 'data', message_id: id }) });
    const socket = await openSocket(server.url);
    const read = readToEnd(socket);
    const ids = Array.from({ length: 20 }, (_, index) => `d${String(index)}`);
    for (const id of ids) socket.write(`GET ${API_BASE_PATH}/data/${id}/in HTTP/1.1\r\nHost: a\r\n\r\n`);
    socket.write(rawRequest('GET', CONTROL_IN));
    const text = await read;
    expect([...text.matchAll(/"message_id":"(d\d+)"/g)].map(([, id]) => id)).toEqual(ids);
  });
});

describe('closing', () => {
  test('what was asked before is answered, and nobody is let in after', async () => {
    let answer: (() => void) | undefined;
    const server = await start({}, { acceptData: () => new Promise((resolve) => (answer = resolve)) });
    const asked = exchange(server.url, rawRequest('POST', DATA_OUT, { body: '{"directive":"x"}' }));
    await waitUntil(() => answer !== undefined, { what: 'the request is being worked on', deadlineMs: 20_000 });
    const closed = server.server.close();
    await expect(openSocket(server.url)).rejects.toThrow(/ECONNREFUSED/);
    answer?.();
    expect(await asked).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await closed;
  });

  test('idle connections do not hold it up', async () => {
    const server = await start();
    const socket = await openSocket(server.url);
    const read = readToEnd(socket);
    socket.write(`GET ${CONTROL_IN} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await waitUntil(() => server.edgeApi.calls.length === 1, { what: 'it was answered', deadlineMs: 20_000 });
    await server.server.close();
    expect(parseAnswer(await read)).toMatchObject({ status: 200 });
  });

  test('its signal ends what takes too long, and the call learns of it', async () => {
    let signal: AbortSignal | undefined;
    const server = await start(
      {},
      {
        fetchData: (_id, options) => {
          signal = options?.signal;
          return new Promise(() => undefined);
        },
      },
    );
    const asked = exchange(server.url, rawRequest('GET', `${API_BASE_PATH}/data/d1/in`));
    asked.catch(() => undefined);
    await waitUntil(() => signal !== undefined, { what: 'the request is being worked on', deadlineMs: 20_000 });
    const deadline = new AbortController();
    const closed = server.server.close({ signal: deadline.signal });
    expect(signal?.aborted).toBe(false);
    deadline.abort();
    await closed;
    expect(signal?.aborted).toBe(true);
    await expect(asked).rejects.toThrow('not an HTTP answer');
  });
});
