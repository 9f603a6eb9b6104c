import { errorCode } from '@k4e/core';
import type { WatchEvent } from '@k4e/core/ports';
import type { ConfigMapResource } from '@k4e/core/resources';
import { CONFIG_MAP } from '@k4e/core/resources';
import { createSystemClock } from '@k4e/core/system';
import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createConnection } from '../../src/connection/index.ts';
import { LIST_PAGE_ITEMS, MAX_CONNECTIONS, REQUEST_TIMEOUT_MS, createKubernetesStore } from '../../src/index.ts';
import { WATCH_SILENCE_MS } from '../../src/requests/index.ts';
import { configMap, json, startScriptedApi } from './scripted-api.ts';
import type { Script, ScriptedApi } from './scripted-api.ts';

const REF = { namespace: 'n', name: 'c' };
let cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  cleanups = [];
});

async function storeOn(script: Script, clock = createSystemClock()) {
  const api: ScriptedApi = await startScriptedApi(script);
  const store = createKubernetesStore({ kubeConfig: api.kubeConfig, clock, logger: createMemoryLogger() });
  cleanups.push(
    () => api.stop(),
    () => store.close(),
  );
  return { api, store };
}

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no error',
    (error: unknown) => errorCode(error) ?? String(error),
  );

describe('requests', () => {
  test('share connections: many in turn use one, many at once use no more than the limit', async () => {
    const { api, store } = await storeOn((_request, response) => json(response, 200, configMap('c')));
    for (let index = 0; index < 50; index++) await store.get(CONFIG_MAP, REF);
    expect(api.connections()).toBe(1);
    await Promise.all(Array.from({ length: 3 * MAX_CONNECTIONS }, () => store.get(CONFIG_MAP, REF)));
    expect(api.mostConnections()).toBe(MAX_CONNECTIONS);
  });

  test('that get no answer end after the time limit, and the connection is given up', async () => {
    const clock = createFakeClock();
    const asked = Promise.withResolvers<undefined>();
    const { store } = await storeOn(() => asked.resolve(undefined), clock);
    const call = codeOf(store.get(CONFIG_MAP, REF));
    await asked.promise;
    await clock.advance(REQUEST_TIMEOUT_MS);
    expect(await call).toBe('STORE_UNAVAILABLE');
    expect(clock.pending()).toBe(0);
  });

  test('end at once when their signal fires', async () => {
    const asked = Promise.withResolvers<undefined>();
    const { store } = await storeOn(() => asked.resolve(undefined));
    const controller = new AbortController();
    const call = codeOf(store.apply(CONFIG_MAP, { metadata: REF }, { owner: 'x', signal: controller.signal }));
    await asked.promise;
    controller.abort();
    expect(await call).toBe('ABORTED');
  });

  test.each<[string, Script]>([
    ['a page of a proxy', (_request, response) => void response.writeHead(200).end('<html>hello</html>')],
    ['a list for an object', (_request, response) => json(response, 200, [])],
    ['an object that is no resource', (_request, response) => json(response, 200, { kind: 'ConfigMap' })],
    ['an error of a gateway', (_request, response) => void response.writeHead(502).end('Bad Gateway')],
    [
      'half an answer',
      (_request, response) =>
        void response.writeHead(200, { 'content-length': '100' }).write('{"half"', () => response.destroy()),
    ],
    ['a connection that is closed', (_request, response) => void response.destroy()],
  ])('that bring %s reject with STORE_UNAVAILABLE', async (_what, script) => {
    const { store } = await storeOn(script);
    expect(await codeOf(store.get(CONFIG_MAP, REF))).toBe('STORE_UNAVAILABLE');
  });

  test('for a path that is not served reject with KIND_NOT_SERVED', async () => {
    const { store } = await storeOn((_request, response) => void response.writeHead(404).end('404 page not found\n'));
    expect(await codeOf(store.get(CONFIG_MAP, REF))).toBe('KIND_NOT_SERVED');
  });

  test('to nobody reject with STORE_UNAVAILABLE, and the token is in no error', async () => {
    const { api, store } = await storeOn((_request, response) => void response.end());
    await api.stop();
    const error: unknown = await store.get(CONFIG_MAP, REF).catch((cause: unknown) => cause);
    expect(errorCode(error)).toBe('STORE_UNAVAILABLE');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain('secret-token');
  });

  test('that are told to wait say how long', async () => {
    const busy = { kind: 'Status', code: 429, reason: 'TooManyRequests', message: 'busy' };
    const { store } = await storeOn((_request, response) => json(response, 429, busy, { 'retry-after': '3' }));
    const error: unknown = await store.delete(CONFIG_MAP, REF).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retry: { afterMs: 3_000 } });
  });

  test('carry the token, and no body where there is none', async () => {
    const seen: unknown[] = [];
    const { store } = await storeOn((request, response) => {
      seen.push([request.headers.authorization, request.headers['content-type'], request.headers['content-length']]);
      json(response, 200, configMap('c'));
    });
    await store.get(CONFIG_MAP, REF);
    expect(seen).toEqual([['Bearer secret-token', undefined, undefined]]);
  });

  test('end with TOO_LARGE when the answer is larger than its limit, and not before', async () => {
    const size = { bytes: 1_000 };
    const { api } = await storeOn((_request, response) => void response.end('x'.repeat(size.bytes)));
    const limits = { requestTimeoutMs: 10_000, responseMaxBytes: 1_000, maxConnections: 1 };
    const connection = createConnection({ kubeConfig: api.kubeConfig, clock: createSystemClock(), limits });
    expect((await connection.send({ method: 'GET', path: '/x' })).body).toHaveLength(1_000);
    size.bytes = 1_001;
    expect(await codeOf(connection.send({ method: 'GET', path: '/x' }))).toBe('TOO_LARGE');
    connection.close();
  });
});

