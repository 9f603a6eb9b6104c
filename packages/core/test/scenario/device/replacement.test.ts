import { expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import type { ContainerRuntime } from '@k4e/core/ports';
import { configure, createDeviceBench, heartbeats, pods, workload } from './device-bench.ts';
import type { DeviceBench } from './device-bench.ts';

const KEPT = 'the version before it is kept running';

const OLD = { workloads: [workload('web', { port: 80 })] };
const NEW = { workloads: [workload('web', { image: 'web:2', port: 81 })] };

/** The workload in the last heartbeat. */
const report = (bench: DeviceBench) =>
  heartbeats(bench)
    .at(-1)
    ?.workloads?.find(({ name }) => name === 'web');
const image = (bench: DeviceBench) =>
  /web:[0-9]/.exec(JSON.stringify(bench.runtime.engine.pods.get('web')?.request.manifest))?.[0];

/** A device that runs the old version and was told of the new one. */
async function bootAndChange(bench: DeviceBench, runtime: ContainerRuntime = bench.runtime) {
  const running = bench.boot({ runtime });
  configure(bench, 'v1', OLD);
  await bench.clock.advance(1_000);
  configure(bench, 'v2', NEW);
  await bench.clock.advance(1_000);
  return running;
}

/** A runtime that does not end preparing until it is told to; `pulls` counts those under way and those cancelled. */
function slowlyPreparing(runtime: ContainerRuntime) {
  const pulls = { open: 0, cancelled: 0 };
  const slow: ContainerRuntime = {
    ...runtime,
    prepare: (_pod, options) =>
      new Promise((_resolve, reject) => {
        pulls.open++;
        options?.signal?.addEventListener('abort', () => {
          pulls.open--;
          pulls.cancelled++;
          reject(new K4eError('ABORTED', { retry: 'never' }));
        });
      }),
  };
  return { slow, pulls };
}

test('a version whose image cannot be had leaves the old one as it is, says why, and follows once it can', async () => {
  const bench = createDeviceBench();
  bench.runtime.engine.missingImages.add('web:2');
  const running = await bootAndChange(bench);
  const before = bench.runtime.engine.pods.get('web');
  expect([image(bench), pods(bench), bench.firewall.openPorts()]).toEqual(['web:1', ['web running'], ['80/tcp']]);
  expect(report(bench)).toMatchObject({ status: 'Error', message: expect.stringMatching(`web:2.*${KEPT}`) as unknown });
  expect(report(bench)?.next_retry).toBe('2026-01-01T00:00:11.000Z');
  expect(heartbeats(bench).at(-1)).toMatchObject({ version: 'v2', status: 'degraded' });
  const events = heartbeats(bench).flatMap((heartbeat) => heartbeat.events ?? []);
  expect(events).toContainEqual(
    expect.objectContaining({ reason: 'WorkloadFailed', message: expect.stringContaining(KEPT) as unknown }),
  );
  await bench.clock.advance(28_000);
  expect(bench.runtime.calls()).toEqual(['start web', 'prepare web', 'prepare web']);
  expect(bench.runtime.engine.pods.get('web')).toBe(before);
  bench.runtime.engine.missingImages.clear();
  await bench.clock.advance(30_000);
  expect([image(bench), pods(bench), bench.firewall.openPorts()]).toEqual(['web:2', ['web running'], ['81/tcp']]);
  expect(report(bench)).toEqual({ name: 'web', status: 'Running' });
  await running.stop();
});

test('going back to the old version, while the new one cannot be had, touches nothing', async () => {
  const bench = createDeviceBench();
  bench.runtime.engine.missingImages.add('web:2');
  const running = await bootAndChange(bench);
  configure(bench, 'v3', OLD);
  await bench.clock.advance(60_000);
  expect(bench.runtime.calls()).toEqual(['start web', 'prepare web']);
  expect(report(bench)).toEqual({ name: 'web', status: 'Running' });
  await running.stop();
});

test('the old version is started again when it crashes, also while the new one is on its way', async () => {
  const bench = createDeviceBench();
  const { slow, pulls } = slowlyPreparing(bench.runtime);
  const running = await bootAndChange(bench, slow);
  expect(pulls.open).toBe(1);
  bench.runtime.crash('web', 'main');
  await bench.clock.advance(1_000);
  expect([image(bench), pods(bench), pulls.open]).toEqual(['web:1', ['web running'], 1]);
  expect(report(bench)).toEqual({ name: 'web', status: 'Deploying' });
  await running.stop();
  expect(pulls.cancelled).toBe(1);
});

test.each([
  ['changed again', { workloads: [workload('web', { image: 'web:3' })] }, 'web:1', 1],
  ['the old one again', OLD, 'web:1', 0],
  ['withdrawn', {}, undefined, 0],
])('preparing is cancelled when the workload is %s', async (_what, next, imageThen, open) => {
  const bench = createDeviceBench();
  const { slow, pulls } = slowlyPreparing(bench.runtime);
  const running = await bootAndChange(bench, slow);
  configure(bench, 'v3', next);
  await bench.clock.advance(1_000);
  expect([pulls.cancelled, pulls.open, image(bench)]).toEqual([1, open, imageThen]);
  expect(running.count('workloadFailed')).toBe(0);
  await running.stop();
});

test('preparing holds up neither other workloads, nor the version, and no more than four are under way', async () => {
  const bench = createDeviceBench();
  const { slow, pulls } = slowlyPreparing(bench.runtime);
  const running = bench.boot({ runtime: slow });
  const many = (tag: number) => Array.from({ length: 6 }, (_, i) => workload(`w${i}`, { image: `w:${tag}` }));
  configure(bench, 'v1', { workloads: many(1) });
  await bench.clock.advance(1_000);
  configure(bench, 'v2', { workloads: [...many(2), workload('other')] });
  await bench.clock.advance(1_000);
  expect(pulls.open).toBe(4);
  expect(pods(bench)).toContain('other running');
  bench.runtime.crash('other', 'main');
  await bench.clock.advance(1_000);
  expect(pods(bench)).toContain('other running');
  await running.stop();
});

test.each(['restarts', 'reboots'])(
  'a device that %s meanwhile keeps the old version up, and its ports open',
  async (how) => {
    const bench = createDeviceBench();
    bench.runtime.engine.missingImages.add('web:2');
    const first = await bootAndChange(bench);
    await first.stop();
    if (how === 'reboots') {
      bench.runtime.crash('web', 'main', 0);
      bench.firewall.tamper([]);
    }
    bench.link.refuse('LINK_UNREACHABLE');
    const second = bench.boot();
    await bench.clock.advance(60_000);
    expect([image(bench), pods(bench), bench.firewall.openPorts()]).toEqual(['web:1', ['web running'], ['80/tcp']]);
    bench.runtime.engine.missingImages.clear();
    await bench.clock.advance(300_000);
    expect([image(bench), pods(bench), bench.firewall.openPorts()]).toEqual(['web:2', ['web running'], ['81/tcp']]);
    await second.stop();
  },
);
