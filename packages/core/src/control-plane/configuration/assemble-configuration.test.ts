import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EdgeDevice } from '../../resources/index.ts';
import { sampleDeployment, sampleDevice, sampleTime } from '../edge-device/samples.testing.ts';
import { assembleConfiguration } from './assemble-configuration.ts';
import { assembleWorkload } from './assemble-workload.ts';

/** A workload of that name, image and upload path. */
function workload(name: string, image = 'localhost/web:1', target?: string) {
  const { spec, ...rest } = sampleDeployment(name);
  const data = target === undefined ? {} : { data: { paths: [{ source: 'stats', target }] } };
  const pod = { spec: { containers: [{ name: 'web', image }] } };
  return assembleWorkload({ ...rest, spec: { ...spec, pod, ...data } });
}

describe('the version moves with what the device is told, and with nothing else', () => {
  const versionOf = (device: EdgeDevice, ...workloads: ReturnType<typeof workload>[]): string =>
    assembleConfiguration(device, workloads).version;
  const version = versionOf(sampleDevice(), workload('web'));

  test('it stays when status and labels of the device change', () => {
    const metadata = { resourceVersion: '99', labels: { a: 'b' } };
    const device = sampleDevice({ lastSeenTime: sampleTime(), phase: 'up' }, metadata);
    expect(versionOf(device, workload('web'))).toBe(version);
  });

  test('it moves with the pod, the paths and the name of a workload, and with another workload', () => {
    const others = [
      [],
      [workload('web', 'localhost/web:2')],
      [workload('web', 'localhost/web:1', 'statistics')],
      [workload('other')],
      [workload('web'), workload('other')],
    ];
    const versions = others.map((workloads) => versionOf(sampleDevice(), ...workloads));
    expect(new Set([version, ...versions]).size).toBe(others.length + 1);
  });

  test.each([
    { heartbeat: { periodSeconds: 5 } },
    { heartbeat: { periodSeconds: 60, hardwareProfile: { include: true, scope: 'delta' as const } } },
    { pollIntervalSeconds: 5 },
    { monitoringIntervalSeconds: 5 },
  ])('it moves with the settings %j', (spec) => {
    expect(versionOf({ ...sampleDevice(), spec }, workload('web'))).not.toBe(version);
  });
});

test('two configurations have the same version when, and only when, they are the same', () => {
  const workloads = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'ab'), image: fc.constantFrom('x', 'y') }),
    {
      selector: ({ name }) => name,
    },
  );
  const configuration = fc
    .record({ workloads, pollIntervalSeconds: fc.constantFrom(5, 6) })
    .map(({ workloads: chosen, pollIntervalSeconds }) =>
      assembleConfiguration(
        { ...sampleDevice(), spec: { pollIntervalSeconds } },
        chosen.map(({ name, image }) => workload(name, image)),
      ),
    );
  fc.assert(
    fc.property(configuration, configuration, (a, b) => {
      const [{ version: versionA, ...contentA }, { version: versionB, ...contentB }] = [a, b];
      expect(versionA === versionB).toBe(JSON.stringify(contentA) === JSON.stringify(contentB));
    }),
  );
});

test('workloads come by name, in whatever order they are given; none is left out as a member', () => {
  const names = ['b', 'a', 'c'].map((name) => workload(name));
  expect(assembleConfiguration(sampleDevice(), names).workloads?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(assembleConfiguration(sampleDevice(), [])).not.toHaveProperty('workloads');
});