describe('lists', () => {
  const page = (names: readonly string[], next: string | undefined) => ({
    kind: 'ConfigMapList',
    metadata: { resourceVersion: '9', continue: next },
    items: names.map(configMap),
  });

  test('are read page by page', async () => {
    const { api, store } = await storeOn((request, response) => {
      const isFirst = !request.url?.includes('continue=');
      json(response, 200, isFirst ? page(['a', 'b'], 'to/ken=') : page(['c'], undefined));
    });
    const { items, resourceVersion } = await store.list(CONFIG_MAP, { namespace: 'n', labelSelector: 'a=b' });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
    expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(items[0]?.metadata).not.toHaveProperty('managedFields');
    expect(resourceVersion).toBe('9');
    const path = `/api/v1/namespaces/n/configmaps?limit=${LIST_PAGE_ITEMS}`;
    expect(api.requests).toEqual([`${path}&labelSelector=a%3Db`, `${path}&continue=to%2Fken%3D&labelSelector=a%3Db`]);
  });

  test('whose first pages went out of history start anew, in one piece', async () => {
    const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
    const { api, store } = await storeOn((request, response) => {
      if (request.url?.includes('continue=')) json(response, 410, gone);
      else if (request.url?.includes('limit=')) json(response, 200, page(['old'], 'token'));
      else json(response, 200, page(['a', 'b'], undefined));
    });
    const { items } = await store.list(CONFIG_MAP, {});
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(api.requests).toHaveLength(3);
  });
});

