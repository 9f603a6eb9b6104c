import { describe, expect, test } from 'vitest';
import { K4eError, sleep } from '@k4e/core';
import type { ContainerRuntime } from '@k4e/core/ports';
import { configure, createDeviceBench, heartbeats, pods, workload } from './device-bench.ts';
import type { DeviceBench } from './device-bench.ts';

const report = (bench: DeviceBench, name: string) =>
  heartbeats(bench)
    .at(-1)
    ?.workloads?.find((entry) => entry.name === name);

/** Matches a text with `part` in it; typed, as the matcher itself is not. */
const textWith = (part: string): unknown => expect.stringContaining(part);

describe('one bad workload', () => {
  test('whose image is missing does not disturb the others, says why and when it is tried again, and comes up', async () => {
    const bench = createDeviceBench();
    bench.runtime.engine.missingImages.add('bad:1');
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('bad', { port: 81 }), workload('good')] });
    await bench.clock.advance(2_000);
    expect(pods(bench)).toEqual(['good running']);
    expect(bench.firewall.openPorts()).toEqual([]);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'degraded', version: 'v1' });
    expect(report(bench, 'bad')).toMatchObject({ status: 'Error', message: textWith('bad:1') });
    expect(report(bench, 'bad')?.next_retry).toBe('2026-01-01T00:00:10.000Z');
    expect(report(bench, 'good')).toEqual({ name: 'good', status: 'Running' });
    bench.runtime.engine.missingImages.clear();
    await bench.clock.advance(10_000);
    expect(report(bench, 'bad')).toEqual({ name: 'bad', status: 'Running' });
    expect(bench.firewall.openPorts()).toEqual(['81/tcp']);
    await running.stop();
  });

  test('whose storage the runtime has repaired is told of, once', async () => {
    const bench = createDeviceBench();
    bench.runtime.noteRepair({ kind: 'image', name: 'good:1', reason: 'the power was cut' });
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('good')] });
    await bench.clock.advance(200_000);
    const told = heartbeats(bench).flatMap(({ events }) => events ?? []);
    expect(told.filter(({ reason }) => reason === 'StorageRepaired')).toEqual([
      { reason: 'StorageRepaired', type: 'warn', message: textWith('image good:1') },
    ]);
    await running.stop();
  });

  test('is tried after 10 s, 20 s, 40 s, not more often', async () => {
    const bench = createDeviceBench();
    bench.runtime.engine.missingImages.add('bad:1');
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('bad')] });
    await bench.clock.advance(75_000);
    expect(bench.runtime.calls()).toEqual(Array.from({ length: 4 }, () => 'start bad'));
    await running.stop();
  });

  test('whose name a foreign pod has leaves that alone', async () => {
    const bench = createDeviceBench();
    const foreign = { name: 'web', fingerprint: 'x', manifest: { spec: { containers: [{ name: 'c', image: 'i' }] } } };
    bench.runtime.engine.create(undefined, foreign);
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web'), workload('good')] });
    await bench.clock.advance(2_000);
    expect(pods(bench)).toEqual(['good running', 'web created']);
    expect(report(bench, 'web')).toMatchObject({
      status: 'Error',
      message: textWith('does not belong'),
    });
    configure(bench, 'v2', {});
    await bench.clock.advance(2_000);
    expect(pods(bench)).toEqual(['web created']);
    await running.stop();
  });

  test('whose host port another program holds says so, and opens nothing', async () => {
    const bench = createDeviceBench();
    bench.runtime.engine.occupiedPorts.add('80/tcp');
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
    await bench.clock.advance(2_000);
    expect(report(bench, 'web')).toMatchObject({ status: 'Error', message: textWith('80/tcp') });
    expect(bench.firewall.openPorts()).toEqual([]);
    await running.stop();
  });

  test('whose new specification is broken keeps running as it was, through a reboot too', async () => {
    const bench = createDeviceBench();
    const first = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
    await bench.clock.advance(1_000);
    configure(bench, 'v2', { workloads: [{ name: 'web', specification: 'nonsense' }, workload('good')] });
    await bench.clock.advance(2_000);
    expect(bench.runtime.calls()).toEqual(['start web', 'start good']);
    expect(report(bench, 'web')).toMatchObject({
      status: 'Error',
      message: textWith('is kept running'),
    });
    await first.stop();
    for (const pod of bench.runtime.engine.pods.values()) {
      for (const container of pod.containers) bench.runtime.engine.exitContainer(pod, container, 0);
    }
    const second = bench.boot();
    await bench.clock.advance(2_000);
    expect(pods(bench)).toEqual(['good running', 'web running']);
    expect(bench.firewall.openPorts()).toEqual(['80/tcp']);
    await second.stop();
  });
});

