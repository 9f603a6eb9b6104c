import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EdgeApiClient } from '@k4e/core/protocol';
import { EDGE_DEVICE, LEASE } from '@k4e/core/resources';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import type { MemoryLogger } from '@k4e/core/testing';
import { createSqliteStore } from '@k4e/store-sqlite';
import { waitUntil } from '@k4e/testbed';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOperator, loadOperatorConfig } from '../../src/index.ts';
import type { Operator, OperatorConfig, OperatorParts } from '../../src/index.ts';
import { exchange, openSocket, rawRequest } from '../support/raw-http.ts';
import { createScriptedEdgeApi } from '../support/scripted-edge-api.ts';

const DEADLINE_MS = 20_000;

let directory: string;
let running: { readonly stop: () => Promise<void> }[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-operator-'));
});
afterEach(async () => {
  await Promise.all(running.map(({ stop }) => stop().catch(() => undefined)));
  running = [];
  await rm(directory, { recursive: true });
});

function configuration(more: Partial<OperatorConfig> = {}): OperatorConfig {
  const flags = {
    'data-file': join(directory, 'k4e.db'),
    'edge-address': '127.0.0.1:0',
    'metrics-addr': '127.0.0.1:0',
  };
  return { ...loadOperatorConfig({ flags }), ...more };
}

interface Started {
  readonly operator: Operator;
  readonly logger: MemoryLogger;
  readonly edgeUrl: string;
  readonly opsUrl: string;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

async function start(config: OperatorConfig, overrides: Partial<OperatorParts> = {}): Promise<Started> {
  const logger = createMemoryLogger();
  const operator = createOperator(config, { logger, ...overrides });
  const stopping = new AbortController();
  const ended = operator.run({ signal: stopping.signal });
  ended.catch(() => undefined);
  const stop = (): Promise<void> => {
    stopping.abort();
    return ended;
  };
  running.push({ stop });
  return { operator, logger, ended, stop, ...(await operator.listening()) };
}

const get = (url: string, path: string) => exchange(url, rawRequest('GET', path));
const untilReady = ({ opsUrl }: Started) =>
  waitUntil(async () => (await get(opsUrl, '/readyz')).status === 200, {
    what: 'it is ready',
    deadlineMs: DEADLINE_MS,
  });

test('on the embedded store: it becomes ready, serves devices, counts, stops in order, and remembers', async () => {
  const started = await start(configuration());
  await untilReady(started);
  const device = new EdgeApiClient({ url: started.edgeUrl });
  await device.register('dev-1', { os_image_id: 'unknown', hardware: { hostname: 'dev-1' } });
  const message = await device.fetch('data', 'dev-1');
  expect(message).toMatchObject({ type: 'data', directive: 'device', content: { device_id: 'dev-1' } });
  await device.heartbeat('dev-1', { status: 'up' });
  const described: unknown = JSON.parse((await get(started.edgeUrl, '/openapi.json')).body);
  expect(described).toHaveProperty(['paths', '/api/k4e-management/v1/data/{device_id}/out', 'post']);
  const metrics = (await get(started.opsUrl, '/metrics')).body;
  expect(metrics).toContain('k4e_edge_api_requests_total{endpoint="data-out",status="200"} 2');
  expect(metrics).toContain('k4e_operator_is_leader 1');
  expect(metrics).toContain('process_cpu_seconds_total');

  await started.stop();
  expect(started.logger.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  const steps = started.logger.lines.flatMap(({ fields }) => fields.step ?? []);
  expect(steps).toEqual([
    'withdraw readiness',
    'drain the edge API',
    'end the controllers and release the lease',
    'write the last events and end the caches',
    'end probes and metrics',
    'let go of buckets',
    'close the store',
  ]);
  await expect(openSocket(started.edgeUrl)).rejects.toThrow(/ECONNREFUSED/);

  const again = await start(configuration());
  await untilReady(again);
  expect(await new EdgeApiClient({ url: again.edgeUrl }).fetch('data', 'dev-1')).toBeDefined();
});

test('before its caches are filled it is alive, not ready, and devices are told to come again', async () => {
  const controlPlane = {
    edgeApi: createScriptedEdgeApi(),
    watch: ({ signal }: { signal: AbortSignal }) => untilFired(signal),
    reconcile: ({ signal }: { signal: AbortSignal }) => untilFired(signal),
    synced: () => false,
  };
  const started = await start(configuration(), { controlPlane });
  expect(await get(started.opsUrl, '/healthz')).toMatchObject({ status: 200 });
  const answer = await get(started.opsUrl, '/readyz');
  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.body)).toMatchObject({ ready: false, checks: { store: 'ok' } });
});

