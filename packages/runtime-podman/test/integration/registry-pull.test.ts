import type { PodRequest } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import { WORKLOAD_IMAGE, waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ENGINE_HOSTS, createEngineApi, startPullingHost } from '../engine/index.ts';
import type { EngineHost, PullingHost, Registry } from '../engine/index.ts';
import { REGISTRY_IMAGE, REGISTRY_USER } from '../engine/registry.ts';

for (const { name, part, start } of ENGINE_HOSTS) {
  await describeWithPart([part, 'workload-image'], `a pull by the ${name}`, () => describePulls(start));
}

function describePulls(startHost: () => Promise<EngineHost>): void {
  let pulling: PullingHost;
  let registry: Registry;
  let address: string;
  let socketPath: string;

  beforeAll(async () => {
    pulling = await startPullingHost(startHost);
    ({ registry, address, socketPath } = pulling);
  });
  afterEach(async () => {
    registry.isStalling = false;
    await create().runtime.remove('web', { graceMs: 0 });
    const api = createEngineApi(socketPath);
    await api.delete(`images/${pulling.image}`).catch(() => undefined);
  });
  afterAll(() => pulling.stop());

  const create = () => {
    const logger = createMemoryLogger();
    return { logger, runtime: createPodmanRuntime({ socketPath, owner: 'me', clock: createSystemClock(), logger }) };
  };
  const request = (password: string | undefined, image = REGISTRY_IMAGE): PodRequest => {
    const auth = Buffer.from(`${REGISTRY_USER.username}:${password ?? ''}`).toString('base64');
    const reference = image === WORKLOAD_IMAGE ? image : `${address}/${image}`;
    const container = { name: 'web', image: reference, imagePullPolicy: 'Always' };
    return {
      name: 'web',
      fingerprint: 'f',
      manifest: { spec: { containers: [container] } },
      ...(password === undefined ? {} : { registryAuth: JSON.stringify({ auths: { [address]: { auth } } }) }),
    };
  };

  test('with credentials the image is pulled once, and then taken from the device', async () => {
    const { logger, runtime } = create();
    await runtime.start(request(REGISTRY_USER.password));
    expect(await runtime.list()).toMatchObject([{ name: 'web', containers: [{ state: 'running' }] }]);
    await runtime.remove('web', { graceMs: 0 });
    const requests = registry.requests();
    await runtime.start(request(undefined));
    expect(registry.requests()).toBe(requests);
    expect(JSON.stringify(logger.lines)).not.toMatch(/s3cret|czNjcmV0/);
  });

  test('what was prepared is started without the registry', async () => {
    const { runtime } = create();
    await runtime.prepare(request(REGISTRY_USER.password));
    expect(await runtime.list()).toEqual([]);
    const requests = registry.requests();
    await runtime.prepare(request(undefined));
    await runtime.start(request(undefined));
    expect(registry.requests()).toBe(requests);
  });

  test('an abort ends preparing; a pod of the name can be handled meanwhile', async () => {
    const { runtime } = create();
    await runtime.start(request(REGISTRY_USER.password, WORKLOAD_IMAGE));
    registry.isStalling = true;
    const controller = new AbortController();
    const prepared = runtime.prepare(request(REGISTRY_USER.password), controller);
    prepared.catch(() => undefined);
    await waitUntil(() => registry.openLayers() > 0, { what: 'a layer is on its way', deadlineMs: 20_000 });
    await runtime.restart('web');
    await runtime.remove('web', { graceMs: 0 });
    controller.abort();
    await expect(prepared).rejects.toMatchObject({ code: 'ABORTED' });
    await waitUntil(() => registry.openLayers() === 0, { what: 'podman has hung up', deadlineMs: 20_000 });
  });

  test.each([
    ['no credentials', undefined, REGISTRY_IMAGE],
    ['wrong credentials', 'wr0ng', REGISTRY_IMAGE],
    ['an image that it does not have', REGISTRY_USER.password, 'shop/none:1'],
  ])(
    '%s is RUNTIME_IMAGE_NOT_FOUND, in words of the registry and without the password',
    async (_what, password, image) => {
      const { logger, runtime } = create();
      const error: unknown = await runtime.start(request(password, image)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'RUNTIME_IMAGE_NOT_FOUND', subject: `${address}/${image}` });
      expect(String(error) + JSON.stringify(logger.lines)).not.toMatch(/s3cret|wr0ng/);
      expect(await runtime.list()).toEqual([]);
    },
  );

  test('an abort ends a pull that does not, on the engine too, and nothing is left', async () => {
    registry.isStalling = true;
    const { runtime } = create();
    const controller = new AbortController();
    const started = runtime.start(request(REGISTRY_USER.password), controller);
    started.catch(() => undefined);
    await waitUntil(() => registry.openLayers() > 0, { what: 'a layer is on its way', deadlineMs: 20_000 });
    controller.abort();
    await expect(started).rejects.toMatchObject({ code: 'ABORTED' });
    await waitUntil(() => registry.openLayers() === 0, { what: 'podman has hung up', deadlineMs: 20_000 });
    expect(await runtime.list()).toEqual([]);
    registry.isStalling = false;
    await runtime.start(request(REGISTRY_USER.password));
  });
}
