import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import type { PodRequest } from '@k4e/core/ports';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { reply, startScriptedLibpod } from '../libpod/scripted-libpod.testing.ts';
import type { ScriptedAnswer, ScriptedLibpod } from '../libpod/scripted-libpod.testing.ts';
import { PODMAN_LIMITS } from '../podman-limits.ts';
import { createPodmanRuntime } from '../podman-runtime.ts';

const POD_ID = 'a'.repeat(64);
const INFRA_ID = 'b'.repeat(64);
const WEB_ID = 'c'.repeat(64);
const Labels = { 'io.k4e.owner': 'me', 'io.k4e.fingerprint': 'f1', 'io.k4e.pod': 'web', 'io.k4e.containers': 'web' };
const POD = { Id: POD_ID, Name: 'web', Status: 'Created', InfraId: INFRA_ID, Labels };
const INFRA = { Id: INFRA_ID, Names: ['aaaaaaaaaaaa-infra'], Pod: POD_ID, State: 'created', IsInfra: true };
const WEB = { Id: WEB_ID, Names: ['web-web'], Pod: POD_ID, State: 'created', IsInfra: false, Labels };

const IMAGE = 'registry.example/shop/web:1';
const EXISTS = 'GET images/registry.example/shop/web%3A1/exists';
const REQUEST: PodRequest = {
  name: 'web',
  fingerprint: 'f1',
  manifest: { spec: { containers: [{ name: 'web', image: IMAGE }] } },
};

/** A podman on which the pod can be made and started, with the image there. */
async function startLibpod(): Promise<ScriptedLibpod> {
  const libpod = await startScriptedLibpod();
  libpod.answer('GET pods/json', { json: [] }, { json: [POD] });
  libpod.answer(EXISTS, { status: 204 });
  libpod.answer('POST play/kube', { json: { Pods: [{ ID: POD_ID }] } });
  libpod.answer('GET containers/json', { json: [INFRA, WEB] });
  libpod.answer(`POST containers/${INFRA_ID}/start`, { status: 204 });
  libpod.answer(`POST containers/${WEB_ID}/start`, { status: 204 });
  libpod.answer(`DELETE pods/${POD_ID}`, { json: {} });
  return libpod;
}

function create({ socketPath }: ScriptedLibpod) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  return { clock, logger, runtime: createPodmanRuntime({ socketPath, owner: 'me', clock, logger }) };
}

const IN_USE = {
  cause: 'address already in use',
  message: 'cannot listen on the TCP port: listen tcp4 :80: bind: address already in use',
};

test('a pod is created whole, then its infrastructure is started, then its containers', async () => {
  await using libpod = await startLibpod();
  await create(libpod).runtime.start(REQUEST);
  expect(libpod.routes()).toEqual([
    'GET /_ping',
    'GET pods/json',
    EXISTS,
    'POST play/kube',
    'GET pods/json',
    'GET containers/json',
    `POST containers/${INFRA_ID}/start`,
    `POST containers/${WEB_ID}/start`,
  ]);
  const created = libpod.requests[3];
  expect(created).toMatchObject({ query: { start: 'false' }, headers: { 'content-type': 'application/yaml' } });
});

const FAILURES: readonly (readonly [string, string, ScriptedAnswer, string])[] = [
  ['the creation', 'POST play/kube', { status: 500, json: { message: 'playing YAML file: no' } }, 'RUNTIME_FAILED'],
  ['the infrastructure', `POST containers/${INFRA_ID}/start`, { status: 500, json: IN_USE }, 'RUNTIME_PORT_TAKEN'],
  [
    'a container',
    `POST containers/${WEB_ID}/start`,
    { status: 500, json: { message: `starting ${WEB_ID}: no` } },
    'RUNTIME_FAILED',
  ],
];

test.each(FAILURES)(
  "when %s fails the pod is removed, and the error is podman's",
  async (_what, route, answer, code) => {
    await using libpod = await startLibpod();
    libpod.answer(route, answer);
    await expect(create(libpod).runtime.start(REQUEST)).rejects.toMatchObject({ code, subject: 'web' });
    expect(libpod.routes().at(-1)).toBe(`DELETE pods/${POD_ID}`);
  },
);

test('an error names containers as the manifest does', async () => {
  await using libpod = await startLibpod();
  libpod.answer(`POST containers/${WEB_ID}/start`, {
    status: 500,
    json: { message: `starting container ${WEB_ID}: no` },
  });
  await expect(create(libpod).runtime.start(REQUEST)).rejects.toThrow('web: starting container web: no');
});

test('a clean-up that fails is logged, and hides nothing', async () => {
  await using libpod = await startLibpod();
  libpod.answer(`POST containers/${INFRA_ID}/start`, { status: 500, json: IN_USE });
  libpod.answer(`DELETE pods/${POD_ID}`, { status: 500, json: { message: 'busy' } });
  const { logger, runtime } = create(libpod);
  await expect(runtime.start(REQUEST)).rejects.toMatchObject({ code: 'RUNTIME_PORT_TAKEN' });
  expect(logger.lines).toMatchObject([{ level: 'warn', fields: { pod: 'web', error: 'web: busy' } }]);
});

