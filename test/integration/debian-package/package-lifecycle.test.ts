/** The package on machines with Debian 12 and 13: installed, configured, upgraded, removed and purged, with a pod all the while. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EDGE_API_FAULTS } from '@k4e/core/testing';
import { DEBIAN_SUITES } from '@k4e/testbed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import * as z from 'zod';
import { OWN_ARCHITECTURE, buildPackage } from './build-package.ts';
import { startDebianDevice } from './debian-device.ts';
import type { DebianDevice } from './debian-device.ts';

/** From podman's socket to the start of a pod that ran before the cut. */
const RUNS_AGAIN_WITHIN_MS = 15_000;
const POLL = { timeout: 60_000, interval: 100 };

await describeWithPart(['debian', 'debian-tools'], 'the package on a machine', () => {
  let directory: string;
  let older: string;
  let newer: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-deb-test-'));
    older = (await buildPackage(OWN_ARCHITECTURE, '1.0.0', directory)).file;
    newer = (await buildPackage(OWN_ARCHITECTURE, '2.0.0', directory)).file;
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  // One story a release, told in its order.
  describe.each(DEBIAN_SUITES)('%s', (suite) => {
    let device: DebianDevice;
    let before: readonly string[];
    let starts: string;
    beforeAll(async () => {
      device = await startDebianDevice(suite);
      before = await device.files();
    });
    afterAll(() => device.stop());

    test('installed, it is enabled, does not run, and says what it needs to be told', async () => {
      await device.install(older);
      await expect.poll(() => device.stateOf('k4e-agent'), POLL).toBe('inactive');
      expect(await device.run('systemctl', 'is-enabled', 'k4e-agent')).toBe('enabled\n');
      expect(await device.journalOf('k4e-agent')).toContain('Say where the operator is with');
      expect(await device.run('systemctl', 'show', '--property=NRestarts', 'k4e-agent')).toBe('NRestarts=0\n');
      expect(device.api.requests()).toEqual([]);
    });

    test('pods leave memory to the device, and the kernel ends them before the agent', async () => {
      const property = (unit: string, name: string): Promise<string> =>
        device.run('systemctl', 'show', `--property=${name}`, '--value', unit);
      expect(Number(await property('machine.slice', 'MemoryMax'))).toBeGreaterThan(0);
      expect(await property('k4e-agent', 'OOMScoreAdjust')).toBe('-900\n');
    });

    test('settings that are wrong are a failure, tried once', async () => {
      await device.run('sed', '--in-place', 's|^# controlPlane:|controlplane: {}|', '/etc/k4e/agent.yaml');
      await expect(device.run('systemctl', 'restart', 'k4e-agent')).rejects.toThrow('ended with 1');
      expect(await device.stateOf('k4e-agent')).toBe('failed');
      expect(await device.journalOf('k4e-agent')).toContain('did you mean controlPlane?');
      expect(await device.run('systemctl', 'show', '--property=NRestarts', 'k4e-agent')).toBe('NRestarts=0\n');
    });

    test('configured, it registers and runs what it is told to', async () => {
      await device.configure();
      await device.run('systemctl', 'restart', 'k4e-agent');
      await device.runsVersion('k4e-agent', '1.0.0');
      expect(await device.run('systemctl', 'show', '--property=StatusText', 'k4e-agent')).toBe('StatusText=edge-1\n');
      const entries = await device.run('journalctl', '--output=cat', 'K4E_DEVICE_ID=edge-1', 'PRIORITY=6');
      expect(entries).toMatch(/^k4e-agent begins version=1\.0\.0 deviceId=edge-1 /);
      await expect.poll(() => saysOfPod(device), POLL).toBe('Running');
      starts = await device.startsOfPods();
      expect(starts).toContain('web-web');
      expect(await device.run('nft', 'list', 'table', 'inet', 'k4e')).toContain('18080');
    });

    test('after a power cut its pods run again without the control plane, soon after podman is up', async () => {
      device.api.setFault(EDGE_API_FAULTS['never answers']);
      const cutAt = Date.now();
      await device.powerCycle();
      const startedAt = async (): Promise<number> =>
        Date.parse(z.string().parse(JSON.parse(await device.run(...inspectOf('web-web')))));
      await expect.poll(startedAt, POLL).toBeGreaterThan(cutAt);
      const podmanUpAt = await device.run('systemctl', 'show', ...upSince('podman.socket'));
      expect((await startedAt()) - Number(podmanUpAt.slice('@'.length)) * 1_000).toBeLessThan(RUNS_AGAIN_WITHIN_MS);
      expect(
        await device.run('podman', 'exec', 'web-web', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/cgi-bin/env'),
      ).toContain('DEVICE_ID=edge-1');
      device.api.setFault(undefined);
      starts = await device.startsOfPods();
    });

    test('one that hangs is ended and started again, by systemd', async () => {
      await device.override('k4e-agent', 'WatchdogSec=3\nTimeoutAbortSec=1\nRestartSec=1\n');
      await device.run('systemctl', 'restart', 'k4e-agent');
      const restarts = (): Promise<string> => device.run('systemctl', 'show', '--property=NRestarts', 'k4e-agent');
      expect(await restarts()).toBe('NRestarts=0\n');
      await device.run('systemctl', 'kill', '--signal=STOP', '--kill-who=main', 'k4e-agent');
      await expect.poll(restarts, POLL).not.toBe('NRestarts=0\n');
      expect(await device.journalOf('k4e-agent')).toContain('Watchdog timeout');
      await device.override('k4e-agent', '');
      await expect.poll(() => device.stateOf('k4e-agent'), POLL).toBe('active');
      expect(await device.startsOfPods()).toBe(starts);
    });

    test('an upgrade restarts the agent, and no workload; the settings stay', async () => {
      await device.install(newer);
      await device.runsVersion('k4e-agent', '2.0.0');
      expect(await device.stateOf('k4e-agent')).toBe('active');
      expect(await device.run('cat', '/etc/k4e/agent.yaml')).toContain(device.api.url);
      expect(await device.startsOfPods()).toBe(starts);
    });

    test('where the gateway was put in its place, an upgrade restarts the gateway alone', async () => {
      await device.run('systemctl', 'disable', '--now', 'k4e-agent');
      await device.run('systemctl', 'enable', '--now', 'k4e-gateway');
      await device.runsVersion('k4e-gateway', '2.0.0');
      await device.install(older);
      await device.runsVersion('k4e-gateway', '1.0.0');
      await expect
        .poll(() => device.journalOf('k4e-gateway'), POLL)
        .toMatch(/k4e-device-worker begins .*version=1\.0\.0/);
      expect(await device.stateOf('k4e-agent')).toBe('inactive');
      expect(await device.run('systemctl', 'is-enabled', 'k4e-gateway')).toBe('enabled\n');
      expect(await device.startsOfPods()).toBe(starts);
    });

    test('removed, it leaves workloads and settings; purged, nothing', async () => {
      await device.run('dpkg', '--remove', 'k4e-agent');
      expect(await device.stateOf('k4e-gateway')).toBe('inactive');
      expect(await device.startsOfPods()).toBe(starts);
      await device.run('podman', 'pod', 'create', '--name=foreign');
      await device.run('dpkg', '--purge', 'k4e-agent');
      expect(await device.run('podman', 'pod', 'ps', '--format={{.Name}}')).toBe('foreign\n');
      expect(await device.run('nft', 'list', 'tables')).not.toContain('k4e');
      expect(await device.files()).toEqual(before);
    });
  });
});

const inspectOf = (container: string) => ['podman', 'inspect', '--format={{json .State.StartedAt}}', container];
const upSince = (unit: string) => ['--timestamp=unix', '--property=ActiveEnterTimestamp', '--value', unit];

/** What the last heartbeat says of the one pod. */
function saysOfPod({ api }: DebianDevice): string | undefined {
  const [, status] = /"name":"web","status":"(\w+)"/.exec(JSON.stringify(api.taken().at(-1)?.content ?? {})) ?? [];
  return status;
}
