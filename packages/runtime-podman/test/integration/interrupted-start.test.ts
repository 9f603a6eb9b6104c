import type { ContainerRuntime, PodRequest } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import type { PodmanLimits } from '@k4e/runtime-podman';
import { WORKLOAD_IMAGE, waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ENGINE_HOSTS, createEngineApi, startRestartableService } from '../engine/index.ts';
import type { EngineHost, RestartableService } from '../engine/index.ts';

/** Moments of a start, which takes 200 to 900 ms, at which it is cut off. */
const MOMENTS_MS = [0, 5, 20, 40, 80, 160, 320, 640];
/** Those in which podman makes the pod and its containers. */
const EARLY_MOMENTS_MS = [5, 20, 40];

/** How long a podman may go on with a start whose caller has died. */
const ENDED_WITHIN_MS = 20_000;

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

  const create = (limits: Partial<PodmanLimits> = {}) =>
    createPodmanRuntime({
      socketPath: service.socketPath,
      owner: 'me',
      clock: createSystemClock(),
      logger: createMemoryLogger(),
      limits,
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
  const converge = async (): Promise<void> => {
    const runtime = create();
    const [found] = await runtime.list();
    if (found !== undefined && found.fingerprint !== 'f') await runtime.remove('web', { graceMs: 0 });
    await runtime.start(request);
  };
  /** The same for a planner that may have looked too early: the pod grew after its look. */
  const hasConverged = async (): Promise<boolean> => {
    const error: unknown = await converge().catch((reason: unknown) => reason);
    if (error !== undefined) expect(error).toMatchObject({ code: 'CONFLICT' });
    return error === undefined;
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

  const cutOff = async (runtime: ContainerRuntime, momentMs: number): Promise<void> => {
    const controller = new AbortController();
    const started = runtime.start(request, controller);
    started.catch(() => undefined);
    await delay(momentMs);
    controller.abort();
    await started.catch((error: unknown) => expect(error).toMatchObject({ code: 'ABORTED' }));
  };

  test.each(MOMENTS_MS)('by its caller after %d ms, it is gone on with', async (momentMs) => {
    await cutOff(create(), momentMs);
    const runtime = create();
    const found = await runtime.list();
    expect(found.map(({ fingerprint }) => fingerprint)).not.toContain(undefined);
    await runtime.start(request);
    await expectWhole();
  });

  test.each(EARLY_MOMENTS_MS)(
    "by its caller's death after %d ms, it is gone on with once podman has ended it",
    async (momentMs) => {
      // What podman sees of a process that dies: the connection ends, and nobody waits.
      await cutOff(create({ cancelTimeoutMs: 0 }), momentMs);
      await waitUntil(hasConverged, { what: 'the pod is whole', deadlineMs: ENDED_WITHIN_MS });
      await expectWhole();
    },
  );

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
    const leftovers = () =>
      Promise.all(['containers/json?all=true', 'volumes/json', 'pods/json'].map((path) => api.get(path)));
    const volumes = [{ name: 'data', emptyDir: {} }];
    const mounted = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    const { manifest } = request;
    const spec = { ...(manifest.spec as object), containers: [container('one', mounted)], volumes };
    await create().start({ ...request, manifest: { spec } });
    expect(JSON.stringify(await leftovers())).toContain('k4e_web_data');
    await create().remove('web');
    expect(await leftovers()).toEqual([[], [], []]);
  });
}
