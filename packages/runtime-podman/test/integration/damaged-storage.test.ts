/** What a power cut leaves of podman's storage: made by hand here, where it can be told which file is hit. */
import type { ContainerRuntime, PodRequest } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryDisk, createMemoryLogger, createMemoryStateStore } from '@k4e/core/testing';
import type { MemoryDisk } from '@k4e/core/testing';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import { WORKLOAD_IMAGE, runChecked } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ENGINE_HOSTS, createEngineApi, startPullingHost } from '../engine/index.ts';
import type { EngineApi, EngineHost, PullingHost } from '../engine/index.ts';
import { REGISTRY_USER } from '../engine/registry.ts';

/** What is hit, and what of it. */
type Damage = readonly [what: string, hit: (bench: Bench) => Promise<void>];

/** The storage, and who damages it. */
interface Bench {
  /** The directory of the layer on top of a container or an image. */
  layerOf(kind: 'containers' | 'images', name: string): Promise<string>;
  /** Where the big data of images is. */
  imagesDirectory(): Promise<string>;
  readonly image: string;
  pauseImage(): Promise<string>;
  /** What a file is when its name has reached the disk, and its content has not. */
  empty(...files: string[]): Promise<void>;
  removeTree(directory: string): Promise<void>;
  find(directory: string, name: string, ...conditions: string[]): Promise<readonly string[]>;
}

const IMAGE_LINK = "the link of an image's layer";
const DAMAGES: readonly Damage[] = [
  ["a container's list of layers", async (to) => to.empty(`${await to.layerOf('containers', 'web-web')}/lower`)],
  ["a container's layer", async (to) => to.removeTree(await to.layerOf('containers', 'web-web'))],
  [IMAGE_LINK, async (to) => to.empty(`${await to.layerOf('images', to.image)}/link`)],
  ["an image's layer", async (to) => to.removeTree(await to.layerOf('images', to.image))],
  ["an image's manifest", async (to) => to.empty(...(await to.find(await to.imagesDirectory(), 'manifest')))],
  [
    "the link of the pause image's layer",
    async (to) => to.empty(`${await to.layerOf('images', await to.pauseImage())}/link`),
  ],
  ["the pause image's layer", async (to) => to.removeTree(await to.layerOf('images', await to.pauseImage()))],
];

for (const { name, part, start } of ENGINE_HOSTS) {
  // Podman 4.3 makes containers without a layer whose link is empty: then no error tells of it.
  const damages = part === 'device' ? DAMAGES : DAMAGES.filter(([what]) => what !== IMAGE_LINK);
  await describeWithPart([part, 'workload-image'], `damaged storage of the ${name}`, () =>
    describeDamages(start, damages),
  );
}

