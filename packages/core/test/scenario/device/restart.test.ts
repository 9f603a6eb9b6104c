import { describe, expect, test } from 'vitest';
import { CONFIGURATION_DOCUMENT, DISCONNECTED_DOCUMENT, recommissionDevice } from '@k4e/core/device';
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
import type { DeviceBench } from './device-bench.ts';

/** What a reboot does to the machine: containers are down, the firewall is empty, the disk is as it was. */
function powerCycle(bench: DeviceBench): void {
  for (const pod of bench.runtime.engine.pods.values()) {
    for (const container of pod.containers) bench.runtime.engine.exitContainer(pod, container, 0);
  }
  bench.firewall.tamper([]);
}

async function runThenStop(bench: DeviceBench): Promise<void> {
  const first = bench.boot();
  configure(bench, 'v1', { workloads: [workload('web', { port: 80 }), workload('job', { policy: 'OnFailure' })] });
  await bench.clock.advance(2_000);
  await first.stop();
}

describe('after a reboot without a control plane', () => {
  test('the workloads come up, with their ports', async () => {
    const bench = createDeviceBench();
    await runThenStop(bench);
    powerCycle(bench);
    bench.link.refuse('LINK_UNREACHABLE');
    const running = bench.boot();
    await bench.clock.advance(0);
    expect(pods(bench)).toEqual(['job exited', 'web running']);
    expect(bench.firewall.openPorts()).toEqual(['80/tcp']);
    await bench.clock.advance(86_400_000);
    expect(pods(bench)).toEqual(['job exited', 'web running']);
    await running.stop();
  });

  test('an agent that restarts touches nothing that runs', async () => {
    const bench = createDeviceBench();
    await runThenStop(bench);
    const [calls, changes] = [bench.runtime.calls().length, bench.firewall.changeCount()];
    const running = bench.boot();
    await bench.clock.advance(60_000);
    expect([bench.runtime.calls().length, bench.firewall.changeCount()]).toEqual([calls, changes]);
    await running.stop();
  });
});

describe('state that is lost', () => {
  test.each<[string, (bench: DeviceBench) => Promise<void> | void]>([
    ['damaged', (bench) => bench.state.damage(CONFIGURATION_DOCUMENT)],
    ['cut short', (bench) => bench.state.write(CONFIGURATION_DOCUMENT, new TextEncoder().encode('{"content": {"wo'))],
    ['filled with zeros', (bench) => bench.state.write(CONFIGURATION_DOCUMENT, new Uint8Array(100))],
    [
      'of a shape that nobody knows',
      (bench) => bench.state.write(CONFIGURATION_DOCUMENT, new TextEncoder().encode('{"content": 7}')),
    ],
  ])('because it is %s stops no workload, and is said', async (_what, lose) => {
    const bench = createDeviceBench();
    await runThenStop(bench);
    await lose(bench);
    bench.link.refuse('LINK_UNREACHABLE');
    const running = bench.boot();
    await bench.clock.advance(3_600_000);
    expect(pods(bench)).toEqual(['job running', 'web running']);
    expect(bench.firewall.openPorts()).toEqual(['80/tcp']);
    expect(running.count('stateDamaged')).toBe(1);
    bench.link.refuse(undefined);
    configure(bench, 'v2', { workloads: [workload('web', { port: 80 })] });
    await bench.clock.advance(60_000);
    expect(pods(bench)).toEqual(['web running']);
    expect(bench.runtime.calls().filter((call) => call.endsWith('web'))).toEqual(['start web']);
    expect(heartbeats(bench).some(({ events }) => events?.some(({ reason }) => reason === 'StateDamaged'))).toBe(true);
    await running.stop();
  });

  test('a disk that takes nothing does not keep a configuration from being in force; its version waits', async () => {
    const bench = createDeviceBench();
    bench.state.failWrites(true);
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(10_000);
    expect(pods(bench)).toEqual(['web running']);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'degraded' });
    expect(heartbeats(bench).at(-1)).not.toHaveProperty('version');
    bench.state.failWrites(false);
    await bench.clock.advance(60_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({ status: 'up', version: 'v1' });
    expect(bench.state.documents().has(CONFIGURATION_DOCUMENT)).toBe(true);
    await running.stop();
  });
});

