import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ErrorCode } from '@k4e/core';
import { CONFIGURATION_DOCUMENT } from '@k4e/core/device';
import type { DeviceConfiguration } from '@k4e/core/protocol';
import { configure, createDeviceBench, heartbeats, pods, workload } from '../scenario/device/device-bench.ts';
import type { DeviceBench, RunningDevice } from '../scenario/device/device-bench.ts';
import { createFuse, mortalParts } from '../scenario/device/mortal-parts.ts';
import type { Fuse } from '../scenario/device/mortal-parts.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const PORTS = [81, 82, 83, 84];

/** A machine in bad company: what can happen to it happens. */
interface World {
  readonly bench: DeviceBench;
  running: RunningDevice;
  fuse: Fuse;
  version: number;
}

type Event = (world: World) => Promise<void> | void;

function bootMortal(world: Omit<World, 'running' | 'fuse'>): Pick<World, 'running' | 'fuse'> {
  const fuse = createFuse();
  return { fuse, running: world.bench.boot(mortalParts(world.bench, fuse)) };
}

const configuration = fc
  .record({
    kinds: fc.tuple(...NAMES.map(() => fc.constantFrom('absent', 'one', 'two', 'broken'))),
    ports: fc.shuffledSubarray(PORTS, { minLength: 4 }),
  })
  .map(({ kinds, ports }): DeviceConfiguration => {
    const workloads = kinds.flatMap((kind, i) => {
      const name = NAMES[i] ?? '';
      if (kind === 'absent') return [];
      if (kind === 'broken') return [{ name, specification: 'nonsense' }];
      return [workload(name, { image: `${name}:${kind}`, port: ports[i] ?? 0 })];
    });
    return { workloads };
  });

const name = fc.constantFrom(...NAMES);
const happen = (event: Event): Event => event;

/** What neither touches a pod by itself nor asks for one to be touched. */
const gentleEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }).map((ms) => happen(({ bench }) => bench.clock.advance(ms))),
  fc.integer({ min: 0, max: 150 }).map((ms) => happen(({ bench }) => bench.clock.advance(ms))),
  fc.constant(happen(({ bench }) => bench.firewall.tamper([]))),
  fc.constant(happen(({ bench }) => bench.firewall.failNext('FIREWALL_REFUSED'))),
  fc.boolean().map((isUp) => happen(({ bench }) => void (bench.runtime.engine.isReachable = isUp))),
  fc.boolean().map((fails) => happen(({ bench }) => bench.state.failWrites(fails))),
  fc.constant(happen(({ bench }) => bench.state.damage(CONFIGURATION_DOCUMENT))),
  fc
    .constantFrom<ErrorCode | undefined>('LINK_UNREACHABLE', 'LINK_UNKNOWN_DEVICE', 'LINK_REFUSED', undefined)
    .map((code) => happen(({ bench }) => bench.link.refuse(code))),
  fc
    .constantFrom<unknown>('garbage', undefined, { workloads: 7 }, { device_id: 'another' })
    .map((content) => happen(({ bench }) => bench.link.deliver('data', { type: 'data', content }))),
  fc.constant(
    happen((world) => {
      world.fuse.blow();
      Object.assign(world, bootMortal(world));
    }),
  ),
  fc.constant(
    happen(async (world) => {
      const stopping = world.running.stop();
      await world.bench.clock.advance(20_000);
      await stopping;
      Object.assign(world, bootMortal(world));
    }),
  ),
);

const roughEvent: fc.Arbitrary<Event> = fc.oneof(
  name.map((pod) => happen(({ bench }) => crash(bench, pod))),
  name.map((pod) => happen(({ bench }) => void bench.runtime.engine.pods.delete(pod))),
  name.map((pod) => happen(({ bench }) => void bench.runtime.engine.missingImages.add(`${pod}:two`))),
  fc
    .tuple(
      fc.constantFrom<ErrorCode>('RUNTIME_FAILED', 'RUNTIME_UNAVAILABLE', 'INTERNAL'),
      fc.constantFrom('start', 'remove', 'list', 'restart'),
    )
    .map(([code, method]) => happen(({ bench }) => bench.runtime.failNext(code, method))),
);

