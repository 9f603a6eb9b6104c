import { createFakeClock, createMemoryDisk, createMemoryLogger, createMemoryStateStore } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { startScriptedLibpod } from './libpod/scripted-libpod.testing.ts';
import type { ScriptedLibpod } from './libpod/scripted-libpod.testing.ts';
import type { PodmanLimits } from './podman-limits.ts';
import { createPodmanRuntime } from './podman-runtime.ts';
import { noteRebuiltStorage } from './power-cuts/index.ts';

function create(libpod: { readonly socketPath: string }, limits: Partial<PodmanLimits> = {}) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const { socketPath } = libpod;
  return {
    clock,
    logger,
    runtime: createPodmanRuntime({ socketPath, owner: 'me', clock, logger, limits, random: () => 0 }),
  };
}

function answerEmpty(libpod: ScriptedLibpod): void {
  libpod.answer('GET pods/json', { json: [] });
  libpod.answer('GET containers/json', { json: [] });
}

test('list is two requests, filtered by the owner, at the path of the version', async () => {
  await using libpod = await startScriptedLibpod();
  answerEmpty(libpod);
  const { runtime } = create(libpod);
  await runtime.list();
  await runtime.list();
  expect([...libpod.routes()].sort()).toEqual([
    'GET /_ping',
    'GET containers/json',
    'GET containers/json',
    'GET pods/json',
    'GET pods/json',
  ]);
  const [, first] = libpod.requests;
  expect(first).toMatchObject({ version: 'v5.0.0', query: { filters: '{"label":["io.k4e.owner=me"]}' } });
});

test('an engine that does not answer in time is RUNTIME_UNAVAILABLE', async () => {
  await using libpod = await startScriptedLibpod();
  libpod.answer('GET pods/json', () => undefined);
  libpod.answer('GET containers/json', () => undefined);
  const { clock, runtime } = create(libpod, { queryTimeoutMs: 5_000 });
  const listed = runtime.list();
  listed.catch(() => undefined);
  await Promise.all([libpod.received('GET pods/json'), libpod.received('GET containers/json')]);
  await clock.advance(5_000);
  await expect(listed).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    message: expect.stringContaining('5000 ms') as string,
  });
  expect(clock.pending()).toBe(0);
});

test('an answer that stops in the middle does not hold the caller either', async () => {
  await using libpod = await startScriptedLibpod();
  answerEmpty(libpod);
  libpod.answer('GET pods/json', (response) => void response.write('[{'));
  const { clock, runtime } = create(libpod);
  const listed = runtime.list();
  listed.catch(() => undefined);
  await libpod.received('GET pods/json');
  await clock.advance(30_000);
  await expect(listed).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
});

test('a lost connection is RUNTIME_UNAVAILABLE, and says where', async () => {
  await using libpod = await startScriptedLibpod();
  answerEmpty(libpod);
  libpod.answer('GET pods/json', (response) => void response.destroy());
  const failed = create(libpod).runtime.list();
  await expect(failed).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    message: expect.stringContaining(libpod.socketPath) as string,
  });
});

test('an answer of exactly the limit is read, one byte more is TOO_LARGE', async () => {
  await using libpod = await startScriptedLibpod();
  answerEmpty(libpod);
  const answerBytes = '"OK"'.length;
  const capabilities = {
    host: { security: { rootless: true } },
    store: { graphRoot: '/storage' },
    version: { Version: '5.4.2', Built: 1 },
  };
  libpod.answer('GET info', { json: capabilities });
  expect(await create(libpod, { answerBytes }).runtime.list()).toEqual([]);
  await expect(create(libpod, { answerBytes: answerBytes - 1 }).runtime.list()).rejects.toMatchObject({
    code: 'TOO_LARGE',
  });
});

test.each([
  ['text', (libpod: ScriptedLibpod) => libpod.answer('GET pods/json', { json: 'hello' })],
  [
    'another shape',
    (libpod: ScriptedLibpod) => libpod.answer('GET pods/json', { json: [{ Id: '../x', Name: 'web' }] }),
  ],
  [
    'an error',
    (libpod: ScriptedLibpod) =>
      libpod.answer('GET pods/json', { status: 500, json: { cause: 'db', message: 'no db' } }),
  ],
])('an answer that is %s is RUNTIME_FAILED', async (_what, spoil) => {
  await using libpod = await startScriptedLibpod();
  answerEmpty(libpod);
  spoil(libpod);
  await expect(create(libpod).runtime.list()).rejects.toMatchObject({ name: 'K4eError', code: 'RUNTIME_FAILED' });
});

test.each([
  ['something else', { json: 'OK' }, 'not podman'],
  ['an old podman', { headers: { 'Libpod-API-Version': '3.4.4' } }, 'podman 3.4.4 is too old'],
])('%s on the socket is RUNTIME_UNAVAILABLE', async (_what, ping, words) => {
  await using libpod = await startScriptedLibpod();
  libpod.answer('GET /_ping', ping);
  const failed = create(libpod).runtime.list();
  await expect(failed).rejects.toMatchObject({
    code: 'RUNTIME_UNAVAILABLE',
    message: expect.stringContaining(words) as string,
  });
});

test('the version is asked again after the engine was away, and whether it is rootless only once', async () => {
  await using libpod = await startScriptedLibpod();
  answerEmpty(libpod);
  libpod.answer('GET info', {
    json: {
      host: { security: { rootless: true } },
      store: { graphRoot: '/storage' },
      version: { Version: '5.4.2', Built: 1 },
    },
  });
  const { runtime } = create(libpod);
  expect(await runtime.capabilities()).toEqual({ version: 'podman 5.4.2', rootful: false });
  await libpod.die();
  await expect(runtime.list()).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
  libpod.answer('GET /_ping', { headers: { 'Libpod-API-Version': '4.3.1' } });
  await libpod.listen();
  expect(await runtime.capabilities()).toEqual({ version: 'podman 4.3.1', rootful: false });
  await runtime.list();
  expect(libpod.requests.at(-1)?.version).toBe('v4.0.0');
  expect(libpod.routes().filter((route) => route === 'GET info')).toHaveLength(1);
});

test('that the storage was begun anew before it started is among its repairs from the first look on, once', async () => {
  await using libpod = await startScriptedLibpod();
  answerEmpty(libpod);
  const storage = { disk: createMemoryDisk([]), state: createMemoryStateStore() };
  await noteRebuiltStorage(storage.state, { directory: '/storage', reason: 'torn' });
  const { socketPath } = libpod;
  const parts = { owner: 'me', clock: createFakeClock(), logger: createMemoryLogger() };
  const runtime = createPodmanRuntime({ ...parts, socketPath, storage });
  await runtime.list();
  expect(runtime.repairs()).toEqual([{ kind: 'storage', name: '/storage', reason: 'torn' }]);
  await runtime.list();
  expect(runtime.repairs()).toEqual([]);
});

test('an owner that cannot be a label is refused at once', () => {
  const options = { clock: createFakeClock(), logger: createMemoryLogger(), socketPath: '/none', owner: 'a=b' };
  expect(() => createPodmanRuntime(options)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', retry: 'never' }),
  );
});
