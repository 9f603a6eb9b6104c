import { expect, test } from 'vitest';
import { kernelSettings } from './kernel-settings.ts';

test('settings are the arguments that begin with k4e., with dots between their names', () => {
  const line =
    'BOOT_IMAGE=/k4e/vmlinuz quiet k4e.controlPlane.url=http://k4e.example:8888 k4e.network.dns=[10.0.0.1,10.0.0.2] k4e.labels.site="north side" k4e.labels.rack=a7 k4e.medium=k4e-1\n';
  expect(kernelSettings(line)).toEqual({
    settings: {
      controlPlane: { url: 'http://k4e.example:8888' },
      network: { dns: ['10.0.0.1', '10.0.0.2'] },
      labels: { site: 'north side', rack: 'a7' },
    },
    problems: [],
  });
});

test('what is wrong is told, and costs that setting alone', () => {
  const { settings, problems } = kernelSettings('k4e.disk=sda k4e.devceId=x k4e.deviceId=edge-1 k4e.network=[');
  expect(settings).toEqual({ deviceId: 'edge-1' });
  expect(problems.toSorted()).toEqual([
    'kernel command line: devceId: there is no such setting; did you mean deviceId?',
    expect.stringContaining('kernel command line: disk: '),
    expect.stringContaining('kernel command line: k4e.network: '),
  ]);
});

test('names of things that every object has are names like others', () => {
  const { settings, problems } = kernelSettings('k4e.__proto__.url=x k4e.constructor=y');
  expect(settings).toEqual({});
  expect(problems.length).toBeGreaterThan(0);
  expect(Reflect.get({}, 'url')).toBeUndefined();
});