test('a pod that somebody else made in the meantime is not cleaned up', async () => {
  await using libpod = await startLibpod();
  libpod.answer('POST play/kube', { status: 500, json: { message: 'name "web" is in use: pod already exists' } });
  libpod.answer('GET pods/json', { json: [] }, { json: [{ ...POD, Labels: {} }] });
  await expect(create(libpod).runtime.start(REQUEST)).rejects.toMatchObject({ code: 'RUNTIME_NAME_TAKEN' });
  expect(libpod.routes().filter((route) => route.startsWith('DELETE'))).toEqual([]);
});

test.each([
  ['does it', { json: { Pods: [{ ID: POD_ID }] } }],
  ['refuses it', { status: 500, json: { message: 'playing YAML file: no' } }],
])('an aborted start ends when podman %s, leaves what is there, and begins nothing more', async (_what, answer) => {
  await using libpod = await startLibpod();
  const controller = new AbortController();
  const held = Promise.withResolvers<ServerResponse>();
  libpod.answer('POST play/kube', (response) => {
    controller.abort();
    held.resolve(response);
  });
  const { clock, runtime } = create(libpod);
  let isOver = false;
  const started = runtime.start(REQUEST, controller).finally(() => (isOver = true));
  started.catch(() => undefined);
  const response = await held.promise;
  await clock.advance(PODMAN_LIMITS.cancelTimeoutMs - 1);
  expect(isOver).toBe(false);
  reply(response, answer);
  await expect(started).rejects.toMatchObject({ code: 'ABORTED' });
  expect(libpod.routes().at(-1)).toBe('POST play/kube');
  expect(clock.pending()).toBe(0);
});

test('an aborted start waits no longer than the limit, and its connection ends', async () => {
  await using libpod = await startLibpod();
  const controller = new AbortController();
  const hungUp = Promise.withResolvers<true>();
  libpod.answer(`POST containers/${INFRA_ID}/start`, (response) => {
    response.on('close', () => hungUp.resolve(true));
    controller.abort();
  });
  const { clock, runtime } = create(libpod);
  const started = runtime.start(REQUEST, controller);
  started.catch(() => undefined);
  await libpod.received(`POST containers/${INFRA_ID}/start`);
  await clock.advance(PODMAN_LIMITS.cancelTimeoutMs);
  await expect(started).rejects.toMatchObject({ code: 'ABORTED' });
  await hungUp.promise;
  expect(libpod.routes().at(-1)).toBe(`POST containers/${INFRA_ID}/start`);
});

test('an aborted removal ends when podman has stopped all containers', async () => {
  await using libpod = await startLibpod();
  const controller = new AbortController();
  const held = Promise.withResolvers<ServerResponse>();
  const two = { ...WEB, Id: 'd'.repeat(64), Names: ['web-two'], State: 'running' };
  libpod.answer('GET pods/json', { json: [POD] });
  libpod.answer('GET containers/json', { json: [{ ...WEB, State: 'running' }, two] });
  libpod.answer(`POST containers/${two.Id}/stop`, held.resolve);
  libpod.answer(`POST containers/${WEB_ID}/stop`, (response) => {
    controller.abort();
    reply(response, { status: 204 });
  });
  let isOver = false;
  const removed = create(libpod)
    .runtime.remove('web', controller)
    .finally(() => (isOver = true));
  removed.catch(() => undefined);
  const response = await held.promise;
  await libpod.received(`POST containers/${WEB_ID}/stop`);
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  reply(response, { status: 204 });
  await expect(removed).rejects.toMatchObject({ code: 'ABORTED' });
});

test('an aborted question is not waited for', async () => {
  await using libpod = await startLibpod();
  const controller = new AbortController();
  libpod.answer('GET pods/json', () => controller.abort());
  await expect(create(libpod).runtime.start(REQUEST, controller)).rejects.toMatchObject({ code: 'ABORTED' });
  expect(libpod.routes().at(-1)).toBe('GET pods/json');
});

test('a start that takes too long is RUNTIME_FAILED, and cleaned up', async () => {
  await using libpod = await startLibpod();
  libpod.answer(`POST containers/${WEB_ID}/start`, () => undefined);
  const { clock, runtime } = create(libpod);
  const started = runtime.start(REQUEST);
  started.catch(() => undefined);
  await libpod.received(`POST containers/${WEB_ID}/start`);
  await clock.advance(600_000);
  await expect(started).rejects.toMatchObject({ code: 'RUNTIME_FAILED' });
  expect(libpod.routes().at(-1)).toBe(`DELETE pods/${POD_ID}`);
});

test('with an init container that has not succeeded, podman starts the pod as a whole', async () => {
  await using libpod = await startLibpod();
  const init = { Id: 'd'.repeat(64), Names: ['web-init'], Pod: POD_ID, State: 'created', IsInfra: false, Labels };
  libpod.answer('GET containers/json', { json: [INFRA, init, WEB] });
  libpod.answer(`POST pods/${POD_ID}/start`, { json: { Errs: null, Id: POD_ID } });
  await create(libpod).runtime.start(REQUEST);
  expect(libpod.routes().slice(-2)).toEqual([`POST containers/${INFRA_ID}/start`, `POST pods/${POD_ID}/start`]);
});

