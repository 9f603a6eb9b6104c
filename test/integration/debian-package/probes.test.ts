/** Health probes where systemd is PID 1: the agent makes them, and podman begins no timers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORKLOAD_IMAGE } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWN_ARCHITECTURE, buildPackage } from './build-package.ts';
import { startDebianDevice } from './debian-device.ts';
import type { DebianDevice } from './debian-device.ts';

const POLL = { timeout: 60_000, interval: 100 };
/** Of the newer podman, which begins timers for probes in a manifest. */
const SUITE = 'trixie';
const OFTEN = { periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 2 };

await describeWithPart(['debian', 'debian-tools'], 'health probes under systemd', () => {
  let directory: string;
  let device: DebianDevice;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-deb-test-'));
    const { file } = await buildPackage(OWN_ARCHITECTURE, '1.0.0', directory);
    device = await startDebianDevice(SUITE);
    await device.install(file);
    await device.configure();
  });
  afterAll(async () => {
    await device.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const journal = (): Promise<string> => device.journalOf('k4e-agent');
  const timers = (): Promise<string> =>
    device.run('systemctl', 'list-units', '--all', '--plain', '--no-legend', '--type=timer');
  const names = async (): Promise<readonly string[]> =>
    (await timers()).split('\n').map((line) => line.split(' ')[0] ?? '');
  const startOf = (name: string): Promise<string> =>
    device.run('podman', 'inspect', '--format={{.State.Pid}} {{.State.StartedAt}}', name);

  test('what fails is started again, what passes is left alone, and systemd has nothing to do with it', async () => {
    const before = await names();
    device.api.setConfiguration(WANTED);
    await device.run('systemctl', 'restart', 'k4e-agent');
    await expect.poll(journal, POLL).toContain('workload probed started');
    const [sick, well] = [await startOf('probed-sick'), await startOf('probed-well')];
    await device.run('podman', 'exec', 'probed-sick', 'rm', '/tmp/healthy');
    await expect.poll(journal, POLL).toContain('container sick failed its liveness probe 2 times');
    await expect.poll(() => startOf('probed-sick'), POLL).not.toBe(sick);
    expect(await names()).toEqual(before);
    // What podman keeps of each command it keeps for as long as the package says.
    const processes = await device.run('sh', '-c', "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '");
    expect(new Set(processes.match(/--exit-delay \d+/g))).toEqual(new Set(['--exit-delay 10']));
    expect(await startOf('probed-well')).toBe(well);
    expect(await journal()).not.toContain('container well failed');
  });
});

const PODSPEC = {
  containers: [
    {
      name: 'sick',
      image: WORKLOAD_IMAGE,
      command: ['sh', '-c', "trap 'exit 0' TERM; touch /tmp/healthy; sleep 3600 & wait"],
      livenessProbe: { exec: { command: ['test', '-e', '/tmp/healthy'] }, ...OFTEN },
    },
    {
      name: 'well',
      image: WORKLOAD_IMAGE,
      ports: [{ name: 'http', containerPort: 8080 }],
      startupProbe: { tcpSocket: { port: 'http' }, ...OFTEN, failureThreshold: 60 },
      livenessProbe: { httpGet: { port: 'http', path: '/cgi-bin/env' }, ...OFTEN },
      readinessProbe: { exec: { command: ['true'] }, ...OFTEN },
    },
  ],
};

const WANTED = {
  type: 'data',
  message_id: 'c0000000-0000-4000-8000-000000000002',
  version: 1,
  sent: '2026-01-01T00:00:00.000Z',
  directive: 'device',
  content: {
    device_id: 'edge-1',
    version: 'probed',
    configuration: { heartbeat: { period_seconds: 1 } },
    workloads: [{ name: 'probed', specification: JSON.stringify(PODSPEC) }],
  },
} as const;