describe('a pod that crashes', () => {
  test('is started again at once, then with back-off, and tells how often', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(1_000);
    for (let i = 0; i < 3; i++) {
      bench.runtime.crash('web', 'main', 7);
      await bench.clock.advance(1_500);
    }
    expect(bench.runtime.calls()).toEqual(['start web', 'restart web']);
    expect(report(bench, 'web')).toMatchObject({
      status: 'Exited',
      message: 'container main exited with code 7; started again 1 time',
    });
    await bench.clock.advance(10_000);
    expect(bench.runtime.calls()).toEqual(['start web', 'restart web', 'restart web']);
    expect(report(bench, 'web')).toEqual({ name: 'web', status: 'Running' });
    await running.stop();
  });

  test.each([
    ['OnFailure', 0, 'main exited'],
    ['OnFailure', 1, 'main running'],
    ['Never', 1, 'main exited'],
  ])('under %s with code %d: %s', async (policy, exitCode, state) => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('main', { policy })] });
    await bench.clock.advance(1_000);
    bench.runtime.crash('main', 'main', exitCode);
    await bench.clock.advance(60_000);
    expect(pods(bench)).toEqual([state]);
    await running.stop();
  });
});

/** A runtime whose starts of one workload hang until they are cancelled. */
function slowFor(runtime: ContainerRuntime, name: string): ContainerRuntime & { cancelled: () => number } {
  let cancelled = 0;
  return {
    ...runtime,
    cancelled: () => cancelled,
    start: (pod, options) =>
      pod.name !== name || pod.manifest.spec === undefined || !JSON.stringify(pod.manifest).includes('slow')
        ? runtime.start(pod, options)
        : new Promise((_resolve, reject) => {
            options?.signal?.addEventListener('abort', () => {
              cancelled++;
              reject(new K4eError('ABORTED', { retry: 'never' }));
            });
          }),
  };
}

