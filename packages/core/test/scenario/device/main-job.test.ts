import { describe, expect, test } from 'vitest';
import { configure, createDeviceBench, heartbeats, pods, registrations, workload } from './device-bench.ts';

describe('the main job', () => {
  test('a new device registers, gets its configuration, runs it and says so', async () => {
    const bench = createDeviceBench();
    const running = bench.boot({ osImageId: 'debian-13' });
    await bench.clock.advance(0);
    const hardware = { hostname: 'edge', memory: { usable_bytes: 1 } };
    expect(registrations(bench)).toEqual([{ os_image_id: 'debian-13', hardware, features: ['confirms-disconnect'] }]);
    expect(bench.link.refreshCount()).toBe(1);
    configure(bench, 'v1', { workloads: [workload('web', { port: 8080 })] });
    await bench.clock.advance(2_000);
    expect(pods(bench)).toEqual(['web running']);
    expect(bench.firewall.openPorts()).toEqual(['8080/tcp']);
    expect(bench.volumes.names()).toEqual(['web']);
    expect(heartbeats(bench).at(-1)).toMatchObject({
      status: 'up',
      version: 'v1',
      workloads: [{ name: 'web', status: 'Running' }],
    });
    expect(running.device.appliedVersion()).toBe('v1');
    expect(await running.stop()).toBe('stopped');
    expect(pods(bench)).toEqual(['web running']);
    expect(bench.firewall.openPorts()).toEqual(['8080/tcp']);
  });

  test('its steps come in order, the port before the pod', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    await bench.clock.advance(0);
    configure(bench, 'v1', { workloads: [workload('web', { port: 8080 })] });
    await bench.clock.advance(2_000);
    const steps = running.activities.map(({ type }) => type).filter((type) => type !== 'heartbeatSent');
    expect(steps.filter((type) => type !== 'configurationApplied')).toEqual([
      'registered',
      'configurationAccepted',
      'portsOpened',
      'workloadStarting',
      'workloadStarted',
    ]);
    expect(steps).toContain('configurationApplied');
    await running.stop();
  });

  test('the pod is what podman needs: its directory, its device, its ports', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('web', { port: 8080 })] });
    await bench.clock.advance(0);
    expect(bench.runtime.engine.pods.get('web')?.request.manifest).toMatchObject({
      metadata: { name: 'web' },
      spec: {
        containers: [{ env: [{ name: 'DEVICE_ID', value: 'device-1' }], volumeMounts: [{ mountPath: '/export' }] }],
        volumes: [{ hostPath: { path: '/volumes/web', type: 'DirectoryOrCreate' } }],
      },
    });
    await running.stop();
  });
});

describe('a new configuration', () => {
  test('replaces what changed, keeps what is the same, removes what is gone', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', {
      workloads: [workload('same', { port: 81 }), workload('changed', { port: 82 }), workload('gone', { port: 83 })],
    });
    await bench.clock.advance(1_000);
    configure(bench, 'v2', {
      workloads: [workload('changed', { image: 'changed:2', port: 84 }), workload('same', { port: 81 })],
    });
    await bench.clock.advance(2_000);
    expect(pods(bench)).toEqual(['changed running', 'same running']);
    expect(bench.runtime.calls().slice(3).sort()).toEqual([
      'prepare changed',
      'remove changed',
      'remove gone',
      'start changed',
    ]);
    expect(bench.firewall.openPorts()).toEqual(['81/tcp', '84/tcp']);
    expect(heartbeats(bench).at(-1)).toMatchObject({ version: 'v2' });
    await running.stop();
  });

  test('that only has another version changes nothing, writes nothing, and hurries nothing', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    const content = { workloads: [workload('web')] };
    configure(bench, 'v1', content);
    await bench.clock.advance(5_000);
    const [calls, sent] = [bench.runtime.calls().length, heartbeats(bench).length];
    bench.state.failWrites(true);
    for (let version = 2; version <= 5; version++) {
      configure(bench, `v${version}`, content);
      await bench.clock.advance(5_000);
    }
    expect([bench.runtime.calls().length, heartbeats(bench).length]).toEqual([calls, sent]);
    await bench.clock.advance(60_000);
    expect(heartbeats(bench).at(-1)).toMatchObject({ version: 'v5', status: 'up' });
    expect(running.count('configurationAccepted')).toBe(1);
    await running.stop();
  });

  test('two workloads swap their host ports', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    configure(bench, 'v1', { workloads: [workload('a', { port: 81 }), workload('b', { port: 82 })] });
    await bench.clock.advance(1_000);
    configure(bench, 'v2', { workloads: [workload('a', { port: 82 }), workload('b', { port: 81 })] });
    await bench.clock.advance(1_000);
    expect(pods(bench)).toEqual(['a running', 'b running']);
    expect(running.count('workloadFailed')).toBe(0);
    await running.stop();
  });

  test('takes the place of one that nobody has looked at yet', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    for (let version = 1; version <= 20; version++) {
      configure(bench, `v${version}`, { workloads: [workload(`w${version}`)] });
    }
    await bench.clock.advance(1_000);
    expect(pods(bench)).toEqual(['w20 running']);
    expect(running.device.appliedVersion()).toBe('v20');
    await running.stop();
  });

  test('with as many workloads as there can be', async () => {
    const bench = createDeviceBench();
    const running = bench.boot();
    const many = Array.from({ length: 256 }, (_, i) => workload(`w${i}`, { port: 1_000 + i }));
    configure(bench, 'v1', { workloads: many });
    await bench.clock.advance(60_000);
    expect(pods(bench)).toHaveLength(256);
    expect(bench.firewall.openPorts()).toHaveLength(256);
    expect(bench.firewall.changeCount()).toBeLessThan(128);
    expect(heartbeats(bench).at(-1)?.workloads).toHaveLength(256);
    configure(bench, 'v2', {});
    await bench.clock.advance(60_000);
    expect(pods(bench)).toEqual([]);
    expect(bench.firewall.openPorts()).toEqual([]);
    await running.stop();
  });
});
