import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { createFakeContainerRuntime } from './fake-container-runtime.ts';

const WEB = {
  name: 'web',
  fingerprint: 'f',
  manifest: { spec: { containers: [{ name: 'web', image: 'a', ports: [{ hostPort: 80 }] }] } },
};

test('a planned failure strikes once, without effect, and only the call that it is meant for', async () => {
  const runtime = createFakeContainerRuntime({ clock: createFakeClock() });
  runtime.failNext('RUNTIME_FAILED', 'start');
  expect(await runtime.list()).toEqual([]);
  await expect(runtime.start(WEB)).rejects.toMatchObject({ code: 'RUNTIME_FAILED' });
  expect(await runtime.list()).toEqual([]);
  await runtime.start(WEB);
  runtime.failNext('RUNTIME_UNAVAILABLE');
  await expect(runtime.list()).rejects.toMatchObject({ code: 'RUNTIME_UNAVAILABLE' });
  expect(await runtime.list()).toHaveLength(1);
});

test('calls are kept in order, those that failed too', async () => {
  const runtime = createFakeContainerRuntime({ clock: createFakeClock() });
  await runtime.start(WEB);
  await runtime.list();
  await runtime.restart('none').catch(() => undefined);
  await runtime.remove('web');
  expect(runtime.calls()).toEqual(['start web', 'restart none', 'remove web']);
});

test('a crash ends a container with its exit code, at the time of the clock; one that is not there is a mistake of the test', async () => {
  const clock = createFakeClock(1_000);
  const runtime = createFakeContainerRuntime({ clock });
  await runtime.start(WEB);
  await clock.advance(500);
  runtime.crash('web', 'web', 7);
  const [pod] = await runtime.list();
  expect(pod).toMatchObject({ status: 'Exited' });
  expect(pod?.containers).toEqual([
    { name: 'web', state: 'exited', exitCode: 7, startedAtMs: 1_000, finishedAtMs: 1_500 },
  ]);
  expect(() => runtime.crash('web', 'other')).toThrow('web/other');
});

test('host ports of running pods, and those that a test occupies, are taken', async () => {
  const runtime = createFakeContainerRuntime({ clock: createFakeClock() });
  await runtime.start(WEB);
  await expect(runtime.start({ ...WEB, name: 'late' })).rejects.toThrow('host port 80/tcp is held by web');
  await runtime.remove('web');
  runtime.engine.occupiedPorts.add('80/tcp');
  await expect(runtime.start(WEB)).rejects.toMatchObject({ code: 'RUNTIME_PORT_TAKEN' });
});
