import { describe, expect, test } from 'vitest';
import {
  command,
  configure,
  controlMessages,
  createDeviceBench,
  heartbeats,
  pods,
  registrations,
  workload,
} from './device-bench.ts';

const period = (seconds: number) => ({ configuration: { heartbeat: { period_seconds: seconds } } });
const profile = (scope: string) => ({
  configuration: { heartbeat: { period_seconds: 10, hardware_profile: { include: true, scope } } },
});

describe('registration', () => {
  test('is tried for ever, with growing waits, and says why it waits', async () => {
    const bench = createDeviceBench();
    bench.link.refuse('LINK_UNREACHABLE');
    const running = bench.boot();
    await bench.clock.advance(120_000);
    expect(registrations(bench)).toEqual([]);
    const waits = running.activities.flatMap((activity) =>
      activity.type === 'registrationFailed' ? [activity.retryInMs] : [],
    );
    expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(heartbeats(bench)).toEqual([]);
    bench.link.refuse(undefined);
    await bench.clock.advance(30_000);
    expect(registrations(bench)).toHaveLength(1);
    expect(heartbeats(bench)).toHaveLength(1);
    await running.stop();
  });

  test('happens without the hardware, when that cannot be read', async () => {
    const bench = createDeviceBench();
    const inventory = { collect: () => Promise.reject(new Error('no /proc')) };
    const running = bench.boot({ inventory });
    await bench.clock.advance(0);
    expect(registrations(bench)).toEqual([{ os_image_id: 'unknown', features: ['confirms-disconnect'] }]);
    expect(running.count('hardwareUnreadable')).toBe(1);
    await running.stop();
  });

  test('happens again when a heartbeat hears that the device is not known; workloads stay', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(2_000);
    bench.link.refuse('LINK_UNKNOWN_DEVICE');
    await bench.clock.advance(60_000);
    const before = registrations(bench).length;
    bench.link.refuse(undefined);
    await bench.clock.advance(60_000);
    expect(registrations(bench).length).toBe(before + 1);
    expect(heartbeats(bench).at(-1)).toMatchObject({ version: 'v1' });
    expect(pods(bench)).toEqual(['web running']);
    await running.stop();
  });

  test('happens again when a look for the configuration hears it', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    await bench.clock.advance(1_000);
    bench.link.tell({ state: 'unknown-device' });
    bench.link.tell({ state: 'unknown-device' });
    await bench.clock.advance(5_000);
    expect(registrations(bench)).toHaveLength(2);
    expect(bench.link.refreshCount()).toBe(2);
    await running.stop();
  });

  test('is spared a device that has a saved configuration, until it hears otherwise', async () => {
    const bench = createDeviceBench();
    const first = bench.boot();
    configure(bench, 'v1', {});
    await bench.clock.advance(1_000);
    await first.stop();
    const count = registrations(bench).length;
    const second = bench.boot();
    await bench.clock.advance(1_000);
    expect(registrations(bench)).toHaveLength(count);
    expect(heartbeats(bench).at(-1)).toMatchObject({ version: 'v1' });
    await second.stop();
  });
});