const OCI_FAILED = { status: 500, json: { message: 'runc: container with id exists: OCI runtime error' } };

test('a pod whose start was cut off and cannot be gone on with is made anew', async () => {
  await using libpod = await startLibpod();
  libpod.answer('GET pods/json', { json: [POD] });
  libpod.answer(`POST containers/${INFRA_ID}/start`, OCI_FAILED, { status: 204 });
  await create(libpod).runtime.start(REQUEST);
  const changes = libpod.routes().filter((route) => !route.startsWith('GET'));
  expect(changes).toEqual([
    `POST containers/${INFRA_ID}/start`,
    `DELETE pods/${POD_ID}`,
    'POST play/kube',
    `POST containers/${INFRA_ID}/start`,
    `POST containers/${WEB_ID}/start`,
  ]);
});

test('a pod that has run as a whole stays when it does not start again', async () => {
  await using libpod = await startLibpod();
  libpod.answer('GET pods/json', { json: [POD] });
  libpod.answer('GET containers/json', { json: [INFRA, { ...WEB, State: 'exited', ExitCode: 1 }] });
  libpod.answer(`POST containers/${INFRA_ID}/start`, OCI_FAILED);
  await expect(create(libpod).runtime.start(REQUEST)).rejects.toMatchObject({ code: 'RUNTIME_FAILED' });
  expect(libpod.routes().filter((route) => route.startsWith('DELETE'))).toEqual([]);
});

test('where a podman that died has left storage of the name, that is removed, and the creation tried again', async () => {
  await using libpod = await startLibpod();
  const text = 'the container name "web-web" is already in use by x: that name is already in use by an external entity';
  const storage = (id: string, name: string) => ({ Id: id.repeat(64), Names: [name], State: 'storage', Labels: null });
  libpod.answer('POST play/kube', { status: 500, json: { message: text } }, { json: { Pods: [{ ID: POD_ID }] } });
  libpod.answer(
    'GET containers/json',
    { json: [storage('e', 'web-web'), storage('f', 'their-build'), { ...WEB, Names: ['web-web'], State: 'running' }] },
    { json: [] },
    { json: [] },
    { json: [INFRA, WEB] },
  );
  libpod.answer(`DELETE containers/${'e'.repeat(64)}`, { json: [] });
  const { logger, runtime } = create(libpod);
  await runtime.start(REQUEST);
  const removals = libpod.routes().filter((route) => route.startsWith('DELETE containers'));
  expect(removals).toEqual([`DELETE containers/${'e'.repeat(64)}`]);
  expect(logger.lines).toMatchObject([{ level: 'info', fields: { pod: 'web' } }]);
});

test('a name that a container of somebody else has is RUNTIME_NAME_TAKEN, and that container stays', async () => {
  await using libpod = await startLibpod();
  const text = 'the container name "web-web" is already in use by x: that name is already in use';
  libpod.answer('POST play/kube', { status: 500, json: { message: text } });
  libpod.answer('GET containers/json', { json: [{ ...WEB, Pod: '', State: 'running' }] }, { json: [] });
  await expect(create(libpod).runtime.start(REQUEST)).rejects.toMatchObject({ code: 'RUNTIME_NAME_TAKEN' });
  expect(libpod.routes().filter((route) => route.startsWith('DELETE containers'))).toEqual([]);
});

test('a pod that somebody made in the meantime is gone on with when it is ours', async () => {
  await using libpod = await startLibpod();
  libpod.answer('POST play/kube', { status: 500, json: { message: 'name "web" is in use: pod already exists' } });
  await create(libpod).runtime.start(REQUEST);
  expect(libpod.routes().at(-1)).toBe(`POST containers/${WEB_ID}/start`);
});

test('a start that meets another one of the same pod waits for its init containers, and tries again', async () => {
  await using libpod = await startLibpod();
  const init = { Id: 'd'.repeat(64), Names: ['web-init'], Pod: POD_ID, State: 'running', IsInfra: false, Labels };
  const improper = {
    cause: 'container state improper',
    message: 'must be in Created or Stopped state: container state improper',
  };
  libpod.answer('GET pods/json', { json: [POD] });
  libpod.answer(
    'GET containers/json',
    { json: [INFRA, init, WEB] },
    { json: [INFRA, init, WEB] },
    { json: [INFRA, { ...init, State: 'exited' }, WEB] },
    { json: [INFRA, { ...WEB, State: 'running' }] },
  );
  libpod.answer(`POST pods/${POD_ID}/start`, { status: 409, json: improper });
  const { clock, runtime } = create(libpod);
  const started = runtime.start(REQUEST);
  for (const requests of [2, 3]) {
    await libpod.received('GET containers/json', requests);
    await expect.poll(() => clock.pending()).toBe(1);
    await clock.advance(200);
  }
  await started;
  expect(libpod.routes().filter((route) => route === `POST pods/${POD_ID}/start`)).toHaveLength(1);
});
