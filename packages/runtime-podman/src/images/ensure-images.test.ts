import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { createLibpodApi, createLibpodClient } from '../libpod/index.ts';
import { startScriptedLibpod } from '../libpod/scripted-libpod.testing.ts';
import type { ScriptedLibpod } from '../libpod/scripted-libpod.testing.ts';
import { PODMAN_LIMITS } from '../podman-limits.ts';
import { ensureImages } from './ensure-images.ts';

const IMAGE = { name: 'registry.example/web:1', mayBePulled: true };
const EXISTS = 'GET images/registry.example/web%3A1/exists';
const PULL = 'POST images/pull';
const noPull = (): Promise<void> => Promise.resolve();

function create(libpod: ScriptedLibpod) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const client = createLibpodClient({ ...PODMAN_LIMITS, socketPath: libpod.socketPath, clock });
  return {
    clock,
    logger,
    api: createLibpodApi(client, PODMAN_LIMITS),
    options: { logger, onPull: noPull, authHeader: () => undefined },
  };
}

test('an image that is there is not pulled, and its credentials are not even looked at', async () => {
  await using libpod = await startScriptedLibpod();
  libpod.answer(EXISTS, { status: 204 });
  const { api, logger } = create(libpod);
  await ensureImages(api, [IMAGE], { logger, onPull: noPull, authHeader: () => expect.unreachable() });
  expect(libpod.routes()).toEqual(['GET /_ping', EXISTS]);
});

test('an image that is missing is pulled, with the credentials in a header and nowhere else', async () => {
  await using libpod = await startScriptedLibpod();
  libpod.answer(PULL, (response) => response.end('{"stream":"Trying to pull"}\n{"images":["x"],"id":"x"}\n'));
  const { api, logger } = create(libpod);
  await ensureImages(api, [IMAGE], { logger, onPull: noPull, authHeader: () => 'c2VjcmV0' });
  const pull = libpod.requests.find(({ route }) => route === PULL);
  expect(pull).toMatchObject({
    query: { reference: IMAGE.name, policy: 'missing' },
    headers: { 'x-registry-auth': 'c2VjcmV0' },
  });
  expect(JSON.stringify(logger.lines)).not.toContain('c2VjcmV0');
});

test.each([
  [
    'a line in the stream',
    (libpod: ScriptedLibpod) =>
      libpod.answer(PULL, (response) => response.end('{"stream":"a"}\n{"error":"no such tag"}\n')),
  ],
  [
    'a status',
    (libpod: ScriptedLibpod) => libpod.answer(PULL, { status: 500, json: { cause: 'tag', message: 'no such tag' } }),
  ],
])('a pull that fails with %s is RUNTIME_IMAGE_NOT_FOUND with the reason', async (_way, script) => {
  await using libpod = await startScriptedLibpod();
  script(libpod);
  const { api, options } = create(libpod);
  await expect(ensureImages(api, [IMAGE], options)).rejects.toMatchObject({
    code: 'RUNTIME_IMAGE_NOT_FOUND',
    subject: IMAGE.name,
    message: `${IMAGE.name}: no such tag`,
  });
});

test.each([
  ['localhost/web:1', true, 'no registry'],
  ['registry.example/web:1', false, 'never to pull'],
])('%s that is missing is not looked for (may be pulled: %s)', async (name, mayBePulled, words) => {
  await using libpod = await startScriptedLibpod();
  const { api, options } = create(libpod);
  await expect(ensureImages(api, [{ name, mayBePulled }], options)).rejects.toThrow(words);
  expect(libpod.routes()).not.toContain(PULL);
});

test('an abort ends the pull on the engine, too', async () => {
  await using libpod = await startScriptedLibpod();
  const controller = new AbortController();
  const hungUp = new Promise((resolve) => {
    libpod.answer(PULL, (response) => {
      response.on('close', resolve);
      // More than the socket holds: when it is written, the other side is reading.
      response.write('{"stream":"Copying blob"}\n'.repeat(100_000), () => controller.abort());
    });
  });
  const { api, options, clock } = create(libpod);
  const pulled = ensureImages(api, [IMAGE], { ...options, signal: controller.signal });
  await expect(pulled).rejects.toMatchObject({ code: 'ABORTED' });
  await hungUp;
  expect(clock.pending()).toBe(0);
});

test('a pull that takes longer than allowed is RUNTIME_IMAGE_NOT_FOUND', async () => {
  await using libpod = await startScriptedLibpod();
  libpod.answer(PULL, (response) => void response.write('{"stream":"Copying blob"}\n'));
  const { api, options, clock } = create(libpod);
  const pulled = ensureImages(api, [IMAGE], options);
  pulled.catch(() => undefined);
  await libpod.received(PULL);
  await clock.advance(PODMAN_LIMITS.pullTimeoutMs);
  await expect(pulled).rejects.toMatchObject({ code: 'RUNTIME_IMAGE_NOT_FOUND' });
});

test('errors hold nothing of the request', async () => {
  await using libpod = await startScriptedLibpod();
  libpod.answer(PULL, (response) => void response.destroy());
  const { api, options } = create(libpod);
  const failed = ensureImages(api, [IMAGE], { ...options, onPull: noPull, authHeader: () => 'c2VjcmV0' });
  const error: unknown = await failed.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'RUNTIME_UNAVAILABLE', cause: undefined });
  expect(JSON.stringify(error) + String(error)).not.toContain('c2VjcmV0');
});