const deliver = (content: DeviceConfiguration): Event =>
  happen((world) => configure(world.bench, `v${world.version++}`, content));

const event = fc.oneof(
  { weight: 5, arbitrary: gentleEvent },
  { weight: 2, arbitrary: roughEvent },
  { weight: 1, arbitrary: configuration.map(deliver) },
);

function crash(bench: DeviceBench, pod: string): void {
  if (bench.runtime.engine.pods.get(pod)?.containers[0]?.state === 'running') bench.runtime.crash(pod, 'main');
}

function heal(bench: DeviceBench): void {
  bench.runtime.engine.isReachable = true;
  bench.runtime.engine.missingImages.clear();
  bench.state.failWrites(false);
  bench.link.refuse(undefined);
}

test(
  'whatever happens: once it is over, the device is what its last configuration says',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), configuration, async (events, last) => {
        const bench = createDeviceBench();
        const foreign = {
          name: 'theirs',
          fingerprint: 'x',
          manifest: { spec: { containers: [{ name: 'c', image: 'i' }] } },
        };
        bench.runtime.engine.create('somebody', foreign);
        const base = { bench, version: 0 };
        const world: World = { ...base, ...bootMortal(base) };
        for (const happens of events) await happens(world);
        heal(bench);
        const good = (last.workloads ?? []).filter(({ specification }) => specification !== 'nonsense');
        configure(bench, 'last', { workloads: good });
        await bench.clock.advance(900_000);
        expect(pods(bench)).toEqual([...good.map((entry) => `${entry.name} running`), 'theirs created'].sort());
        for (const { name: pod, specification } of good) {
          const manifest = JSON.stringify(bench.runtime.engine.pods.get(pod)?.request.manifest);
          expect(manifest).toContain(/image: "(.*?)"/.exec(specification)?.[1]);
        }
        expect(bench.firewall.openPorts()).toEqual(
          good.map(({ specification }) => `${/hostPort: (\d+)/.exec(specification)?.[1] ?? ''}/tcp`).sort(),
        );
        expect(heartbeats(bench).at(-1)).toMatchObject({
          status: 'up',
          version: 'last',
          workloads: good.map((entry) => ({ name: entry.name, status: 'Running' })),
        });
        expect(world.running.device.appliedVersion()).toBe('last');
      }),
      { numRuns: 60 },
    );
  },
);

const kept = workload('kept', { port: 90 });
const withKept = fc.oneof(
  configuration.map(({ workloads = [] }) => deliver({ workloads: [kept, ...(workloads ?? [])] })),
  configuration.map(({ workloads = [] }) =>
    deliver({ workloads: [...(workloads ?? []), { name: 'kept', specification: 'nonsense' }] }),
  ),
);

test('nothing that happens around it stops or restarts a workload that is wanted', { timeout: 120_000 }, async () => {
  const events = fc.array(fc.oneof({ weight: 4, arbitrary: gentleEvent }, { weight: 1, arbitrary: withKept }), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(events, async (list) => {
      const bench = createDeviceBench();
      const base = { bench, version: 0 };
      const world: World = { ...base, ...bootMortal(base) };
      configure(bench, 'first', { workloads: [kept] });
      await bench.clock.advance(1_000);
      const serial = bench.runtime.engine.pods.get('kept')?.serial;
      expect(serial).toBeDefined();
      for (const happens of [...list, happen(() => bench.clock.advance(60_000))]) {
        await happens(world);
        const pod = bench.runtime.engine.pods.get('kept');
        expect(pod?.serial).toBe(serial);
        expect(pod?.containers.map(({ starts }) => starts)).toEqual([1]);
      }
    }),
    { numRuns: 60 },
  );
});
