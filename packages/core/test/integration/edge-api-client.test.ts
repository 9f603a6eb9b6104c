import type { ServerResponse } from 'node:http';
import { hasCode } from '@k4e/core';
import type { EdgeApiClientOptions, Message } from '@k4e/core/protocol';
import { EdgeApiClient, MAX_BODY_BYTES } from '@k4e/core/protocol';
import type { FakeEdgeApi } from '@k4e/core/testing';
import { EDGE_API_FAULTS, EDGE_API_FLOODS, EDGE_API_GARBAGE, startFakeEdgeApi } from '@k4e/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const DEVICE = '242e48d0-286b-4170-9b97-95502066e6ae';
const BASE = `/api/k4e-management/v1`;
const TIMEOUT_MS = 1_000;
const CONFIGURATION: Message = { type: 'data', directive: 'device', version: 1, content: { version: '7' } };

let api: FakeEdgeApi;
beforeEach(async () => {
  api = await startFakeEdgeApi();
});
afterEach(() => api.stop());

const client = (options: Partial<EdgeApiClientOptions> = {}): EdgeApiClient =>
  new EdgeApiClient({ url: api.url, timeoutMs: TIMEOUT_MS, ...options });
const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

describe('what goes over the wire', () => {
  test('a fetch is a GET, with the user agent', async () => {
    await client({ userAgent: 'k4e-agent/1' }).fetch('data', DEVICE);
    const [request] = api.requests();
    expect(request).toMatchObject({ method: 'GET', path: `${BASE}/data/${DEVICE}/in`, body: '' });
    expect(request?.headers).toMatchObject({ 'user-agent': 'k4e-agent/1', accept: 'application/json' });
  });

  test('a registration is a POST of an envelope that is complete and without null', async () => {
    const hardware = { hostname: 'edge-1', memory: { usable_bytes: undefined } };
    await client({ nowMs: () => Date.UTC(2021, 10, 23, 2, 16, 37) }).register(DEVICE, {
      os_image_id: 'unknown',
      hardware,
    });
    const [request] = api.requests();
    expect(request).toMatchObject({ method: 'POST', path: `${BASE}/data/${DEVICE}/out` });
    expect(request?.headers['content-type']).toBe('application/json');
    const { message_id: id, ...message } = JSON.parse(request?.body ?? '') as Record<string, unknown>;
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(message).toEqual({
      type: 'data',
      version: 1,
      sent: '2021-11-23T02:16:37.000Z',
      directive: 'registration',
      content: { os_image_id: 'unknown', hardware: { hostname: 'edge-1', memory: {} } },
    });
  });

  test('a heartbeat and a message on control go to their endpoints, each with an id of its own', async () => {
    await client().heartbeat(DEVICE, { status: 'up', version: '7' });
    await client().heartbeat(DEVICE, { status: 'up', version: '7' });
    await client().send('control', DEVICE, { type: 'event', content: 'pong' });
    const bodies = api.requests().map(({ body }) => JSON.parse(body) as Message);
    expect(bodies.map(({ directive, content }) => [directive, content])).toEqual([
      ['heartbeat', { status: 'up', version: '7' }],
      ['heartbeat', { status: 'up', version: '7' }],
      [undefined, 'pong'],
    ]);
    expect(bodies[0]?.message_id).not.toBe(bodies[1]?.message_id);
    expect(api.requests()[2]?.path).toBe(`${BASE}/control/${DEVICE}/out`);
  });

  test('a url with a path in front and a slash at the end works', async () => {
    await failure(client({ url: `${api.url}/edge/` }).fetch('data', DEVICE));
    expect(api.requests()[0]?.path).toBe(`/edge${BASE}/data/${DEVICE}/in`);
  });
});

