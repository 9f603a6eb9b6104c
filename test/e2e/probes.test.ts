/** Health probes where no systemd is: containers that fail them are started again, the others go on as they are. */
import { WORKLOAD_IMAGE } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runs, startFleetOfOne } from './harness/index.ts';
import type { FleetOfOne } from './harness/index.ts';

const DEVICE = 'edge-1';
const OFTEN = { periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 2 };
/** Ends at once when it is told to. */
const WAIT = "trap 'exit 0' TERM; sleep 3600 & wait";
const AT_ONCE = 20;
const PORTS = [{ name: 'http', containerPort: 8080 }];

await describeWithPart(['control-plane', 'isolated-podman'], 'health probes', () => {
  let fleet: FleetOfOne;
  beforeAll(async () => {
    fleet = await startFleetOfOne({ deviceId: DEVICE });
  });
  afterAll(() => fleet.stop());

  const deploy = (name: string, containers: readonly object[], more: object = {}): Promise<void> =>
    fleet.cluster.apply({
      apiVersion: 'management.k4e.io/v1alpha1',
      kind: 'EdgeDeployment',
      metadata: { name, namespace: 'default' },
      spec: { device: DEVICE, pod: { spec: { ...more, containers } } },
    });
  const container = (name: string, script: string, more: object = {}): object => ({
    name,
    image: WORKLOAD_IMAGE,
    command: ['sh', '-c', script],
    ...more,
  });
  const sh = (script: string): object => ({ exec: { command: ['sh', '-c', script] } });
  const startOf = async (name: string): Promise<string> => {
    const { stdout } = await fleet.podman.podman(['inspect', '--format={{.State.Pid}} {{.State.StartedAt}}', name]);
    return stdout;
  };
  const exec = async (name: string, script: string): Promise<void> => {
    expect(await fleet.podman.podman(['exec', name, 'sh', '-c', script])).toMatchObject({ code: 0 });
  };
  const saysOf = async (name: string) =>
    (await fleet.cluster.device(DEVICE))?.status?.deployments?.find((one) => one.name === name);
  const events = (): Promise<string> =>
    fleet.cluster.kubectl('get', 'events', '--output=jsonpath={range .items[*]}{.message}{"\\n"}{end}');

  test('of every sort pass, and nothing is touched', async () => {
    const httpGet = { port: 'http', path: '/cgi-bin/env', httpHeaders: [{ name: 'X-Probe', value: 'yes' }] };
    const probes = {
      startupProbe: { tcpSocket: { port: 8080 }, ...OFTEN, failureThreshold: 60 },
      livenessProbe: { httpGet, ...OFTEN },
      readinessProbe: { ...sh('head -c 10485760 /dev/zero'), ...OFTEN },
    };
    await deploy('well', [{ name: 'web', image: WORKLOAD_IMAGE, ports: PORTS, ...probes }]);
    await runs(fleet, 'well');
    await fleet.eventually('the container is ready', async () => {
      expect((await saysOf('well'))?.message).toBeUndefined();
    });
  });

  test('a container that fails is started again, alone, and status and events say why', async () => {
    const well = await startOf('well-web');
    const livenessProbe = { ...sh('cat /tmp/healthy'), ...OFTEN };
    const sick = container('sick', `touch /tmp/healthy; ${WAIT}`, { livenessProbe });
    await deploy('half', [sick, container('other', WAIT)]);
    await runs(fleet, 'half');
    const [before, other] = [await startOf('half-sick'), await startOf('half-other')];
    await exec('half-sick', 'rm /tmp/healthy');
    await fleet.eventually('it was started again', async () => {
      expect(await startOf('half-sick')).not.toBe(before);
      expect(await events()).toMatch(
        /container sick failed its liveness probe 2 times: the command ended with 1: .*healthy/,
      );
    });
    await fleet.eventually('it is well', async () => {
      expect(await saysOf('half')).toMatchObject({ phase: 'Running' });
      expect((await saysOf('half'))?.message).toBeUndefined();
    });
    expect([await startOf('half-other'), await startOf('well-web')]).toEqual([other, well]);
  });

  test('one whose probe hangs is started again; one that never ends its start, too', async () => {
    const livenessProbe = { ...sh('sleep 3600'), ...OFTEN, timeoutSeconds: 1 };
    const startupProbe = { tcpSocket: { port: 9 }, ...OFTEN };
    await deploy('stuck', [container('hangs', WAIT, { livenessProbe }), container('begins', WAIT, { startupProbe })]);
    await fleet.eventually('both were given up', async () => {
      const text = await events();
      expect(text).toMatch(/container hangs failed its liveness probe 2 times/);
      expect(text).toMatch(/container begins failed its startup probe 2 times: [\d.]+:9: ECONNREFUSED/);
    });
    await fleet.cluster.kubectl('delete', 'edgedeployment', 'stuck', '--timeout=60s');
  });

  test('one that is not ready says so and goes on', async () => {
    const readinessProbe = { httpGet: { port: 8080, path: '/missing' }, ...OFTEN };
    await deploy('unready', [{ name: 'web', image: WORKLOAD_IMAGE, readinessProbe }]);
    await fleet.eventually('it says why it is not ready', async () => {
      const message = 'container web is not ready: readiness probe: HTTP status 404';
      expect(await saysOf('unready')).toMatchObject({ phase: 'Running', message });
    });
    const before = await startOf('unready-web');
    await exec('unready-web', 'test -d /tmp');
    expect(await startOf('unready-web')).toBe(before);
  });

  test('one that is not to be restarted stays ended', async () => {
    const livenessProbe = { ...sh('false'), ...OFTEN, failureThreshold: 1 };
    await deploy('once', [container('main', WAIT, { livenessProbe })], { restartPolicy: 'Never' });
    await fleet.eventually('it has ended, and says why', async () => {
      const message = 'container main failed its liveness probe: the command ended with 1';
      expect(await saysOf('once')).toMatchObject({ phase: 'Exited', message });
    });
  });

  test(`${String(AT_ONCE)} that fail at once are all started again`, async () => {
    const livenessProbe = { ...sh('test -e /export/healthy'), ...OFTEN, initialDelaySeconds: 5 };
    const names = Array.from({ length: AT_ONCE }, (_, index) => `c${String(index)}`);
    const starts = (): Promise<readonly string[]> => Promise.all(names.map((name) => startOf(`many-${name}`)));
    await deploy(
      'many',
      names.map((name) => container(name, WAIT, { livenessProbe })),
    );
    await runs(fleet, 'many');
    const before = await starts();
    await fleet.eventually('each was started again', async () => {
      for (const [index, start] of (await starts()).entries()) expect(start, names[index]).not.toBe(before[index]);
    });
    await fleet.cluster.kubectl('delete', 'edgedeployment', 'many', '--timeout=60s');
  });

  test('an agent that is started again, and a change of the probes, leave a healthy container as it is', async () => {
    const before = await startOf('well-web');
    await fleet.agent.kill9();
    await fleet.startAgent();
    await fleet.eventually('the agent is back', () => expect(fleet.agent.lastLines()).toContain('is in force'));
    const readinessProbe = { tcpSocket: { port: 9 }, ...OFTEN };
    await deploy('well', [{ name: 'web', image: WORKLOAD_IMAGE, ports: PORTS, readinessProbe }]);
    await fleet.eventually('the other probe is made', async () => {
      expect((await saysOf('well'))?.message).toMatch(/is not ready: readiness probe: .*:9: ECONNREFUSED/);
    });
    expect(await startOf('well-web')).toBe(before);
  });
});