test('probes can have an address of their own', async () => {
  const config = configuration();
  const ops = { metricsAddress: '127.0.0.1:0', probeAddress: '127.0.0.2:0' };
  const started = await start({ ...config, ops });
  const line = started.logger.lines.find(({ message }) => message === 'the operator listens');
  const [metricsUrl = '', probeUrl = ''] = urlsOf(line?.fields.opsUrls);
  expect(metricsUrl).toBe(started.opsUrl);
  expect(await get(probeUrl, '/healthz')).toMatchObject({ status: 200 });
});

test('requests under way are answered before it ends, and readiness is gone first', async () => {
  let answer: (() => void) | undefined;
  const edgeApi = createScriptedEdgeApi({ acceptData: () => new Promise((resolve) => (answer = resolve)) });
  const controlPlane = {
    edgeApi,
    watch: ({ signal }: { signal: AbortSignal }) => untilFired(signal),
    reconcile: ({ signal }: { signal: AbortSignal }) => untilFired(signal),
    synced: () => true,
  };
  const started = await start(configuration(), { controlPlane });
  const path = '/api/k4e-management/v1/data/dev-1/out';
  const asked = exchange(started.edgeUrl, rawRequest('POST', path, { body: '{}' }));
  await waitUntil(() => answer !== undefined, { what: 'the request is worked on', deadlineMs: DEADLINE_MS });
  const stopped = started.stop();
  await waitUntil(async () => (await get(started.opsUrl, '/readyz')).status === 503, {
    what: 'readiness is gone',
    deadlineMs: DEADLINE_MS,
  });
  answer?.();
  expect(await asked).toMatchObject({ status: 200 });
  await stopped;
});

describe('what goes wrong', () => {
  test('an address that is taken is named, and everything that was opened is closed', async () => {
    const first = await start(configuration());
    const edgeApi = { address: new URL(first.edgeUrl).host };
    const config = configuration({ edgeApi, store: { type: 'embedded', file: join(directory, 'other.db') } });
    await expect(start(config)).rejects.toThrow(/EADDRINUSE/);
    const store = createSqliteStore({
      file: join(directory, 'other.db'),
      clock: createSystemClock(),
      logger: createMemoryLogger(),
    });
    await store.close();
  });

  test('a part that ends by itself ends the operator, in order', async () => {
    const controlPlane = {
      edgeApi: createScriptedEdgeApi(),
      watch: () => Promise.reject(new Error('the watch broke')),
      reconcile: ({ signal }: { signal: AbortSignal }) => untilFired(signal),
      synced: () => true,
    };
    const started = await start(configuration(), { controlPlane });
    await expect(started.ended).rejects.toThrow('the watch broke');
    expect(started.logger.lines.flatMap(({ fields }) => fields.step ?? [])).toContain('close the store');
  });

  test('stopping before it listens is fine', async () => {
    const operator = createOperator(configuration(), { logger: createMemoryLogger() });
    await operator.run({ signal: AbortSignal.abort() });
  });
});

test('two operators in one process share nothing but what they are given', async () => {
  const clock = createSystemClock();
  const store = createSqliteStore({ file: ':memory:', clock, logger: createMemoryLogger() });
  const shared = { ...store, close: () => Promise.resolve() };
  const leaderElection = { enabled: true, leaseName: 'k4e-operator-leader' };
  const one = await start(configuration({ leaderElection, replicaId: 'one' }), { store: shared });
  await untilReady(one);
  const holder = async () =>
    (await store.get(LEASE, { namespace: 'k4e-operator-system', name: 'k4e-operator-leader' }))?.spec.holderIdentity;
  await waitUntil(async () => (await holder())?.startsWith('one_'), { what: 'one leads', deadlineMs: DEADLINE_MS });
  const other = await start(configuration({ leaderElection, replicaId: 'other' }), { store: shared });
  await untilReady(other);

  await new EdgeApiClient({ url: other.edgeUrl }).register('dev-1', { os_image_id: 'unknown' });
  expect(await store.get(EDGE_DEVICE, { namespace: 'default', name: 'dev-1' })).toBeDefined();
  expect((await get(one.opsUrl, '/metrics')).body).toContain('k4e_operator_is_leader 1');
  const followed = (await get(other.opsUrl, '/metrics')).body;
  expect(followed).toContain('k4e_operator_is_leader 0');
  expect(followed).toContain('k4e_edge_api_requests_total{endpoint="data-out",status="200"} 1');

  await one.stop();
  await waitUntil(async () => (await holder())?.startsWith('other_'), { what: 'other leads', deadlineMs: DEADLINE_MS });
  await other.stop();
  expect(await holder()).toBeFalsy();
  await store.close();
});

function urlsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function untilFired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