describe('what comes back', () => {
  test('a message; an empty body is none', async () => {
    expect(await client().fetch('data', DEVICE)).toBeUndefined();
    api.setConfiguration(CONFIGURATION);
    expect(await client().fetch('data', DEVICE)).toMatchObject(CONFIGURATION);
  });

  test('a body of the largest size is read', async () => {
    const spare = MAX_BODY_BYTES - JSON.stringify({ type: 'data', content: '' }).length;
    api.setConfiguration({ type: 'data', content: 'x'.repeat(spare) });
    expect((await client({ timeoutMs: 10_000 }).fetch('data', DEVICE))?.content).toHaveLength(spare);
  });

  test('404 is LINK_UNKNOWN_DEVICE', async () => {
    api.setKnown(false);
    expect(hasCode(await failure(client().fetch('data', DEVICE)), 'LINK_UNKNOWN_DEVICE')).toBe(true);
    expect(hasCode(await failure(client().heartbeat(DEVICE, {})), 'LINK_UNKNOWN_DEVICE')).toBe(true);
  });

  test.each(Object.entries({ ...EDGE_API_FAULTS, ...EDGE_API_FLOODS }))('a server that %s', async (_name, fault) => {
    api.setFault(fault);
    expect(await failure(client().fetch('data', DEVICE))).toMatchObject({ code: fault.code });
    expect(await failure(client().heartbeat(DEVICE, {}))).toMatchObject({ code: fault.code });
    expect(api.requests()).toHaveLength(2);
  });

  test.each(Object.entries(EDGE_API_GARBAGE))('%s is LINK_GARBAGE, and told in few words', async (_name, fault) => {
    api.setFault(fault);
    const error = await failure(client().fetch('control', DEVICE));
    expect(hasCode(error, 'LINK_GARBAGE')).toBe(true);
    expect(String(error).length).toBeLessThan(500);
    await client().heartbeat(DEVICE, {});
  });

  test.each([
    ['7', { afterMs: 7_000 }],
    ['999999999', { afterMs: 600_000 }],
    ['0', 'backoff'],
    ['soon', 'backoff'],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 'backoff'],
  ])('Retry-After: %s', async (value, retry) => {
    api.setFault({
      code: 'LINK_UNREACHABLE',
      answer: (_request, response) => void response.writeHead(503, { 'Retry-After': value }).end(),
    });
    expect(await failure(client().fetch('data', DEVICE))).toMatchObject({ retry });
  });

  test('a refusal is never worth a retry, an outage is', async () => {
    api.setFault(EDGE_API_FAULTS['answers 400']);
    expect(await failure(client().heartbeat(DEVICE, {}))).toMatchObject({ retry: 'never' });
    api.setFault(EDGE_API_FAULTS['resets the connection']);
    expect(await failure(client().heartbeat(DEVICE, {}))).toMatchObject({ retry: 'backoff' });
  });
});

describe('a poll', () => {
  let holding: FakeEdgeApi;
  beforeEach(async () => {
    holding = await startFakeEdgeApi({ holdsPolls: true });
  });
  afterEach(() => holding.stop());
  const poll = (url: string, tag: string | undefined, waitSeconds: number, signal?: AbortSignal) =>
    client({ url }).poll('data', DEVICE, { tag, waitSeconds }, signal === undefined ? {} : { signal });

  test('is answered at once to whom has nothing, with the name of the answer', async () => {
    holding.setConfiguration(CONFIGURATION);
    const answer = await poll(holding.url, undefined, 25);
    expect(answer).toMatchObject({ message: CONFIGURATION, isHeld: true, tag: 'data-1' });
  });

  test('waits for a change, longer than a request may take', async () => {
    const { tag } = await poll(holding.url, undefined, 25);
    const next = poll(holding.url, tag, 25);
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS * 2));
    holding.setConfiguration(CONFIGURATION);
    expect(await next).toMatchObject({ message: CONFIGURATION, isHeld: true });
  });

  test('that is held for ever is given up, some time after what was asked for', async () => {
    const { tag } = await poll(holding.url, undefined, 25);
    const startedAtMs = performance.now();
    expect(await failure(poll(holding.url, tag, 1))).toMatchObject({ code: 'LINK_UNREACHABLE' });
    expect(performance.now() - startedAtMs).toBeGreaterThan(1_000);
  });

  test('that nobody wants any more is ABORTED, and its connection is gone', async () => {
    const { tag } = await poll(holding.url, undefined, 25);
    const gone = new AbortController();
    const next = poll(holding.url, tag, 25, gone.signal);
    gone.abort();
    expect(await failure(next)).toMatchObject({ code: 'ABORTED' });
  });

  test('of an old peer is answered as ever', async () => {
    api.setConfiguration(CONFIGURATION);
    expect(await poll(api.url, 'data-1', 25)).toEqual({
      message: expect.objectContaining(CONFIGURATION) as Message,
      isHeld: false,
    });
  });

  test('304 is an answer to whom has something, and garbage else', async () => {
    const answer = (_request: unknown, response: ServerResponse) =>
      void response.writeHead(304, { ETag: 'W/"x"', 'Preference-Applied': 'wait' }).end();
    api.setFault({ code: 'LINK_GARBAGE', answer });
    expect(await poll(api.url, 'x', 25)).toEqual({ message: undefined, tag: 'x', isHeld: true });
    expect(await failure(poll(api.url, undefined, 25))).toMatchObject({ code: 'LINK_GARBAGE' });
  });
});