describe('disconnect', () => {
  test('removes everything of ours and nothing else, says so, and ends', async () => {
    const bench = createDeviceBench();
    const foreign = {
      name: 'theirs',
      fingerprint: 'x',
      manifest: { spec: { containers: [{ name: 'c', image: 'i' }] } },
    };
    bench.runtime.engine.create(undefined, foreign);
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 }), workload('other')] });
    await bench.clock.advance(2_000);
    command(bench, 'disconnect');
    configure(bench, 'v2', { workloads: [workload('late')] });
    await bench.clock.advance(1_000);
    expect(await running.ended).toBe('disconnected');
    expect(pods(bench)).toEqual(['theirs created']);
    expect(bench.firewall.openPorts()).toEqual([]);
    expect(bench.volumes.names()).toEqual([]);
    expect([...bench.state.documents().keys()]).toEqual([DISCONNECTED_DOCUMENT]);
    expect(controlMessages(bench)).toMatchObject([{ type: 'connection-status', content: { state: 'offline' } }]);
    const sent = bench.link.sent().length;
    await bench.clock.advance(600_000);
    expect(bench.link.sent()).toHaveLength(sent);
    expect(running.activities.at(-1)?.type).toBe('disconnected');
  });

  test('holds through a reboot, until the device is commissioned again', async () => {
    const bench = createDeviceBench();
    const first = bench.boot();
    command(bench, 'disconnect');
    await bench.clock.advance(1_000);
    await first.ended;
    const [sent, registered] = [bench.link.sent().length, registrations(bench).length];
    const second = bench.boot();
    await bench.clock.advance(60_000);
    expect(await second.ended).toBe('disconnected');
    expect(bench.link.sent()).toHaveLength(sent);
    await recommissionDevice(bench.state);
    const third = bench.boot();
    await bench.clock.advance(1_000);
    expect(registrations(bench)).toHaveLength(registered + 1);
    await third.stop();
  });

  test('waits for a runtime that is away, and keeps the files as long', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 80 })] });
    await bench.clock.advance(2_000);
    bench.runtime.engine.isReachable = false;
    command(bench, 'disconnect');
    await bench.clock.advance(5_000);
    expect(bench.volumes.names()).toEqual(['web']);
    expect(bench.firewall.openPorts()).toEqual([]);
    expect(controlMessages(bench)).toEqual([]);
    bench.runtime.engine.isReachable = true;
    await bench.clock.advance(60_000);
    expect(await running.ended).toBe('disconnected');
    expect(pods(bench)).toEqual([]);
    expect(bench.volumes.names()).toEqual([]);
  });

  test('ends also when something cannot be removed, and the next start goes on with it', async () => {
    const bench = createDeviceBench();
    const first = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(2_000);
    bench.volumes.failChanges(true);
    command(bench, 'disconnect');
    await bench.clock.advance(3_600_000);
    expect(await first.ended).toBe('disconnected');
    expect(controlMessages(bench)).toHaveLength(1);
    bench.volumes.failChanges(false);
    const second = bench.boot();
    await bench.clock.advance(1_000);
    expect(await second.ended).toBe('disconnected');
    expect(bench.volumes.names()).toEqual([]);
    expect(controlMessages(bench)).toHaveLength(1);
  });

  test('a control plane that cannot be told is told a few times, and again after the next start', async () => {
    const bench = createDeviceBench();
    const first = bench.boot();
    await bench.clock.advance(1_000);
    bench.link.refuse('LINK_UNREACHABLE');
    command(bench, 'disconnect');
    await bench.clock.advance(600_000);
    expect(await first.ended).toBe('disconnected');
    bench.link.refuse(undefined);
    const second = bench.boot();
    await bench.clock.advance(0);
    expect(await second.ended).toBe('disconnected');
    expect(controlMessages(bench)).toHaveLength(1);
  });

  test('one that has forgotten the device is content', async () => {
    const bench = createDeviceBench();
    const first = bench.boot();
    await bench.clock.advance(1_000);
    bench.link.refuse('LINK_UNKNOWN_DEVICE');
    command(bench, 'disconnect');
    await bench.clock.advance(0);
    expect(await first.ended).toBe('disconnected');
    expect(first.count('cleanupFailed')).toBe(0);
  });

  test('a marker that is damaged still counts', async () => {
    const bench = createDeviceBench();
    await runThenStop(bench);
    await bench.state.write(DISCONNECTED_DOCUMENT, new Uint8Array(8));
    const registered = registrations(bench).length;
    const running = bench.boot();
    await bench.clock.advance(1_000);
    expect(await running.ended).toBe('disconnected');
    expect(pods(bench)).toEqual([]);
    expect(registrations(bench)).toHaveLength(registered);
  });

  test('a stop in the middle of it ends the run, and the next start finishes', async () => {
    const bench = createDeviceBench();
    const first = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(2_000);
    bench.runtime.engine.isReachable = false;
    command(bench, 'disconnect');
    await bench.clock.advance(1_000);
    expect(await first.stop()).toBe('stopped');
    bench.runtime.engine.isReachable = true;
    const second = bench.boot();
    await bench.clock.advance(1_000);
    expect(await second.ended).toBe('disconnected');
    expect(pods(bench)).toEqual([]);
  });
});

describe('a clock that jumps', () => {
  test.each([-86_400_000 * 365, 86_400_000 * 365])('by %d ms sets nothing off', async (jumpMs) => {
    const bench = createDeviceBench();
    let offsetMs = 0;
    const clock = { ...bench.clock, nowMs: () => bench.clock.nowMs() + offsetMs };
    const running = bench.boot({ clock });
    configure(bench, 'v1', { workloads: [workload('web')] });
    await bench.clock.advance(5_000);
    const [count, calls] = [heartbeats(bench).length, bench.runtime.calls().length];
    offsetMs = jumpMs;
    await bench.clock.advance(50_000);
    expect([heartbeats(bench).length, bench.runtime.calls().length]).toEqual([count, calls]);
    await bench.clock.advance(10_000);
    expect(heartbeats(bench)).toHaveLength(count + 1);
    await running.stop();
  });
});
