import { describe, expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import { command, configure, createDeviceBench, heartbeats, pods, workload } from './device-bench.ts';
import type { DeviceBench } from './device-bench.ts';

const report = (bench: DeviceBench, name: string) =>
  heartbeats(bench)
    .at(-1)
    ?.workloads?.find((entry) => entry.name === name);

/** Matches a text with `part` in it; typed, as the matcher itself is not. */
const textWith = (part: string): unknown => expect.stringContaining(part);

describe('a container runtime that is away', () => {
  test('is waited for, and said so; nothing is removed or closed', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
    await bench.clock.advance(1_000);
    bench.runtime.engine.isReachable = false;
    configure(bench, 'v2', { workloads: [workload('new', { port: 81 })] });
    await bench.clock.advance(5_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({
      status: 'degraded',
      version: 'v1',
      workloads: [
        { name: 'new', status: 'Unknown', message: 'the container runtime is not available' },
        { name: 'web', status: 'Unknown' },
      ],
    });
    expect(pods(bench)).toEqual(['web running']);
    expect(bench.firewall.openPorts()).toEqual(['80/tcp']);
    expect(running.count('runtimeUnavailable')).toBe(1);
    bench.runtime.engine.isReachable = true;
    await bench.clock.advance(2_000);
    expect(pods(bench)).toEqual(['new running']);
    expect(bench.firewall.openPorts()).toEqual(['81/tcp']);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'up', version: 'v2' });
    await running.stop();
  });

  test('is waited for in peace by a device that has no configuration yet, and seen when it is back', async () => {
    const bench = createDeviceBench();
    bench.runtime.engine.isReachable = false;
    let timers = 0;
    const schedule: DeviceBench['clock']['schedule'] = (...timer) => {
      if (++timers > 1_000) throw new Error('it never rests');
      return bench.clock.schedule(...timer);
    };
    const changes: typeof bench.runtime.changes = (options) => {
      if (!bench.runtime.engine.isReachable) throw new K4eError('RUNTIME_UNAVAILABLE');
      return bench.runtime.changes(options);
    };
    const running = bench.boot({ clock: { ...bench.clock, schedule }, runtime: { ...bench.runtime, changes } });
    await bench.clock.advance(300_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'degraded' });
    bench.runtime.engine.isReachable = true;
    await bench.clock.advance(120_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'up' });
    await running.stop();
  });

  // So is podman while the disk is full: its events are lost.
  test('that does not tell of changes is looked at every five minutes', async () => {
    const bench = createDeviceBench();
    let isSilent = false;
    const changes: typeof bench.runtime.changes = async function* (options) {
      for await (const name of bench.runtime.changes(options)) if (!isSilent) yield name;
    };
    const running = bench.boot({ runtime: { ...bench.runtime, changes } });
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(10_000);
    isSilent = true;
    bench.runtime.crash('web', 'main');
    await bench.clock.advance(300_000);
    expect(pods(bench)).toEqual(['web running']);
    expect(running.count('workloadRestarted')).toBe(1);
    await running.stop();
  });

  test('that hangs does not hang the heartbeat', async () => {
    const bench = createDeviceBench();
    const runtime = { ...bench.runtime, list: () => new Promise<never>(() => undefined) };
    const running = bench.boot({ runtime });
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(200_000);
    expect(heartbeats(bench).length).toBeGreaterThan(3);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'degraded', workloads: [{ status: 'Unknown' }] });
    await running.stop();
  });
});

describe('a firewall', () => {
  test('that refuses holds back the pod that needs it, and no other', async () => {
    const bench = createDeviceBench();
    bench.firewall.failNext('FIREWALL_REFUSED');
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
    await bench.clock.advance(1_000);
    expect(pods(bench)).toEqual([]);
    expect(report(bench, 'web')).toMatchObject({ status: 'Error', message: textWith('firewall') });
    await bench.clock.advance(10_000);
    expect(pods(bench)).toEqual(['web running']);
    await running.stop();
  });

  test('that somebody has changed is put right each monitoring interval', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 })], workloads_monitoring_interval: 7 });
    await bench.clock.advance(1_000);
    bench.firewall.tamper([]);
    await bench.clock.advance(5_000);
    expect(bench.firewall.openPorts()).toEqual([]);
    await bench.clock.advance(2_000);
    expect(bench.firewall.openPorts()).toEqual(['80/tcp']);
    expect(running.count('portsOpened')).toBe(1);
    await running.stop();
  });

  test('loses what an earlier agent left open', async () => {
    const bench = createDeviceBench();
    bench.firewall.tamper([{ port: 99, protocol: 'tcp', workload: 'old' }]);
    const running = bench.boot();
    configure(bench, 'v1', {});
    await bench.clock.advance(1_000);
    expect(bench.firewall.openPorts()).toEqual([]);
    await running.stop();
  });
});

test('an agent that is stopped while the firewall hangs stops all the same', async () => {
  const bench = createDeviceBench();
  const running = bench.boot({ firewall: { ...bench.firewall, apply: () => new Promise<never>(() => undefined) } });
  configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
  await bench.clock.advance(1_000);
  expect(await running.stop()).toBe('stopped');
});

describe('what the control plane sends', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no object', 'garbage'],
    ['broken lists', { workloads: 7 }],
    ['what is meant for another device', { device_id: 'device-2' }],
  ])('when it is %s, is refused whole; the configuration before stays in force', async (_what, content) => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(2_000);
    for (let i = 0; i < 3; i++) {
      bench.link.deliver('data', { type: 'data', directive: 'device', content });
      await bench.clock.advance(5_000);
    }
    expect(pods(bench)).toEqual(['web running']);
    expect(running.count('configurationRefused')).toBe(1);
    expect(heartbeats(bench).at(-1)).toMatchObject({
      status: 'degraded',
      version: 'v1',
      events: [{ reason: 'ConfigurationRefused', type: 'warn' }],
    });
    configure(bench, 'v2', { workloads: [workload('web')] });
    await bench.clock.advance(2_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'up' });
    await running.stop();
  });

  test('in messages that are no configuration is ignored, and said so', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    bench.link.deliver('data', { type: 'event', content: { workloads: [] } });
    bench.link.deliver('data', { type: 'connection-status' });
    bench.link.deliver('data', { type: 'data', directive: 'something-else', content: {} });
    bench.link.deliver('control', { type: 'command', content: 'disconnect' });
    command(bench, 'self-destruct');
    await bench.clock.advance(1_000);
    expect(running.count('messageIgnored')).toBe(5);
    expect(running.count('configurationAccepted')).toBe(0);
    await running.stop();
  });
});