describe('how a call ends otherwise', () => {
  test('nobody listens: LINK_UNREACHABLE, and the words say whom it asked', async () => {
    const { url } = api;
    await api.stop();
    const error = await failure(client({ url }).fetch('data', DEVICE));
    expect(error).toMatchObject({ code: 'LINK_UNREACHABLE' });
    expect(String(error)).toContain(`ECONNREFUSED 127.0.0.1:${new URL(url).port}`);
    const named = await failure(client({ url: url.replace('127.0.0.1', 'localhost') }).fetch('data', DEVICE));
    expect(String(named)).toContain('ECONNREFUSED');
    api = await startFakeEdgeApi();
  });

  test.each(['never answers', 'answers a byte now and then'] as const)(
    'a server that %s: the time counts in whole',
    async (name) => {
      api.setFault(EDGE_API_FAULTS[name]);
      const startedAtMs = performance.now();
      const error = await failure(client().fetch('data', DEVICE));
      expect(String(error)).toContain(`no whole answer within ${TIMEOUT_MS} ms`);
      expect(performance.now() - startedAtMs).toBeLessThan(TIMEOUT_MS * 10);
    },
  );

  test('the signal ends a call that waits with ABORTED, and a fired one sends nothing', async () => {
    api.setFault(EDGE_API_FAULTS['never answers']);
    const controller = new AbortController();
    const call = failure(client({ timeoutMs: 60_000 }).fetch('data', DEVICE, { signal: controller.signal }));
    await expect.poll(() => api.requests().length).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ code: 'ABORTED', retry: 'never' });
    expect(await failure(client().fetch('data', DEVICE, { signal: controller.signal }))).toMatchObject({
      code: 'ABORTED',
    });
    expect(api.requests()).toHaveLength(1);
  });

  test('a message over the limit is TOO_LARGE, and nothing is sent', async () => {
    const spare = MAX_BODY_BYTES - JSON.stringify({ content: '' }).length;
    const error = await failure(client().send('data', DEVICE, { content: 'x'.repeat(spare + 1) }));
    expect(error).toMatchObject({ code: 'TOO_LARGE', retry: 'never' });
    expect(api.requests()).toHaveLength(0);
    await client({ timeoutMs: 10_000 }).send('data', DEVICE, { content: 'x'.repeat(spare) });
    expect(api.requests()).toHaveLength(1);
  });

  test.each(['', '..', 'a/b', 'UPPER', 'x'.repeat(64)])(
    'the device id %j is INVALID_INPUT, and nothing is sent',
    async (id) => {
      expect(await failure(client().fetch('data', id))).toMatchObject({ code: 'INVALID_INPUT' });
      expect(await failure(client().heartbeat(id, {}))).toMatchObject({ code: 'INVALID_INPUT' });
      expect(api.requests()).toHaveLength(0);
    },
  );
});