describe('heartbeats', () => {
  test('come each period, at once from the start; another period needs no restart', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    await bench.clock.advance(0);
    expect(heartbeats(bench)).toHaveLength(1);
    await bench.clock.advance(59_999);
    expect(heartbeats(bench)).toHaveLength(1);
    await bench.clock.advance(1);
    expect(heartbeats(bench)).toHaveLength(2);
    configure(bench, 'v1', period(5));
    await bench.clock.advance(2_000);
    const count = heartbeats(bench).length;
    await bench.clock.advance(50_000);
    expect(heartbeats(bench)).toHaveLength(count + 10);
    configure(bench, 'v2', period(3_600));
    await bench.clock.advance(2_000);
    const later = heartbeats(bench).length;
    await bench.clock.advance(3_000_000);
    expect(heartbeats(bench)).toHaveLength(later);
    await running.stop();
  });

  test('hurry when something changes, at most one a second', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(5_000);
    const count = heartbeats(bench).length;
    await bench.clock.advance(10_000);
    expect(heartbeats(bench)).toHaveLength(count);
    for (let i = 2; i < 22; i++) {
      configure(bench, `v${i}`, { workloads: [workload('web', { image: `web:${i}` })] });
      await bench.clock.advance(250);
    }
    const hurried = heartbeats(bench).length - count;
    expect(hurried).toBeGreaterThan(3);
    expect(hurried).toBeLessThanOrEqual(6);
    await running.stop();
  });

  test('that are lost are sent again soon, and their events are in the next that is taken', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    await bench.clock.advance(0);
    bench.link.refuse('LINK_UNREACHABLE');
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(6_000);
    const count = heartbeats(bench).length;
    bench.link.refuse(undefined);
    await bench.clock.advance(8_000);
    const [first] = heartbeats(bench).slice(count);
    expect(first?.events?.map(({ reason }) => reason).sort()).toEqual(['ConfigurationApplied', 'WorkloadStarted']);
    expect(
      heartbeats(bench)
        .slice(count + 1)
        .flatMap(({ events }) => events ?? []),
    ).toEqual([]);
    await running.stop();
  });

  test('are tried at once when the link is back', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', {});
    await bench.clock.advance(0);
    bench.link.refuse('LINK_UNREACHABLE');
    await bench.clock.advance(600_000);
    bench.link.refuse(undefined);
    const count = heartbeats(bench).length;
    bench.link.tell({ state: 'connected' });
    await bench.clock.advance(0);
    expect(heartbeats(bench)).toHaveLength(count + 1);
    await running.stop();
  });

  test('carry no hardware unless the profile asks', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    await bench.clock.advance(200_000);
    expect(heartbeats(bench).every(({ hardware }) => hardware === undefined)).toBe(true);
    await running.stop();
  });

  test('carry all of it each period, for a full profile', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', profile('full'));
    await bench.clock.advance(2_000);
    const count = heartbeats(bench).length;
    await bench.clock.advance(30_000);
    expect(
      heartbeats(bench)
        .slice(count)
        .map(({ hardware }) => hardware),
    ).toEqual(Array.from({ length: 3 }, () => bench.hardware.current));
    await running.stop();
  });

  test('that hurry carry none: reading it takes its time', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { ...profile('full'), workloads: [workload('web')] });
    await bench.clock.advance(5_000);
    const count = heartbeats(bench).length;
    bench.runtime.crash('web', 'main');
    await bench.clock.advance(1_500);
    const hurried = heartbeats(bench).slice(count);
    expect(hurried.length).toBeGreaterThan(0);
    expect(hurried.filter(({ hardware }) => hardware !== undefined)).toEqual([]);
    await running.stop();
  });

  test('carry what changed, for a delta profile: all of it first, and again until it was taken', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', profile('delta'));
    await bench.clock.advance(2_000);
    expect(heartbeats(bench).at(-1)?.hardware).toEqual(bench.hardware.current);
    await bench.clock.advance(10_000);
    expect(heartbeats(bench).at(-1)?.hardware).toBeUndefined();
    bench.hardware.current = { ...bench.hardware.current, hostname: 'renamed' };
    bench.link.refuse('LINK_UNREACHABLE');
    await bench.clock.advance(15_000);
    bench.link.refuse(undefined);
    await bench.clock.advance(10_000);
    const sent = heartbeats(bench).flatMap(({ hardware }) => hardware ?? []);
    expect(sent.at(-1)).toEqual({ hostname: 'renamed' });
    await bench.clock.advance(20_000);
    expect(heartbeats(bench).at(-1)?.hardware).toBeUndefined();
    await running.stop();
  });
});

describe('commands', () => {
  test('ping is answered with a pong', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    command(bench, 'ping');
    await bench.clock.advance(0);
    expect(controlMessages(bench)).toMatchObject([{ type: 'event', response_to: 'command-1', content: 'pong' }]);
    await running.stop();
  });

  test('reconnect takes a break of that many seconds, and no longer', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { ...period(5), workloads: [workload('web')] });
    await bench.clock.advance(2_000);
    command(bench, 'reconnect', { delay: '30' });
    await bench.clock.advance(1_000);
    expect(bench.link.isReceiving()).toBe(false);
    const count = heartbeats(bench).length;
    bench.runtime.crash('web', 'main');
    await bench.clock.advance(28_000);
    expect(heartbeats(bench)).toHaveLength(count);
    expect(pods(bench)).toEqual(['web running']);
    await bench.clock.advance(2_000);
    expect(bench.link.isReceiving()).toBe(true);
    await bench.clock.advance(5_000);
    expect(heartbeats(bench).length).toBeGreaterThan(count);
    await running.stop();
  });

  test('reconnect without a delay is at once', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    command(bench, 'reconnect');
    await bench.clock.advance(1_000);
    expect(bench.link.isReceiving()).toBe(true);
    await running.stop();
  });
});

test('the settings of a configuration reach who asked for them', async () => {
  const bench = createDeviceBench();
  const heard: unknown[] = [];
  const running = bench.boot({ onSettings: ({ pollIntervalMs }) => void heard.push(pollIntervalMs) });
  configure(bench, 'v1', { configuration: { poll_interval_seconds: 9 } });
  await bench.clock.advance(0);
  expect(heard).toEqual([9_000]);
  await running.stop();
});

test('a listener that throws harms nothing', async () => {
  const bench = createDeviceBench();
  const running = bench.boot({
    onActivity: () => {
      throw new Error('listener');
    },
  });
  configure(bench, 'v1', { workloads: [workload('web')] });
  await bench.clock.advance(1_000);
  expect(pods(bench)).toEqual(['web running']);
  expect(bench.logger.lines.some(({ level }) => level === 'error')).toBe(true);
  await running.stop();
});

test('a device runs once', async () => {
  const bench = createDeviceBench();
  const running = bench.boot();
  await running.stop();
  await expect(running.device.run({ signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'INTERNAL',
  });
});