function describeDamages(startHost: () => Promise<EngineHost>, damages: readonly Damage[]): void {
  let pulling: PullingHost;
  let api: EngineApi;
  let bench: Bench;
  let disk: MemoryDisk;
  let state = createMemoryStateStore();
  beforeAll(async () => {
    pulling = await startPullingHost(startHost);
    api = createEngineApi(pulling.socketPath);
    bench = createBench(pulling, api);
    // It has the same layer as the image of the registry, and would keep it.
    await api.delete(`images/${WORKLOAD_IMAGE}`);
  });
  beforeEach(async () => {
    disk = createMemoryDisk([await storageDirectory(api)]);
    state = createMemoryStateStore();
  });
  afterEach(async () => {
    await start().remove('web', { graceMs: 0 });
    await api.delete(`images/${pulling.image}`).catch(() => undefined);
  });
  afterAll(() => pulling.stop());

  /** The runtime of an agent that starts. */
  const start = (): ContainerRuntime =>
    createPodmanRuntime({
      socketPath: pulling.socketPath,
      owner: 'me',
      clock: createSystemClock(),
      logger: createMemoryLogger(),
      storage: { disk, state },
    });
  const request = (): PodRequest => {
    const auth = Buffer.from(`${REGISTRY_USER.username}:${REGISTRY_USER.password}`).toString('base64');
    return {
      name: 'web',
      fingerprint: 'f',
      manifest: { spec: { containers: [{ name: 'web', image: pulling.image, imagePullPolicy: 'IfNotPresent' }] } },
      registryAuth: JSON.stringify({ auths: { [pulling.address]: { auth } } }),
    };
  };

  /** What the planner of a device does, until the pod runs; at most so many rounds, since a damage must not take for ever. */
  const converge = async (runtime: ContainerRuntime): Promise<void> => {
    const failures: string[] = [];
    for (let round = 0; round < 4; round++) {
      const [pod] = await runtime.list();
      if (pod?.containers.every((container) => container.state === 'running') === true) return;
      const change = pod === undefined ? runtime.start(request()) : runtime.restart('web');
      await change.catch((error: unknown) => failures.push(String(error)));
    }
    expect(await runtime.list(), failures.join('\n')).toMatchObject([{ containers: [{ state: 'running' }] }]);
  };
  const stopPod = (): Promise<unknown> => api.post('pods/web/stop?t=0');

  describe('that makes a pod fail', () => {
    test.each(damages)('%s is replaced, and told of', async (_what, hit) => {
      await start().start(request());
      await stopPod();
      await hit(bench);
      const runtime = start();
      await converge(runtime);
      // A pod that lives on what it mounts does not notice an image that is damaged; the next one does.
      await runtime.remove('web', { graceMs: 0 });
      await converge(runtime);
      expect(runtime.repairs().map(({ kind }) => kind)).toContainEqual(expect.stringMatching(/pod|image/));
      expect(runtime.repairs()).toEqual([]);
    });
  });

  describe('that nobody notices', () => {
    const spoilImage = async (): Promise<void> => {
      const files = await bench.find(await bench.layerOf('images', pulling.image), 'busybox');
      expect(files).toHaveLength(1);
      await bench.empty(...files);
    };
    const isWhole = async (): Promise<boolean> => {
      const files = await bench.find(await bench.layerOf('images', pulling.image), 'busybox', '-size', '+0');
      return files.length === 1;
    };

    test('is presumed of what was being made when the machine stopped: image and pod are made anew', async () => {
      disk.failSyncs(true);
      const before = start();
      await before.start(request());
      await stopPod();
      await spoilImage();
      disk.failSyncs(false);
      disk.reboot();
      const runtime = start();
      expect(await runtime.list()).toEqual([]);
      expect(runtime.repairs()).toContainEqual(expect.objectContaining({ kind: 'pod', name: 'web' }));
      await converge(runtime);
      expect(await isWhole()).toBe(true);
    });

    test('is not presumed of what was synced: the pod is started again as it is', async () => {
      await start().start(request());
      const requests = pulling.registry.requests();
      // The notes are crossed out a moment after the start.
      await expect.poll(() => [...state.documents().keys()], { timeout: 20_000 }).toEqual([]);
      await stopPod();
      disk.reboot();
      const runtime = start();
      expect(await runtime.list()).toMatchObject([{ name: 'web' }]);
      await converge(runtime);
      expect(runtime.repairs()).toEqual([]);
      expect(pulling.registry.requests()).toBe(requests);
    });
  });
}

const named = z.array(z.object({ Id: z.string(), Names: z.array(z.string()).nullish() }));
const driven = z.object({ GraphDriver: z.object({ Data: z.object({ UpperDir: z.string() }) }) });

async function storageDirectory(api: EngineApi): Promise<string> {
  const { store } = z.object({ store: z.object({ graphRoot: z.string() }) }).parse(await api.get('info'));
  return store.graphRoot;
}

function createBench({ host, image }: PullingHost, api: EngineApi): Bench {
  const env = { ...process.env, ...host.env };
  const run = (...args: readonly string[]): Promise<string> => runChecked([...host.enter, ...args], { env });
  return {
    image,
    layerOf: async (kind, name) => {
      const { GraphDriver } = driven.parse(await api.get(`${kind}/${name}/json`));
      return GraphDriver.Data.UpperDir.replace(/\/diff$/, '');
    },
    imagesDirectory: async () => `${await storageDirectory(api)}/overlay-images`,
    pauseImage: async () => {
      const images = named.parse(await api.get('images/json'));
      const names = images.flatMap(({ Names }) => Names ?? []);
      return names.find((name) => name.startsWith('localhost/podman-pause')) ?? 'no pause image';
    },
    empty: async (...files) => {
      await run('truncate', '--size=0', ...files);
    },
    removeTree: async (directory) => {
      await run('rm', '-rf', directory);
    },
    find: async (directory, name, ...conditions) =>
      (await run('find', directory, '-name', name, '-type', 'f', ...conditions)).split('\n').filter(Boolean),
  };
}
