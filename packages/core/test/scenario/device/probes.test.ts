import { expect, test } from 'vitest';
import type { ProbeOutcome } from '@k4e/core/ports';
import { configure, createDeviceBench, heartbeats, pods } from './device-bench.ts';
import type { DeviceBench } from './device-bench.ts';

const CHECK = { exec: { command: ['check'] }, periodSeconds: 1 };
const BAD: ProbeOutcome = { isGood: false, reason: 'no' };
const FAILED = 'container web failed its liveness probe 3 times: no';

const probed = (probes: object, pod: object = {}) => {
  const containers = [
    { name: 'web', image: 'web:1', ...probes },
    { name: 'other', image: 'web:1' },
  ];
  return { name: 'web', specification: JSON.stringify({ ...pod, containers }) };
};
const report = (bench: DeviceBench) => heartbeats(bench).at(-1)?.workloads?.[0];
const reasons = (bench: DeviceBench) =>
  heartbeats(bench).flatMap(({ events }) => (events ?? []).map(({ reason, message }) => `${reason}: ${message}`));
const starts = (bench: DeviceBench) => bench.runtime.engine.pods.get('web')?.containers.map((one) => one.starts);

test.each(['Always', 'OnFailure'])(
  'a container that fails is ended and started again, with back-off, and says why: %s',
  async (restartPolicy) => {
    const bench = createDeviceBench();
    bench.runtime.answerProbes((_pod, container) => (container === 'web' ? BAD : { isGood: true }));
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [probed({ livenessProbe: CHECK }, { restartPolicy })] });
    await bench.clock.advance(8_000);
    expect(bench.runtime.calls()).toEqual(['start web', 'end web: web', 'restart web', 'end web: web']);
    expect(starts(bench)).toEqual([2, 1]);
    expect(report(bench)?.message).toBe(`${FAILED}; started again 1 time`);
    expect(reasons(bench)).toContain(`WorkloadUnhealthy: workload web is unhealthy: ${FAILED}`);
    expect(reasons(bench)).toContain(`WorkloadRestarted: workload web was started again: ${FAILED}`);
    bench.runtime.answerProbes(() => ({ isGood: true }));
    await bench.clock.advance(60_000);
    expect(report(bench)).toEqual({ name: 'web', status: 'Running' });
    expect(starts(bench)).toEqual([3, 1]);
    await running.stop();
  },
);

test('one that is never restarted stays ended, and says why', async () => {
  const bench = createDeviceBench();
  bench.runtime.answerProbes(() => BAD);
  const running = bench.boot();
  configure(bench, 'v1', { workloads: [probed({ livenessProbe: CHECK }, { restartPolicy: 'Never' })] });
  await bench.clock.advance(60_000);
  expect(bench.runtime.calls()).toEqual(['start web', 'end web: web']);
  expect(report(bench)?.message).toBe(FAILED);
  await running.stop();
});

test('one that is not ready says why, is left alone, and says nothing once it is', async () => {
  const bench = createDeviceBench();
  bench.runtime.answerProbes(() => BAD);
  const running = bench.boot();
  configure(bench, 'v1', { workloads: [probed({ readinessProbe: CHECK })] });
  await bench.clock.advance(10_000);
  const message = 'container web is not ready: readiness probe: no';
  expect(report(bench)).toEqual({ name: 'web', status: 'Running', message });
  bench.runtime.answerProbes(() => ({ isGood: true }));
  await bench.clock.advance(5_000);
  expect(report(bench)).toEqual({ name: 'web', status: 'Running' });
  expect(bench.runtime.calls()).toEqual(['start web']);
  await running.stop();
});

test('an outage of the runtime, an agent that is started again, and other probes end no healthy container', async () => {
  const bench = createDeviceBench();
  const running = bench.boot();
  configure(bench, 'v1', { workloads: [probed({ livenessProbe: CHECK })] });
  await bench.clock.advance(5_000);
  bench.runtime.engine.isReachable = false;
  await bench.clock.advance(60_000);
  bench.runtime.engine.isReachable = true;
  await bench.clock.advance(60_000);
  configure(bench, 'v2', { workloads: [probed({ startupProbe: CHECK, readinessProbe: CHECK })] });
  await bench.clock.advance(10_000);
  await running.stop();
  const again = bench.boot();
  await bench.clock.advance(60_000);
  expect(bench.runtime.calls()).toEqual(['start web']);
  expect(pods(bench)).toEqual(['web running']);
  expect(starts(bench)).toEqual([1, 1]);
  await again.stop();
});

test('an end that fails is tried again, and says why', async () => {
  const bench = createDeviceBench();
  bench.runtime.answerProbes((_pod, _container) => BAD);
  bench.runtime.failNext('RUNTIME_FAILED', 'end');
  const running = bench.boot();
  configure(bench, 'v1', { workloads: [probed({ livenessProbe: CHECK })] });
  await bench.clock.advance(6_000);
  expect(report(bench)?.message).toMatch(new RegExp(`^${FAILED}; .*could not`));
  await bench.clock.advance(10_000);
  expect(bench.runtime.calls().slice(0, 4)).toEqual(['start web', 'end web: web', 'end web: web', 'restart web']);
  await running.stop();
});
