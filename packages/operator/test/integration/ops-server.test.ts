import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOpsServer } from '../../src/http/index.ts';
import type { OpsServer } from '../../src/http/index.ts';
import { createPrometheusSink } from '../../src/metrics/index.ts';
import { createReadiness } from '../../src/readiness/index.ts';
import { exchange, rawRequest } from '../support/raw-http.ts';

let trouble: string | undefined;
let server: OpsServer;
let url: string;

beforeEach(async () => {
  trouble = undefined;
  const readiness = createReadiness({ synced: () => true, probe: () => Promise.resolve(trouble) });
  const prometheus = createPrometheusSink({ processMetrics: true });
  server = createOpsServer({ readiness, prometheus });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close({ signal: AbortSignal.abort() }));

const get = (path: string) => exchange(url, rawRequest('GET', path));

test('/healthz is ok while the process turns', async () => {
  trouble = 'the store is away';
  expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' });
});

test('/readyz says whether, and why not', async () => {
  expect(await get('/readyz')).toMatchObject({ status: 200 });
  trouble = 'the store is away';
  const answer = await get('/readyz');
  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.body)).toMatchObject({ ready: false, checks: { caches: 'ok', store: 'the store is away' } });
});

test('/metrics is the text of Prometheus', async () => {
  const answer = await get('/metrics');
  expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(answer.body).toContain('process_resident_memory_bytes');
});

test('nothing else is there, and nothing is taken', async () => {
  expect(await get('/api/k4e-management/v1/data/d1/in')).toMatchObject({ status: 404 });
  expect(await exchange(url, rawRequest('POST', '/metrics', { body: '{}' }))).toMatchObject({ status: 404 });
});

test('an address that is taken is named', async () => {
  const second = createOpsServer({
    readiness: createReadiness({ synced: () => true, probe: () => Promise.resolve(undefined) }),
    prometheus: createPrometheusSink(),
  });
  const port = Number(new URL(url).port);
  await expect(second.listen({ host: '127.0.0.1', port })).rejects.toThrow(
    new RegExp(`127.0.0.1:${String(port)}: .*EADDRINUSE`),
  );
});