describe('watches', () => {
  const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
  const added = line('ADDED', configMap('a'));

  async function watchOf(script: Script, clock = createSystemClock()) {
    const { api, store } = await storeOn(script, clock);
    const controller = new AbortController();
    const { signal } = controller;
    const events: WatchEvent<ConfigMapResource>[] = [];
    const run = async (): Promise<void> => {
      for await (const event of store.watch(CONFIG_MAP, {}, { resourceVersion: '5', signal })) events.push(event);
    };
    return { api, controller, events, running: run() };
  }

  test('bring what the server writes, whatever the pieces it comes in, and end when the server ends them', async () => {
    const bookmark = line('BOOKMARK', { metadata: { resourceVersion: '12' } });
    const bytes = Buffer.from(added + line('MODIFIED', configMap('ü')) + line('LATER', {}) + bookmark);
    const { api, events, running } = await watchOf((_request, response) => {
      response.writeHead(200);
      const write = (at: number): void => {
        if (at >= bytes.length) response.end();
        else response.write(bytes.subarray(at, at + 7), () => setImmediate(write, at + 7));
      };
      write(0);
    });
    await running;
    expect(
      events.map((event) => (event.type === 'bookmark' ? event : [event.type, event.resource.metadata.name])),
    ).toEqual([['added', 'a'], ['modified', 'ü'], { type: 'bookmark', resourceVersion: '12' }]);
    expect(api.requests).toEqual([
      '/api/v1/configmaps?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=480',
    ]);
  });

  test.each<[string, string, string]>([
    [
      'an expired version',
      line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }),
      'VERSION_EXPIRED',
    ],
    ['an internal error', line('ERROR', { kind: 'Status', code: 500, message: 'etcd' }), 'STORE_UNAVAILABLE'],
    ['garbage', 'garbage\n', 'STORE_UNAVAILABLE'],
    ['a resource that is none', line('ADDED', {}), 'STORE_UNAVAILABLE'],
  ])('reject with what the server says in between: %s', async (_what, text, code) => {
    const { events, running } = await watchOf((_request, response) => void response.writeHead(200).write(added + text));
    expect(await codeOf(running)).toBe(code);
    expect(events).toHaveLength(1);
  });

  test.each([
    [410, 'VERSION_EXPIRED'],
    [403, 'FORBIDDEN'],
    [429, 'STORE_UNAVAILABLE'],
  ])('that are refused with %i reject with %s', async (status, code) => {
    const body = { kind: 'Status', code: status, message: 'no' };
    const { running } = await watchOf((_request, response) => json(response, status, body));
    expect(await codeOf(running)).toBe(code);
  });

  test('whose connection breaks reject with STORE_UNAVAILABLE', async () => {
    const { events, running } = await watchOf((_request, response) => {
      response.writeHead(200).write(added, () => setImmediate(() => response.destroy()));
    });
    expect(await codeOf(running)).toBe('STORE_UNAVAILABLE');
    expect(events).toHaveLength(1);
  });

  test('that hear nothing for long end, to begin again; every byte starts the time anew', async () => {
    const clock = createFakeClock();
    const open = Promise.withResolvers<{ write(text: string): void }>();
    const { events, running } = await watchOf((_request, response) => {
      response.writeHead(200).flushHeaders();
      open.resolve({ write: (text) => response.write(text) });
    }, clock);
    const server = await open.promise;
    await clock.advance(WATCH_SILENCE_MS - 1);
    server.write(added);
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(WATCH_SILENCE_MS - 1);
    expect(clock.pending()).toBe(1);
    await clock.advance(1);
    await running;
    expect(events).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  test('leave requests their connections', async () => {
    const { api, store } = await storeOn((request, response) => {
      if (request.url?.includes('watch=')) response.writeHead(200).flushHeaders();
      else json(response, 200, configMap('c'));
    });
    const controller = new AbortController();
    const call = { resourceVersion: '1', signal: controller.signal };
    const watches = Array.from({ length: MAX_CONNECTIONS + 1 }, () =>
      store.watch(CONFIG_MAP, {}, call)[Symbol.asyncIterator]().next(),
    );
    while (api.requests.length < watches.length) await new Promise((resolve) => setImmediate(resolve));
    expect((await store.get(CONFIG_MAP, REF))?.data).toEqual({ name: 'c' });
    controller.abort();
    expect((await Promise.all(watches)).every(({ done }) => done === true)).toBe(true);
  });
});
