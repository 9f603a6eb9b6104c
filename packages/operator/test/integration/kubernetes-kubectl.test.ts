import { waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster } from '../support/cluster.ts';
import type { Cluster } from '../support/cluster.ts';
import { startClusterOperator } from '../support/cluster-operator.ts';
import type { ClusterOperator } from '../support/cluster-operator.ts';
import { createRawDevice } from '../support/raw-device.ts';
import { createTeardown } from '../support/teardown.ts';

const DEADLINE_MS = 60_000;
const AGE = expect.stringMatching(/^\d+[smh]/) as unknown;

function edgeDeployment(name: string, spec: object, container: object = {}): object {
  const pod = { spec: { containers: [{ name: 'main', image: 'localhost/web:1', ...container }] } };
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDeployment',
    metadata: { name },
    spec: { pod, ...spec },
  };
}

/** The table that kubectl printed, cell by cell. */
function table(text: string): readonly (readonly string[])[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().split(/ {2,}/));
}

await describeWithPart('control-plane', 'what a fleet operator sees with kubectl', () => {
  const teardown = createTeardown();
  let cluster: Cluster;
  let operator: ClusterOperator;
  let version = '';
  beforeAll(async () => {
    cluster = teardown.keep(await startCluster());
    operator = teardown.keep(await startClusterOperator(cluster));
    const device = createRawDevice(operator.edgeUrl, 'gate-7');
    await device.register();
    await createRawDevice(operator.edgeUrl, 'gate-8').register();
    await cluster.apply(edgeDeployment('web', { device: 'gate-7' }), edgeDeployment('broken', { device: 'gate-7' }));
    await untilSeen('edgedevices', 'gate-7', '"wanted":2');
    version = (await device.live()).version;
    const events = [{ reason: 'DiskFull', message: 'no space left in /var', type: 'warn' }];
    const workloads = [
      { name: 'web', status: 'Running' },
      { name: 'broken', status: 'Error', message: 'localhost/web:1: no such image' },
    ];
    await device.heartbeat({ status: 'up', version, workloads, events });
    await untilSeen('edgedevices', 'gate-7', '"reason":"WorkloadFailed"');
    await untilSeen('edgedeployments', 'broken', '"failedDevices":1');
    await untilSeen('edgedeployments', 'web', '"summary":"1/1"');
  });
  afterAll(teardown.run);

  const untilSeen = (plural: 'edgedevices' | 'edgedeployments', name: string, text: string): Promise<boolean> =>
    waitUntil(async () => JSON.stringify(await cluster.read(plural, name)).includes(text), {
      what: `${name} says ${text}`,
      deadlineMs: DEADLINE_MS,
    });
  const rejection = async (manifest: object): Promise<string> => {
    const { code, stderr } = await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(manifest) });
    expect(code).toBe(1);
    return stderr;
  };

  test('get ed', async () => {
    expect(table(await cluster.run(['get', 'ed']))).toEqual([
      ['NAME', 'PHASE', 'LAST SEEN', 'WORKLOADS', 'VERSION', 'AGE'],
      ['gate-7', 'up', AGE, '1/2', version, AGE],
      ['gate-8', 'registered', '0/0', AGE],
    ]);
  });

  test('get ed -o wide', async () => {
    const [head, first] = table(await cluster.run(['get', 'ed', 'gate-7', '-o', 'wide']));
    expect(head).toEqual(['NAME', 'PHASE', 'LAST SEEN', 'WORKLOADS', 'VERSION', 'SYNCED', 'BUCKET', 'STORAGE', 'AGE']);
    expect(first).toEqual(['gate-7', 'up', AGE, '1/2', version, 'True', AGE]);
  });

  test('get edep', async () => {
    expect(table(await cluster.run(['get', 'edep']))).toEqual([
      ['NAME', 'READY', 'FAILED', 'AGE'],
      ['broken', '0/1', '1', AGE],
      ['web', '1/1', '0', AGE],
    ]);
  });

  test('get edep -o wide', async () => {
    expect(table(await cluster.run(['get', 'edep', '-o', 'wide']))).toEqual([
      ['NAME', 'READY', 'FAILED', 'MATCHED', 'RUNNING', 'ACCEPTED', 'AGE'],
      ['broken', '0/1', '1', '1', '0', 'Supported', AGE],
      ['web', '1/1', '0', '1', '1', 'Supported', AGE],
    ]);
  });

  test('get k4e lists both kinds', async () => {
    const names = (await cluster.run(['get', 'k4e', '-o', 'name'])).trim().split('\n');
    expect(names.sort()).toEqual([
      'edgedeployment.management.k4e.io/broken',
      'edgedeployment.management.k4e.io/web',
      'edgedevice.management.k4e.io/gate-7',
      'edgedevice.management.k4e.io/gate-8',
    ]);
  });

  test('describe ed has conditions, what the device reports, and events', async () => {
    const told = () => cluster.run(['describe', 'ed', 'gate-7']);
    const isTold = async (): Promise<boolean> => (await told()).includes('DiskFull');
    await waitUntil(isTold, { what: 'the events are written', deadlineMs: DEADLINE_MS });
    const text = await told();
    for (const words of [
      /Message: +the device reports every 60 s\n.*Reason: +HeartbeatsArrive\n.*Status: +True\n.*Type: +Ready/s,
      /Message: +the device has applied its configuration\n/,
      /Message: +broken: localhost\/web:1: no such image\n.*Reason: +WorkloadFailed/s,
      /Labels: +workload\/broken=true\n +workload\/web=true/,
      /Normal +Registered +\S+ .*k4e-operator +the device has registered/,
      /Normal +DeploymentAssigned .*EdgeDeployment web is for this device/,
      /Warning +DiskFull .*no space left in \/var/,
    ])
      expect(text).toMatch(words);
  });

  test('describe edep names the devices that fail, and why', async () => {
    const text = await cluster.run(['describe', 'edep', 'broken']);
    expect(text).toMatch(/Failures:\n +Device: +gate-7\n +Message: +localhost\/web:1: no such image/);
    expect(text).toMatch(/Message: +1 of 1 devices report an error; gate-7: localhost\/web:1: no such image/);
  });

  test('explain teaches', async () => {
    const text = await cluster.run(['explain', 'edgedeployment.spec.deviceSelector']);
    expect(text).toMatch(/KIND: +EdgeDeployment\nVERSION: +v1alpha1/);
    expect(text).toMatch(/FIELD: deviceSelector <Object>/);
    expect(text).toMatch(/DESCRIPTION:\n +\w.{20,}/);
    expect(text).toMatch(/matchLabels\t<map\[string\]string>\n +\w.{10,}/);
    expect(text).toMatch(/matchExpressions\t<\[\]Object>\n +\w.{10,}/);
    const operators = await cluster.run(['explain', 'edep.spec.deviceSelector.matchExpressions.operator']);
    expect(operators).toMatch(/ENUM:\n +In\n +NotIn\n +Exists\n +DoesNotExist/);
  });

  describe('a manifest that is wrong is refused, with the field and the reason', () => {
    test('a mount at /export', async () => {
      const mounts = { volumeMounts: [{ name: 'mine', mountPath: '/export' }] };
      const words = await rejection(edgeDeployment('wrong', { device: 'gate-7' }, mounts));
      expect(words).toContain('spec.pod.spec.containers[0].volumeMounts[0]');
      expect(words).toContain('/export is provided by k4e for the files to upload; remove this volume mount');
    });

    test('a type that there is not', async () => {
      const words = await rejection(edgeDeployment('wrong', { type: 'vm', device: 'gate-7' }));
      expect(words).toMatch(/spec\.type: Unsupported value: "vm": supported values: "pod"/);
    });

    test.each(['In', 'NotIn'])('%s without values', async (operatorWord) => {
      const requirement = { key: 'site', operator: operatorWord };
      const words = await rejection(edgeDeployment('wrong', { deviceSelector: { matchExpressions: [requirement] } }));
      expect(words).toMatch(/spec\.deviceSelector\.matchExpressions\[0\].*values/);
    });

    test('an operator that there is not', async () => {
      const requirement = { key: 'site', operator: 'Equals', values: ['berlin'] };
      const words = await rejection(edgeDeployment('wrong', { deviceSelector: { matchExpressions: [requirement] } }));
      expect(words).toMatch(/spec\.deviceSelector\.matchExpressions\[0\]\.operator: Unsupported value: "Equals"/);
    });

    test('a period of nothing', async () => {
      const { code, stderr } = await cluster.kubectl([
        'patch',
        'ed',
        'gate-8',
        '--type=merge',
        '-p',
        '{"spec":{"heartbeat":{"periodSeconds":0}}}',
      ]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/spec\.heartbeat\.periodSeconds: Invalid value: 0/);
    });

    test('a field that there is not', async () => {
      expect(await rejection(edgeDeployment('wrong', { devices: ['gate-7'] }))).toContain(
        'unknown field "spec.devices"',
      );
    });
  });

  test('a pod that devices cannot run is taken, and refused in its conditions and an event, with the path', async () => {
    const hook = { lifecycle: { preStop: { exec: { command: ['true'] } } } };
    await cluster.apply(edgeDeployment('hooked', { device: 'gate-8' }, hook));
    await untilSeen('edgedeployments', 'hooked', 'UnsupportedPodSpec');
    const path =
      'spec.pod.spec.containers[0].lifecycle: podman runs no lifecycle hooks; do the work in the command of the container';
    expect(await cluster.read('edgedeployments', 'hooked')).toMatchObject({
      status: {
        matchedDevices: 0,
        conditions: [
          { type: 'Accepted', status: 'False', reason: 'UnsupportedPodSpec', message: path },
          { type: 'Ready', status: 'False', reason: 'NotAccepted' },
        ],
      },
    });
    const told = async (): Promise<boolean> =>
      (await cluster.run(['describe', 'edep', 'hooked'])).includes('Warning  UnsupportedPodSpec');
    await waitUntil(told, { what: 'the event is told', deadlineMs: DEADLINE_MS });
    const [, row] = table(await cluster.run(['get', 'edep', 'hooked', '-o', 'wide']));
    expect(row).toEqual(['hooked', '0/0', '0', '0', '0', 'UnsupportedPodSpec', AGE]);
    await cluster.run(['delete', 'edep', 'hooked', '--timeout=60s']);
  });
});
