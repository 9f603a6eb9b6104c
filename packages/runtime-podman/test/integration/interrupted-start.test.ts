import type { PodRequest } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import { WORKLOAD_IMAGE } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ENGINE_HOSTS, createEngineApi, startRestartableService } from '../engine/index.ts';
import type { EngineHost, RestartableService } from '../engine/index.ts';

/** Moments of a start, which takes 200 to 900 ms, at which it is cut off. */
const MOMENTS_MS = [0, 5, 20, 40, 80, 160, 320, 640];

/** How often, and how far apart, a failed start is tried again; a device waits 10 s. */
const PLANNER_TRIES = 3;
const PLANNER_BACKOFF_MS = 1_000;

for (const { name, part, start } of ENGINE_HOSTS) {
  await describeWithPart([part, 'workload-image'], `a start that is cut off on the ${name}`, () => describeCuts(start));
}

function describeCuts(startHost: () => Promise<EngineHost>): void {
  let host: EngineHost;
  let service: RestartableService;
  beforeAll(async () => {
    host = await startHost();
    service = await startRestartableService(host);
  });
  afterEach(() => create().remove('web', { graceMs: 0 }));
  afterAll(() => host.stop());

  const create = () =>
    createPodmanRuntime({
      socketPath: service.socketPath,
      owner: 'me',
      clock: createSystemClock(),
      logger: createMemoryLogger(),
    });
  const container = (name: string, more: object = {}) => ({ name, image: WORKLOAD_IMAGE, ...more });
  const request: PodRequest = {
    name: 'web',
    fingerprint: 'f',
    manifest: {
      spec: {
        initContainers: [container('init', { command: ['sleep', '0.1'] })],
        containers: [
          container('one', { ports: [{ containerPort: 8080, hostPort: 18_080 }] }),
          container('two', { command: ['/bin/web', '8081'] }),
        ],
      },
    },
  };

  /** What the planner of a device does: go on where it can, replace where it cannot tell. */
  const plan = async (): Promise<void> => {
    const runtime = create();
    const [found] = await runtime.list();
    if (found !== undefined && found.fingerprint !== 'f') await runtime.remove('web', { graceMs: 0 });
    await runtime.start(request);
  };
  /**
   * As the planner again: what fails is looked at afresh and tried again. The engine goes on for a while with a start that
   * its caller has left, so a first look may see less than there is a moment later.
   */
  const converge = async (): Promise<void> => {
    const failures: unknown[] = [];
    while (failures.length < PLANNER_TRIES) {
      const failure: unknown = await plan().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) return;
      failures.push(failure);
      await delay(PLANNER_BACKOFF_MS);
    }
    throw new AggregateError(failures, 'it does not converge');
  };
  const expectWhole = async (): Promise<void> => {
    const running = { state: 'running' };
    expect(await create().list()).toMatchObject([
      {
        name: 'web',
        fingerprint: 'f',
        containers: [
          { name: 'one', ...running },
          { name: 'two', ...running },
        ],
      },
    ]);
  };

  test.each(MOMENTS_MS)('by its caller after %d ms, it is gone on with', async (momentMs) => {
    const controller = new AbortController();
    const started = create().start(request, controller);
    started.catch(() => undefined);
    await delay(momentMs);
    controller.abort();
    await started.catch((error: unknown) => expect(error).toMatchObject({ code: 'ABORTED' }));
    await converge();
    await expectWhole();
  });

  test.each(MOMENTS_MS)('by the death of the engine after %d ms, it is gone on with', async (momentMs) => {
    const started = create().start(request);
    started.catch(() => undefined);
    await delay(momentMs);
    await service.kill();
    const error: unknown = await started.catch((reason: unknown) => reason);
    await service.start();
    if (error !== undefined) expect(error).toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
    await converge();
    await expectWhole();
  });

  test('removals leave no container, no volume and no network behind', async () => {
    const api = createEngineApi(service.socketPath);
    const everything = () =>
      Promise.all(['containers/json?all=true', 'volumes/json', 'pods/json'].map((path) => api.get(path)));
    const volumes = [{ name: 'data', emptyDir: {} }];
    const mounted = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    const { manifest } = request;
    const spec = { ...(manifest.spec as object), containers: [container('one', mounted)], volumes };
    await create().start({ ...request, manifest: { spec } });
    expect(JSON.stringify(await everything())).toContain('k4e_web_data');
    await create().remove('web');
    expect(await everything()).toEqual([[], [], []]);
  });
}