describe('a slow image pull', () => {
  test('delays neither the others, nor the heartbeat, nor the version', async () => {
    const bench = createDeviceBench();
    const running = bench.boot({ runtime: slowFor(bench.runtime, 'web') });
    configure(bench, 'v1', { workloads: [workload('web', { image: 'slow:1' }), workload('good')] });
    await bench.clock.advance(2_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({
      version: 'v1',
      workloads: [
        { name: 'good', status: 'Running' },
        { name: 'web', status: 'Deploying' },
      ],
    });
    await running.stop();
  });

  test('is cancelled when the workload is changed, or withdrawn', async () => {
    const bench = createDeviceBench();
    const runtime = slowFor(bench.runtime, 'web');
    const running = bench.boot({ runtime });
    configure(bench, 'v1', { workloads: [workload('web', { image: 'slow:1' })] });
    await bench.clock.advance(1_000);
    configure(bench, 'v2', { workloads: [workload('web', { image: 'slow:2' })] });
    await bench.clock.advance(1_000);
    expect(runtime.cancelled()).toBe(1);
    configure(bench, 'v3', { workloads: [workload('web')] });
    await bench.clock.advance(1_000);
    expect(runtime.cancelled()).toBe(2);
    expect(pods(bench)).toEqual(['web running']);
    expect(running.count('workloadFailed')).toBe(0);
    await running.stop();
  });

  test('is not cancelled by a configuration that does not change it', async () => {
    const bench = createDeviceBench();
    const runtime = slowFor(bench.runtime, 'web');
    const running = bench.boot({ runtime });
    const slow = workload('web', { image: 'slow:1' });
    configure(bench, 'v1', { workloads: [slow] });
    await bench.clock.advance(1_000);
    configure(bench, 'v2', { workloads: [slow, workload('good')] });
    await bench.clock.advance(1_000);
    expect(runtime.cancelled()).toBe(0);
    expect(pods(bench)).toEqual(['good running']);
    await running.stop();
    expect(runtime.cancelled()).toBe(1);
  });
});

test('a look that was begun before a start has ended does not start it again', async () => {
  const bench = createDeviceBench();
  const { runtime, clock } = bench;
  const running = bench.boot({
    runtime: {
      ...runtime,
      list: (options) => runtime.list(options).then((pods) => sleep(clock, 150).then(() => pods)),
      start: (pod, options) => sleep(clock, 200).then(() => runtime.start(pod, options)),
    },
  });
  configure(bench, 'v1', { workloads: [workload('web'), workload('other')] });
  await clock.advance(150);
  bench.runtime.engine.create('k4e', { name: 'stray', fingerprint: 'x', manifest: {} });
  await clock.advance(5_000);
  expect(runtime.calls().filter((call) => call.startsWith('start'))).toEqual(['start other', 'start web']);
  expect(pods(bench)).toEqual(['other running', 'web running']);
  await running.stop();
});

test('a pod that somebody removes by hand comes back; one that is not wanted does not', async () => {
  const bench = createDeviceBench();
  const running = bench.boot();
  configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
  await bench.clock.advance(1_000);
  await bench.runtime.remove('web');
  await bench.clock.advance(2_000);
  expect(pods(bench)).toEqual(['web running']);
  expect(bench.firewall.openPorts()).toEqual(['80/tcp']);
  await running.stop();
});

test('of a pod that may end, only the container that failed is started again', async () => {
  const bench = createDeviceBench();
  const running = bench.boot();
  const specification =
    'containers:\n  - {name: done, image: "a:1"}\n  - {name: broken, image: "b:1"}\nrestartPolicy: OnFailure\n';
  configure(bench, 'v1', { workloads: [{ name: 'job', specification }] });
  await bench.clock.advance(1_000);
  bench.runtime.crash('job', 'done', 0);
  bench.runtime.crash('job', 'broken', 1);
  await bench.clock.advance(1_000);
  const containers = bench.runtime.engine.pods.get('job')?.containers ?? [];
  expect(containers.map(({ name, state, starts }) => `${name} ${state} ${starts}`)).toEqual([
    'done exited 1',
    'broken running 2',
  ]);
  await running.stop();
});

describe('rules of others that keep our ports closed', () => {
  const OBSTACLE = 'chain inet filter forward drops by its policy';

  test('are told once, and the device is degraded until they are gone', async () => {
    const bench = createDeviceBench();
    bench.firewall.obstruct([OBSTACLE]);
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
    await bench.clock.advance(120_000);
    expect(running.count('portsObstructed')).toBe(1);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'degraded', workloads: [{ status: 'Running' }] });
    const events = heartbeats(bench).flatMap((heartbeat) => heartbeat.events ?? []);
    expect(events).toContainEqual({ reason: 'PortsObstructed', type: 'warn', message: textWith(OBSTACLE) });
    bench.firewall.obstruct([]);
    await bench.clock.advance(120_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'up' });
    await running.stop();
  });

  test('do not matter while no workload asks for a port', async () => {
    const bench = createDeviceBench();
    bench.firewall.obstruct([OBSTACLE]);
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('quiet')] });
    await bench.clock.advance(120_000);
    expect(running.count('portsObstructed')).toBe(0);
    await running.stop();
  });
});
